"""What can go wrong between a client and its server; no message ever holds the key.

ClientError
├── Unreachable         there is no answer, or none of an Outrider's
├── Refused             the server answered and did not do it
│   ├── RefusedInput    because what was sent is wrong
│   └── ChangedMeanwhile  because somebody changed it since it was read
├── NoSuchName          nothing is called so
├── Ambiguous           several are called so
├── RunNotOver          a run has not ended in the time that there was
└── BatchNotOver        a batch has not
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from outrider_engine.errors import InvalidInput, OutriderError, did_you_mean

if TYPE_CHECKING:
    from .batches import Batch
    from .objects import Run


class ClientError(OutriderError):
    """Everything that the client raises once it has been made."""


class Unreachable(ClientError):
    """The server can't be reached, or something else than an Outrider answers there."""


class Refused(ClientError):
    """The server answered, and did not do it.

    Attributes:
        status: the HTTP status.
        code: what is wrong, as a word for programs; ``None`` when the answer has none.
        field: path of the field that is wrong, when it is one.
        allowed: what would be accepted, when it can be listed.
        request_id: by which the server's operator finds the request in the log.
        retry_after_s: seconds that the server asked to wait, when it did.
    """

    def __init__(
        self,
        sentence: str,
        *,
        status: int,
        code: str | None = None,
        field: str | None = None,
        allowed: Sequence[str] | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.field = field
        self.allowed = tuple(allowed) if allowed is not None else None
        self.request_id = request_id
        self.retry_after_s = retry_after_s

    @property
    def is_ours(self) -> bool:
        """Whether asking the same again can't help."""
        return 400 <= self.status < 500 and self.status != 429


class RefusedInput(Refused, InvalidInput):
    """What was sent is wrong: see ``field`` and ``allowed``."""


class ChangedMeanwhile(Refused):
    """What was to be changed or deleted is not what it was when it was read: read it again, and decide anew."""


class NoSuchName(ClientError):
    """There is no object of that name; ``known`` are names that there are, to guess from."""

    def __init__(self, noun: str, name: str, known: Iterable[str] = ()) -> None:
        super().__init__(f"there is no {noun} of the name {name!r}{did_you_mean(name, known)}")


class Ambiguous(ClientError):
    """Several objects have that name; ``ids`` tells them apart."""

    def __init__(self, name: str, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        super().__init__(f"{len(self.ids)} have the name {name!r}; say which by its id: {', '.join(self.ids)}")


class RunNotOver(ClientError):
    """The time for waiting is over and the run is not; ``run`` is what it was last."""

    def __init__(self, run: "Run", waited_s: float) -> None:
        self.run = run
        super().__init__(f"no verdict within {waited_s:g} s; the run is {run.status}")


class BatchNotOver(ClientError):
    """The time for waiting is over and some runs of the batch are not; ``batch`` is what it was last."""

    def __init__(self, batch: "Batch", waited_s: float) -> None:
        self.batch = batch
        super().__init__(f"no verdict within {waited_s:g} s; {batch.going} of {len(batch.runs)} runs are not over")
