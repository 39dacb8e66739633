"""Login states of runs: opened for those that use them, sealed when they are to be kept."""

from collections.abc import Iterable, Sequence

from outrider_engine.domain.audit import Action
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.login_states import LoginState, StoredLoginState
from outrider_engine.domain.runs import Claim
from outrider_engine.errors import NotFound
from outrider_engine.ports.login_state_repository import LoginStateQuery
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.storage import Storage

from .auditing import record
from .expecting import Expecting, anything


class LoginStateService:
    """The login states that runs of one organization have kept: they are told of, and what is in them to nobody."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    def list(self, organization_id: str, query: LoginStateQuery) -> tuple[Sequence[StoredLoginState], int]:
        """Return one page of those that have not expired, and how many there are on all pages."""
        with self._storage.read() as tx:
            return tx.login_states.list(organization_id, query)

    def get(self, organization_id: str, id: str) -> StoredLoginState:
        """Return one.

        Raises:
            NotFound: there is none of that id.
        """
        with self._storage.read() as tx:
            return _found(tx.login_states.get(organization_id, id), id)

    def delete(self, organization_id: str, id: str, *, expecting: Expecting[StoredLoginState] = anything) -> None:
        """Delete one, so that the next run signs in anew.

        Raises:
            NotFound: there is none of that id.
            PreconditionFailed: it is not what the caller expects.
        """
        with self._storage.begin() as tx:
            state = _found(tx.login_states.get(organization_id, id, lock=True), id)
            expecting(state)
            tx.login_states.delete(organization_id, id)
            told = {"name": state.name, "project_id": state.place.project_id, "run_id": state.run_id}
            record(tx, organization_id, Action.DELETED, "login_state", id, before=told)


def _found(state: StoredLoginState | None, id: str) -> StoredLoginState:
    if state is None:
        raise NotFound("login state", id)
    return state


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
