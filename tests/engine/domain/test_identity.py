"""Keys are refused offline when mistyped, and role and scopes bound what they may do."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider_engine.domain.identity import (
    KEY_PREFIX,
    ApiKey,
    Permission,
    Role,
    has_valid_form,
    key_digest,
    new_key_text,
    shown_prefix,
)
from outrider_engine.domain.ids import earliest_id, from_uuid, made_at, new_id, to_uuid


def key(role: Role, scopes: tuple[str, ...] | None = None) -> ApiKey:
    return ApiKey(
        id="key_a",
        organization_id="org_a",
        name="ci",
        prefix="outr_abc",
        role=role,
        scopes=scopes,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_new_keys_are_well_formed_and_differ() -> None:
    keys = {new_key_text() for _ in range(100)}
    assert len(keys) == 100
    assert all(has_valid_form(text) and text.startswith(KEY_PREFIX) for text in keys)


@given(st.integers(min_value=len(KEY_PREFIX), max_value=40), st.sampled_from("abcXYZ019"))
def test_one_wrong_character_is_noticed(position: int, character: str) -> None:
    text = new_key_text()
    typo = text[:position] + character + text[position + 1 :]
    assert has_valid_form(typo) is (typo == text)


def test_keys_of_other_systems_have_no_checksum() -> None:
    assert has_valid_form("some-long-text")
    assert not has_valid_form("")


def test_what_is_shown_of_a_key_is_never_all_of_it() -> None:
    for text in (new_key_text(), "short", "x"):
        assert len(shown_prefix(text)) < len(text)
        assert text.startswith(shown_prefix(text))
    assert key_digest("a") != key_digest("b")


@pytest.mark.parametrize(
    ("role", "permission", "allowed"),
    [
        pytest.param(Role.OWNER, Permission.ADMINISTER, True, id="owner administers"),
        pytest.param(Role.MEMBER, Permission.WRITE, True, id="member writes"),
        pytest.param(Role.MEMBER, Permission.ADMINISTER, False, id="member does not administer"),
        pytest.param(Role.VIEWER, Permission.READ, True, id="viewer reads"),
        pytest.param(Role.VIEWER, Permission.RUN, False, id="viewer runs nothing"),
    ],
)
def test_roles_bound_what_a_key_may_do(role: Role, permission: Permission, allowed: bool) -> None:
    assert key(role).may(permission, "monitors") is allowed


def test_scopes_narrow_a_role_and_never_widen_it() -> None:
    ci = key(Role.OWNER, ("journeys:run", "journeys:read"))
    assert ci.may(Permission.RUN, "journeys")
    assert not ci.may(Permission.RUN, "monitors")
    assert not ci.may(Permission.WRITE, "journeys")
    assert not key(Role.VIEWER, ("monitors:write",)).may(Permission.WRITE, "monitors")


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_identifiers_are_uuids_that_sort_by_time(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    identifier = new_id("run", moment)
    assert from_uuid("run", to_uuid(identifier)) == identifier
    assert to_uuid(identifier).version == 7
    assert new_id("run", moment - timedelta(microseconds=1)) < identifier


@pytest.mark.parametrize("text", ["", "run_", "run_short", "unknown", "run_" + "u" * 26])
def test_other_texts_are_no_identifiers(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        to_uuid(text)


def test_an_identifier_tells_when_it_was_made_and_sorts_by_it() -> None:
    moment = datetime(2026, 1, 15, 12, 0, 0, 250_000, tzinfo=UTC)
    for bits in (lambda _: 0, lambda count: 2**count - 1):
        made = new_id("run", moment, bits)
        assert made_at(made) == moment
        assert earliest_id("run", moment) <= made < earliest_id("run", moment + timedelta(milliseconds=1))
    with pytest.raises(ValueError, match="identifier"):
        made_at("run_short")
