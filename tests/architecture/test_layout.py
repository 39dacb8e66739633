"""The house as the design lays it out: folders, sizes, names."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 50
NINE_OF_TEN_FUNCTIONS = 25
MOST_DOUBLES_PER_TEST = 0.1
NAMES_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc", "shared", "lib"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|for now|not implemented yet)\b", re.IGNORECASE)
DOUBLES = re.compile(r"\b(?:Magic|Async)?Mock\(|\bpatch(?:\.object|\.dict)?\(|\bmonkeypatch\.|\bmocker\.|\bpretend\.")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: Function) -> int:
    """Lines of a function, its docstring left out."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        docstring = function.body[0]
        lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return lines


@pytest.mark.parametrize(
    "name",
    [
        *("engine", "journeys", "plugins", "api", "tests", "docker"),
        *("pyproject.toml", "Makefile", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", ".ci/run"),
    ],
)
def test_the_fixed_entries_are_there(root: Path, name: str) -> None:
    assert (root / name).exists()


def test_every_room_holds_its_package_and_says_that_it_is_typed(root: Path, rooms: dict[str, str]) -> None:
    assert not [p for room, p in rooms.items() if not (root / room / p / "__init__.py").is_file()]
    assert not [p for room, p in rooms.items() if not (root / room / p / "py.typed").is_file()]


def test_every_folder_with_modules_is_a_package(sources: list[Path]) -> None:
    assert not [p.parent for p in sources if not (p.parent / "__init__.py").exists()]


def test_no_file_is_too_long(sources: list[Path], sources_of_tests: list[Path]) -> None:
    counted = {path: len(path.read_text().splitlines()) for path in (*sources, *sources_of_tests)}
    assert not {path: lines for path, lines in counted.items() if lines > MOST_LINES_OF_A_FILE}


def test_no_function_is_too_long(sources: list[Path]) -> None:
    counted = {f"{path}:{f.lineno} {f.name}": length(f) for path in sources for f in functions(path)}
    assert not {name: lines for name, lines in counted.items() if lines > MOST_LINES_OF_A_FUNCTION}


def test_nine_of_ten_functions_are_short(sources: list[Path]) -> None:
    lengths = sorted(length(f) for path in sources for f in functions(path))
    assert lengths[len(lengths) * 9 // 10] <= NINE_OF_TEN_FUNCTIONS


def test_every_module_has_a_name_that_says_something(sources: list[Path]) -> None:
    assert not [path for path in sources if NAMES_THAT_SAY_NOTHING & {path.stem, path.parent.name}]


def test_every_module_says_what_it_is_for(sources: list[Path]) -> None:
    assert not [path for path in sources if ast.get_docstring(ast.parse(path.read_text())) is None]


def test_nothing_is_left_unfinished(root: Path, sources: list[Path]) -> None:
    found = [f"{p}: {match.group()}" for p in sources for match in UNFINISHED.finditer(p.read_text())]
    assert not found


def test_tests_use_real_seams_rather_than_doubles(sources_of_tests: list[Path]) -> None:
    here = Path(__file__)
    doubles = sum(len(DOUBLES.findall(p.read_text())) for p in sources_of_tests if p != here)
    tests = sum(f.name.startswith("test_") for p in sources_of_tests for f in functions(p))
    assert doubles / tests < MOST_DOUBLES_PER_TEST


def test_sizes_are_counted_without_docstrings() -> None:
    tree = ast.parse('def f():\n    """One\n    two."""\n    return 1\n')
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert length(function) == 2
