"""Versions of checks in both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from outrider_engine.adapters.sql import engines, migrations
from outrider_engine.adapters.sql.schema import metadata
from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.audit import ENGINE
from outrider_engine.domain.checks import CheckStatus
from outrider_engine.domain.schedules import CronSchedule
from outrider_engine.domain.versions import CheckVersion, VersionSource, same_content

AT = "'2026-01-01 00:00:00.000000'"


def version_of(check, number=1, **changes):
    return CheckVersion(
        organization_id=check.organization_id,
        check_id=check.id,
        number=number,
        source=VersionSource.CHANGED,
        message="why",
        restored_from=None,
        made_at=check.created_at,
        actor=ENGINE,
        definition=replace(check.definition, **changes),
    )


def test_a_version_comes_back_as_it_was_stored(world):
    check = world.stored_check(
        assertions=(Assertion(source=Source.STATUS, operator=Operator.EQUALS, expected=200),),
        schedule=CronSchedule("*/5 * * * *", "Europe/Berlin"),
        variables={"A": "ü"},
        config={"url": "http://a.test/", "deep": [{"on": True, "n": 1.5}, None]},
        status=CheckStatus.PAUSED,
    )
    with world.storage.begin() as tx:
        tx.versions.add(version_of(check), keep=5)
        found = tx.versions.get(check.organization_id, check.id, 1)
    assert found.definition == replace(check.definition, status=CheckStatus.ACTIVE), "the status is no part of it"
    assert same_content(found.definition, check.definition)
    assert (found.actor.kind, found.message, len(found.digest)) == (ENGINE.kind, "why", 64)


def test_only_the_newest_are_kept_and_the_same_definition_has_the_same_digest(world):
    check, other = world.stored_check(), world.stored_check()
    with world.storage.begin() as tx:
        for number, name in enumerate(("a", "b", "a", "c"), start=1):
            tx.versions.add(version_of(check, number, name=name), keep=3)
        tx.versions.add(version_of(other), keep=3)
        found, total = tx.versions.list(check.organization_id, check.id, page=1, per_page=2)
        rest, _ = tx.versions.list(check.organization_id, check.id, page=2, per_page=2)
    assert ([one.number for one in found], [one.number for one in rest], total) == ([4, 3], [2], 3)
    assert found[1].digest != found[0].digest


def test_the_versions_of_a_deleted_check_go_with_it(world):
    check = world.stored_check()
    with world.storage.begin() as tx:
        tx.versions.add(version_of(check), keep=3)
        tx.checks.delete(check.organization_id, check.id, tx.now)
        assert tx.retention.drop_remains(check.id, 10) == 1
        assert tx.versions.get(check.organization_id, check.id, 1) is None


@pytest.mark.parametrize("count", [1, 150])
def test_checks_that_there_are_have_their_first_version(database_url, count):
    database = engines.Database(database_url, hurried=False)
    with database.writing() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    with database.writing() as connection:
        migrations.migrate(connection, "0027")
        connection.execute(text(f"INSERT INTO organizations (id, name, slug, created_at) VALUES ('o', 'A', 'a', {AT})"))
        for number in range(count):
            connection.execute(
                text(
                    "INSERT INTO checks (id, organization_id, family, type, name, description, status, cron, timezone, "
                    "locations, timeout_s, max_retries, side_effects, tags, config, assertions, variables, "
                    f"secret_names, revision, created_at, updated_at) VALUES ('mon_{number:03}', 'o', 'monitor', "
                    "'http', 'Shop', '', 'active', '* * * * *', 'UTC', '[\"fra\"]', 30.0, 0, false, '[]', "
                    '\'{"b": 1, "a": "ü"}\', \'[{"source": "status", "operator": "equals", '
                    f"\"expected\": 200}}]', '{{}}', '[]', 7, {AT}, {AT})".replace(":", "\\:")
                )
            )
    database.close()
    migrations.upgrade(database_url)
    storage = SqlStorage(database_url)
    with storage.begin() as tx:
        check = tx.checks.get("o", f"mon_{count - 1:03}")
        first = tx.versions.get("o", check.id, 1)
        assert (check.version, first.source, first.made_at) == (1, VersionSource.MIGRATED, check.updated_at)
        assert first.definition == check.definition
        tx.versions.add(replace(first, number=2), keep=5)
        assert tx.versions.get("o", check.id, 2).digest == first.digest, "as if it had been stored today"
    storage.close()
