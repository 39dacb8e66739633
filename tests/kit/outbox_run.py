"""Emptying the outbox in a test: everything that is due is really sent, once."""

import asyncio

from api_house import open_http
from engine_world import World

from outrider_engine.services.notifying import Notifying


def send_all(world: World) -> None:
    """Send what is due, and settle it."""
    sender = Notifying(storage=world.storage, plugins=world.plugins, secrets=world.secrets, clock=world.clock)

    async def send() -> None:
        async with open_http() as http:
            while claimed := sender.claim(10):
                for delivery in claimed:
                    sender.settle(delivery, await sender.deliver(delivery, http))

    asyncio.run(send())
