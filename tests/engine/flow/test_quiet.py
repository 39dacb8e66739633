"""Nobody looks where nothing can be new, and nothing new is overlooked."""

import pytest
from sent_statements import statements

from outrider_engine.adapters.sql.storage import SqlStorage


def test_a_glance_tells_whether_anybody_has_changed_anything(sqlite_url):
    mine, others = SqlStorage(sqlite_url), SqlStorage(sqlite_url)
    versions = []
    for storage in (mine, others, mine):
        before = mine.glance().version
        with mine.read() as tx:
            tx.locations.names()
        with storage.begin() as tx:
            tx.locations.add([])
        assert mine.glance().version == before
        with storage.begin() as tx:
            tx.locations.add([f"place-{len(versions)}"])
        versions.append(mine.glance().version)
        assert mine.glance().version == versions[-1] != before
    mine.close()
    others.close()


@pytest.mark.postgres
def test_postgresql_has_no_glance(postgresql_url):
    storage = SqlStorage(postgresql_url)
    assert storage.glance() is None
    storage.close()


def test_whoever_claims_looks_again_only_after_something_has_changed(world):
    check, claims = world.check(), world.claims()
    assert list(claims.take("light", 5)) == []
    with statements() as sent:
        assert list(claims.take("light", 5)) == []
    assert (sent == []) is (world.storage.glance() is not None)
    run_id = world.request(check)
    assert [claim.run_id for claim in claims.take("light", 5)] == [run_id]
    assert list(claims.take("light", 5)) == []


def test_the_scheduler_looks_again_when_the_next_check_is_due_or_has_changed(world):
    world.every(60)
    scheduler = world.scheduler
    assert scheduler.tick() == 0
    with statements() as sent:
        assert scheduler.tick() == 0
    assert (sent == []) is (world.storage.glance() is not None)
    world.clock.advance(60)
    assert scheduler.tick() == 1
    assert scheduler.tick() == 0
    other = world.every(60)
    world.clock.advance(60)
    scheduler.tick()
    assert len(world.runs(other)) == 1
