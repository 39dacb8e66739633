"""Sealing everything anew when the secret key is replaced: a few at a time, beside the running server."""

from collections.abc import Sequence
from dataclasses import dataclass

from outrider_engine.domain.audit import Action
from outrider_engine.errors import ConfigurationError
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.storage import Storage

from .auditing import record

BATCH = 100
"""Texts that are sealed anew in one transaction."""


@dataclass(slots=True, kw_only=True)
class Resealed:
    """What came of one place.

    Attributes:
        renewed: texts that are sealed with the newest key now.
        current: those that were already.
        unreadable: those that were sealed with a key that is not here; they are left as they are.
        changed: those that somebody else changed meanwhile; the next time tells how they are sealed.
    """

    place: str
    renewed: int = 0
    current: int = 0
    unreadable: int = 0
    changed: int = 0


class Resealing:
    """Seals with the newest key what was sealed with an older one. Stopped half-way, it goes on the next time."""

    def __init__(self, *, storage: Storage, secrets: SecretBox, batch: int = BATCH) -> None:
        self._storage = storage
        self._secrets = secrets
        self._batch = batch

    def reseal(self) -> Sequence[Resealed]:
        """Seal everything anew; returns what came of each place.

        Raises:
            StorageError: the database went away; what was done until then stays done.
        """
        with self._storage.read() as tx:
            places = tx.sealed.places()
        came = [self._place(place) for place in places]
        if any(one.renewed for one in came):
            self._record()
        return came

    def _record(self) -> None:
        """Note in each organization that secrets were encrypted anew; of whom each of them is, is not looked up."""
        with self._storage.begin() as tx:
            for one in tx.organizations.list():
                record(tx, one.id, Action.ROTATED, "secrets", one.id, name=one.name)

    def _place(self, place: str) -> Resealed:
        came = Resealed(place=place)
        key: tuple[str, ...] | None = None
        while True:
            with self._storage.begin() as tx:
                texts = tx.sealed.after(place, key, self._batch)
                for sealed in texts:
                    try:
                        renewed = self._secrets.renewed(sealed.text)
                    except ConfigurationError:
                        came.unreadable += 1
                        continue
                    if renewed is None:
                        came.current += 1
                    elif tx.sealed.put(place, sealed, renewed):
                        came.renewed += 1
                    else:
                        came.changed += 1
            if len(texts) < self._batch:
                return came
            key = texts[-1].key
