"""Plugins are found by their entry points, listed, blocked, and refused at the start with their name."""

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from outrider_engine.errors import DuplicateKind, PluginError
from outrider_engine.plugin_manager import load_plugins

Install = Callable[..., None]

WEBHOOK_TOO = """
from outrider_engine.hookspecs import hookimpl
from outrider_engine.testing import RecordingNotifier

@hookimpl
def outrider_register_notifiers():
    return [RecordingNotifier(kind="webhook")]
"""
TOLD = """
from outrider_engine.hookspecs import hookimpl

@hookimpl
def outrider_check_paused(check):
    pass
"""


def test_what_is_installed_is_listed_with_where_it_comes_from(install: Install) -> None:
    install("far-away", TOLD, far="far_away")
    (found,) = [plugin for plugin in load_plugins().installed if plugin.name == "far"]
    assert (found.distribution, found.version, found.module) == ("far-away", "1.2", "far_away")
    assert (found.hooks, found.problem) == (("outrider_check_paused",), None)


def test_the_built_ins_come_by_the_same_group() -> None:
    built_in = {plugin.name for plugin in load_plugins().installed if plugin.distribution == "outrider"}
    assert {"http", "browser", "journeys", "webhook", "log"} <= built_in


def test_a_blocked_plugin_is_not_even_imported(install: Install) -> None:
    install("broken", "raise RuntimeError('imported')")
    (found,) = [plugin for plugin in load_plugins(blocked=["broken"]).installed if plugin.name == "broken"]
    assert found.hooks == ()
    assert found.problem == "blocked by OUTRIDER_BLOCKED_PLUGINS"


def test_a_blocked_built_in_is_gone() -> None:
    plugins = load_plugins(blocked=["webhook"])
    assert "webhook" not in plugins.notifiers
    assert "log" in plugins.notifiers


def test_blocking_what_is_not_installed_is_said() -> None:
    with capture_logs() as lines:
        load_plugins(blocked=["webhok"])
    assert [(line["log_level"], line["plugin"]) for line in lines] == [("warning", "webhok")]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        pytest.param("raise RuntimeError('out of order')", ["can't be imported", "out of order"], id="raises"),
        pytest.param("import a_module_that_is_not_there", ["can't be imported", "a_module_that"], id="needs more"),
        pytest.param("def (", ["can't be imported"], id="syntax"),
        pytest.param(
            TOLD.replace("_paused", "_pausd"), ["outrider_check_pausd"], id="misspelt hook, found by its mark"
        ),
        pytest.param(TOLD.replace("(check)", "(chek)"), ["outrider_check_paused", "chek"], id="argument"),
        pytest.param(TOLD.replace("@hookimpl", ""), ["outrider_check_paused", "@hookimpl"], id="not marked"),
        pytest.param(TOLD.replace("def ", "async def "), ["outrider_check_paused", "coroutine"], id="coroutine"),
        pytest.param(
            TOLD.replace("@hookimpl", "@hookimpl(wrapper=True)").replace("pass", "yield"), ["wrapper"], id="wrapper"
        ),
    ],
)
def test_what_can_not_work_stops_the_start_and_is_named(install: Install, source: str, told: list[str]) -> None:
    install("wrong-one", source)
    with pytest.raises(PluginError) as refused:
        load_plugins()
    assert not [text for text in ["'wrong-one'", *told] if text not in str(refused.value)]


def test_an_entry_point_that_names_no_module_is_named(install: Install) -> None:
    install("wrong-one", TOLD, wrong="nowhere.to.be.found")
    with pytest.raises(PluginError, match=r"'wrong' \(nowhere\.to\.be\.found\) can't be imported"):
        load_plugins()


def test_two_plugins_of_one_name_can_not_be_told_apart(install: Install) -> None:
    install("wrong-one", TOLD, http="wrong_one")
    with pytest.raises(PluginError, match="two plugins are called 'http'"):
        load_plugins()


def test_a_kind_that_is_taken_names_both_plugins_and_blocking_one_helps(install: Install) -> None:
    install("aaa", WEBHOOK_TOO)
    with pytest.raises(DuplicateKind, match="notifier 'webhook' is offered by both aaa and webhook; block one of them"):
        load_plugins()
    assert load_plugins(blocked=["webhook"]).notifiers["webhook"].title == "Recording"


def test_a_plugin_may_bring_hooks_of_its_own(install: Install) -> None:
    install(
        "own-hooks",
        """
import pluggy

@pluggy.HookspecMarker("outrider")
def outrider_register_colours():
    raise NotImplementedError
""",
        group="outrider.hookspecs",
    )
    install(
        "red",
        """
from outrider_engine.hookspecs import hookimpl

@hookimpl
def outrider_register_colours():
    return ["red"]
""",
    )
    assert load_plugins().offers("outrider_register_colours") == [("red", ("red",))]


STEPS_TOO = """
from outrider_engine.hookspecs import hookimpl

@hookimpl
def outrider_check_paused(check):
    pass

@hookimpl
def outrider_register_step_actions():
    return []
"""


def test_runners_need_check_types_of_processes_and_what_hooks_of_others_add_to_them(install: Install) -> None:
    install("far-away", TOLD, far="far_away")
    install("nearer", STEPS_TOO, near="nearer")
    plugins = load_plugins(blocked=["slack"])
    idle = set(plugins.idle_in_runners())
    assert {"far", "http", "webhook", "api"} <= idle
    assert idle.isdisjoint({"near", "browser", "journeys", "slack"})
