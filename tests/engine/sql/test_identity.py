from dataclasses import replace
from datetime import timedelta

import pytest

from outrider_engine.domain.checks import CheckStatus
from outrider_engine.domain.identity import ApiKey, Role
from outrider_engine.ports.identity_repository import Heartbeat


@pytest.fixture
def key(world):
    def make(**values):
        given = {
            "id": world.id("api_key"),
            "organization_id": world.organization.id,
            "name": "ci",
            "prefix": "outr_abc",
        }
        given |= {"role": Role.MEMBER, "scopes": ("monitors:read",), "created_at": world.clock.now()}
        return ApiKey(**(given | values))

    return make


def test_organizations_are_listed_oldest_first(world):
    world.clock.advance(1)
    second = world.new_organization("second")
    with world.storage.read() as tx:
        assert tx.organizations.list() == [world.organization, second]
        assert tx.organizations.count() == 2
        assert tx.organizations.get(second.id) == second
        assert tx.organizations.get("org_other") is None


def test_a_key_is_found_by_its_digest_even_when_it_is_revoked(world, key):
    made = key(expires_at=world.clock.now())
    with world.storage.begin() as tx:
        assert tx.keys.add(made, "digest")
        assert tx.keys.by_digest("digest") == made
        assert tx.keys.by_digest("other\0") is None
        assert tx.keys.revoke(world.organization.id, made.id, tx.now)
        assert not tx.keys.revoke(world.organization.id, made.id, tx.now)
        assert tx.keys.by_digest("digest") == replace(made, revoked_at=tx.now)
        assert tx.keys.list(world.organization.id, 1, 10) == ([], 0)


def test_names_of_keys_in_force_and_texts_of_all_keys_are_unique(world, key):
    first = key(scopes=None)
    with world.storage.begin() as tx:
        assert tx.keys.add(first, "one")
        assert not tx.keys.add(key(), "two")
        assert not tx.keys.add(key(name="other"), "one")
        assert tx.keys.revoke(world.organization.id, first.id, tx.now)
        assert tx.keys.add(key(), "two")
        assert tx.keys.list(world.organization.id, 1, 10)[1] == 1


def test_the_last_use_of_a_key_never_goes_back(world, key):
    made, now = key(), world.clock.now()
    with world.storage.begin() as tx:
        tx.keys.add(made, "digest")
        tx.keys.used(made.id, now)
        tx.keys.used(made.id, now - timedelta(seconds=1))
        found = tx.keys.by_digest("digest")
    assert found is not None
    assert found.last_used_at == now


def test_locations_are_added_once_and_sorted(world):
    with world.storage.begin() as tx:
        tx.locations.add(["iad", "fra"])
        tx.locations.add(["fra", "Ams", "b-1"])
        tx.locations.add([])
        assert tx.locations.names() == ["Ams", "b-1", "fra", "iad"]


def test_locations_are_in_use_where_active_checks_run(world):
    world.stored_check(locations=("fra", "iad"))
    world.stored_check(locations=("ams",), status=CheckStatus.PAUSED)
    gone = world.stored_check(locations=("lon",))
    with world.storage.begin() as tx:
        tx.checks.delete(gone.organization_id, gone.id, tx.now)
        assert tx.locations.in_use() == {"fra", "iad"}


def test_the_newest_sign_of_life_of_each_part_is_kept(world):
    now = world.clock.now()
    worker = Heartbeat(component="worker", instance="1", seen_at=now, location="*", queues=("light", "browser"))
    reaper = Heartbeat(component="reaper", instance="1", seen_at=now - timedelta(seconds=9))
    later = replace(worker, seen_at=now + timedelta(seconds=5), queues=("light",))
    with world.storage.begin() as tx:
        for each in (worker, reaper, later):
            tx.heartbeats.beat(each)
        assert tx.heartbeats.list() == [later, reaper]
        assert tx.heartbeats.list(seen_after=now) == [later]
        tx.heartbeats.gone("worker", "1")
        assert tx.heartbeats.list() == [reaper]
