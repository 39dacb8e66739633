"""The processes of Outrider: everything in one, or scheduler and workers apart."""

import os
import socket
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from outrider_engine.adapters.egress.proxy import EgressProxy
from outrider_engine.domain.checks import QUEUE_BROWSER, QUEUE_LIGHT, QUEUE_NOTIFY, QUEUES
from outrider_engine.errors import StorageError
from outrider_engine.plugin_manager import Plugins
from outrider_engine.services.claiming import Claims
from outrider_engine.services.escalating import Escalator
from outrider_engine.services.execution import Executions
from outrider_engine.services.finishing import Finishing
from outrider_engine.services.heartbeat import Pulse
from outrider_engine.services.invitation_mails import InvitationMailing
from outrider_engine.services.janitor import Janitor
from outrider_engine.services.notifying import Notifying
from outrider_engine.services.reaping import Reaper
from outrider_engine.services.reconciling import Reconciler
from outrider_engine.services.scheduling import Scheduler
from outrider_engine.services.serving import EVERYWHERE
from outrider_engine.settings import Settings
from outrider_engine.worker.leases import LeaseKeeper
from outrider_engine.worker.light_lane import LightLane
from outrider_engine.worker.notify_lane import NotifyLane
from outrider_engine.worker.periodic import Periodic
from outrider_engine.worker.slot_lane import SlotLane
from outrider_engine.worker.worker import GRACE_S, Lane, Worker

from .engine import Engine, open_engine
from .mailing import mailer_of
from .slots import runner_slots, slot_counts

log = structlog.get_logger(__name__)

TICK_S = 0.5
REAP_S = 5.0
PURGE_S = 3600.0
POST_S = 1.0
BEAT_S = 5.0
TIDY_S = 10.0
COLLECT_S = 6 * 3600.0


@dataclass(kw_only=True)
class Node:
    """A running process: its engine, and what works in it."""

    engine: Engine
    worker: Worker | None = None
    proxy: EgressProxy | None = None
    periodics: tuple[Periodic, ...] = ()
    pulses: tuple[Pulse, ...] = ()
    _began: bool = field(default=False, init=False)

    def start(self) -> None:
        """Begin to work.

        Raises:
            StorageError: the database went away since the node was made; ``stop`` is still to be called.
        """
        for pulse in self.pulses:
            pulse.beat()
        self._began = True
        self.engine.queue.start()
        if self.worker is not None:
            self.worker.start()
        for periodic in self.periodics:
            periodic.start()

    def stop(self, grace_s: float = GRACE_S) -> None:
        """Stop in order: no new work, then what is under way, then the connections. Needs no database."""
        self.stop_working(grace_s)
        if self.proxy is not None:
            self.proxy.close()
        self._forget_pulses()
        self.engine.close()

    def stop_working(self, grace_s: float = GRACE_S) -> None:
        """Take no new work, and end what is under way; whoever asks how it went can still be answered."""
        if not self._began:
            return
        self._began = False
        for periodic in self.periodics:
            periodic.stop()
        if self.worker is not None:
            self.worker.stop(grace_s)

    def _forget_pulses(self) -> None:
        try:
            for pulse in self.pulses:
                pulse.stop()
        except StorageError as error:
            log.warning("the end is not recorded, the database is away", error=str(error))


def embedded_node(settings: Settings, *, plugins: Plugins | None = None) -> Node:
    """Return the whole of Outrider in one process, its database migrated; nothing works before ``start``."""
    relay = _Relay()
    engine = open_engine(settings, embedded=True, woken=relay.woken, plugins=plugins)
    node = _worker_node(engine, relay, location=EVERYWHERE, queues=QUEUES)
    periodics, pulses = _scheduling(engine)
    node.periodics += periodics
    node.pulses += pulses
    return node


def scheduler_node(settings: Settings) -> Node:
    """Return a process that schedules, reaps and reconciles; any number may run."""
    engine = open_engine(settings, embedded=False)
    periodics, pulses = _scheduling(engine)
    return Node(engine=engine, periodics=periodics, pulses=pulses)


def worker_node(settings: Settings, *, location: str, queues: Collection[str]) -> Node:
    """Return a process that executes the runs of ``queues`` at ``location`` (``*``: everywhere)."""
    relay = _Relay()
    listen_to = tuple((queue, "" if queue == QUEUE_NOTIFY else location) for queue in queues)
    engine = open_engine(settings, embedded=False, woken=relay.woken, listen_to=listen_to)
    if location != EVERYWHERE:
        with engine.storage.begin() as tx:
            tx.locations.add([location])
    return _worker_node(engine, relay, location=location, queues=queues)


class _Relay:
    """Passes hints on to a worker that is made after the queue that receives them."""

    def __init__(self) -> None:
        self.worker: Worker | None = None

    def woken(self, queue: str, location: str) -> None:
        if self.worker is not None:
            self.worker.woken(queue, location)


def _instance() -> str:
    return f"{socket.gethostname()}-{os.getpid()}"


def _scheduling(engine: Engine) -> tuple[tuple[Periodic, ...], tuple[Pulse, ...]]:
    storage, hints, told = engine.storage, engine.hints, engine.told
    scheduler = Scheduler(
        storage=storage,
        plugins=engine.plugins,
        calendar=engine.calendar,
        hints=hints,
        told=told,
        quotas=engine.quotas,
    )
    reaper = Reaper(storage=storage, hints=hints, told=told)
    janitor = Janitor(
        storage=storage, artifacts=engine.artifacts, retention=engine.settings.retention, quotas=engine.quotas
    )
    reconciler = Reconciler(storage=storage, hints=hints)
    escalator = Escalator(storage=storage, hints=hints)
    ticking = Pulse(storage=storage, component="scheduler", instance=_instance())
    reaping = Pulse(storage=storage, component="reaper", instance=_instance())

    def reap() -> None:
        reaper.reap()
        reconciler.reconcile()
        escalator.escalate()
        reaping.beat()

    periodics = (
        Periodic("scheduler", TICK_S, scheduler.tick),
        Periodic("scheduler-pulse", BEAT_S, ticking.beat),
        Periodic("reaper", REAP_S, reap),
        Periodic("janitor", TIDY_S, janitor.tidy),
        Periodic("orphans", COLLECT_S, janitor.collect_orphans),
        Periodic("purge", PURGE_S, engine.idempotency.purge),
    )
    return periodics, (ticking, reaping)


def _worker_node(engine: Engine, relay: _Relay, *, location: str, queues: Collection[str]) -> Node:
    instance = _instance()
    places = None if location == EVERYWHERE else (location,)
    lease = timedelta(seconds=engine.settings.lease_seconds)
    claims = Claims(storage=engine.storage, worker=instance, locations=places, lease=lease)
    leases = LeaseKeeper(claims=claims, clock=engine.clock)
    proxy = EgressProxy(engine.settings.egress_policy) if QUEUE_BROWSER in queues else None
    pulse = Pulse(storage=engine.storage, component="worker", instance=instance, location=location, queues=queues)
    pulses = [pulse]
    periodics: list[Periodic] = []
    if QUEUE_NOTIFY in queues:
        pulses.append(Pulse(storage=engine.storage, component="notifier", instance=instance))
        periodics.append(Periodic("invitations", POST_S, _invitation_mailing(engine).send_due))
    worker = Worker(
        lanes=_lanes(engine, claims, leases, proxy, queues),
        leases=leases,
        periodics=[*periodics, *(Periodic(f"{each.component}-pulse", BEAT_S, each.beat) for each in pulses)],
    )
    relay.worker = worker
    return Node(engine=engine, worker=worker, proxy=proxy, pulses=tuple(pulses))


def _invitation_mailing(engine: Engine) -> InvitationMailing:
    return InvitationMailing(
        storage=engine.storage,
        secrets=engine.secrets,
        clock=engine.clock,
        mailer=mailer_of(engine.settings),
        public_url=engine.settings.public_url,
    )


def _lanes(
    engine: Engine, claims: Claims, leases: LeaseKeeper, proxy: EgressProxy | None, queues: Collection[str]
) -> list[Lane]:
    executions = Executions(
        plugins=engine.plugins, secrets=engine.secrets, clock=engine.clock, baselines=engine.baselines
    )
    finishing = Finishing(
        storage=engine.storage,
        artifacts=engine.artifacts,
        hints=engine.hints,
        told=engine.told,
        clock=engine.clock,
    )
    lanes: list[Lane] = []
    if QUEUE_LIGHT in queues:
        lanes.append(
            LightLane(
                claims=claims,
                executions=executions,
                finishing=finishing,
                leases=leases,
                network=engine.network,
                clock=engine.clock,
                concurrency=engine.settings.light_concurrency,
            )
        )
    if proxy is not None:
        proxy.start()
        lanes.append(
            SlotLane(
                claims=claims,
                executions=executions,
                finishing=finishing,
                leases=leases,
                slots=runner_slots(engine.settings, engine.plugins, proxy),
                clock=engine.clock,
                **slot_counts(engine.settings),
            )
        )
    if QUEUE_NOTIFY in queues:
        notifying = Notifying(
            storage=engine.storage,
            plugins=engine.plugins,
            secrets=engine.secrets,
            clock=engine.clock,
            public_url=engine.settings.public_url,
            mailer=mailer_of(engine.settings),
        )
        lanes.append(NotifyLane(notifying=notifying, network=engine.network))
    return lanes
