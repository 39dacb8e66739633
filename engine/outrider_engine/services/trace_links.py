"""Links that open the trace of a run for a while, without a key: for browsers, and for whoever is handed one."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from outrider_engine.domain.observations import ArtifactKind
from outrider_engine.domain.runs import Artifact
from outrider_engine.errors import ConfigurationError, NotFound
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.secrets import SecretBox

from .history import RunHistory

OPEN_FOR = timedelta(hours=1)
"""How long a link works; the viewer asks for the file again while it is looked at."""
_LONGEST_TOKEN = 1000
_PURPOSE = "trace"


@dataclass(frozen=True, slots=True)
class TraceLink:
    """What opens one trace. ``token`` names organization, run and file, sealed with the server's key."""

    token: str
    artifact: Artifact
    expires_at: datetime


class TraceLinks:
    """Makes links, and knows what they are for."""

    def __init__(self, *, history: RunHistory, secrets: SecretBox, clock: Clock) -> None:
        self._history = history
        self._secrets = secrets
        self._clock = clock

    def make(self, organization_id: str, run_id: str) -> TraceLink:
        """Return a link to the trace of a run.

        Raises:
            NotFound: there is no such run, or it has no trace.
        """
        files = self._history.artifacts(organization_id, run_id)
        trace = next((file for file in files if file.kind is ArtifactKind.TRACE), None)
        if trace is None:
            raise NotFound("trace of the run", run_id)
        expires_at = (self._clock.now() + OPEN_FOR).replace(microsecond=0)
        content = [_PURPOSE, organization_id, run_id, trace.id, int(expires_at.timestamp())]
        return TraceLink(self._secrets.seal(json.dumps(content)), trace, expires_at)

    def artifact(self, token: str) -> Artifact:
        """Return the file that a link opens.

        Raises:
            NotFound: the token is not one of ours, its time is over, or the file is gone.
        """
        organization_id, run_id, id = self._read(token)
        return self._history.artifact(organization_id, run_id, id)

    def _read(self, token: str) -> tuple[str, str, str]:
        try:
            content = json.loads(self._secrets.open(token[:_LONGEST_TOKEN]))
            purpose, organization_id, run_id, id, expires = content
        except (ConfigurationError, ValueError, TypeError):
            raise NotFound("link", "of this token") from None
        if purpose != _PURPOSE or datetime.fromtimestamp(expires, UTC) <= self._clock.now():
            raise NotFound("link", "of this token")
        return organization_id, run_id, id
