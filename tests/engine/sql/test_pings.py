"""Tokens of checks that are pinged, and what a ping locks."""

import pytest

from outrider_engine.errors import Conflict
from outrider_engine.ports.ping_repository import PingToken


def token(check, digest, sealed="sealed"):
    return PingToken(organization_id=check.organization_id, check_id=check.id, digest=digest, sealed=sealed)


def test_a_check_has_one_token_that_can_be_replaced(world):
    one, other = world.stored_check(), world.stored_check()
    with world.storage.begin() as tx:
        tx.pings.put(token(one, "a"))
        tx.pings.put(token(other, "b"))
        tx.pings.put(token(one, "c", "sealed anew"))
    with world.storage.read() as tx:
        assert tx.pings.find("a") is None
        assert tx.pings.find("c") == token(one, "c", "sealed anew")
        assert tx.pings.of_checks([one.id, other.id, "mon_none"]) == {
            one.id: token(one, "c", "sealed anew"),
            other.id: token(other, "b"),
        }
        assert tx.pings.of_checks([]) == {}


def test_two_checks_never_share_a_token(world):
    one, other = world.stored_check(), world.stored_check()
    with world.storage.begin() as tx:
        tx.pings.put(token(one, "a"))
    with pytest.raises(Conflict), world.storage.begin() as tx:
        tx.pings.put(token(other, "a"))


def test_a_token_of_another_organizations_check_cannot_be_stored(world):
    check, stranger = world.stored_check(), world.new_organization("stranger").id
    with pytest.raises(Conflict), world.storage.begin() as tx:
        tx.pings.put(PingToken(organization_id=stranger, check_id=check.id, digest="a", sealed="b"))


def test_a_check_is_locked_within_its_organization_while_it_exists(world):
    check, stranger = world.stored_check(), world.new_organization("stranger").id
    with world.storage.begin() as tx:
        assert tx.checks.lock(check.organization_id, check.id) == check
        assert tx.checks.lock(stranger, check.id) is None
        tx.checks.delete(check.organization_id, check.id, tx.now)
        assert tx.checks.lock(check.organization_id, check.id) is None


def test_a_run_that_nobody_executes_is_stored_begun_and_never_claimed(world):
    check = world.stored_check()
    run = world.run(check)
    with world.storage.begin() as tx:
        tx.runs.add_begun([run], tx.now)
    assert world.claim() == []
    with world.storage.read() as tx:
        stored = tx.runs.get(check.organization_id, run.id)
    assert (stored.status, stored.attempt) == ("running", 1)
    assert stored.started_at == world.clock.now()
