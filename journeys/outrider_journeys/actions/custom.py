"""Steps that plugins add without a verb of their own: custom."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic import JsonValue as AnyJson

from outrider_engine.contracts.extensions import Offered
from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.domain.templates import names_in_tree, render_tree
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import PluginError
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import Expression, literal
from outrider_journeys.exporting.values import written_json
from outrider_journeys.steps import StepModel

from .contract import StepFailure, StepScope

HOOK = "outrider_register_custom_steps"
_LONGEST_NAME = 1000

CustomName = Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME, examples=["acme.sign_in"])]
"""Other tools give custom steps any name."""


class CustomStep(Protocol):
    """What a plugin does when a step says ``custom: name``.

    It may have an attribute ``model``, a pydantic model: then it is handed an instance of that, and parameters that
    do not fit end the run before its first step, as an error of the check.

    Attributes:
        name: best with the name of the plugin in it, such as ``acme.sign_in``.
    """

    name: str

    def run(self, parameters: Any, scope: StepScope) -> None:
        """Do it.

        Args:
            parameters: an object of JSON with all ``{{name}}`` replaced, or an instance of ``model``.
            scope: of the step.

        Raises:
            StepFailure: it did not hold. Errors of Playwright need not be caught: the interpreter knows them.
        """


class CustomSteps(Offered[CustomStep]):
    """The custom steps that are installed, by name."""

    def __init__(self, offers: Iterable[tuple[str, Iterable[CustomStep]]] = ()) -> None:
        """Take what plugins offer, as (plugin, its custom steps).

        Raises:
            DuplicateKind: two plugins offer one of the same name.
            PluginError: one breaks its contract.
        """
        super().__init__("custom step", offers, _checked)


class CustomStepModel(StepModel):
    """Do what a plugin has a name for ([how to write one](#your-own-actions)), or what an import found no word for.

    Without a plugin that knows it, the run ends as an error of the check before its first step.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"action": "custom", "custom": "acme.sign_in", "parameters": {"user": "{{USER}}"}}]
        }
    )

    action: Literal["custom"]
    custom: CustomName
    """The name that the plugin gave it."""
    parameters: dict[str, AnyJson] = Field(default_factory=dict)
    """What it needs; texts may name variables."""

    def summary(self) -> str:
        """Return the step in words."""
        return self.custom


class Custom:
    """Hands a step to the plugin that knows it."""

    name = "custom"
    title = "Custom step"
    model = CustomStepModel

    def __init__(self, steps: Mapping[str, CustomStep] | None = None) -> None:
        self._steps: Mapping[str, CustomStep] = steps if steps is not None else CustomSteps()

    def objection(self, step: CustomStepModel) -> StepFailure | None:
        """Return why the step can't be done, which is known before the walk begins."""
        if step.custom not in self._steps:
            known = f" (installed: {', '.join(sorted(self._steps))})" if self._steps else ""
            problem = f"no plugin offers the custom step {step.custom!r}{known}"
            return StepFailure(problem, reason=Reason.UNKNOWN_ACTION, verdict=Verdict.ERROR)
        if names_in_tree(step.parameters):
            return None  # what fits is only known with the values
        try:
            fitting_parameters(self._steps[step.custom], step.parameters)
        except StepFailure as failure:
            return failure
        return None

    def run(self, step: CustomStepModel, scope: StepScope) -> None:
        """Hand it over."""
        objection = self.objection(step)
        if objection is not None:
            raise objection
        handler = self._steps[step.custom]
        handler.run(fitting_parameters(handler, render_tree(step.parameters, scope.variables)), scope)

    def export(self, step: CustomStepModel, code: CodeWriter) -> None:
        """Have the plugin do it, which has to be installed where the test is run."""
        code.call(
            code.helper("custom_step"),
            code.page,
            literal(step.custom),
            written_json(step.parameters, code),
            "values",
            secrets=Expression("SECRETS"),
            timeout_ms=code.milliseconds(step),
        )


def fitting_parameters(handler: CustomStep, given: JsonValue) -> JsonObject | BaseModel:
    """Return the parameters as the handler wants them.

    Raises:
        StepFailure: they are not what it takes.
    """
    model: type[BaseModel] | None = getattr(handler, "model", None)
    if model is None:
        return given if isinstance(given, dict) else {}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        told = "; ".join(f"parameters.{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in found[:5])
        raise StepFailure(told, reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR) from None


def _checked(step: CustomStep, plugin: str) -> str:
    name, model = getattr(step, "name", None), getattr(step, "model", None)
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        raise PluginError(f"plugin {plugin!r} offers a custom step with the name {name!r}: a text is needed")
    if not callable(getattr(step, "run", None)):
        raise PluginError(f"the custom step {name!r} of plugin {plugin!r} has no method run")
    if model is not None and not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise PluginError(f"the model of the custom step {name!r} of plugin {plugin!r} is no pydantic model")
    return name
