from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from outrider_engine.adapters.sql import engines, migrations
from outrider_engine.adapters.sql.schema import metadata
from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.errors import StorageError


@pytest.fixture
def engine(database_url):
    engine = create_engine(engines.parse_url(database_url))
    yield engine
    engine.dispose()


def test_upgrading_from_nothing_makes_exactly_the_tables_of_the_schema(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_partial_indexes_and_foreign_keys_are_those_of_the_schema(engine, database_url):
    catalogue = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version' AND type = 'index'",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() "
        "AND tablename <> 'alembic_version'",
    }[engine.dialect.name]
    with engine.begin() as connection:
        migrated = set(connection.execute(text(catalogue)))
        metadata.drop_all(connection)
        metadata.create_all(connection)
        assert set(connection.execute(text(catalogue))) == migrated


def test_every_table_of_an_organization_carries_its_id():
    of_the_installation = {"organizations", "locations", "heartbeats"}
    owned = {name for name, table in metadata.tables.items() if "organization_id" in table.c}
    assert owned == set(metadata.tables) - of_the_installation


def test_a_current_database_has_no_problem(storage):
    assert storage.schema_problem() is None


def test_an_upgrade_of_a_current_database_changes_nothing(database_url, storage):
    migrations.upgrade(database_url)
    assert storage.schema_problem() is None


def test_an_empty_database_is_told_to_be_upgraded(tmp_path: Path):
    storage = SqlStorage(f"sqlite:///{tmp_path / 'new.db'}")
    problem = storage.schema_problem()
    storage.close()
    assert problem == "the database is empty: run `outrider db upgrade`"


def test_a_database_of_a_newer_version_is_told_apart(engine, storage):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "newer than this version" in (storage.schema_problem() or "")


def test_several_processes_may_upgrade_at_once(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(migrations.upgrade, [url] * 4)) == [None] * 4


def test_a_database_in_a_folder_that_is_missing_is_a_clear_error(tmp_path: Path):
    with pytest.raises(StorageError, match="unable to open database file"):
        migrations.upgrade(f"sqlite:///{tmp_path / 'missing' / 'outrider.db'}")
