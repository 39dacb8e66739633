"""Collecting journey files: each is a module with one test, so that all that pytest does to tests is done to it."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from os import PathLike
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

from outrider_engine.errors import OutriderError
from outrider_engine.plugin_manager import load_plugins
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.loading import load_journey
from outrider_journeys.model import Journey

from .fixtures import fixtures_for
from .walking import JourneyFailed, test_of

_NOT_IN_NAMES = re.compile(r"::|[\[\]\x00-\x1f\x7f]")
_NOT_IN_MARKS = re.compile(r"[^\w.-]+")


class JourneyFile(pytest.Module):
    """A journey file; its one item is called like the journey."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Read the journey."""
        journey = _read(self.path)
        module = ModuleType(self.path.name.replace(".", "_"), journey.description or None)
        name = " ".join(_NOT_IN_NAMES.sub(" ", journey.name).split()) or self.path.name
        test = test_of(journey, installed_actions(), module.__name__)
        setattr(module, name, test)
        if self.config.pluginmanager.has_plugin("playwright"):
            vars(module).update(fixtures_for(journey, module.__name__))
        self.obj = module
        for item in super().collect():
            _tag(item, journey.tags)
            if "engine" in journey.browser.model_fields_set:
                item.add_marker(pytest.mark.only_browser(journey.browser.engine))
            yield item

    def _getobj(self) -> ModuleType:
        module: ModuleType = self.obj
        return module

    def istestfunction(self, obj: object, name: str) -> bool:
        """Whether it is the one test, whatever tests are called here."""
        return isinstance(obj, FunctionType) and hasattr(obj, "walks")

    def istestclass(self, obj: object, name: str) -> bool:
        """Journeys have no classes."""
        return False

    def _genfunctions(self, name: str, funcobj: Any) -> Iterator["JourneyItem"]:
        """Make items of our own of what pytest makes of the test: one for each browser."""
        for made in super()._genfunctions(name, funcobj):
            yield JourneyItem.from_parent(
                self,
                name=made.name,
                callspec=getattr(made, "callspec", None),
                callobj=made.obj,
                fixtureinfo=made._fixtureinfo,
                originalname=made.originalname,
            )


class JourneyItem(pytest.Function):
    """The walk of a journey in one browser."""

    lists_its_steps = True

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """Tell that it is in the journey file."""
        return self.path, None, self.name

    def repr_failure(  # type: ignore[override]  # as in pytest's own class
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> Any:
        """Tell the steps instead of where our code was."""
        if isinstance(excinfo.value, JourneyFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


@cache
def installed_actions() -> StepActions:
    """Return the language that the installed plugins make together."""
    return StepActions.installed(load_plugins())


def _read(path: Path) -> Journey:
    try:
        return load_journey(path, installed_actions())
    except OutriderError as error:
        raise pytest.Collector.CollectError(str(error)) from None


def _tag(item: pytest.Item | pytest.Collector, tags: Iterable[str]) -> None:
    """Make tags keywords, and markers unless pytest or a plugin takes a marker of that name as an instruction."""
    config = item.config
    taken = {line.split(":")[0].split("(")[0].strip() for line in config.getini("markers") if "(" in line.split(":")[0]}
    for tag in tags:
        item.extra_keyword_matches.add(tag)
        mark = _NOT_IN_MARKS.sub("_", tag).lstrip("_")
        if mark and mark not in taken:
            config.addinivalue_line("markers", f"{mark}: a tag of a journey")
            item.add_marker(mark)
