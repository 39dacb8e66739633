"""The language itself: locators, tests on texts, names, ids, conditions, schema and registry."""

from typing import Any, Literal, get_args

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from outrider_engine.errors import DuplicateKind, InvalidInput, PluginError, UnknownVariable
from outrider_engine.hookspecs import hookimpl
from outrider_engine.plugin_manager import load_plugins
from outrider_journeys.actions.builtin import builtin_actions
from outrider_journeys.actions.contract import StepScope
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.browser_options import BrowserOptions
from outrider_journeys.comparing import TextTest
from outrider_journeys.conditions import Condition
from outrider_journeys.locators import Locator
from outrider_journeys.problems import InvalidJourney
from outrider_journeys.roles import Role
from outrider_journeys.selector_syntax import css_problem, xpath_problem
from outrider_journeys.steps import StepModel

GOOD_CSS = [
    "a", "#a.b > c", "*", "svg|a", "> li", "li:nth-child(2n+1)", "a::before", "[data-x=y]", "[type=checkbox i]",
    'li:has-text("Foo, (bar)")', "button:near(:text('x'), 120)", "div:has(> img):not(.y, .z)", ".a\\:b", "#1a",
    ".größe", "[data-id='{{ID}}']", "#{{ID}}", "li:nth-match(:text('Buy'), 3)", "[a|=b]", "a + b ~ c",
]  # fmt: skip
BAD_CSS = [
    "", "a[", "a]", "a[]", "a,,b", "a >", "a > > b", "a:", "a..b", "1a", "a{", "[a=b c]", "text=Foo", 'a["]', "a >> b",
    "@a", ":is(" * 40 + ")" * 40,
]  # fmt: skip
GOOD_XPATH = [
    "//a", "/html/body", "(//a)[1]", "count(//a) > 1", "//*[local-name()='a']", "ancestor::div", "//a | //b", "..",
    "//a[text()=\"it's\"]", "//a[@x and not(@y)]", "//a[contains(., '[')]", "//a[position() < 3]", "//td[ div ]",
]  # fmt: skip
BAD_XPATH = [
    "",
    "//",
    "//a/",
    "//a[",
    "//a[]",
    "//a[@]",
    "//a[@x='1]",
    "//a[@x and ]",
    "ancestor::",
    "///a",
    "//a[@x=]",
]


@pytest.mark.parametrize("selector", GOOD_CSS)
def test_css_that_a_browser_may_accept_is_accepted(selector: str) -> None:
    assert css_problem(selector) is None


@pytest.mark.parametrize("selector", BAD_CSS)
def test_css_that_no_browser_accepts_is_refused(selector: str) -> None:
    assert css_problem(selector)


@pytest.mark.parametrize("expression", GOOD_XPATH)
def test_xpath_that_a_browser_may_accept_is_accepted(expression: str) -> None:
    assert xpath_problem(expression) is None


@pytest.mark.parametrize("expression", BAD_XPATH)
def test_xpath_that_no_browser_accepts_is_refused(expression: str) -> None:
    assert xpath_problem(expression)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_selectors_of_any_kind_are_judged_without_breaking(text: str) -> None:
    assert all(isinstance(problem, str | None) for problem in (css_problem(text), xpath_problem(text)))


def test_the_roles_are_those_of_playwright() -> None:
    assert set(get_args(Role)) == set(get_args(Page.get_by_role.__annotations__["role"]))


@pytest.mark.parametrize(
    ("bare", "whole"),
    [
        pytest.param("#buy", {"css": "#buy"}, id="CSS"),
        pytest.param("//button", {"xpath": "//button"}, id="XPath"),
        pytest.param("xpath=..", {"xpath": ".."}, id="XPath by name"),
        pytest.param("css=a", {"css": "a"}, id="CSS by name"),
    ],
)
def test_a_bare_text_is_css_or_xpath(bare: str, whole: dict[str, str]) -> None:
    assert Locator.model_validate(bare) == Locator.model_validate(whole)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        pytest.param({}, "exactly one of role, label", id="nothing"),
        pytest.param({"role": "button", "css": "a"}, "role and css are given", id="two"),
        pytest.param({"css": "a", "name": "x"}, "name only goes with role", id="name"),
        pytest.param({"css": "a", "exact": True}, "exact does not go with css", id="exact"),
        pytest.param({"css": "a", "frame": ["b["]}, "not a CSS selector", id="frame"),
        pytest.param({"css": "a", "nht": 1}, "Extra inputs", id="typing error"),
    ],
)
def test_a_locator_that_means_nothing_is_refused(wrong: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Locator.model_validate(wrong)


NAMED = {
    "Open /cart": {"action": "goto", "url": "/cart"},
    "Click button “Buy”": {"action": "click", "locator": {"role": "button", "name": "Buy"}},
    "Fill field “E-mail”": {"action": "fill", "locator": {"label": "E-mail"}, "value": "{{SECRET}}"},
    "Press Enter": {"action": "press", "key": "Enter"},
    "Expect “Thank you”": {"action": "expect_text", "text": "Thank  you"},
    "Select “Iceland” in field “Country”": {
        "action": "select_option",
        "locator": {"label": "Country"},
        "label": "Iceland",
    },
    "Wait until .spinner is hidden": {"action": "wait_for", "locator": ".spinner", "state": "hidden"},
    "Keep text of #order as ORDER": {"action": "extract", "variable": "ORDER", "locator": "#order"},
    "Check that #total has a text that equals “42”": {
        "action": "assert",
        "locator": "#total",
        "text": {"equals": "42"},
    },
    "Check that the page has a title that contains “Cart”": {"action": "assert", "title": "Cart"},
    "Go back": {"action": "back"},
}


@pytest.mark.parametrize(("name", "step"), [pytest.param(name, step, id=name) for name, step in NAMED.items()])
def test_a_step_without_a_name_is_called_by_what_it_does(actions: StepActions, name: str, step: dict[str, Any]) -> None:
    assert actions.parse({"steps": [step]}).steps[0].display_name == name


def test_ids_stay_when_other_steps_come(actions: StepActions) -> None:
    buy = {"action": "click", "locator": {"role": "button", "name": "Buy"}}
    home = {"action": "goto", "url": "/"}
    before = actions.parse({"steps": [buy, buy, {"id": "end", "action": "back"}]}).step_ids
    after = actions.parse({"steps": [home, buy, home, buy, {"id": "end", "action": "back"}]}).step_ids
    assert before == ("click-button-buy", "click-button-buy-2", "end")
    assert set(before) < set(after)


def test_a_derived_id_makes_way_for_a_given_one(actions: StepActions) -> None:
    steps = [{"action": "back"}, {"id": "go-back", "action": "reload"}]
    assert actions.parse({"steps": steps}).step_ids == ("go-back-2", "go-back")


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=8), max_size=12))
def test_ids_are_always_different_and_always_the_same(names: list[str]) -> None:
    data = {"steps": [{"action": "back", "name": name} for name in names]}
    ids = BUILT_IN.parse(data).step_ids
    assert len(set(ids)) == len(ids)
    assert ids == BUILT_IN.parse(data).step_ids


@pytest.mark.parametrize(
    ("test", "text", "passes"),
    [
        pytest.param("buy", "now buy it", True, id="bare"),
        pytest.param({"equals": "a b"}, " a\n b ", True, id="white space"),
        pytest.param({"equals": "A"}, "a", False, id="case"),
        pytest.param({"equals": "A", "ignore_case": True}, "a", True, id="case ignored"),
        pytest.param({"matches": "^[0-9]+$"}, "123", True, id="pattern"),
        pytest.param({"matches": "ABC", "ignore_case": True}, "abc", True, id="pattern without case"),
        pytest.param({"not_matches": "[0-9]"}, "a1", False, id="no pattern"),
        pytest.param({"starts_with": "a", "ends_with": "c"}, "abc", True, id="both"),
        pytest.param({"starts_with": "a", "ends_with": "c"}, "abd", False, id="one of both"),
        pytest.param({"not_contains": "x"}, "abc", True, id="without"),
        pytest.param({"contains": "x"}, None, False, id="no text"),
    ],
)
def test_texts_are_judged(test: Any, text: str | None, passes: bool) -> None:
    assert (TextTest.model_validate(test).problem_with(text) is None) is passes


def test_a_variable_in_a_pattern_only_means_itself() -> None:
    rendered = TextTest(matches="^{{WHAT}}$").rendered({"WHAT": "a.c"})
    assert rendered.problem_with("a.c") is None
    assert rendered.problem_with("abc")


def test_an_unknown_variable_in_a_test_is_named() -> None:
    with pytest.raises(UnknownVariable, match="NAME"):
        TextTest(equals="{{NAME}}").rendered({})


@pytest.mark.parametrize(
    ("condition", "variables", "runs"),
    [
        pytest.param({"variable": "A", "equals": "1"}, {"A": "1"}, True, id="equal"),
        pytest.param({"variable": "A", "equals": "1"}, {"A": "2"}, False, id="not equal"),
        pytest.param({"variable": "A", "equals": "1"}, {}, False, id="not set"),
        pytest.param({"variable": "A", "exists": False}, {}, True, id="must not exist"),
        pytest.param({"variable": "A", "exists": False}, {"A": ""}, False, id="exists"),
        pytest.param({"variable": "A", "exists": True}, {"A": ""}, True, id="must exist"),
        pytest.param({"variable": "A", "equals": "{{B}}"}, {"A": "x", "B": "x"}, True, id="another variable"),
    ],
)
def test_conditions_decide_by_a_variable(condition: dict[str, Any], variables: dict[str, str], runs: bool) -> None:
    assert (Condition.model_validate(condition).objection(variables) is None) is runs


def test_a_device_that_playwright_does_not_know_is_refused_with_those_it_knows() -> None:
    with pytest.raises(InvalidInput, match=r"browser\.device: there is no device 'Nokia' \(allowed: iPhone\)"):
        BrowserOptions(device="Nokia").context_options({"iPhone": {}})


def test_browser_options_become_arguments_of_playwright() -> None:
    options = BrowserOptions.model_validate(
        {
            "device": "Phone",
            "viewport": {"width": 400, "height": 300},
            "extra_headers": {"X-Key": "{{KEY}}"},
            "timezone": "UTC",
        }
    )
    devices = {"Phone": {"has_touch": True, "viewport": {"width": 1, "height": 1}, "default_browser_type": "webkit"}}
    assert options.context_options(devices, lambda text: text.replace("{{KEY}}", "k")) == {
        "has_touch": True,
        "viewport": {"width": 400, "height": 300},
        "extra_http_headers": {"X-Key": "k"},
        "timezone_id": "UTC",
    }


def test_options_of_environment_become_arguments_of_playwright() -> None:
    options = BrowserOptions.model_validate(
        {
            "geolocation": {"latitude": 52.52, "longitude": 13.4},
            "permissions": ["geolocation", "notifications", "geolocation"],
            "http_credentials": {"username": "ada", "password": "{{KEY}}", "origin": "https://staging.example"},
            "offline": True,
            "java_script": False,
            "reduced_motion": "reduce",
            "is_mobile": True,
            "has_touch": True,
            "device_scale_factor": 2,
            "storage_state": "shop",
        }
    )
    assert options.context_options({}, lambda text: text.replace("{{KEY}}", "k")) == {
        "geolocation": {"latitude": 52.52, "longitude": 13.4, "accuracy": 0},
        "permissions": ["geolocation", "notifications"],
        "http_credentials": {"username": "ada", "password": "k", "origin": "https://staging.example"},
        "offline": True,
        "java_script_enabled": False,
        "reduced_motion": "reduce",
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 2,
    }


def test_firefox_is_never_mobile() -> None:
    with pytest.raises(ValueError, match="firefox can't be mobile"):
        BrowserOptions(engine="firefox", is_mobile=True)
    phone, desktop = {"is_mobile": True}, {"is_mobile": False, "has_touch": False}
    with pytest.raises(InvalidInput, match=r"browser\.device: 'Phone' is a mobile device, which firefox can't be"):
        BrowserOptions(engine="firefox", device="Phone").context_options({"Phone": phone})
    assert BrowserOptions(engine="firefox", device="Desk").context_options({"Desk": desktop}) == {"has_touch": False}


BUILT_IN = StepActions([("journeys", builtin_actions())])


def test_the_schema_is_valid_and_accepts_every_example(actions: StepActions) -> None:
    schema = actions.journey_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(schema)
    validator = jsonschema_rs.validator_for(schema)
    for name in actions:
        examples = actions[name].model.model_json_schema()["examples"]
        validator.validate({"name": name, "steps": examples})
        assert len(actions.parse({"steps": examples}).steps) == len(examples)


def test_the_schema_describes_every_action_and_every_field(actions: StepActions) -> None:
    for name in actions:
        schema = actions[name].model.model_json_schema()
        assert schema["description"]
        without = [field for field, about in schema["properties"].items() if "description" not in about]
        assert without == ["action"]


class NapStep(StepModel):
    """Do nothing."""

    action: Literal["nap"]


class Nap:
    """A stranger's action."""

    name = "nap"
    title = "Nap"
    model = NapStep

    def run(self, step: NapStep, scope: StepScope) -> None:
        scope.note(slept=True)


class Stranger:
    """A stranger's plugin."""

    @hookimpl
    def outrider_register_step_actions(self) -> list[Nap]:
        return [Nap()]


def test_a_strangers_action_is_part_of_the_language() -> None:
    actions = StepActions.installed(load_plugins(extra=[("stranger", Stranger())]))
    assert actions.parse({"steps": [{"action": "nap"}]}).steps[0].display_name == "Nap"
    assert "NapStep" in actions.journey_schema()["$defs"]
    assert {"goto", "nap"} < set(actions)


def test_the_language_of_a_set_of_plugins_is_made_once_and_not_shared_with_another() -> None:
    plugins = load_plugins()
    assert StepActions.installed(plugins) is StepActions.installed(plugins)
    assert "nap" in StepActions.installed(load_plugins(extra=[("stranger", Stranger())]))
    assert "nap" not in StepActions.installed(plugins)


def test_two_actions_of_one_name_are_refused_with_both_plugins() -> None:
    with pytest.raises(DuplicateKind, match=r"'nap' is offered by both one and two"):
        StepActions([("one", [Nap()]), ("two", [Nap()])])


class Mute:
    name = "mute"
    title = "Mute"
    model = NapStep


@pytest.mark.parametrize("offered", [pytest.param([Mute()], id="another name"), pytest.param([], id="nothing")])
def test_an_action_that_breaks_its_contract_is_refused(offered: list[Any]) -> None:
    with pytest.raises(PluginError):
        StepActions([("mute", offered)])


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        pytest.param({"base_url": "shop.example"}, "base_url: must begin with http://", id="address"),
        pytest.param({"base_url": "http://[::1"}, "base_url: not an address", id="brackets"),
        pytest.param({"secrets": ["A"], "variables": {"A": "x"}}, "A is both a variable and a secret", id="both"),
        pytest.param({"variables": {"a b": "x"}}, "variables", id="name of a variable"),
        pytest.param({"steps": "x"}, "steps: must be a list", id="no list"),
        pytest.param({"steps": [{"action": "click"}]}, "steps[0]: locator is missing", id="no locator"),
        pytest.param(
            {"steps": [{"action": "click", "locator": "a", "locators": ["b"]}]},
            "steps[0]: give either locator or locators",
            id="both locators",
        ),
        pytest.param({"steps": [{"action": "assert"}]}, "steps[0]: nothing is judged", id="judges nothing"),
        pytest.param({"steps": [{"action": "assert", "count": 1}]}, "count needs a locator", id="count of nothing"),
        pytest.param({"steps": [{"action": "wait_for"}]}, "exactly one of", id="waits for nothing"),
        pytest.param(
            {"steps": [{"action": "back", "when": {"variable": "A"}}]}, "steps[0].when: give a test", id="when"
        ),
        pytest.param({"steps": [{"action": "back", "timeout": 0}]}, "steps[0].timeout", id="no time"),
        pytest.param({"browser": {"viewport": {"width": 1, "height": 1}}}, "browser.viewport.width", id="tiny"),
        pytest.param({"browser": {"extra_headers": {"a": "b\r\nc"}}}, "browser.extra_headers.a", id="header"),
        pytest.param([], "must be an object", id="a list"),
    ],
)
def test_a_journey_that_means_nothing_is_refused_by_field(actions: StepActions, wrong: Any, problem: str) -> None:
    with pytest.raises(InvalidJourney) as caught:
        actions.parse(wrong)
    assert problem in str(caught.value)
