"""What all steps of one walk share."""

from collections.abc import Collection
from dataclasses import dataclass

from outrider_engine.ports.clock import Clock
from outrider_journeys.pictures import Pictures
from outrider_journeys.secrecy import Secrecy
from outrider_journeys.visuals import Visuals

from .pages import Pages
from .session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all steps of one walk share.

    Attributes:
        variables: all values for ``{{name}}`` as they are now, secrets among them.
        pinned: names whose values no step can change.
        secret_names: names of the secrets that the walk was given.
    """

    variables: dict[str, str]
    pinned: Collection[str]
    secret_names: frozenset[str]
    clock: Clock
    secrecy: Secrecy
    pictures: Pictures
    visuals: Visuals
    pages: Pages
    session: Session
