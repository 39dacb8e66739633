"""The permission table: the one in the code is the one on the page."""

import itertools
from pathlib import Path

import pytest

from outrider_engine.domain.identity import (
    EVERY_SCOPE,
    PERMISSIONS,
    RANK,
    SCOPE_GROUPS,
    SCOPE_SUBJECTS,
    Permission,
    Role,
    exceeds,
    is_slug,
    lesser,
    slug_of,
)
from outrider_engine.domain.members import normal_email

PAGE = Path(__file__).parents[3] / "docs" / "identity.md"


def test_the_permission_table_is_the_one_on_the_page() -> None:
    section = PAGE.read_text().partition("## Roles\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    roles = [Role(name) for name in "".join(rows[0]).split()] if len(rows[0]) == 1 else [Role(n) for n in rows[0]]
    written = {
        role: frozenset(Permission(row[0]) for row in rows[1:] if row[column + 1] == "yes")
        for column, role in enumerate(roles)
    }
    assert written == PERMISSIONS
    assert {row[0] for row in rows[1:]} == set(Permission)


def test_every_scope_is_named_on_the_page() -> None:
    page = PAGE.read_text()
    assert not [word for word in (*SCOPE_SUBJECTS, *SCOPE_GROUPS, EVERY_SCOPE) if f"`{word}`" not in page]


def test_a_higher_role_may_do_all_that_a_lower_one_may() -> None:
    for lower, higher in itertools.pairwise(RANK):
        assert PERMISSIONS[lower] <= PERMISSIONS[higher]
        assert exceeds(higher, lower)
        assert not exceeds(lower, lower)
        assert lesser(lower, higher) is lesser(higher, lower) is lower


@pytest.mark.parametrize(
    ("name", "slug"), [("Acme", "acme"), ("  Über & Co. ", "uber-co"), ("東京", "organization"), ("x" * 90, "x" * 40)]
)
def test_a_name_suggests_a_slug(name: str, slug: str) -> None:
    assert slug_of(name) == slug
    assert is_slug(slug_of(name))


@pytest.mark.parametrize("text", ["a@b.test", "A.B+c@Example.COM", "root@localhost", "ü@münchen.de"])
def test_addresses_are_compared_in_lower_case(text: str) -> None:
    assert normal_email(f" {text} ") == text.lower()


@pytest.mark.parametrize("text", ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b..c", "a\0@b", "<a@b>", "a@" + "b" * 300])
def test_what_is_no_address_is_refused(text: str) -> None:
    assert normal_email(text) is None
