"""docs/environments.md says what is true: its commands do what the page says, one after the other."""

import json
import re
import shlex
from pathlib import Path
from string import Template

from api_house import House, data_of

PAGE = (Path(__file__).parents[3] / "docs" / "environments.md").read_text()
COMMANDS = re.findall(r"^    (curl (?:.*\\\n)*.*)", PAGE, re.MULTILINE)
SERVER = "http://127.0.0.1:8000"


def test_the_commands_of_the_page_work_in_their_order(house: House) -> None:
    ids: dict[str, str] = {}
    for command in COMMANDS:
        words = [Template(word).safe_substitute(ids) for word in shlex.split(command)]
        method = words[words.index("-X") + 1] if "-X" in words else "GET"
        body = json.loads(words[words.index("-d") + 1]) if "-d" in words else None
        path = next(word for word in words if word.startswith(SERVER)).removeprefix(SERVER)
        data = data_of(house.owner.send(method, path, body))
        if method == "POST" and path.count("/") == 3:
            ids[path.split("/")[3].removesuffix("s").upper()] = data["id"]
    assert len(COMMANDS) > 7
    assert house.owner.get("/api/v1/variables", environment="staging")[0]["value"] is None
