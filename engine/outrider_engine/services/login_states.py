"""Login states of runs: opened for those that use them, sealed when they are to be kept."""

from collections.abc import Iterable

from outrider_engine.domain.ids import new_id
from outrider_engine.domain.login_states import LoginState, StoredLoginState
from outrider_engine.domain.runs import Claim
from outrider_engine.ports.secrets import SecretBox


def login_states_of(claim: Claim, box: SecretBox) -> tuple[LoginState, ...]:
    """Return the login states that a run uses.

    Raises:
        ConfigurationError: one was sealed with another key.
    """
    return tuple(
        LoginState(
            name=stored.name,
            content=box.open(stored.sealed),
            saved_at=stored.saved_at,
            expires_at=stored.expires_at,
        )
        for stored in claim.surroundings.login_states
    )


def sealed_states(states: Iterable[LoginState], claim: Claim, box: SecretBox) -> tuple[StoredLoginState, ...]:
    """Return login states that a run left, as they are stored; in the order of their names, so that locks are."""
    return tuple(
        StoredLoginState(
            id=new_id("login_state", state.saved_at),
            place=claim.state_place,
            name=state.name,
            sealed=box.seal(state.content),
            saved_at=state.saved_at,
            expires_at=state.expires_at,
            run_id=claim.run_id,
        )
        for state in sorted(states, key=lambda state: state.name)
    )
