"""The pages "Moving from …" say what is true: their commands work one after the other, their links lead somewhere."""

import itertools
import json
import re
import shlex
from pathlib import Path
from string import Template
from typing import Any

import pytest
from api_house import House

DOCS = Path(__file__).parents[2] / "docs"
COMMAND = re.compile(r"^curl .*?(?=^curl |\Z)", re.MULTILINE | re.DOTALL)
SERVER = "http://127.0.0.1:8000"
PAGES = {"brily": 7, "izli": 7, "xuptimemonitor": 5}
"""How many commands each has at least."""
NAMES = {"monitors": "MONITOR", "journeys": "JOURNEY", "trigger": "RUN"}
"""What later commands call that which a command makes, by the last word of its path."""


def commands(page: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    return [command for block in blocks for command in COMMAND.findall(block)]


def sent(house: House, command: str, known: dict[str, str]) -> tuple[str, Any]:
    """Carry a command out; returns where it went and what was answered."""
    words = [Template(word).safe_substitute(known) for word in shlex.split(command.replace("\\\n", " "))]
    options = list(itertools.pairwise(words))
    (url,) = (word for word in words if word.startswith(SERVER))
    headers = dict(value.split(": ", 1) for option, value in options if option == "-H")
    method = next((value for option, value in options if option == "-X"), "GET")
    body = next((json.loads(value) for option, value in options if option == "-d"), None)
    response = house.caller(None).send(method, url.removeprefix(SERVER), body, headers=headers)
    assert response.status_code < 300, f"{command}: {response.text}"
    return url.partition("?")[0].rpartition("/")[2], response.json()


@pytest.mark.parametrize("name", PAGES)
def test_the_commands_of_the_page_work_in_their_order(house: House, name: str) -> None:
    page = (DOCS / f"moving-from-{name}.md").read_text()
    with house.world.storage.begin() as tx:
        tx.locations.add(["us-east", "eu-west", "fra", "hel", "ams"])
    known = dict(re.findall(r"^    export (\w+)=(\S+)", page, re.MULTILINE))
    known = {each: house.owner.key if value.startswith("outr_") else value for each, value in known.items()}
    known["OUTRIDER_API_KEY"] = house.owner.key
    if name == "xuptimemonitor":
        known["MONITOR"] = house.owner.monitor()["id"]
    written = commands(page)
    for command in written:
        house.world.clock.advance(1)
        last, answer = sent(house, command, known)
        if last in NAMES and "-X POST" in command:
            known[NAMES[last]] = (answer.get("data") or answer)["id"]
    assert len(written) >= PAGES[name]


@pytest.mark.parametrize("name", PAGES)
def test_the_links_of_the_page_lead_somewhere(name: str) -> None:
    page = (DOCS / f"moving-from-{name}.md").read_text()
    for target, _, heading in (link.partition("#") for link in re.findall(r"\]\(([^)]+)\)", page)):
        other = (DOCS / target).read_text()
        titles = re.findall(r"^#+ (.*)", other, re.MULTILINE)
        assert not heading or heading in {title.lower().replace(" ", "-") for title in titles}, target
    assert f"docs/moving-from-{name}.md" in (DOCS.parent / "README.md").read_text()
