"""The sample journey and the shop that it walks, in a process of its own; and the same steps written by hand."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Page

from outrider_api.demo.shop.app import create_shop

SAMPLE = Path(__file__).parent.parent / "api/outrider_api/demo/journeys/shop-checkout.journey.yaml"


@contextmanager
def shop() -> Iterator[str]:
    """Serve the demo shop; gives its address."""
    spawn = multiprocessing.get_context("spawn")
    receiver, sender = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_serve, args=(sender,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{receiver.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(port: Any) -> None:
    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            port.send(self.servers[0].sockets[0].getsockname()[1])

    Server(uvicorn.Config(create_shop(), host="127.0.0.1", port=0, log_level="error")).run()


def walk(page: Page, base: str) -> None:
    """The steps of the sample journey, written by hand."""
    page.goto(base + "/")
    page.get_by_test_id("product-storm-lantern").click()
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_test_id("cart-count").filter(has_text="1").wait_for()
    page.get_by_role("link", name="Cart").click()
    page.get_by_role("link", name="Go to checkout").click()
    page.get_by_label("Full name").fill("Ada Lovelace")
    page.get_by_label("Email address").fill("ada@example.com")
    page.get_by_label("Street and number").fill("12 St James's Square")
    page.get_by_label("Postcode").fill("SW1Y 4JH")
    page.get_by_label("Town or city").fill("London")
    page.get_by_label("Country").select_option(label="United Kingdom")
    page.get_by_label("I accept the terms").check()
    page.get_by_role("button", name="Place order").click()
    page.get_by_role("heading", name="Thank you, Ada Lovelace").wait_for()
    assert page.get_by_test_id("order-number").text_content()
