"""Environments and variables as clients write and read them, and the environment of a single run."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.domain.artifact_policies import by_kind_of
from outrider_engine.domain.environments import LONGEST_NAME, LONGEST_URL, LONGEST_VALUE, Environment, Variable
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.runs import Overrides
from outrider_engine.errors import InvalidInput
from outrider_engine.services.environments import EnvironmentFields
from outrider_engine.services.validation import validated
from outrider_engine.services.variables import VariableFields

from .artifact_wishes import ArtifactWish
from .bodies import Flag, Plain, Text
from .moments import Moment

# Shown to clients; the services say in words what is wrong.
_ENVIRONMENT: Any = {"pattern": "^(?!env_)[A-Za-z0-9]([A-Za-z0-9 _.-]*[A-Za-z0-9_.-])?$"}
_VARIABLE: Any = {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}
_BASE_URL: Any = {"pattern": r"^https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[1-9][0-9]{0,3})?(/[A-Za-z0-9._~/-]*)?$"}


class EnvironmentChanges(BaseModel):
    """What can be changed of an environment; absent fields keep their value."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(default="", min_length=1, max_length=LONGEST_NAME, json_schema_extra=_ENVIRONMENT)
    base_url: Text | None = Field(
        default=None,
        max_length=LONGEST_URL,
        json_schema_extra=_BASE_URL,
        description="Where the site is: for checks that run here and say nothing else, and in place of what they say "
        "for runs that are asked for in this environment.",
    )

    def fields(self) -> EnvironmentFields:
        """Return what was sent."""
        fields: EnvironmentFields = {}
        if "name" in self.model_fields_set:
            fields["name"] = self.name
        if "base_url" in self.model_fields_set:
            fields["base_url"] = self.base_url
        return fields


class EnvironmentBody(EnvironmentChanges):
    """An environment to be made; its name is there once in its project, or once for the whole organization."""

    project_id: Text | None = Field(
        default=None, description="The project whose checks alone can use it; those of all when left out."
    )

    name: Text = Field(min_length=1, max_length=LONGEST_NAME, json_schema_extra=_ENVIRONMENT)


class EnvironmentOut(BaseModel):
    """An environment."""

    id: str
    name: str
    base_url: str | None
    project_id: str | None = Field(description="The project whose checks alone can use it; `null`: those of all.")
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, environment: Environment) -> "EnvironmentOut":
        """Show an environment."""
        return cls(
            id=environment.id,
            name=environment.name,
            base_url=environment.base_url,
            project_id=environment.project_id,
            created_at=environment.created_at,
            updated_at=environment.updated_at,
        )


class VariableChanges(BaseModel):
    """What can be changed of a variable; absent fields keep their value, and so does a `value` that is `null`."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(default="", min_length=1, max_length=LONGEST_NAME, json_schema_extra=_VARIABLE)
    value: Plain | None = Field(default=None, description=f"At most {LONGEST_VALUE} characters.")
    secret: Flag = Field(
        default=False, description="Whether the value is stored encrypted, never shown, and hidden in runs."
    )

    def fields(self) -> VariableFields:
        """Return what was sent."""
        fields: VariableFields = {}
        if "name" in self.model_fields_set:
            fields["name"] = self.name
        if self.value is not None:
            fields["value"] = str(self.value)
        if "secret" in self.model_fields_set:
            fields["secret"] = self.secret
        return fields


class VariableBody(VariableChanges):
    """A variable to be made; its name is there once in each environment, in each project, and once for all of them."""

    name: Text = Field(min_length=1, max_length=LONGEST_NAME, json_schema_extra=_VARIABLE)
    value: Plain = Field(description=f"At most {LONGEST_VALUE} characters.")
    environment: Text | None = Field(
        default=None, description="Name or id of the environment to which it belongs; all of them when left out."
    )
    project_id: Text | None = Field(
        default=None, description="The project whose checks alone see it; those of all when left out."
    )


class VariableOut(BaseModel):
    """A variable; of a secret, `value` is `null`."""

    id: str
    name: str
    value: str | None
    secret: bool
    environment: str | None = Field(description="Name of the environment to which it belongs; `null`: to all.")
    environment_id: str | None
    project_id: str | None = Field(description="The project to which it belongs; `null`: to all.")
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, variable: Variable) -> "VariableOut":
        """Show a variable."""
        return cls(
            id=variable.id,
            name=variable.name,
            value=variable.value,
            secret=variable.is_secret,
            environment=variable.environment,
            environment_id=variable.environment_id,
            project_id=variable.project_id,
            created_at=variable.created_at,
            updated_at=variable.updated_at,
        )


class RunNowBody(BaseModel):
    """What this run does differently from the definition; everything may be left out."""

    model_config = ConfigDict(extra="forbid")

    environment: Text | None = Field(
        default=None,
        description="Name or id of an environment to run in: with its variables, and at its base URL.",
    )
    artifacts: ArtifactWish = None


def run_overrides(body: JsonObject) -> Overrides | None:
    """Return what a body asks of a single run, ``None`` for nothing.

    Raises:
        InvalidInput: a field is wrong.
    """
    given = validated(RunNowBody, body)
    artifacts = by_kind_of(given.artifacts)
    if given.environment is None and not artifacts:
        return None
    return Overrides(environment=given.environment, artifacts=artifacts)


def without_fixed(body: JsonObject, shown: BaseModel, names: tuple[str, ...]) -> JsonObject:
    """Return a change without the fields that can't be changed, and may be sent back as they were shown.

    Raises:
        InvalidInput: one of them is sent otherwise.
    """
    current: dict[str, Any] = shown.model_dump(mode="json")
    for name in names:
        if name in body and body[name] != current[name]:
            raise InvalidInput("can't be changed", field=name)
    return {name: value for name, value in body.items() if name not in names}
