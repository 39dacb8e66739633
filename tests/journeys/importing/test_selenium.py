"""Projects of Selenium IDE: commands, blocks, variables, windows, frames, dialogs, suites."""

import json
from typing import Any

import pytest
from imports import outcomes, read, steps_of

from outrider_journeys.importing.contract import Imported, ImportProblem
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.registry import Importers

Line = tuple[str, ...] | dict[str, Any]


def command(line: Line) -> dict[str, Any]:
    if isinstance(line, dict):
        return {"id": "x", "comment": "", "targets": [], "target": "", "value": "", **line}
    name, target, value = (*line, "", "")[:3]
    return {"id": "x", "comment": "", "command": name, "target": target, "targets": [], "value": value}


def project(*tests: tuple[str, list[Line]], suites: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    made = [{"id": name, "name": name, "commands": [command(line) for line in lines]} for name, lines in tests]
    return {"id": "p", "version": "2.0", "name": "Shop", "url": "https://shop.example", "tests": made} | (
        {"suites": suites} if suites else {}
    )


def imported(importers: Importers, *lines: Line) -> Imported:
    return read(importers, "selenium-side", project(("Buy", list(lines))))


@pytest.mark.parametrize(
    ("line", "made"),
    [
        (("open", "/cart?x"), [{"action": "goto", "url": "/cart?x"}]),
        (("click", "id=buy"), [{"action": "click", "locator": {"css": "#buy"}}]),
        (("clickAt", "id=a", "3,4"), [{"action": "click", "locator": {"css": "#a"}, "position": {"x": 3, "y": 4}}]),
        (("doubleClick", "id=a"), [{"action": "double_click", "locator": {"css": "#a"}}]),
        (("mouseOver", "id=a"), [{"action": "hover", "locator": {"css": "#a"}}]),
        (
            ("mouseDown", "id=a"),
            [{"action": "mouse_move", "locator": {"css": "#a"}}, {"action": "mouse_down"}],
        ),
        (
            ("dragAndDropToObject", "id=a", "id=b"),
            [{"action": "drag", "locator": {"css": "#a"}, "to": {"css": "#b"}}],
        ),
        (("type", "id=a", "${who}"), [{"action": "fill", "locator": {"css": "#a"}, "value": "{{who}}"}]),
        (
            ("sendKeys", "id=a", "x${KEY_CONTROL}a${KEY_SHIFT}b${KEY_ENTER}"),
            [
                {"action": "type", "locator": {"css": "#a"}, "text": "x"},
                {"action": "press", "locator": {"css": "#a"}, "key": "Control+a"},
                {"action": "press", "locator": {"css": "#a"}, "key": "Shift+B"},
                {"action": "press", "locator": {"css": "#a"}, "key": "Enter"},
            ],
        ),
        (("check", "id=a"), [{"action": "check", "locator": {"css": "#a"}}]),
        (("select", "id=a", "label=B"), [{"action": "select_option", "locator": {"css": "#a"}, "label": ["B"]}]),
        (("select", "id=a", "index=2"), [{"action": "select_option", "locator": {"css": "#a"}, "index": 2}]),
        (("pause", "500"), [{"action": "wait_for", "seconds": 0.5, "timeout": 10.5}]),
        (("echo", "Hi ${who}"), [{"action": "note", "text": "Hi {{who}}"}]),
        (("assertText", "id=a", "Hi"), [{"action": "assert", "locator": {"css": "#a"}, "text": {"equals": "Hi"}}]),
        (
            ("verifyNotText", "id=a", "Hi"),
            [{"action": "assert", "locator": {"css": "#a"}, "text": {"not_equals": "Hi"}, "soft": True}],
        ),
        (("assertTitle", "regexp:C.*"), [{"action": "assert", "title": {"matches": "C.*"}}]),
        (("verifyChecked", "id=a"), [{"action": "assert", "locator": {"css": "#a"}, "state": "checked", "soft": True}]),
        (
            ("assertElementNotPresent", "css=.a"),
            [{"action": "assert", "locator": {"css": ".a"}, "count": {"at_least": 0, "at_most": 0}}],
        ),
        (("assert", "total", "5"), [{"action": "assert", "variable": {"name": "total", "equals": "5"}}]),
        (
            ("waitForElementVisible", "id=a", "3000"),
            [{"action": "wait_for", "locator": {"css": "#a"}, "state": "visible", "timeout": 3}],
        ),
        (("store", "5", "total"), [{"action": "set_variable", "variable": "total", "value": "5"}]),
        (
            ("storeText", "id=a", "total"),
            [{"action": "extract", "variable": "total", "locator": {"css": "#a"}, "source": "text"}],
        ),
        (
            ("storeAttribute", "id=a@href", "link"),
            [{
                "action": "extract", "variable": "link", "locator": {"css": "#a"},
                "source": "attribute", "attribute": "href",
            }],
        ),
        (("storeTitle", "", "title"), [{"action": "extract", "variable": "title", "source": "title"}]),
    ],
)  # fmt: skip
def test_each_command(importers: Importers, line: Line, made: list[dict[str, Any]]) -> None:
    assert steps_of(imported(importers, line)) == made


@pytest.mark.parametrize(
    ("target", "locator"),
    [
        ("id=a.b", {"css": '[id="a.b"]'}),
        ("name=q", {"css": '[name="q"]', "nth": 0}),
        ("css=.a > b", {"css": ".a > b", "nth": 0}),
        ("xpath=//a[@x='1']", {"xpath": "//a[@x='1']", "nth": 0}),
        ("//a[1]", {"xpath": "//a[1]", "nth": 0}),
        ("className=big", {"css": '[class~="big"]', "nth": 0}),
    ],
)
def test_each_kind_of_target(importers: Importers, target: str, locator: dict[str, Any]) -> None:
    assert steps_of(imported(importers, ("click", target)))[0]["locator"] == locator


@pytest.mark.parametrize(
    ("target", "name", "xpath"),
    [
        ("linkText=Log in", {"name": "Log in", "exact": True}, '//a[normalize-space()="Log in"]'),
        ('link=a"b', {"name": 'a"b', "exact": True}, "//a[normalize-space()='a\"b']"),
        ("partialLinkText=Log", {"name": "Log"}, '//a[contains(normalize-space(), "Log")]'),
        ("linkText=a\"b'c", {"name": "a\"b'c", "exact": True}, """//a[normalize-space()=concat("a", '"', "b'c")]"""),
    ],
)
def test_links_are_found_by_their_names_and_anchors_by_their_texts(
    importers: Importers, target: str, name: dict[str, Any], xpath: str
) -> None:
    step = steps_of(imported(importers, ("click", target)))[0]
    assert step["locators"] == [{"role": "link", **name, "nth": 0}, {"xpath": xpath, "nth": 0}]


def test_what_was_noted_besides_the_target_follows_it(importers: Importers) -> None:
    noted = [["id=a", "id"], ["css=.b", "css:finder"], ["xpath=//a", "xpath:attributes"]]
    step = steps_of(imported(importers, {"command": "click", "target": "css=.b", "targets": noted}))[0]
    assert step["locators"] == [{"css": ".b", "nth": 0}, {"css": "#a"}, {"xpath": "//a", "nth": 0}]
    step = steps_of(imported(importers, {"command": "click", "target": "css=.new", "targets": noted}))[0]
    assert step["locator"] == {"css": ".new", "nth": 0}


def test_options_are_chosen_not_clicked(importers: Importers) -> None:
    option = ("click", "css=#country > option:nth-child(2)")
    made = imported(importers, ("select", "id=country", "label=Iceland"), option, ("open", "/"), option)
    assert [step["action"] for step in steps_of(made)] == ["select_option", "goto", "evaluate"]
    assert "by the command before" in outcomes(made, Outcome.DROPPED)["tests[0].commands[1]"]


def test_blocks_are_nested_as_they_were(importers: Importers) -> None:
    made = steps_of(
        imported(
            importers,
            ("times", "2"),
            ("if", '${n} == "1"'),
            ("click", "id=a"),
            ("elseIf", "${n} > 3"),
            ("while", "${busy}", "7"),
            ("click", "id=b"),
            ("end",),
            ("else",),
            ("forEach", "items", "item"),
            ("click", "id=c"),
            ("end",),
            ("end",),
            ("end",),
            ("do",),
            ("click", "id=d"),
            ("repeatIf", "${n} < 2", "4"),
        )
    )
    times, repeated = made
    outer = times["steps"][0]
    inner = outer["else"][0]
    assert (times["count"], outer["condition"]) == (2, {"variable": "n", "equals": "1"})
    assert inner["condition"] == {"variable": "n", "greater_than": 3}
    assert (inner["then"][0]["action"], inner["then"][0]["most"]) == ("while", 7)
    assert (inner["else"][0]["items"], inner["else"][0]["as"]) == ("{{items}}", "item")
    body, leave = repeated["steps"]
    assert (repeated["most"], body["action"]) == (4, "click")
    assert leave == {
        "action": "if",
        "condition": {"not": {"variable": "n", "less_than": 2}},
        "then": [{"action": "break"}],
    }


@pytest.mark.parametrize(
    ("lines", "place", "problem"),
    [
        ([("if", "${a}"), ("click", "id=a")], "commands[0]", "never ended"),
        ([("click", "id=a"), ("end",)], "commands[1]", "ends nothing"),
        ([("while", "${a}"), ("else",), ("end",)], "commands[1]", "does not belong"),
        ([("do",), ("end",)], "commands[1]", "does not belong"),
        ([("if", "${a}"), ("else",), ("else",), ("end",)], "commands[2]", "does not belong"),
        ([("run", "Buy")], "commands[0]", "runs itself"),
        ([("times", "2")] * 11 + [("end",)] * 11, "commands[10]", "nested deeper"),
        ([("forEach", "items")], "commands[0]", "needs an array"),
    ],
)
def test_blocks_that_do_not_end_where_they_have_to_are_refused(
    importers: Importers, lines: list[Line], place: str, problem: str
) -> None:
    with pytest.raises(ImportProblem, match=problem) as refused:
        imported(importers, *lines)
    assert refused.value.field == f"tests[0].{place}"


def test_another_test_runs_as_a_group(importers: Importers) -> None:
    made = read(
        importers,
        "selenium-side",
        project(("Buy", [("run", "Log in"), ("click", "id=a")]), ("Log in", [("open", "/login")])),
    )
    group, _ = steps_of(made)
    assert (group["action"], group["name"], group["steps"]) == (
        "group",
        "Log in",
        [{"action": "goto", "url": "/login"}],
    )
    assert [check.name for check in made.checks] == ["Buy", "Log in"]


def test_scripts_get_their_variables_as_arguments(importers: Importers) -> None:
    step = steps_of(imported(importers, ("executeScript", "return ${n} + '${who}'", "sum")))[0]
    assert (step["action"], step["variable"], step["argument"]) == ("evaluate", "sum", ["{{n}}", "{{who}}"])
    assert "return given[0] + given[1]" in step["script"]


@pytest.mark.parametrize(
    ("script", "begin"),
    [
        ("return fetch('/x').then(made => made.status)", "return fetch"),
        ("new Promise(resolve => setTimeout(resolve, 1))", "return new Promise"),
        ("arguments[arguments.length - 1](3)", "arguments["),
    ],
)
def test_asynchronous_scripts_return_a_promise_or_call_back(importers: Importers, script: str, begin: str) -> None:
    (step,) = steps_of(imported(importers, ("executeAsyncScript", script, "made")))
    assert f"const callback = arguments[arguments.length - 1]; {begin}" in step["script"]
    assert "made.then(done, failed)" in step["script"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("You are in!\\nx", "You are in!\nx"),
        ("  a\\\\b ", "a\\b"),
        ("1${nbsp}000", "1\u00a0000"),
        ("${a}\\n${a}", "{{a}}\n{{a}}"),
        ("${env:a}", "{{a}}"),
    ],
)
def test_texts_are_read_as_selenium_ide_does(importers: Importers, value: str, text: str) -> None:
    made = imported(importers, ("store", "1", "a"), ("assertText", "id=a", value))
    assert steps_of(made)[1]["text"] == {"equals": text}
    assert not outcomes(made, Outcome.CHOICE_NEEDED)


def test_opening_a_page_leaves_the_frames(importers: Importers) -> None:
    made = steps_of(imported(importers, ("selectFrame", "index=0"), ("open", "/"), ("click", "id=a")))
    assert made[1] == {"action": "click", "locator": {"css": "#a"}}


@pytest.mark.parametrize(
    ("opened", "base_url", "url"),
    [
        (["https://other.example/a"], "https://other.example", "/a"),
        (["https://other.example/a", "/b"], "https://shop.example", "https://other.example/a"),
        (["/a"], "https://shop.example", "/a"),
    ],
)
def test_a_test_of_another_site_is_based_there(
    importers: Importers, opened: list[str], base_url: str, url: str
) -> None:
    made = imported(importers, *(("open", target) for target in opened))
    assert made.checks[0].definition["base_url"] == base_url
    assert steps_of(made)[0]["url"] == url


def test_what_the_recorder_keeps_for_itself_is_left_out(importers: Importers) -> None:
    noted: Line = {"command": "open", "target": "/", "winHandleId": "root", "frameLocation": "root", "extra": 1}
    source = project(("Buy", [noted])) | {"code": {"tests": []}, "dependencies": {}, "more": 2}
    definition = read(importers, "selenium-side", source).checks[0].definition
    assert definition["imported_from"]["raw"] == {"more": 2}
    assert definition["steps"][0]["imported_from"]["raw"] == {"extra": 1}


def test_the_name_of_a_window_can_be_told(importers: Importers) -> None:
    made = imported(
        importers, ("storeWindowHandle", "first"), ("echo", "${first}"), ("selectWindow", "handle=${first}")
    )
    assert steps_of(made) == [
        {"action": "set_variable", "variable": "first", "value": "main"},
        {"action": "note", "text": "{{first}}"},
    ]


def test_what_a_test_sets_itself_is_no_secret_to_set(importers: Importers) -> None:
    log_in: list[Line] = [("type", "id=a", "${password}")]
    whole: list[Line] = [("store", "correct horse", "password"), ("run", "Log in")]
    made = read(importers, "selenium-side", project(("Log in", log_in), ("Whole", whole)))
    assert [check.definition["secrets"] for check in made.checks] == [["password"], ["PASSWORD"]]


def test_windows_and_frames_are_those_of_the_steps_that_follow(importers: Importers) -> None:
    opens = {"command": "click", "target": "id=a", "opensWindow": True, "windowHandleName": "win7"}
    made = steps_of(
        imported(
            importers,
            ("storeWindowHandle", "root"),
            opens,
            ("selectWindow", "handle=${win7}"),
            ("selectFrame", "index=1"),
            ("selectFrame", "id=inner"),
            ("click", "id=b"),
            ("selectFrame", "relative=parent"),
            ("click", "id=c"),
            ("close",),
            ("selectWindow", "handle=${root}"),
            ("click", "id=d"),
        )
    )
    opening, deep, shallow, closing, back = made
    outer = {"css": "iframe, frame", "nth": 1}
    assert opening["expects"] == [{"popup": "page1"}]
    assert (deep["page"], deep["locator"]["frame"]) == ("page1", [outer, {"css": "#inner"}])
    assert shallow["locator"]["frame"] == [outer]
    assert closing == {"action": "close_page", "page": "page1"}
    assert ("page" in back, "frame" in back["locator"]) == (False, False)


def test_dialogs_are_expected_of_the_step_that_causes_them(importers: Importers) -> None:
    made = steps_of(
        imported(
            importers,
            ("click", "id=a"),
            ("assertConfirmation", "Sure?"),
            ("webdriverChooseCancelOnVisibleConfirmation",),
            ("answerOnNextPrompt", "Ada"),
            ("click", "id=b"),
            ("assertPrompt", "Name?"),
            ("answerOnNextPrompt", "Eve"),
            ("click", "id=c"),
        )
    )
    assert [step["action"] for step in made] == ["click", "click", "handle_dialogs", "click"]
    asked = {"answer": "accept", "text": "Ada", "message": {"equals": "Name?"}}
    assert made[0]["expects"] == [{"dialog": {"answer": "dismiss", "message": {"equals": "Sure?"}}}]
    assert made[1]["expects"] == [{"dialog": asked}]
    assert made[2] == {"action": "handle_dialogs", "answer": "accept", "times": 1, "text": "Eve"}


def test_what_is_switched_off_stays_so(importers: Importers) -> None:
    made = imported(importers, ("//click", "id=a"), {"command": "click", "target": "id=b", "skip": True})
    assert [step["skip"] for step in steps_of(made)] == [True, True]


def test_a_comment_is_no_decision(importers: Importers) -> None:
    made = imported(importers, ("//now we buy",), ("click", "id=a"))
    assert not outcomes(made, Outcome.CHOICE_NEEDED, Outcome.DROPPED)


def test_commands_of_plugins_are_custom_steps(importers: Importers) -> None:
    made = imported(importers, ("frobnicate", "a", "${b}"), ("click", "dom=document.x"), ("setSpeed", "5"))
    assert steps_of(made) == [
        {"action": "custom", "custom": "selenium-side.frobnicate", "parameters": {"target": "a", "value": "{{b}}"}}
    ]
    assert list(outcomes(made, Outcome.DROPPED)) == ["tests[0].commands[1]", "tests[0].commands[2]"]


def test_passwords_are_secrets_however_they_get_into_a_field(importers: Importers) -> None:
    made = imported(
        importers,
        ("store", "correct horse", "password"),
        ("type", "id=a", "${password}"),
        ("type", "css=input[type='password']", "battery staple"),
        ("sendKeys", "id=b", "${API_TOKEN}"),
    )
    definition = made.checks[0].definition
    assert definition["secrets"] == ["PASSWORD", "PASSWORD_2", "API_TOKEN"]
    whole = json.dumps([definition, made.receipt.as_json()])
    assert not [word for word in ("horse", "battery") if word in whole]


def test_variables_that_nothing_sets_are_asked_for(importers: Importers) -> None:
    made = imported(importers, ("type", "id=a", "${who}"), ("store", "1", "n"), ("echo", "${n}"))
    assert made.checks[0].definition["variables"] == {"who": ""}
    assert "set the variable who" in next(iter(outcomes(made, Outcome.CHOICE_NEEDED).values()))


def test_suites_are_tags_or_one_journey_if_their_tests_share_a_session(importers: Importers) -> None:
    tests: list[tuple[str, list[Line]]] = [("A", [("open", "/a")]), ("B", [("open", "/b")]), ("C", [("open", "/c")])]
    suites = [
        {"id": "1", "name": "Together", "persistSession": True, "tests": ["A", "B"]},
        {"id": "2", "name": "Smoke", "tests": ["C"]},
    ]
    made = read(importers, "selenium-side", project(*tests, suites=suites))
    assert [(check.name, check.definition["tags"]) for check in made.checks] == [
        ("Together", ["Together"]),
        ("C", ["Smoke"]),
    ]
    assert [step["name"] for step in steps_of(made)] == ["A", "B"]
