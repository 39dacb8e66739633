"""Reading journeys: what is accepted, and how everything else is refused."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from outrider_engine.errors import InvalidInput
from outrider_journeys.actions.builtin import builtin_actions
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.loading import LARGEST, load_journey, parse_journey
from outrider_journeys.problems import InvalidJourney

EXAMPLES = sorted(Path("journeys/examples").glob("*.journey.*"))

BROKEN = """\
name: Checkout
steps:
  - action: goto
  - action: klick
    locator: "#buy"
  - action: click
    locator:
      role: buton
  - action: fill
    locator: "a["
    value: x
  - action: assert
    locator: "#total"
    text: {matches: "(a"}
    colour: red
  - {id: again, action: back}
  - {id: again, action: back}
"""


def refusal(content: str | bytes, actions: StepActions) -> InvalidJourney:
    with pytest.raises(InvalidJourney) as caught:
        parse_journey(content, actions, source="shop.journey.yaml")
    return caught.value


def test_every_problem_names_its_file_line_and_field(actions: StepActions) -> None:
    lines = str(refusal(BROKEN, actions)).splitlines()
    starts = [line.partition(" (")[0] for line in lines]
    assert starts == [
        "shop.journey.yaml:3: steps[0].url: is missing",
        "shop.journey.yaml:4: steps[1].action: no such action; did you mean `click`?",
        "shop.journey.yaml:8: steps[2].locator.role: is not one of the values that are allowed; did you mean `button`?",
        "shop.journey.yaml:10: steps[3].locator: not a CSS selector: ] is missing",
        "shop.journey.yaml:14: steps[4].text.matches: not a pattern of RE2: missing ):",
        "shop.journey.yaml:15: steps[4].colour: is not a known field",
    ]
    assert "allowed: goto, reload, back" in lines[1]
    assert "button" in lines[2]
    assert "locators" in lines[5]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("baseUrl: https://a", "baseUrl: is not a known field; did you mean `base_url`? (allowed: name,"),
        ("browser: {viewprot: {}}", "browser.viewprot: is not a known field; did you mean `viewport`?"),
        ("journeys: {a: {stps: []}}", "journeys.a.stps: is not a known field; did you mean `steps`?"),
    ],
)
def test_a_misspelt_field_is_told_with_the_one_that_was_meant(wrong: str, told: str, actions: StepActions) -> None:
    assert f": {told}" in str(refusal(f"{wrong}\nsteps: [{{action: back}}]\n", actions))


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (
            "{action: click, locator: {rol: button}}",
            "locator.rol: is not a known field; did you mean `role`? (allowed: ",
        ),
        ("{action: assert, title: {contians: a}}", "title.contians: is not a known field; did you mean `contains`?"),
        (
            "{action: click, locator: a, expects: [{dowload: {}}]}",
            "expects[0].dowload: is not a known field; did you mean",
        ),
        (
            "{action: group, steps: [{action: back, tmeout: 3}]}",
            "steps[0].tmeout: is not a known field; did you mean `t",
        ),
    ],
)
def test_fields_within_fields_are_guessed_too(step: str, told: str, actions: StepActions) -> None:
    assert f"steps[0].{told}" in str(refusal(f"steps: [{step}]", actions))


def test_an_id_that_is_given_twice_is_refused_at_its_line(actions: StepActions) -> None:
    steps = "steps:\n  - {id: again, action: back}\n  - {id: again, action: back}\n"
    assert str(refusal(steps, actions)) == "shop.journey.yaml:3: steps[1].id: 'again' is the id of steps[0] already"


def test_the_first_problem_is_what_the_api_shows(actions: StepActions) -> None:
    error = refusal(BROKEN, actions)
    assert isinstance(error, InvalidInput)
    assert (error.field, error.problem) == ("steps[0].url", "is missing")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param("a: &a [1]\nb: *a", "anchors (&name) are not allowed", id="anchor"),
        pytest.param("b: *a", "aliases (*name) are not allowed", id="alias"),
        pytest.param("!!python/object:os.system {}", "tags (tag:yaml.org,2002:python/object:os.system)", id="tag"),
        pytest.param("[" * 100_000, "nested deeper than 40 levels", id="deep YAML"),
        pytest.param('{"a":' * 100_000, "nested deeper than 40 levels", id="deep JSON"),
        pytest.param("a: 1\nb: 2\na: 3", "3: 'a' is given twice", id="key twice"),
        pytest.param('{"a": 1, "a": 2}', "'a' is given twice", id="key twice in JSON"),
        pytest.param("a: 1\n---\nb: 2", "2: a second document begins", id="two documents"),
        pytest.param("- action: back", "a journey is an object", id="list"),
        pytest.param("", "a journey is an object", id="nothing"),
        pytest.param(b"\xff\xfe", "is not text in UTF-8", id="bytes"),
        pytest.param("name: a\0b", "contains NUL", id="NUL"),
        pytest.param('{"name": "\\ud800"}', "lone surrogate", id="surrogate"),
        pytest.param('{"version": NaN}', "NaN is not a number", id="NaN"),
        pytest.param("name: [", "not YAML", id="no YAML"),
        pytest.param("? [a]\n: b", "cannot be a key", id="list as key"),
        pytest.param("x" * (LARGEST + 1), "is larger than 5,000,000 bytes", id="large"),
        pytest.param(
            "steps:\n" + "- {action: back}\n" * 10_001, "has more than 10000 items, there are 10001", id="long"
        ),
        pytest.param(f"x: [{'a,' * 500_000}]", "more than 400000 values", id="many values"),
        pytest.param('{"version": ' + "9" * 5000 + "}", "version", id="huge integer"),
    ],
)
def test_what_is_no_journey_is_refused_in_one_sentence(
    content: str | bytes, problem: str, actions: StepActions
) -> None:
    text = str(refusal(content, actions))
    assert problem in text
    assert text.startswith("shop.journey.yaml:")
    assert "\n" not in text


@pytest.mark.parametrize("is_json", [True, False])
def test_as_many_wrong_steps_as_there_may_be_are_refused_in_seconds(is_json: bool, actions: StepActions) -> None:
    steps = [{"action": "clack"}] * 9_999
    lines = "".join("- {action: clack}\n" for _ in steps)
    content = json.dumps({"steps": steps}) if is_json else f"steps:\n{lines}"
    began = time.process_time()
    text = str(refusal(content, actions))
    assert time.process_time() - began < 10
    assert text.startswith(f"shop.journey.yaml:{1 if is_json else 2}: steps[0].action: no such action")
    assert text.endswith("and 9979 more")


def test_as_many_steps_as_there_may_be_are_a_journey(actions: StepActions) -> None:
    assert len(parse_journey("steps:\n" + "- {action: back}\n" * 10_000, actions).steps) == 10_000


def test_what_is_wrong_in_a_large_journey_is_told_without_its_line(actions: StepActions) -> None:
    text = str(refusal("steps:\n" + "- {action: back}\n" * 60_000, actions))
    assert text == "shop.journey.yaml: steps: has more than 10000 items, there are 60000"


def test_variables_are_the_texts_that_were_written(actions: StepActions) -> None:
    variables = "variables: {A: no, B: true, C: 1, D: 1.5, E: 0123, H: 1.50, F: 2026-01-01, G: '1'}"
    journey = parse_journey(variables, actions)
    assert journey.variables == {
        "A": "no",
        "B": "true",
        "C": "1",
        "D": "1.5",
        "E": "0123",
        "H": "1.50",
        "F": "2026-01-01",
        "G": "1",
    }


def test_a_file_without_a_name_is_called_like_its_file(tmp_path: Path, actions: StepActions) -> None:
    (tmp_path / "log-in.journey.yaml").write_text("steps: [{action: goto, url: 'http://a.example/'}]")
    assert load_journey(tmp_path / "log-in.journey.yaml", actions).name == "log-in"


def test_a_file_that_is_not_there_is_named(tmp_path: Path, actions: StepActions) -> None:
    with pytest.raises(InvalidJourney, match=r"no\.yaml: cannot be read: No such file"):
        load_journey(tmp_path / "no.yaml", actions)


def upload(path: str) -> str:
    return f"steps: [{{action: upload, locator: '#f', files: [{{path: '{path}'}}]}}]"


def test_uploads_named_by_path_become_part_of_the_journey(tmp_path: Path, actions: StepActions) -> None:
    (tmp_path / "cv.pdf").write_bytes(b"\x00pdf")
    (tmp_path / "apply.yaml").write_text(upload("cv.pdf"))
    (file,) = load_journey(tmp_path / "apply.yaml", actions).model_dump()["steps"][0]["files"]
    assert file == {"name": "cv.pdf", "text": None, "base64": "AHBkZg==", "content_type": "application/pdf"}


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/passwd", "missing.txt", "."])
def test_uploads_cannot_leave_the_folder_of_the_journey(tmp_path: Path, actions: StepActions, path: str) -> None:
    (tmp_path / "secret.txt").write_text("x")
    folder = tmp_path / "journeys"
    folder.mkdir()
    (folder / "apply.yaml").write_text(upload(path))
    with pytest.raises(InvalidJourney, match=r"apply\.yaml:1: steps\[0\]\.files\[0\]\.path: "):
        load_journey(folder / "apply.yaml", actions)


def test_a_journey_that_does_not_come_from_a_file_cannot_name_one(actions: StepActions) -> None:
    assert "steps[0].files[0].path: is not a known field" in str(refusal(upload("cv.pdf"), actions))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in EXAMPLES])
def test_the_examples_load_and_survive_a_round_trip(path: Path, actions: StepActions) -> None:
    journey = load_journey(path, actions)
    assert journey.steps
    assert actions.parse(json.loads(journey.model_dump_json(exclude_unset=True))) == journey


def test_there_are_examples_in_both_spellings() -> None:
    assert {path.suffix for path in EXAMPLES} == {".yaml", ".json"}


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAMES = st.sampled_from(["name", "steps", "action", "goto", "click", "url", "locator", "role", "css", "frame", "when"])
TREES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | NAMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | TEXTS, inner, max_size=5),
    max_leaves=25,
)


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_no_text_whatever_breaks_the_reader(content: str | bytes) -> None:
    journey = read_or_none(content)
    assert journey is None or journey.steps == ()


@settings(max_examples=200, deadline=None)
@given(TREES, st.booleans())
def test_no_tree_whatever_breaks_the_reader(tree: Any, as_json: bool) -> None:
    steps = {"steps": [tree, {"action": "click", "locator": tree}, {"action": "assert", "text": tree}]}
    content = json.dumps(steps) if as_json else yaml.safe_dump(steps, allow_unicode=True)
    assert read_or_none(content) is None


BUILT_IN = StepActions([("journeys", builtin_actions())])


def read_or_none(content: str | bytes) -> Any:
    try:
        return parse_journey(content, BUILT_IN)
    except InvalidJourney:
        return None


@pytest.mark.parametrize(
    "step",
    [
        {"action": "mock_response", "url": "**/stock", "file": {"path": "answer.json"}},
        {"action": "mock_from_har", "file": {"path": "answer.json"}},
    ],
    ids=lambda step: step["action"],
)
def test_answers_of_mocks_are_taken_in(step: dict[str, Any], tmp_path: Path, actions: StepActions) -> None:
    (tmp_path / "answer.json").write_text("{}")
    (tmp_path / "a.journey.json").write_text(json.dumps({"steps": [{"action": "group", "steps": [step]}]}))
    (group,) = load_journey(tmp_path / "a.journey.json", actions).steps
    file = group.nested()[0].file  # type: ignore[attr-defined]
    assert (file.name, file.content_type, file.content(str)) == ("answer.json", "application/json", b"{}")


SIGN_IN = "name: Sign in\nsecrets: [PASSWORD]\nsteps: [{action: goto, url: /login}]\n"


@pytest.mark.parametrize("name", ["sign-in.journey.yaml", "sign-in", "Sign in"])
def test_journeys_that_are_called_are_found_beside_the_file(tmp_path: Path, actions: StepActions, name: str) -> None:
    (tmp_path / ("other.journey.yml" if name == "Sign in" else "sign-in.journey.yaml")).write_text(SIGN_IN)
    (tmp_path / "broken.journey.yaml").write_text("steps: [")
    (tmp_path / "middle.journey.yaml").write_text(f"steps: [{{action: call, journey: {name}}}]")
    path = tmp_path / "shop.journey.yaml"
    path.write_text("steps:\n- {action: group, steps: [{action: call, journey: middle}]}\n")
    journey = load_journey(path, actions)
    assert list(journey.journeys) == ["middle", name]
    assert journey.journeys[name].name == "Sign in"
    assert journey.all_secrets == ("PASSWORD",)
    assert len(list(journey.all_steps())) == 4
    assert not load_journey(path, actions, with_called=False).journeys


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (
            {"a": "{action: call, journey: b}"},
            "shop.journey.yaml:2: steps[0].journey: there is no journey 'b' beside this file",
        ),
        ({"a": "{action: call, journey: a}"}, "the journey 'a' calls itself: a → a"),
        ({"a": "{action: call, journey: b}", "b": "{action: call, journey: a}"}, "calls itself: a → b → a"),
        ({"a": "{action: call, journey: ../a}"}, "there is no journey '../a'"),
        ({"a": "{action: call, journey: b}", "b": "{"}, "steps[0].journey: b.journey.yaml: "),
        ({"a": "{action: call, journey: b}", "b": "{action: fly}"}, "journeys.b.steps[0].action: no such action"),
        (
            {"a": "{action: call, journey: a0}"}
            | {f"a{number}": f"{{action: call, journey: a{number + 1}}}" for number in range(11)}
            | {"a11": "{action: reload}"},
            "journeys call one another more than 10 deep: a → a0",
        ),
    ],
)
def test_what_cannot_be_called_is_refused(
    tmp_path: Path, actions: StepActions, files: dict[str, str], problem: str
) -> None:
    for name, step in files.items():
        (tmp_path / f"{name}.journey.yaml").write_text(f"steps: [{step}]")
    path = tmp_path / "shop.journey.yaml"
    path.write_text("steps:\n- {action: call, journey: a}\n")
    with pytest.raises(InvalidJourney) as refused:
        load_journey(path, actions)
    assert problem in str(refused.value)
