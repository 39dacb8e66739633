"""The login states of a walk: those that it was given, and those that it keeps."""

from collections.abc import Iterable
from datetime import datetime

from outrider_engine.domain.login_states import MOST_OF_RUN, LoginState
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.contract import StepFailure


class LoginStates:
    """Login states by name; what the walk keeps comes before what it was given."""

    def __init__(self, given: Iterable[LoginState]) -> None:
        self._known = {state.name: state for state in given}
        self._kept: dict[str, LoginState] = {}

    @property
    def kept(self) -> tuple[LoginState, ...]:
        """Those that the walk keeps for others."""
        return tuple(self._kept.values())

    def valid(self, name: str, now: datetime) -> LoginState | None:
        """Return the state of a name, unless there is none or it has expired."""
        state = self._known.get(name)
        return state if state is not None and state.expires_at > now else None

    def keep(self, state: LoginState) -> None:
        """Keep a state.

        Raises:
            StepFailure: they are too many.
        """
        if state.name not in self._kept and len(self._kept) >= MOST_OF_RUN:
            problem = f"a run can keep {MOST_OF_RUN} login states at most"
            raise StepFailure(problem, reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR)
        self._known[state.name] = self._kept[state.name] = state
