"""Reading journeys: YAML or JSON, from a text or a file, with errors that name file, line and field."""

import base64
import json
import math
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .actions.registry import StepActions
from .called_files import found_beside, take_in_called
from .decoding import decoded
from .model import Journey
from .plain_yaml import DEEPEST, Document, read_yaml, refused
from .plain_yaml import Path as ValuePath
from .problems import InvalidJourney, Problem

LARGEST = 5_000_000
"""Bytes that a journey may have, the content of its uploads included."""
_LARGEST_WITH_LINES = 1_000_000
"""Bytes up to which a text is read again to tell the lines of what is wrong in it."""
_STEP = re.compile(r"[^.\[\]]+|(?<=\[)\d+(?=\])")


def load_journey(path: Path, actions: StepActions, *, with_called: bool = True) -> Journey:
    """Read a journey file; one without a name is called like its file.

    Files that an ``upload`` step names by ``path`` become part of the journey, and those that it calls as well.

    Args:
        path: the file.
        actions: the actions that its steps may use.
        with_called: whether journeys that ``call`` steps name are looked for beside the file: a server has its own.

    Raises:
        InvalidJourney: names file, line and field of every problem.
    """
    return parse_journey(
        _content(path),
        actions,
        source=path.name,
        folder=path.parent,
        default_name=_name_of(path),
        with_called=with_called,
    )


def file_called(name: str, caller: Path) -> Path | None:
    """Return the file beside a journey's that it calls by a name; ``None`` if there is none."""
    return found_beside(name, caller.parent, lambda path: _read_called(path, caller.parent))


def parse_journey(
    content: str | bytes,
    actions: StepActions,
    *,
    source: str | None = None,
    folder: Path | None = None,
    default_name: str = "",
    with_called: bool = False,
) -> Journey:
    """Return the journey that a YAML or JSON text describes.

    Args:
        content: the text, or its bytes in UTF-8.
        actions: the actions that its steps may use.
        source: name of the file, for errors.
        folder: where files named by ``upload`` and ``call`` steps are looked for; ``None`` when they must not be.
        default_name: the journey's name if the text has none.
        with_called: whether journeys that ``call`` steps name are looked for in the folder.

    Raises:
        InvalidJourney: names line and field of every problem.
    """
    try:
        given = _read_object(content)
        if folder is not None:
            _take_in_files(given, folder)
        if folder is not None and with_called:
            take_in_called(given, folder, lambda path: _read_called(path, folder))
        if default_name and not given.get("name"):
            given = {**given, "name": default_name}
        return actions.parse(given)
    except InvalidJourney as error:
        raise InvalidJourney(_with_lines(error.problems, content), source=source) from None


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise refused_file(f"cannot be read: {error.strerror}", path) from None


def _read_object(content: str | bytes) -> dict[str, Any]:
    value = _read(content).value
    if not isinstance(value, dict):
        raise refused("a journey is an object with name and steps")
    return value


def _read_called(path: Path, folder: Path) -> dict[str, Any]:
    given = _read_object(_content(path))
    _take_in_files(given, folder)
    return given


def refused_file(message: str, path: Path) -> InvalidJourney:
    """Return the error for a file that can't be used at all."""
    return InvalidJourney([Problem(message=message)], source=path.name)


def _read(content: str | bytes) -> Document:
    text = decoded(content, largest=LARGEST, refused=refused)
    if text.lstrip().startswith("{"):
        document = _read_json(text)
        if document is not None:
            return document
    return read_yaml(text)


def _read_json(text: str) -> Document | None:
    if _too_deep(text):
        raise refused(f"is nested deeper than {DEEPEST} levels")
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_integer)
    except json.JSONDecodeError:
        return None
    _refuse_lone_surrogates(value)
    return Document(value)


def _too_deep(text: str) -> bool:
    depth = 0
    for bracket in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        depth += (bracket in "[{") - (bracket in "]}")
        if depth > DEEPEST:
            return True
    return False


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise refused(f"{key!r} is given twice")
        found[key] = value
    return found


def _no_constant(text: str) -> Any:
    raise refused(f"{text} is not a number of JSON")


def _integer(text: str) -> int | float:
    return int(text) if len(text) < 19 else math.inf


def _refuse_lone_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise refused("contains half a character (a lone surrogate)") from None


def _with_lines(problems: Sequence[Problem], content: str | bytes) -> Sequence[Problem]:
    """Return problems with the lines of their fields, for which the text is read once more, unless that takes long."""
    lacking = any(problem.line is None and problem.field for problem in problems)
    if not lacking or len(content) > _LARGEST_WITH_LINES:
        return problems
    try:
        lines = read_yaml(decoded(content, largest=LARGEST, refused=refused)).lines
    except InvalidJourney:
        return problems
    return [_with_line(problem, lines) for problem in problems]


def _with_line(problem: Problem, lines: Mapping[ValuePath, int]) -> Problem:
    if problem.line is not None or not problem.field:
        return problem
    path: ValuePath = tuple(int(part) if part.isdigit() else part for part in _STEP.findall(problem.field))
    while path and path not in lines:
        path = path[:-1]
    return replace(problem, line=lines.get(path))


def _take_in_files(journey: dict[str, Any], folder: Path) -> None:
    for field, file in _uploads(journey):
        given = file.pop("path")
        if not isinstance(given, str) or {"text", "base64"} & set(file):
            raise refused("give either path or the content, not both", field=field)
        path = (folder / given).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise refused("must be inside the folder of the journey", field=f"{field}.path")
        try:
            if path.stat().st_size > LARGEST // 2:
                raise refused(f"is larger than {LARGEST // 2:,} bytes", field=f"{field}.path")
            content = path.read_bytes()
        except (OSError, ValueError):
            raise refused(f"there is no file {given!r} that can be read", field=f"{field}.path") from None
        file["base64"] = base64.b64encode(content).decode()
        file.setdefault("name", path.name)
        file.setdefault("content_type", mimetypes.guess_type(path.name)[0] or "application/octet-stream")


def _uploads(tree: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the files that steps name by path, wherever the steps are, with their places."""
    if isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from _uploads(value, f"{place}[{index}]")
    elif isinstance(tree, dict):
        files = tree.get("files") if tree.get("action") == "upload" else None
        named = [(f"files[{number}]", file) for number, file in enumerate(files if isinstance(files, list) else ())]
        if tree.get("action") in ("mock_response", "mock_from_har"):
            named.append(("file", tree.get("file")))
        for field, file in named:
            if isinstance(file, dict) and "path" in file:
                yield f"{place}.{field}", file
        for key, value in tree.items():
            if key != "imported_from":
                yield from _uploads(value, f"{place}.{key}" if place else key)


def _name_of(path: Path) -> str:
    return path.name.removesuffix(path.suffix).removesuffix(".journey")
