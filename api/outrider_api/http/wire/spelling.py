"""How each family of checks is written: monitors, API monitors and journeys are spellings of one thing, the check."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from outrider_engine.domain.checks import Family
from outrider_engine.errors import InvalidInput
from outrider_engine.services.check_types import CheckTypes

from .bodies import ApiMonitorBody, CheckBody, JourneyBody, MonitorBody

HTTP = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How one family of checks is written.

    Attributes:
        kinds: how answers name types, where that differs from the kind of the check type.
        flat: kinds whose settings are shown beside the other fields, not under ``config``.
        default_kind: the type of a body that names none.
        default_timeouts: seconds for each try by kind, where that differs from ``default_timeout_s``.
    """

    family: Family
    body: type[CheckBody]
    interval: str
    timeout: str
    default_timeout_s: float
    default_interval_s: int | None = None
    default_kind: str | None = None
    default_timeouts: Mapping[str, float] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    flat: frozenset[str]

    def kind_of(self, type: str, types: CheckTypes) -> str:
        """Return the kind of check type that a ``type`` means; the kind itself is understood as well.

        Raises:
            InvalidInput: there is none.
        """
        installed = types.kinds(self.family)
        kind = next((kind for kind, name in self.kinds.items() if name == type), type)
        if kind not in installed:
            allowed = [self.kinds.get(one, one) for one in installed]
            raise InvalidInput(f"there is no type {type!r}", field="type", allowed=allowed, given=type)
        return kind


MONITORS = Spelling(
    family=Family.MONITOR,
    body=MonitorBody,
    interval="interval",
    timeout="timeout",
    default_timeout_s=30.0,
    default_interval_s=60,
    kinds={HTTP: "url"},
    default_timeouts={"tcp": 10.0, "dns": 10.0},
    flat=frozenset({HTTP, "tcp", "dns", "heartbeat"}),
)
API_MONITORS = Spelling(
    family=Family.API_MONITOR,
    body=ApiMonitorBody,
    interval="interval",
    timeout="timeout",
    default_timeout_s=60.0,
    default_interval_s=60,
    default_kind="api",
    flat=frozenset({"api"}),
)
JOURNEYS = Spelling(
    family=Family.JOURNEY,
    body=JourneyBody,
    interval="interval_seconds",
    timeout="timeout_seconds",
    default_timeout_s=60.0,
    default_kind="browser",
    default_timeouts={"suite": 300.0},
    flat=frozenset({"browser", "suite"}),
)
