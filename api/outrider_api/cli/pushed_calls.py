"""Journeys that pushed ones call: what stands beside them goes along, and no ring of them goes at all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outrider_api.client import Client
from outrider_engine.domain.calls import journeys_called
from outrider_engine.errors import InvalidInput
from outrider_journeys.loading import file_called
from outrider_journeys.nesting import check_calls

Files = Mapping[Path, Sequence[dict[str, Any]]]
"""What is sent of each file."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A journey that is called and is neither pushed nor beside the file that calls it."""

    file_name: str
    name: str


def with_called(files: Files, read: Callable[[Path], Sequence[dict[str, Any]]]) -> tuple[Files, Sequence[Missing]]:
    """Return files with those beside them that they call, first, and what is called besides.

    Locally a journey can be called by the name of its file, on a server only by its own: calls are changed to that.

    Args:
        files: what is to be pushed.
        read: returns what is sent of one more file.

    Raises:
        InvalidInput: one calls itself, by whatever way, or a file beside it is wrong.
    """
    there = {path.resolve(): list(sent) for path, sent in files.items()}
    spelled = {path.resolve(): path for path in files}
    missing: list[Missing] = []
    waiting, brought = list(there), list[Path]()
    while waiting:
        path = waiting.pop(0)
        for file in there[path]:
            names: dict[str, str] = {}
            for name in sorted(journeys_called(file.get("definition", {}))):
                beside = file_called(name, path)
                if beside is None:
                    missing.append(Missing(file["file_name"], name))
                    continue
                if beside not in there:
                    spelled[beside] = spelled[path].parent / beside.relative_to(path.parent)
                    there[beside] = list(read(spelled[beside]))
                    brought.insert(0, beside)
                    waiting.append(beside)
                names[name] = _name_in(there[beside], beside)
            if names:
                file["definition"] = _renamed(file["definition"], names)
    whole = {spelled[path]: there[path] for path in dict.fromkeys((*brought, *there))}
    sent = [file for each in whole.values() for file in each if "definition" in file]
    _refuse_rings(sent)
    known = {word for file in sent for word in (file["definition"]["name"], file.get("id"))}
    return whole, [each for each in missing if each.name not in known]


def warnings_of(client: Client, missing: Sequence[Missing], project_id: str | None) -> Iterator[str]:
    """Yield a sentence for each journey that is called and that the server does not have either.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    if not missing:
        return
    there = {word for each in client.journeys.list(project_id=project_id) for word in (each.id, each.name)}
    for each in missing:
        if each.name not in there:
            yield (
                f"{each.file_name} calls the journey {each.name!r}, which the server does not have, "
                "and no file beside it is called so: push that, too"
            )


def _name_in(sent: Sequence[dict[str, Any]], path: Path) -> str:
    if len(sent) != 1 or "definition" not in sent[0]:
        raise InvalidInput(f"{path.name}: is called, and is no journey of Outrider's own format")
    return str(sent[0]["definition"]["name"])


def _renamed(tree: Any, names: Mapping[str, str]) -> Any:
    """Return plain data whose calls go by other names."""
    if isinstance(tree, list):
        return [_renamed(each, names) for each in tree]
    if not isinstance(tree, dict):
        return tree
    changed = {key: value if key == "imported_from" else _renamed(value, names) for key, value in tree.items()}
    if tree.get("action") == "call" and tree.get("journey") in names:
        changed["journey"] = names[tree["journey"]]
    return changed


def _refuse_rings(sent: Sequence[dict[str, Any]]) -> None:
    names = {file["id"]: file["definition"]["name"] for file in sent if "id" in file}
    calls = {
        file["definition"]["name"]: [names.get(name, name) for name in sorted(journeys_called(file["definition"]))]
        for file in sent
    }
    for file in sent:
        try:
            check_calls({**calls, "": [file["definition"]["name"]]})
        except ValueError as error:
            raise InvalidInput(f"{file['file_name']}: {error}") from None
