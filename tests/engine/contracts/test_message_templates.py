"""Templates of messages: what they can say, and what is refused before it is stored."""

import re

import pytest
from pydantic import BaseModel, ValidationError

from outrider_engine.contracts import MessageTemplate, clipped, rendered
from outrider_engine.contracts.message_templates import PLACEHOLDERS, checked
from outrider_engine.errors import NotifyError

VALUES = {"monitorName": "Shop", "status": "DOWN", "incidentDuration": "4 minutes", "error": ""}


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{monitorName} is {status} for {incidentDuration}", "Shop is DOWN for 4 minutes"),
        ("{{ monitorName }} {{status|lower}}", "Shop down"),
        ("{% if status == 'UP' %}fine{% else %}broken{% endif %}", "broken"),
        ("{{ error|default('none', true) }}", "none"),
        ("{{ 'a' ~ status }}{{ 'x' if error else 'y' }}", "aDOWNy"),
        ("{monitorName|upper} { monitorName } {}", "{monitorName|upper} { monitorName } {}"),
        ("{runUrl}", ""),
    ],
)
def test_what_a_template_says(template: str, message: str) -> None:
    assert rendered(checked(template), VALUES) == message


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{monitorname}", "has no placeholder 'monitorname'"),
        ("{{ config }}", "has no placeholder 'config'"),
        ("{{ status", "is not a template"),
        ("{% if %}", "is not a template"),
        ("{{ status.__class__ }}", "can't use getattr"),
        ("{{ status['upper'] }}", "can't use getitem"),
        ("{{ status.format() }}", "can't use"),
        ("{{ status|replace('O', 'OOOO') }}", "can't use the filter 'replace'"),
        ("{{ 'a' * 1000000000 }}", "can't use mul"),
        ("{{ 9 ** 999999999 }}", "can't use pow"),
        ("{% for a in status %}{% endfor %}", "can't use for"),
        ("{% set a = status %}", "can't use assign"),
        ("{% include 'secrets' %}", "can't use include"),
        ("{{ " + "(" * 1500 + "1" + ")" * 1500 + " }}", "is not a template"),
    ],
    ids=lambda value: value[:30],
)
def test_what_is_refused_when_it_is_stored(template: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        checked(template)


def test_a_settings_field_names_the_problem() -> None:
    class Settings(BaseModel):
        template: MessageTemplate

    with pytest.raises(ValidationError, match="has no placeholder 'nobody'") as refusal:
        Settings(template="{nobody}")
    assert refusal.value.errors()[0]["loc"] == ("template",)
    for template in ("", "x" * 4001):
        with pytest.raises(ValidationError):
            Settings(template=template)


def test_values_are_escaped_and_never_rendered_again() -> None:
    values = {"monitorName": "{{ status }}{status}<b>"}
    shown = rendered("<i>{monitorName}</i>", values, lambda text: text.replace("<", "&lt;"))
    assert shown == "<i>{{ status }}{status}&lt;b></i>"


def test_a_filter_that_gets_nonsense_ends_the_delivery() -> None:
    with pytest.raises(NotifyError) as refusal:
        rendered(checked("{{ status|truncate(1e400) }}"), {"status": "x" * 50})
    assert refusal.value.permanent


def test_every_placeholder_may_be_used() -> None:
    assert rendered(checked(" ".join(f"{{{name}}}" for name in PLACEHOLDERS)), {}).strip() == ""


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("short", 5, "short"),
        ("longer text", 7, "longer…"),
        ("a &lt; b", 5, "a…"),
        ("ü😀ü😀ü", 4, "ü😀ü…"),
        ("\ud800x", 5, "?x"),
    ],
)
def test_what_is_too_long_ends_in_an_ellipsis(text: str, most: int, kept: str) -> None:
    assert clipped(text, most, torn="&[a-z]{0,4}") == kept
