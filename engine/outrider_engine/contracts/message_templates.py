"""Messages in the words of whoever made the channel: one small template language for all notifiers.

``{monitorName}`` and ``{{ monitorName }}`` are the same; ``{% if %}``, comparisons, ``~`` and some filters of Jinja
work too. Everything else of Jinja is refused when the channel is stored: there are no loops, no calls, no attributes
and no arithmetic, so a template can neither look at our objects nor make a server busy.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, get_args

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import AfterValidator, Field
from pydantic.fields import FieldInfo

from outrider_engine.errors import NotifyError, did_you_mean

LONGEST_TEMPLATE = 4000
PLACEHOLDERS = (
    "monitorName",
    "status",
    "incidentDuration",
    "monitorUrl",
    "runUrl",
    "error",
    "location",
    "failures",
    "severity",
    "title",
    "text",
    "occurredAt",
)
FILTERS = ("capitalize", "default", "first", "last", "length", "lower", "title", "trim", "truncate", "upper")

_SINGLE = re.compile(r"(?<!\{)\{([A-Za-z_]\w*)\}(?!\})")
_NODES = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.CondExpr),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat, nodes.Filter, nodes.Keyword),
)


def checked(template: str) -> str:
    """Return a template that can be rendered.

    Raises:
        ValueError: it can't, or it uses something that is not allowed.
    """
    try:
        _refuse_foreign(_environment(str).parse(_doubled(template)))
        _environment(str).from_string(_doubled(template))
    except TemplateSyntaxError as error:
        raise ValueError(f"is not a template: {error.message} (line {error.lineno})") from None
    except (TemplateError, RecursionError, MemoryError, SyntaxError) as error:
        raise ValueError(f"is not a template ({type(error).__name__})") from None
    return template


def _refuse_foreign(tree: nodes.Template) -> None:
    """Refuse what is not allowed, before anything is compiled: compiling computes what is constant, like ``9 ** 9``."""
    for node in tree.find_all(nodes.Node):
        if type(node) not in _NODES:
            raise ValueError(f"can't use {type(node).__name__.lower()}: there are placeholders, if and filters")
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            guess = did_you_mean(node.name, FILTERS)
            raise ValueError(f"can't use the filter {node.name!r}{guess} (allowed: {', '.join(FILTERS)})")
        if isinstance(node, nodes.Name) and node.name not in PLACEHOLDERS:
            guess = did_you_mean(node.name, PLACEHOLDERS)
            raise ValueError(f"has no placeholder {node.name!r}{guess} (allowed: {', '.join(PLACEHOLDERS)})")


def rendered(template: str, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
    """Return the message: ``values`` (by placeholder) escaped for the service, the template's own text as it is.

    Raises:
        NotifyError: a filter got something that it can't take.
    """
    known = dict.fromkeys(PLACEHOLDERS, "") | dict(values)
    try:
        return _environment(escape).from_string(_doubled(template)).render(known)
    except (TemplateError, TypeError, ValueError, ArithmeticError, NameError) as error:
        raise NotifyError(f"the template can't be rendered: {type(error).__name__}", permanent=True) from None


def _doubled(template: str) -> str:
    return _SINGLE.sub(r"{{ \1 }}", template)


def _environment(escape: Callable[[str], str]) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        autoescape=False,
        undefined=StrictUndefined,
        finalize=lambda value: escape(str(value)),
        keep_trailing_newline=False,
    )


_CHECKED = AfterValidator(checked)
MessageTemplate = Annotated[str, Field(min_length=1, max_length=LONGEST_TEMPLATE), _CHECKED]
"""A setting that holds a template, refused when it can't be rendered."""


def holds_template(setting: FieldInfo) -> bool:
    """Whether a setting is a template: what stands in braces there is no variable of the organization."""
    return _CHECKED in setting.metadata or any(_CHECKED in get_args(one) for one in get_args(setting.annotation))
