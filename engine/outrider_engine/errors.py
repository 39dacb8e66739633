"""The errors of the engine.

    OutriderError
    ├── InvalidInput            what was sent is wrong: which field, what is wrong with it, what is allowed
    │   ├── UnknownVariable     a ``{{name}}`` that nothing defines
    │   ├── WrongParameter      a header or query parameter is wrong, not what was sent as the body
    │   └── NotRunnable         the check exists, but there is nothing in it to run
    ├── NotFound                no such object in this organization
    ├── Conflict                it clashes with what is already there
    │   └── StillInProgress     the first request with an ``Idempotency-Key`` is not answered yet
    ├── PreconditionFailed      it is no longer what the caller read before changing it
    ├── IdempotencyKeyReused    the first request with that ``Idempotency-Key`` was another one
    ├── Unauthenticated         no key, or one that is not (or no longer) valid
    ├── Forbidden               the key is good, its role or scopes are not enough
    │   └── ForgedRequest       nothing shows that one of our own pages sent it for who is signed in
    ├── LimitReached            more than is allowed in a month or at a time; ``retry_after_s`` says when to come back
    ├── PlanLimitReached        the organization's plan does not allow more of it
    ├── EgressDenied            the egress policy forbids that address
    ├── ConfigurationError      a setting is wrong; names the variable
    │   └── SchemaNotCurrent    the database is not at the newest revision
    ├── StorageError            the database is away, locked or full; nothing was changed, trying again may help
    ├── PluginError             a plugin broke its contract
    │   └── DuplicateKind       two plugins offer the same kind
    ├── NotifyError             a message could not be delivered (``permanent`` tells whether to try again)
    └── SlotError               a runner process could not be started or broke its protocol

An expected failure of a check is an observation or a step result, never an exception.
"""

import difflib
from collections.abc import Iterable, Sequence

_LONGEST_GUESSED = 100
"""Characters of a name that a near one is looked for; comparing longer ones takes long."""


class OutriderError(Exception):
    """Everything that the engine raises on purpose."""


class InvalidInput(OutriderError):
    """What was sent cannot be accepted; nothing was changed.

    Attributes:
        problem: what is wrong, as a sentence without the field's name; with the allowed value that was probably meant.
        field: path of the offending field (``steps[2].url``), ``None`` when the input as a whole is wrong.
        allowed: the values that would be accepted, when they can be listed.
    """

    def __init__(
        self,
        problem: str,
        *,
        field: str | None = None,
        allowed: Sequence[str] | None = None,
        given: object = None,
    ) -> None:
        """Take what is wrong; ``given`` is what was sent in the place of one of ``allowed``, to guess what was meant.

        It is never part of the text.
        """
        self.problem = problem + did_you_mean(given, allowed or ())
        self.field = field
        self.allowed = tuple(allowed) if allowed is not None else None
        where = f"{field}: " if field else ""
        choice = f" (allowed: {', '.join(self.allowed)})" if self.allowed else ""
        super().__init__(f"{where}{self.problem}{choice}")


def did_you_mean(given: object, allowed: Iterable[str]) -> str:
    """Return which of the allowed names somebody probably meant, as the end of a sentence; empty when none is near."""
    if not isinstance(given, str) or len(given) > _LONGEST_GUESSED:
        return ""
    by_letters = {_letters(name): name for name in allowed}
    near = difflib.get_close_matches(_letters(given), by_letters, 1)
    return f"; did you mean `{by_letters[near[0]]}`?" if near else ""


def _letters(name: str) -> str:
    """Return a name without what people mix up besides letters: ``baseUrl`` and ``base-url`` are ``base_url``."""
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


class UnknownVariable(InvalidInput):
    """A template names a variable that nothing defines."""

    def __init__(self, name: str, known: Sequence[str] = (), *, field: str | None = None) -> None:
        self.name = name
        super().__init__(f"unknown variable {{{{{name}}}}}", field=field, allowed=sorted(known) or None, given=name)


class WrongParameter(InvalidInput):
    """A header or query parameter of a request is wrong, not a field of its body."""


class NotRunnable(InvalidInput):
    """The check is stored, but has nothing that could be run."""


class NotFound(OutriderError):
    """There is no such object, or it belongs to somebody else; the two cannot be told apart."""

    def __init__(self, what: str, id: str | None = None) -> None:
        """Take what there is not, and its id; ``None`` where the id is a secret."""
        self.what = what
        self.id = id
        super().__init__(f"no such {what}" if id is None else f"no {what} with the id {id!r}")


class NothingBefore(NotFound):
    """There is no good run before one, so it can't be compared."""

    def __init__(self) -> None:
        super().__init__("good run before it")

    def __str__(self) -> str:
        return "there is no good run before it"


class Conflict(OutriderError):
    """The request clashes with what is already there."""

    def __init__(self, problem: str, *, field: str | None = None) -> None:
        self.field = field
        super().__init__(f"{field}: {problem}" if field else problem)


class StillInProgress(Conflict):
    """The first request with the same ``Idempotency-Key`` has no answer yet.

    Attributes:
        retry_after_s: seconds until it is worth asking again.
    """

    def __init__(self, problem: str, *, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(problem)


class PreconditionFailed(OutriderError):
    """What was to be changed is no longer what the caller read; nothing was changed."""

    def __init__(self, tag: str) -> None:
        """Take the tag of what it is now."""
        super().__init__(f"it was changed since: its ETag is {tag} now; read it again, then change it")


class IdempotencyKeyReused(OutriderError):
    """A request carries the ``Idempotency-Key`` of another one, which had another body."""

    def __init__(self) -> None:
        super().__init__("this Idempotency-Key came with another body before; use a new key for a new request")


class Unauthenticated(OutriderError):
    """No API key, or one that was never issued, has expired or was revoked."""


class Forbidden(OutriderError):
    """The key is valid; what it may do does not include this."""


class ForgedRequest(Forbidden):
    """It came with a session, but nothing shows that the person meant it: another site may have sent it."""


class LimitReached(OutriderError):
    """More was asked for than a limit allows at this time; nothing was done.

    Attributes:
        code: which kind of limit, as a word for programs.
        retry_after_s: seconds until it is worth asking again.
    """

    def __init__(self, problem: str, *, code: str, retry_after_s: int) -> None:
        self.code = code
        self.retry_after_s = retry_after_s
        super().__init__(problem)


class PlanLimitReached(OutriderError):
    """An organization has all that its plan allows; nothing was done.

    Attributes:
        field: what there would be too much of.
    """

    def __init__(self, problem: str, *, field: str) -> None:
        self.field = field
        super().__init__(problem)


class EgressDenied(OutriderError):
    """The egress policy forbids connecting to an address.

    The message is fit for the owner of a check: it does not say what a name means inside our network.

    Attributes:
        host: the name or literal that was asked for.
        address: the resolved address that is denied, ``None`` when the name itself is; for logs only.
        why: what is wrong with it.
    """

    def __init__(self, host: str, address: str | None, why: str) -> None:
        self.host = host
        self.address = address
        self.why = why
        super().__init__(f"egress to {host} is denied: {why}")


class ConfigurationError(OutriderError):
    """A setting is missing or wrong; the message names the variable and what to do."""


class SchemaNotCurrent(ConfigurationError):
    """The database's schema is not the one this version needs."""


class StorageError(OutriderError):
    """The database could not do its part (away, locked, disk full); the transaction changed nothing."""


class PluginError(OutriderError):
    """A plugin broke its contract; the message names the plugin."""


class DuplicateKind(PluginError):
    """Two plugins offer the same kind of the same thing."""

    def __init__(self, thing: str, kind: str, first: str, second: str) -> None:
        super().__init__(f"the {thing} {kind!r} is offered by both {first} and {second}; block one of them")


class NotifyError(OutriderError):
    """A message could not be delivered.

    Attributes:
        permanent: trying again cannot help (a 4xx answer, a denied address).
        retry_after_s: seconds the receiver asked us to wait, when it said so.
        status_code: the receiver's HTTP status, when there was one.
    """

    def __init__(
        self, message: str, *, permanent: bool, retry_after_s: float | None = None, status_code: int | None = None
    ) -> None:
        self.permanent = permanent
        self.retry_after_s = retry_after_s
        self.status_code = status_code
        super().__init__(message)


class SlotError(OutriderError):
    """A runner process could not be started, died, or sent what its protocol does not allow."""
