"""What a run did otherwise than the last good one, for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from outrider_api.client import Client

from .json_output import print_json
from .step_list import duration

_STYLES = {"+": "green", "-": "red"}


def show_difference(client: Client, id: str, *, as_json: bool) -> None:
    """Show it.

    Raises:
        ClientError: it has not ended, there is no good run before it, the server refused it, or can't be reached.
    """
    found = client.runs.diff(id)
    if as_json:
        print_json(found)
        return
    console = Console(highlight=False)
    console.print(Text(f"{id} beside the last good run, {found['good_run_id']}", style="bold"), soft_wrap=True)
    lines = [*_steps(found), *_page(found), *_requests(found), *_messages(found), *_tree(found)]
    for line in lines or ["  nothing is different but what the run itself tells"]:
        console.print(Text(line, style=_STYLES.get(line.lstrip()[:1], "")), soft_wrap=True)


def _steps(found: Mapping[str, Any]) -> Iterator[str]:
    for step in found["steps"]:
        then = step["good_duration_ms"]
        good = "it was not there" if then is None else f"{step['good_status']} in {duration(then)}"
        yield f"  step {step['id']}: {step['status']} in {duration(step['duration_ms'])}; before: {good}"
        if step["error"]:
            yield f"    {step['error']}"


def _page(found: Mapping[str, Any]) -> Iterator[str]:
    if not found["page"]["same"]:
        url, before = (found["page"][name] or "no page" for name in ("url", "good_url"))
        yield f"  ended on {url}; before: {before}"


def _requests(found: Mapping[str, Any]) -> Iterator[str]:
    requests = found["requests"] or {}
    for sign, kind in (("+", "added"), ("-", "removed")):
        for each in requests.get(kind, ()):
            yield f"  {sign} {_named(each)} {_answers(each.get('answers'))}".rstrip()
    for each in requests.get("changed", ()):
        yield f"  {_named(each)}: {_answers(each.get('answers'))}; before: {_answers(each.get('good_answers'))}"
    for each in requests.get("slower", ()):
        if "more" not in each:
            yield f"  {_named(each)}: {duration(each['ms'])}; before: {duration(each['good_ms'])}"


def _named(request: Mapping[str, Any]) -> str:
    return f"and {request['more']} more" if "more" in request else f"{request['method']} {request['url']}"


def _answers(answers: Mapping[str, int] | None) -> str:
    return ", ".join(f"{answer} ({count} times)" if count > 1 else answer for answer, count in (answers or {}).items())


def _messages(found: Mapping[str, Any]) -> Iterator[str]:
    for sign, kind in (("+", "added"), ("-", "removed")):
        for each in found["console"][kind]:
            what = f"and {each['more']} more" if "more" in each else f"[{each['level']}] {each['text']}"
            yield f"  {sign} {what}"


def _tree(found: Mapping[str, Any]) -> Iterator[str]:
    for line in found["aria"] or ():
        yield f"  {line}"
