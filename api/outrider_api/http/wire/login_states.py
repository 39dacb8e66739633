"""Login states as clients read them."""

from pydantic import BaseModel, Field

from outrider_engine.domain.login_states import StoredLoginState

from .moments import Moment


class LoginStateOut(BaseModel):
    """A login state, without the cookies and the storage in it."""

    id: str
    name: str = Field(description="What journeys call it.")
    project_id: str = Field(description="The project whose journeys can use it.")
    environment_id: str | None = Field(description="The environment that it is of; `null`: of runs in none.")
    run_id: str = Field(description="The run that kept it.")
    saved_at: Moment
    expires_at: Moment

    @classmethod
    def of(cls, state: StoredLoginState) -> "LoginStateOut":
        """Show a login state."""
        return cls(
            id=state.id,
            name=state.name,
            project_id=state.place.project_id,
            environment_id=state.place.environment_id,
            run_id=state.run_id,
            saved_at=state.saved_at,
            expires_at=state.expires_at,
        )
