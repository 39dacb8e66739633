from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from outrider_engine.adapters.sql import engines, migrations
from outrider_engine.adapters.sql.schema import metadata
from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.domain.identity import Role
from outrider_engine.errors import SchemaNotCurrent, StorageError
from outrider_engine.ports.environment_repository import VariableQuery
from outrider_engine.ports.listing import DefinitionQuery


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
    of_the_installation = {"organizations", "users", "external_identities", "locations", "heartbeats"}
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


def test_a_database_of_a_newer_version_is_told_apart_and_left_alone(engine, storage, database_url):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "newer than this version" in (storage.schema_problem() or "")
    with pytest.raises(SchemaNotCurrent, match="revision 9999, which is newer than this version of Outrider"):
        migrations.upgrade(database_url)


def test_several_processes_may_upgrade_at_once(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(migrations.upgrade, [url] * 4)) == [None] * 4


def test_a_database_in_a_folder_that_is_missing_is_a_clear_error(tmp_path: Path):
    with pytest.raises(StorageError, match="unable to open database file"):
        migrations.upgrade(f"sqlite:///{tmp_path / 'missing' / 'outrider.db'}")


def test_organizations_of_the_first_version_get_an_owner_for_whom_their_keys_act(tmp_path: Path):
    database = engines.Database(f"sqlite:///{tmp_path / 'old.db'}", hurried=False)
    with database.writing() as connection:
        migrations.migrate(connection, "0001")
        connection.execute(text("INSERT INTO organizations VALUES ('org_01ab', 'Acme', '2026-01-01 00:00:00.000000')"))
        connection.execute(
            text(
                "INSERT INTO api_keys (id, organization_id, name, digest, prefix, role, created_at) "
                "VALUES ('key_1', 'org_01ab', 'ci', 'd', 'p', 'owner', '2026-01-01 00:00:00.000000')"
            )
        )
    database.close()
    migrations.upgrade(f"sqlite:///{tmp_path / 'old.db'}")
    storage = SqlStorage(f"sqlite:///{tmp_path / 'old.db'}")
    with storage.read() as tx:
        (owner,), _ = tx.members.list("org_01ab", 1, 10)
        key = tx.keys.by_digest("d")
        organization = tx.organizations.get("org_01ab")
        (project,), _ = tx.projects.list("org_01ab", DefinitionQuery())
    storage.close()
    assert key is not None
    assert (owner.role, owner.user_id, key.user_id) == (Role.OWNER, "usr_01ab", "usr_01ab")
    assert organization is not None
    assert organization.slug == "organization-01ab"
    assert (project.id, project.name, project.is_default) == ("proj_01ab", "Acme", True)


def test_environments_keep_their_variables_and_checks_when_their_table_is_replaced(database_url, engine):
    """SQLite makes the table anew, which must take along nothing that refers to it."""
    with engine.begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    database = engines.Database(database_url, hurried=False)
    with database.writing() as connection:
        migrations.migrate(connection, "0025")
        at = "'2026-01-01 00:00:00.000000'"
        for statement in (
            f"INSERT INTO organizations (id, name, created_at) VALUES ('org_1', 'Acme', {at})",
            f"INSERT INTO environments VALUES ('env_1', 'org_1', 'staging', NULL, {at}, {at})",
            f"INSERT INTO variables VALUES ('var_1', 'org_1', 'env_1', 'A', FALSE, 'x', NULL, {at}, {at})",
        ):
            connection.execute(text(statement))
    database.close()
    migrations.upgrade(database_url)
    storage = SqlStorage(database_url)
    with storage.begin() as tx:
        (environment,) = tx.environments.called("org_1", "staging")
        (variable,), _ = tx.variables.list("org_1", VariableQuery())
        assert (variable.environment_id, variable.project_id, environment.project_id) == ("env_1", None, None)
        tx.environments.delete("org_1", environment.id)
        assert tx.variables.list("org_1", VariableQuery()) == ([], 0)  # references are looked at again
    storage.close()
