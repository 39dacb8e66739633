"""Calls that one message to the database counts, and those that take a closer look."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.domain.identity import ApiKey, Role

NOTED_EVERY = timedelta(minutes=1)
pytestmark = pytest.mark.postgres


@pytest.fixture
def database_url(postgresql_url):
    """The one database that takes such messages."""
    return postgresql_url


@pytest.fixture
def stored(world):
    """Store a key whose text has the digest ``digest``, used just now; returns it."""

    def store(**values):
        now = world.clock.now()
        given = {
            "id": world.id("api_key"),
            "organization_id": world.organization.id,
            "name": "ci",
            "prefix": "outr_abc",
        }
        given |= {"role": Role.MEMBER, "scopes": ("monitors:read",), "created_at": now, "last_used_at": now}
        made = ApiKey(**(given | values))
        with world.storage.begin() as tx:
            assert tx.keys.add(made, "digest")
        return made

    return store


@pytest.fixture
def admit(world):
    return lambda: world.storage.admit("digest", noted_every=NOTED_EVERY)


def test_a_call_is_counted_for_the_key_and_its_organization(world, stored, admit):
    key = stored(expires_at=world.clock.now() + timedelta(days=1), project_id=None)
    seen = [admit() for _ in range(3)]
    assert [(call.key_calls, call.organization_calls) for call in seen] == [(1, 1), (2, 2), (3, 3)]
    assert {call.began_at for call in seen} == {world.clock.now()}
    assert all(call.key == key for call in seen)
    with world.storage.read() as tx:
        month = f"{world.clock.now():%Y-%m}"
        assert tx.usage.calls(world.organization.id, month) == 3
        assert tx.usage.calls(world.organization.id, month, key.id) == 3


def test_months_are_those_of_utc(world, stored, admit):
    stored()
    began = world.clock.now().replace(month=1, day=31, hour=23, minute=59, second=59)
    world.clock.advance((began - world.clock.now()).total_seconds())
    with world.storage.begin() as tx:
        tx.keys.used(tx.keys.by_digest("digest").id, began)
    assert admit().key_calls == 1
    world.clock.advance(1)
    assert admit().key_calls == 1


def test_who_must_be_looked_at_more_closely_is_not_counted(world, stored, admit):
    assert admit() is None
    key = stored()
    world.clock.advance(61)
    assert admit() is None, "the last use is to be noted"
    with world.storage.begin() as tx:
        tx.keys.used(key.id, tx.now)
    assert admit() is not None
    with world.storage.begin() as tx:
        tx.keys.rotate(key, "another", tx.now + timedelta(hours=1))
    assert admit() is None, "the text is one of before"
    with world.storage.begin() as tx:
        tx.keys.rotate(key, "digest", None)
        tx.keys.revoke(key.organization_id, key.id, tx.now)
    assert admit() is None, "it is revoked"
    with world.storage.read() as tx:
        assert tx.usage.calls(world.organization.id, f"{world.clock.now():%Y-%m}") == 1


@pytest.mark.parametrize("values", [{"monthly_limit": 5}, {"last_used_at": None}, {"expires_at": timedelta(0)}])
def test_neither_are_keys_with_a_limit_unused_ones_and_expired_ones(world, stored, admit, values):
    stored(**{name: world.clock.now() + value if name == "expires_at" else value for name, value in values.items()})
    assert admit() is None


def test_what_changed_about_a_key_is_in_the_answer(world, stored, admit):
    key = stored()
    admit()
    with world.storage.begin() as tx:
        tx.keys.rotate(replace(key, prefix="outr_new"), "digest", None)
    assert admit().key.prefix == "outr_new"


def test_calls_at_the_same_time_are_counted_exactly(stored, admit):
    stored()
    with ThreadPoolExecutor(6) as threads:
        seen = list(threads.map(lambda _: admit(), range(60)))
    assert sorted(call.key_calls for call in seen) == list(range(1, 61))
    assert sorted(call.organization_calls for call in seen) == list(range(1, 61))


def test_sqlite_always_takes_the_closer_look(sqlite_url):
    assert SqlStorage(sqlite_url).admit("digest", noted_every=NOTED_EVERY) is None
