"""The installed check types, as those who define checks see them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from outrider_engine.contracts.check_type import AnyCheckType, PassiveCheckType
from outrider_engine.domain.checks import CheckDefinition, Family, Lane
from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.errors import InvalidInput
from outrider_engine.plugin_manager import Plugins

from .validation import validated


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTypeDescription:
    """What an installed check type says about itself; ``schema`` is the JSON Schema of its settings."""

    kind: str
    title: str
    family: Family
    lane: Lane
    schema: JsonObject


class CheckTypes:
    """Looks check types up and holds settings against their models."""

    def __init__(self, *, plugins: Plugins) -> None:
        self._plugins = plugins
        self._types = plugins.check_types
        self._schemas: dict[str, JsonObject] = {}

    def described(self) -> list[CheckTypeDescription]:
        """Return all installed check types by kind."""
        return [
            CheckTypeDescription(
                kind=kind, title=found.title, family=found.family, lane=found.lane, schema=self.schema(kind)
            )
            for kind, found in sorted(self._types.items())
        ]

    def kinds(self, family: Family) -> list[str]:
        """Return the kinds of a family."""
        return sorted(kind for kind, found in self._types.items() if found.family is family)

    def is_passive(self, kind: str) -> bool:
        """Whether checks of a kind are pinged by what they watch, not run."""
        found = self._types.get(kind)
        return found is not None and found.lane is Lane.PASSIVE

    def schema(self, kind: str) -> JsonObject:
        """Return the JSON Schema of a kind's settings; making one takes a tenth of a second for journeys."""
        if kind not in self._schemas:
            self._schemas[kind] = self._types[kind].settings.model_json_schema()
        return self._schemas[kind]

    def setting_names(self, kind: str) -> list[str]:
        """Return the names of a kind's settings; none for a kind that is not installed."""
        return [name for name, _ in self._settings(kind)]

    def required_settings(self, kind: str) -> list[str]:
        """Return the names of the settings that a check of a kind can't do without."""
        return [name for name, info in self._settings(kind) if info.is_required()]

    def _settings(self, kind: str) -> list[tuple[str, FieldInfo]]:
        found = self._types.get(kind)
        return (
            [] if found is None else [(info.alias or name, info) for name, info in found.settings.model_fields.items()]
        )

    def chosen(self, kind: str, family: Family) -> AnyCheckType:
        """Return the check type of a kind.

        Raises:
            InvalidInput: no such type is installed in that family.
        """
        found = self._types.get(kind)
        if found is None or found.family is not family:
            raise InvalidInput(
                f"no check type of that name: {kind!r}", field="type", allowed=self.kinds(family), given=kind
            )
        return found

    def refuse_switched_off(self, kind: str) -> None:
        """Refuse a type that the operator has switched off.

        Raises:
            InvalidInput: says how it is switched on.
        """
        refusal = self._plugins.refusal(kind)
        if refusal is not None:
            raise InvalidInput(refusal, field="type")

    def runnable_problem(self, definition: CheckDefinition) -> str | None:
        """Return why a check can't be run; ``None`` also while its type is not installed, for its runs tell that."""
        found = self._types.get(definition.type)
        if found is None:
            return None
        refusal = self._plugins.refusal(definition.type)
        if refusal is not None:
            return refusal
        return found.runnable_problem(validated(found.settings, definition.config, prefix="config"))

    def ids_by_place(self, definition: CheckDefinition) -> Mapping[str, str]:
        """Return the ids of a check's steps, as its runs name them, by their places, as ``steps[2].then[0]``."""
        found = self._types.get(definition.type)
        try:
            settings = None if found is None else validated(found.settings, definition.config, prefix="config")
        except InvalidInput:  # its type has changed since
            return {}
        ids: Mapping[str, str] = getattr(settings, "ids_by_place", {})
        return ids

    def shown(self, definition: CheckDefinition) -> dict[str, JsonValue]:
        """Return a check's settings as stored, with the plain defaults of those that were left out."""
        found = self._types.get(definition.type)
        defaults = {} if found is None else _plain_defaults(found.settings)
        return defaults | dict(definition.config)


def is_passive(definition: CheckDefinition, plugins: Plugins) -> bool:
    """Whether a check is pinged by what it watches."""
    found = plugins.check_types.get(definition.type)
    return found is not None and found.lane is Lane.PASSIVE


def allowed_silence(definition: CheckDefinition, plugins: Plugins) -> timedelta | None:
    """Return how long after a ping the next one of a check may be awaited; ``None`` when it is not pinged."""
    if not is_passive(definition, plugins):
        return None
    passive: PassiveCheckType[Any] = plugins.check_types[definition.type]  # type: ignore[assignment]  # by its lane
    silence: timedelta = passive.allowed_silence(validated(passive.settings, definition.config, prefix="config"))
    return silence


def refuse_unknown(given: Collection[str], allowed: Collection[str], missing: Collection[str] = ()) -> None:
    """Refuse names that are not among the allowed ones; ``missing`` ones are told as well.

    Raises:
        InvalidInput: names the first of them and what is allowed.
    """
    for name in given:
        if name not in allowed:
            also = f"; missing: {', '.join(missing)}" if missing else ""
            raise InvalidInput(f"is not a known field{also}", field=name, allowed=list(allowed), given=name)


def _plain_defaults(model: type[BaseModel]) -> dict[str, JsonValue]:
    defaults: dict[str, JsonValue] = {}
    for name, info in model.model_fields.items():
        value = info.default_factory() if info.default_factory in (dict, list) else info.get_default()
        if isinstance(value, BaseModel):
            value = value.model_dump(mode="json")
        if isinstance(value, str | int | float | bool | list | tuple | Mapping):
            defaults[info.alias or name] = list(value) if isinstance(value, tuple) else value
        elif value is None and not info.is_required():
            defaults[info.alias or name] = None
    return defaults
