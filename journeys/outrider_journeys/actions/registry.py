"""All step actions that are installed, and the language that they make together."""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from functools import reduce
from operator import or_
from typing import Annotated, Any, TypeVar, get_args
from weakref import WeakKeyDictionary

from pydantic import BaseModel, Discriminator, GetPydanticSchema, Tag, ValidationError, create_model
from pydantic.errors import PydanticUndefinedAnnotation, PydanticUserError
from pydantic_core import SchemaError
from typing_extensions import TypeAliasType

from outrider_engine.contracts.extensions import Extensions, Offered
from outrider_engine.errors import PluginError
from outrider_journeys.model import CalledJourney, CallName, Journey
from outrider_journeys.problems import InvalidJourney, problems_in
from outrider_journeys.schema import published
from outrider_journeys.steps import StepModel, nested_fields

from .contract import StepAction
from .custom import HOOK as CUSTOM_HOOK
from .custom import Custom, CustomSteps

HOOK = "outrider_register_step_actions"
BUILT_IN = "journeys"
"""The plugin with what comes with Outrider."""
ModelT = TypeVar("ModelT", bound=BaseModel)
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class StepActions(Offered[StepAction[Any]]):
    """The step actions by name."""

    def __init__(
        self, offers: Iterable[tuple[str, Iterable[StepAction[Any]]]], custom_steps: CustomSteps | None = None
    ) -> None:
        """Take what plugins offer.

        Args:
            offers: as (plugin, its actions).
            custom_steps: what the action ``custom`` knows.

        Raises:
            DuplicateKind: two plugins offer an action of the same name.
            PluginError: an action breaks its contract.
        """
        super().__init__("step action", _with_custom(offers, custom_steps), _checked)
        self.journey_model: type[Journey] = _journey_model({name: action.model for name, action in self.items()})

    @classmethod
    def installed(cls, extensions: Extensions) -> "StepActions":
        """Return the actions that all installed plugins offer; their language is made once for each set of plugins."""
        made = _INSTALLED.get(extensions)
        if made is None:
            made = cls(extensions.offers(HOOK), CustomSteps(extensions.offers(CUSTOM_HOOK)))
            _INSTALLED[extensions] = made
        return made

    def parse(self, data: object) -> Journey:
        """Return a journey made of plain data.

        Raises:
            InvalidJourney: names every field that is wrong, and what is allowed.
        """
        try:
            return self.journey_model.model_validate(data)
        except ValidationError as error:
            raise InvalidJourney(problems_in(error, data, self.journey_model, list(self))) from None

    def journey_schema(self) -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of journeys made of these actions, for editors and the API."""
        return published(self.journey_model)


_INSTALLED: WeakKeyDictionary[Extensions, StepActions] = WeakKeyDictionary()


def _with_custom(
    offers: Iterable[tuple[str, Iterable[StepAction[Any]]]], custom_steps: CustomSteps | None
) -> Iterator[tuple[str, Iterable[StepAction[Any]]]]:
    """Yield the offers with an action ``custom`` that knows the custom steps."""
    for plugin, actions in offers:
        yield plugin, [Custom(custom_steps) if isinstance(action, Custom) else action for action in actions]


def _checked(action: StepAction[Any], plugin: str) -> str:
    name, model = getattr(action, "name", None), getattr(action, "model", None)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PluginError(f"plugin {plugin!r} offers a step action with the name {name!r}: a-z, 0-9 and _ are allowed")
    if not (isinstance(model, type) and issubclass(model, StepModel)):
        raise PluginError(f"the step action {name!r} of plugin {plugin!r} has no model that derives from StepModel")
    field = model.model_fields.get("action")
    if field is None or get_args(field.annotation) != (name,):
        raise PluginError(f"the model of step action {name!r} of plugin {plugin!r} needs action: Literal[{name!r}]")
    if not callable(getattr(action, "run", None)):
        raise PluginError(f"the step action {name!r} of plugin {plugin!r} has no method run")
    if plugin != BUILT_IN:
        _require_schema(model, f"the model of step action {name!r} of plugin {plugin!r}")
    return name


def _require_schema(model: type[StepModel], whose: str) -> None:
    """Build a stranger's model at once, so that a mistake in it is told by name, and not by the first journey."""
    try:
        model.model_rebuild()
    except (PydanticUserError, PydanticUndefinedAnnotation, SchemaError) as error:
        raise PluginError(f"{whose} can't be built: {error}") from error


def _journey_model(models: Mapping[str, type[StepModel]]) -> type[Journey]:
    """Return journeys whose steps, and the steps within those, are of the given models, by action."""
    if not models:
        raise PluginError("there are no step actions: the plugin 'journeys' is missing or blocked")
    # The union holds models that hold it, so these name it by what is asked when a schema is first made.
    step = Annotated[StepModel, GetPydanticSchema(lambda _source, handler: handler.generate_schema(Step))]
    # By a function and tags: pydantic forgets a discriminator by field name where a union holds itself.
    tagged = [Annotated[_with_steps_of(model, step), Tag(name)] for name, model in models.items()]
    union: Any = Annotated[reduce(or_, tagged), Discriminator(action)]
    Step = TypeAliasType("Step", union)  # noqa: N806 - the name of a type
    called = _with_steps_of(CalledJourney, step)
    journeys = copy(Journey.model_fields["journeys"])
    return _with_steps_of(Journey, step, journeys=(dict[CallName, called], journeys))  # type: ignore[valid-type]


def _with_steps_of(model: type[ModelT], step: Any, **others: Any) -> type[ModelT]:
    """Return the model with every list of steps in it made of ``step``, and other fields; itself if there is none."""
    fields: dict[str, Any] = dict(others)
    for name in nested_fields(model):
        field = copy(model.model_fields[name])
        fields[name] = (tuple[step, ...], field)
    if not fields:
        return model
    deferred = {"defer_build": True}  # until the union of all steps is known
    return create_model(model.__name__, __base__=model, __doc__=model.__doc__, __cls_kwargs__=deferred, **fields)


def action(step: Any) -> Any:
    """Return the action of a step that is read; errors name this function, so it is called like the field."""
    return step.get("action") if isinstance(step, Mapping) else getattr(step, "action", None)
