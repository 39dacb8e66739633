"""Templates replace names and nothing else; redaction leaves no secret in any encoding."""

import base64
import html
import json
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider_engine.domain.redaction import MASK, SHORTEST, Redactor
from outrider_engine.domain.templates import names_in, render, render_tree
from outrider_engine.errors import UnknownVariable


def test_names_are_replaced_with_and_without_spaces() -> None:
    assert render("{{greeting}}, {{ who }}!", {"greeting": "Hello", "who": "Ada"}) == "Hello, Ada!"


@pytest.mark.parametrize("text", ["{{7*7}}", "{{''.__class__}}", "${x}", "%s", "{% for x in y %}", "{x}", "{{}}"])
def test_what_is_no_name_is_left_as_it_is(text: str) -> None:
    assert render(text, {"x": "no"}) == text


def test_an_unknown_name_is_refused_by_name() -> None:
    with pytest.raises(UnknownVariable, match="nobody") as caught:
        render("{{nobody}}", {"somebody": "x"})
    assert caught.value.allowed == ("somebody",)


@given(st.text(), st.text())
def test_values_are_not_looked_at_again(before: str, value: str) -> None:
    text = before.replace("{", "(") + "{{name}}"
    assert render(text, {"name": value + "{{other}}"}) == text.replace("{{name}}", "") + value + "{{other}}"


def test_all_texts_of_a_tree_are_rendered() -> None:
    tree = {"a": ["{{x}}", 1, None], "{{x}}": {"b": "-{{x}}-"}}
    assert render_tree(tree, {"x": "1"}) == {"a": ["1", 1, None], "{{x}}": {"b": "-1-"}}
    assert names_in("{{a}} {{b.c}}") == {"a", "b.c"}


secrets = st.text(min_size=SHORTEST, max_size=40)


@given(secrets, st.text(max_size=20), st.text(max_size=20))
def test_no_encoding_of_a_secret_survives(secret: str, before: str, after: str) -> None:
    redactor = Redactor([secret])
    encodings = [
        secret,
        json.dumps(secret)[1:-1],
        urllib.parse.quote(secret, safe=""),
        urllib.parse.quote_plus(secret),
        html.escape(secret),
        base64.b64encode(secret.encode()).decode(),
    ]
    for encoded in encodings:
        assert redactor.text(f"<{encoded}>").startswith(f"<{MASK}") or encoded in MASK
    assert secret not in redactor.text(before + secret + after).replace(MASK, "") or secret in before + after


@pytest.mark.parametrize("secret", ["p&ss w/\"rd'9\\", "Grüße+<1>", "Zq9+s3nt/TOK=", "🔑 to the door"])
@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(lambda text: base64.b64encode(f"ada:{text}".encode()).decode(), id="basic authentication"),
        pytest.param(lambda text: base64.urlsafe_b64encode(f"{{{text}}}".encode()).decode(), id="inside of base64"),
        pytest.param(lambda text: json.dumps(json.dumps({"x": text})), id="JSON in JSON"),
        pytest.param(lambda text: urllib.parse.quote(urllib.parse.quote(text)), id="quoted twice"),
        pytest.param(lambda text: urllib.parse.quote(text).lower(), id="quoted in lower case"),
        pytest.param(lambda text: html.escape(html.escape(text)), id="HTML in HTML"),
        pytest.param(lambda text: "".join(c if c.isalnum() else f"&#{ord(c)};" for c in text), id="entities"),
        pytest.param(lambda text: text.replace("/", "\\/").replace('"', "\\x22"), id="JavaScript"),
        pytest.param(lambda text: urllib.parse.quote(json.dumps({"x": text})), id="JSON in an address"),
        pytest.param(lambda text: "".join(c if c.isalnum() else f"\\{ord(c):x} " for c in text), id="CSS"),
    ],
)
def test_mixed_and_nested_encodings_are_found(secret: str, encode: Callable[[str], str]) -> None:
    encoded = encode(secret)
    if encoded.lower() == encoded and secret.lower() != secret and "%" in encoded:
        secret = secret.lower()  # only the encoding is meant
    redactor = Redactor([secret])
    assert redactor.finds(f"before {encoded} after")
    clean = redactor.text(f"before {encoded} after")
    assert (clean[:7], clean[-6:]) == ("before ", " after")
    assert not redactor.finds(clean)


def test_what_is_left_of_a_secret_that_was_cut_is_masked_in_files_only() -> None:
    secret = "correct-horse-battery"
    assert Redactor([secret], beginnings=True).text("typed correct-horse-b and correct") == f"typed {MASK} and correct"
    assert Redactor([secret]).text("typed correct-horse-b") == "typed correct-horse-b"
    assert Redactor([secret], beginnings=True).also(["x" * 9]).text(f"{secret}!") == f"{MASK}!"


def test_secrets_are_masked_in_trees_keys_included() -> None:
    tree = {"token s3cret-value": ["s3cret-value", 5, {"deep": "a s3cret-value b"}]}
    assert "s3cret" not in json.dumps(Redactor(["s3cret-value"]).tree(tree))


def test_without_secrets_nothing_changes() -> None:
    assert Redactor([]).text("anything") == "anything"
    assert Redactor(["ab"]).text("ab is too short to look for") == "ab is too short to look for"
