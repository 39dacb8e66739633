"""Which journeys are to be walked here, and what each walk is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from outrider_engine.domain.artifact_policies import ArtifactPolicies
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.errors import InvalidInput
from outrider_engine.ports.slots import SlotTask
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.artifacts.baseline_folder import baselines_in, folder_of
from outrider_journeys.browser_options import BrowserOptions, EngineName
from outrider_journeys.first_use import first_use
from outrider_journeys.model import Journey

from .artifact_wishes import wishes_of
from .journey_files import JourneyFile, load_journeys
from .journey_values import secrets_from_environment, variables_of

CHECK_TYPE = "browser"
_OUTSIDE_THE_CONFIG = frozenset({"name", "description", "tags", "variables", "secrets"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalRun:
    """What is to be run and how.

    Attributes:
        variables: ``NAME=VALUE``.
        secrets: names of environment variables.
        values: secrets that are known already, by name.
        network: a HAR that answers all requests, in place of the network.
    """

    paths: Sequence[Path]
    tags: Sequence[str] = ()
    base_url: str | None = None
    variables: Sequence[str] = ()
    secrets: Sequence[str] = ()
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    login_states: Path | None = None
    headed: bool = False
    browser: EngineName | None = None
    timeout_s: float = 120
    repeat: int = 1
    workers: int = 1
    artifacts: Sequence[str] = ()
    trace: bool = False
    video: bool = False
    update_baselines: bool = False
    heal: bool = False
    junit: Path | None = None
    output: Path | None = None
    as_json: bool = False
    network: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One journey to be walked once."""

    file: JourneyFile
    task: SlotTask
    attempt: int
    attempts: int
    updates_baselines: bool = False

    @property
    def title(self) -> str:
        """The journey's name, with the number of the attempt if there are several."""
        name = self.file.journey.name
        return name if self.attempts == 1 else f"{name} ({self.attempt}/{self.attempts})"


def planned(wanted: LocalRun, actions: StepActions) -> list[Walk]:
    """Return what is to be walked, in order.

    Raises:
        InvalidInput: a file, a variable or a secret is wrong, or there is no journey.
    """
    files = [_in_browser(file, wanted.browser) for file in load_journeys(wanted.paths, actions, tags=wanted.tags)]
    secrets = {**wanted.values, **secrets_from_environment(wanted.secrets)}
    missing = [problem for file in files for problem in _missing_secrets(file, secrets)]
    if missing:
        raise InvalidInput("\n".join(missing))
    return [
        Walk(
            file=file,
            task=replace(_task(file.journey, wanted, secrets), baselines=_baselines(file, wanted)),
            attempt=attempt,
            attempts=wanted.repeat,
            updates_baselines=wanted.update_baselines,
        )
        for file in files
        for attempt in range(1, wanted.repeat + 1)
    ]


def _missing_secrets(file: JourneyFile, given: Mapping[str, str]) -> Iterator[str]:
    """Yield which secrets of a journey were not given, which step uses them, and how to give them."""
    for name in file.journey.all_secrets:
        if name not in given:
            use = first_use(file.journey, name)
            where = f"{file.path.name}: {use}" if use is not None else file.path.name
            yield f"{where} needs the secret {name}: set ${name} and add --secret {name}"


def _in_browser(file: JourneyFile, engine: EngineName | None) -> JourneyFile:
    """Return the journey for another engine than its own."""
    if engine is None:
        return file
    given = file.journey.browser.model_dump(exclude_unset=True)
    try:
        browser = BrowserOptions.model_validate({**given, "engine": engine})
    except ValidationError as error:
        problem = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InvalidInput(f"{file.path.name}: browser: {problem}", field="--browser") from None
    return JourneyFile(file.path, file.journey.model_copy(update={"browser": browser}))


def _baselines(file: JourneyFile, wanted: LocalRun) -> dict[str, str]:
    """Return the pictures beside a journey; none when they are to be made anew, so that whatever is seen will do."""
    if wanted.update_baselines:
        return {}
    return {key: str(path.absolute()) for key, path in baselines_in(folder_of(file.path)).items()}


def _task(journey: Journey, wanted: LocalRun, secrets: dict[str, str]) -> SlotTask:
    asked = variables_of(wanted.variables)
    named = {kind: "always" for kind in ("trace", "video") if getattr(wanted, kind)}
    policies = ArtifactPolicies.of(journey.artifacts.model_dump(exclude_none=True), wishes_of(wanted.artifacts), named)
    return SlotTask(
        check_type=CHECK_TYPE,
        check_name=journey.name,
        config=journey.model_dump(mode="json", exclude_unset=True, exclude=set(_OUTSIDE_THE_CONFIG)),
        timeout_s=wanted.timeout_s,
        variables={**journey.variables, **asked},
        pinned=tuple(asked),
        secrets=secrets,
        base_url=wanted.base_url,
        artifacts=policies.word,
        artifact_policies=policies.by_kind,
        options=_options(wanted),
    )


def _options(wanted: LocalRun) -> JsonObject:
    options: dict[str, bool | str] = {"headed": True} if wanted.headed else {}
    return options if wanted.network is None else {**options, "har": str(wanted.network)}
