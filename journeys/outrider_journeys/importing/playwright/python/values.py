"""Values in Python source: constants, patterns, f-strings, variables and what comes from the environment."""

import ast
import re
from dataclasses import dataclass, field
from inspect import cleandoc
from textwrap import dedent
from typing import Any

from outrider_engine.domain.templates import names_in
from outrider_journeys.importing.literal_texts import literal

_FLAGS = {"I": "i", "IGNORECASE": "i", "M": "m", "MULTILINE": "m", "S": "s", "DOTALL": "s"}
_ENVIRONMENT = ("os.environ.get", "os.getenv")
_WHOLE_TEXTS = ("textwrap.dedent", "dedent", "inspect.cleandoc", "cleandoc", "str")
_OF_TEXTS = (
    "strip",
    "lstrip",
    "rstrip",
    "lower",
    "upper",
    "title",
    "capitalize",
    "replace",
    "removeprefix",
    "removesuffix",
)
"""Methods of constant texts that are carried out."""
BASE_URL = "base_url"
"""The fixture and parameter that is handed the address of the site."""


class Unreadable(Exception):
    """Source that is not of the grammar that is understood."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression with JavaScript's letters for its flags."""

    source: str
    flags: str = ""

    @property
    def inline(self) -> str:
        """The expression with its flags within, as RE2 and Python take them."""
        return f"(?{self.flags}){self.source}" if self.flags else self.source


@dataclass(slots=True)
class Values:
    """What names stand for.

    Attributes:
        constants: values of names that were assigned a constant; texts are ready for a journey.
        taken: names that hold what a step took from a page: they stand for a variable of the same name.
        environment: names of environment variables that were read.
        parameters: names that are handed over from outside, such as fixtures.
        asked: variables that stand for what is handed over, by what it is called in the source.
    """

    constants: dict[str, Any] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    environment: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    asked: dict[str, str] = field(default_factory=dict)

    def of(self, node: ast.expr) -> Any:
        """Return the value of an expression; texts with ``{{NAME}}`` where a variable belongs.

        Raises:
            Unreadable: it can't be told without running it.
        """
        if isinstance(node, ast.Constant):
            return literal(node.value) if isinstance(node.value, str) else node.value
        if isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and self._is_known(dotted(node))):
            return self._named(dotted(node))
        if isinstance(node, ast.List | ast.Tuple):
            return [self.of(item) for item in node.elts]
        if isinstance(node, ast.Dict):
            return self._mapping(node)
        if isinstance(node, ast.JoinedStr | ast.BinOp | ast.UnaryOp):
            return self._computed(node)
        return self._called(node)

    def forget(self, name: str) -> None:
        """Take note that what a name holds can't be told from here on: it has to be supplied."""
        self.constants.pop(name, None)
        self.taken.discard(name)
        self.parameters.add(name)

    def text(self, node: ast.expr) -> str:
        """Return a text.

        Raises:
            Unreadable: it is none.
        """
        value = self.of(node)
        if not isinstance(value, str):
            raise Unreadable(f"{short(node)} is not a text")
        return value

    def _is_known(self, name: str) -> bool:
        return name in self.constants or name.partition(".")[0] in self.parameters

    def _named(self, name: str) -> Any:
        if name in self.taken:
            return f"{{{{{name}}}}}"
        if name in self.constants:
            return self.constants[name]
        if not self._is_known(name):
            raise Unreadable(f"it is not known what {name} is")
        return "" if name == BASE_URL else self._handed(name)

    def _handed(self, name: str) -> str:
        variable = name.replace(".", "_")
        self.asked[variable] = name
        return f"{{{{{variable}}}}}"

    def _mapping(self, node: ast.Dict) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                found[self.text(key)] = self.of(value)
        return found

    def _computed(self, node: ast.JoinedStr | ast.BinOp | ast.UnaryOp) -> Any:
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
            return "".join(str(self.of(part)) for part in parts)
        if isinstance(node, ast.UnaryOp):
            value = self.of(node.operand)
            if isinstance(node.op, ast.USub) and isinstance(value, int | float):
                return -value
        elif isinstance(node.op, ast.Add):
            left, right = self.of(node.left), self.of(node.right)
            if isinstance(left, str) and isinstance(right, str):
                return left + right
        elif isinstance(node.op, ast.Mult):
            left, right = self.of(node.left), self.of(node.right)
            if isinstance(left, int | float) and isinstance(right, int | float):
                return left * right
        raise Unreadable(f"{short(node)} is not understood")

    def _called(self, node: ast.expr) -> Any:
        name = dotted(node.func) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and name == "re.compile" and node.args:
            return self._pattern(node)
        if isinstance(node, ast.Call) and name in _ENVIRONMENT and node.args:
            return self._from_environment(self.text(node.args[0]))
        if isinstance(node, ast.Subscript) and dotted(node.value) == "os.environ":
            return self._from_environment(self.text(node.slice))
        if isinstance(node, ast.Subscript) and self._is_known(dotted(node.value)):
            return self._member(node, dotted(node.value))
        if isinstance(node, ast.Call) and name in _WHOLE_TEXTS and len(node.args) == 1:
            return self._whole(name, self.of(node.args[0]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _OF_TEXTS:
            return self._changed(node, node.func)
        raise Unreadable(f"{short(node)} is not understood")

    def _member(self, node: ast.Subscript, holder: str) -> Any:
        """Return a member of a constant, or what stands for one of what is handed over."""
        key = self.of(node.slice)
        if holder in self.constants:
            try:
                return self.constants[holder][key]
            except (LookupError, TypeError):
                raise Unreadable(f"{short(node)} is not understood") from None
        if not isinstance(key, str) or not re.fullmatch(r"\w{1,40}", key):
            raise Unreadable(f"{short(node)} is not understood")
        return self._handed(f"{holder}.{key}")

    @staticmethod
    def _whole(name: str, value: Any) -> str:
        if name == "str":
            return str(value)
        if not isinstance(value, str):
            raise Unreadable(f"what {name} is given is not a text")
        return cleandoc(value) if name.endswith("cleandoc") else dedent(value)

    def _changed(self, call: ast.Call, function: ast.Attribute) -> str:
        """Return a constant text as a method of it makes it; what a variable will hold is not known yet."""
        text, given = self.text(function.value), [self.of(each) for each in call.args]
        if names_in(text) or call.keywords or not all(isinstance(each, str) for each in given):
            raise Unreadable(f"{short(call)} is not understood")
        try:
            changed = getattr(text, function.attr)(*given)
        except TypeError:
            raise Unreadable(f"{short(call)} is not understood") from None
        return str(changed)

    def _from_environment(self, name: str) -> str:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", name):
            raise Unreadable(f"{name[:40]} is not a name")
        self.environment.add(name)
        return f"{{{{{name}}}}}"

    def _pattern(self, node: ast.Call) -> Pattern:
        source = node.args[0]
        if isinstance(source, ast.JoinedStr) and all(isinstance(part, ast.Constant) for part in source.values):
            source = ast.Constant("".join(str(part.value) for part in source.values if isinstance(part, ast.Constant)))
        if not (isinstance(source, ast.Constant) and isinstance(source.value, str)):
            raise Unreadable(f"{short(node)} is not a constant pattern")
        flags = ""
        for given in [*node.args[1:], *(keyword.value for keyword in node.keywords)]:
            for part in ast.walk(given):
                if isinstance(part, ast.Attribute) and part.attr in _FLAGS:
                    flags += _FLAGS[part.attr]
        return Pattern(source.value, "".join(sorted(set(flags))))


def dotted(node: ast.expr) -> str:
    """Return ``a.b.c`` for an expression of that kind, else an empty text."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def short(node: ast.AST, limit: int = 80) -> str:
    """Return source in a few words, for people; texts in it are left out, as they may be secret."""
    bare = _WithoutTexts().visit(ast.parse(ast.unparse(node)))
    line = " ".join(ast.unparse(bare).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


class _WithoutTexts(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("…") if isinstance(node.value, str | bytes) else node

    def visit_JoinedStr(self, _node: ast.JoinedStr) -> ast.Constant:
        return ast.Constant("…")
