"""Variables of Postman in texts: ``{{name}}`` as ours, ``{{$dynamic}}`` as built-in values where there are such."""

import re
from collections.abc import Callable

from outrider_journeys.importing.receipt import Outcome

_ANY = re.compile(r"\{\{([^{}]{1,200})\}\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
_EXACT = {"guid": "{{uuid}}", "randomUUID": "{{uuid}}", "timestamp": "{{timestamp}}"}
_NEARLY = {
    "randomInt": "{{random_int}}",
    "randomEmail": "user{{random_int}}@example.com",
    "randomExampleEmail": "user{{random_int}}@example.com",
    "randomUserName": "user{{random_int}}",
    "randomFirstName": "Ada",
    "randomLastName": "Lovelace",
    "randomFullName": "Ada Lovelace",
    "randomPassword": "Pw-{{random_int}}-{{uuid}}",
    "randomBoolean": "true",
    "randomCity": "London",
    "randomCountry": "Iceland",
    "randomCompanyName": "Example {{random_int}}",
    "randomUrl": "https://example.com/{{random_int}}",
    "randomPhoneNumber": "555-{{random_int}}",
    "randomColor": "red",
    "randomPrice": "{{random_int}}.00",
}
Tell = Callable[[Outcome, str, str], None]
"""Takes down a line of the receipt: outcome, what, note."""


def name_of(variable: str) -> str:
    """Return a variable's name as ours may be called."""
    name = variable.strip()
    if _NAME.fullmatch(name):
        return name
    readable = re.sub(r"[^A-Za-z0-9_.-]", "_", name)[:98]
    return readable if _NAME.fullmatch(readable) else f"_{readable}"


class VariableTexts:
    """Reads texts with variables.

    Attributes:
        named: the variables that are named anywhere, as ours are called.
    """

    def __init__(self) -> None:
        self.named: set[str] = set()

    def text(self, text: str, tell: Tell) -> str:
        """Return a text with its variables as ours; what has no exact counterpart is told."""

        def said(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name.startswith("$"):
                return _dynamic(name[1:], tell)
            self.named.add(name_of(name))
            return f"{{{{{name_of(name)}}}}}"

        return _ANY.sub(said, text)


def _dynamic(name: str, tell: Tell) -> str:
    if name in _EXACT:
        return _EXACT[name]
    made = _NEARLY.get(name, "{{random_int}}")
    tell(Outcome.APPROXIMATED, f"{{{{${name}}}}}", f"{made} is sent; it is the same in all steps of a run")
    return made
