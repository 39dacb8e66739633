"""Whether suites are run at all, and what is said where they are not."""

import pytest

import outrider_plugins.suite as suite_plugin
from outrider_engine.domain.checks import CheckDefinition, Family
from outrider_engine.errors import InvalidInput, SlotError
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.services.check_types import CheckTypes
from outrider_engine.settings import load_settings
from outrider_engine.testing import check_type_problems
from outrider_plugins.suite.check_type import SuiteCheckType
from outrider_plugins.suite.layers import Layers

SUITE = CheckDefinition(name="s", type="suite", family=Family.JOURNEY, config={"code": "def test_a(): pass"})


def types(*, runs_code: bool) -> CheckTypes:
    return CheckTypes(plugins=load_plugins(discover=False, extra=[("suite", suite_plugin)], runs_code=runs_code))


def test_the_check_type_keeps_its_contract() -> None:
    assert check_type_problems(SuiteCheckType()) == []


def test_a_server_without_suites_refuses_them_and_says_which_setting_decides() -> None:
    off = types(runs_code=False)
    with pytest.raises(
        InvalidInput, match=r"run code of their authors, which is off on this server \(OUTRIDER_SUITES\)"
    ):
        off.refuse_switched_off("suite")
    assert "OUTRIDER_SUITES" in (off.runnable_problem(SUITE) or "")
    on = types(runs_code=True)
    on.refuse_switched_off("suite")
    assert on.runnable_problem(SUITE) is None


@pytest.mark.parametrize(
    ("given", "when"),
    [
        ({}, "if_confined"),
        ({"suites": "on"}, "on"),
        ({"suites": "off"}, "off"),
        ({"egress": "public"}, "off"),
        ({"egress": "public", "suites": "on"}, "if_namespaces"),
    ],
)
def test_servers_of_several_organizations_run_none_unless_they_are_told_to(given: dict[str, str], when: str) -> None:
    assert load_settings(given).suites_run == when


def test_a_runner_without_suites_prepares_none() -> None:
    with pytest.raises(SlotError, match="suites are off"):
        SuiteCheckType().prepare({})


def test_the_layers_are_told_in_words() -> None:
    assert Layers(52_000, namespaces=True).described()[:2] == [
        "file system, processes and network of its own (namespaces)",
        "user of its own",
    ]
    assert not Layers(None, namespaces=False).are_strong
