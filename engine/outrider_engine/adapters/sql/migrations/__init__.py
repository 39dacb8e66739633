"""The history of the schema, and how a database is brought to its newest revision.

Revisions are plain Alembic files in ``versions``; they spell out their tables instead of importing the schema of
today. Alembic is used as a library, without an ``env.py``, so that nothing here runs when it is imported.
"""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from outrider_engine.adapters.sql.engines import Database
from outrider_engine.errors import SchemaNotCurrent, StorageError

_HERE = Path(__file__).parent
_LOCK = 7_300
"""Key of PostgreSQL's advisory lock that lets one process at a time migrate."""
_REMEDY = "run `outrider db upgrade`"


def upgrade(url: str) -> None:
    """Bring a database to the newest revision, in one transaction; several processes may try at once.

    Raises:
        ConfigurationError: the URL is not of a supported database.
        StorageError: the database can't be reached or written.
        SchemaNotCurrent: a newer version of Outrider has been at it.
    """
    database = Database(url, hurried=False)
    try:
        with database.writing() as connection:
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            current = MigrationContext.configure(connection).get_current_revision()
            if unknown := _unknown(current):
                raise SchemaNotCurrent(unknown)
            migrate(connection)
            if database.is_sqlite and current != newest():  # reads every row that refers to another
                _refuse_broken_references(connection)
    finally:
        database.close()


def _refuse_broken_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise StorageError(f"a row of the table {broken[0]} refers to one of {broken[2]} that is not there")


def newest() -> str:
    """Return the revision that this version needs."""
    head = _scripts().get_current_head()
    assert head is not None
    return head


def problem(connection: Connection) -> str | None:
    """Return what is wrong with a database's schema, ``None`` when it is at the newest revision."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current == newest():
        return None
    if current is None:
        return f"the database is empty: {_REMEDY}"
    return _unknown(current) or f"the database is at revision {current}, this version needs {newest()}: {_REMEDY}"


def _unknown(revision: str | None) -> str | None:
    if revision is None or revision in {known.revision for known in _scripts().walk_revisions()}:
        return None
    return f"the database is at revision {revision}, which is newer than this version of Outrider: upgrade Outrider"


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the database of an open transaction to a revision."""
    scripts = _scripts()

    def steps(current: str, _context: MigrationContext) -> list[RevisionStep]:
        return scripts._upgrade_revs(revision, current)  # what alembic.command.upgrade calls

    with EnvironmentContext(_config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
