"""Transactions: what they promise, what they refuse, and what happens when the database does not play along."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from cluster import wait_until
from sqlalchemy import Engine, event, make_url

from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.errors import ConfigurationError, Conflict, StorageError
from outrider_engine.ports.check_repository import CheckQuery
from outrider_engine.ports.storage import Storage


@pytest.fixture
def live_storage(database_url):
    """A storage on the database's own clock."""
    storage: Storage = SqlStorage(database_url)
    yield storage
    storage.close()


def test_an_exception_in_the_block_undoes_everything(world):
    def fail_half_way():
        with world.storage.begin() as tx:
            tx.checks.add(world.check())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with world.storage.read() as tx:
        assert tx.checks.list(world.organization.id, CheckQuery())[1] == 0


def test_nothing_is_visible_to_others_before_the_end(world):
    with world.storage.begin() as tx:
        tx.checks.add(world.check())
        with world.storage.read() as other:
            assert other.checks.list(world.organization.id, CheckQuery())[1] == 0
    with world.storage.read() as tx:
        assert tx.checks.list(world.organization.id, CheckQuery())[1] == 1


def test_a_reader_sees_one_state_all_along(world):
    with world.storage.read() as tx:
        before = tx.checks.list(world.organization.id, CheckQuery())
        world.stored_check()
        assert tx.checks.list(world.organization.id, CheckQuery()) == before


def test_a_reader_cannot_write_and_the_next_writer_can(world):
    check = world.check()
    with pytest.raises(StorageError), world.storage.read() as tx:
        tx.checks.add(check)
    with world.storage.begin() as tx:
        tx.checks.add(check)
        assert tx.checks.get(check.organization_id, check.id) == check


def test_the_time_of_a_transaction_is_the_databases_and_stands_still(live_storage):
    with live_storage.begin() as tx:
        assert abs(tx.now - datetime.now(UTC)) < timedelta(seconds=5)
        assert tx.now.utcoffset() == timedelta(0)
        assert tx.now == tx.now


def test_an_injected_clock_is_the_databases_time(world):
    before = world.clock.now()
    with world.storage.begin() as tx:
        world.clock.advance(5)
        assert tx.now == before


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        pytest.param("nonsense", "not a database URL", id="no URL"),
        pytest.param("mysql://localhost/x", "'mysql' is not supported", id="another system"),
        pytest.param("sqlite://", "needs a file", id="in memory"),
        pytest.param("sqlite:///:memory:", "needs a file", id="in memory by name"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_at_once(url, problem):
    with pytest.raises(ConfigurationError, match=problem):
        SqlStorage(url)


def test_a_password_is_never_part_of_an_error():
    storage = SqlStorage("postgresql://outrider:hunter2@127.0.0.1:1/outrider")
    with pytest.raises(StorageError) as caught, storage.read():
        pytest.fail("nobody listens on port 1")
    storage.close()
    assert "hunter2" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_values_are_never_part_of_an_error(world):
    check = world.stored_check()
    with pytest.raises(Conflict) as caught, world.storage.begin() as tx:
        tx.checks.add(check)
    assert check.definition.config["url"] not in str(caught.value)


@pytest.mark.postgres
def test_a_connection_that_is_lost_is_an_error_once(postgresql_url, postgresql_server_url):
    storage = SqlStorage(postgresql_url)
    database = make_url(postgresql_url).database
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"

    def lose_the_connection(admin):
        with storage.begin() as tx:
            assert tx.organizations.count() == 0
            admin.execute(end, [database])
            tx.organizations.count()

    with psycopg.connect(postgresql_server_url, autocommit=True) as admin:
        with pytest.raises(StorageError):
            lose_the_connection(admin)
        with storage.begin() as tx:
            assert tx.organizations.count() == 0
        admin.execute(end, [database])  # an idle connection of the pool
        left = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        wait_until(lambda: admin.execute(left, [database]).fetchone() == (0,), "the connection to be gone")
        with storage.read() as tx:
            assert tx.organizations.count() == 0
    storage.close()


def test_a_file_locked_by_another_process_is_an_error_after_the_patience_of_the_url(sqlite_url):
    storage = SqlStorage(f"{sqlite_url}?timeout=0.1")
    other = sqlite3.connect(make_url(sqlite_url).database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"), storage.begin():
        pytest.fail("the other one still writes")
    other.execute("ROLLBACK")
    other.close()
    with storage.begin() as tx:
        assert tx.organizations.count() == 0
    storage.close()


def test_a_writer_that_waits_too_long_for_its_turn_is_told(sqlite_url):
    storage = SqlStorage(f"{sqlite_url}?timeout=0.1")
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with storage.begin():
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(10)
    with pytest.raises(StorageError, match="busy"), storage.begin():
        pytest.fail("the other thread still writes")
    leave.set()
    holder.join()
    with storage.begin() as tx:
        assert tx.organizations.count() == 0
    storage.close()


def test_a_full_disk_is_a_clear_error_and_loses_nothing_stored_before(sqlite_url, clock):
    def limit(connection, _record):
        connection.execute("PRAGMA max_page_count = 100")

    event.listen(Engine, "connect", limit)
    try:
        storage = SqlStorage(sqlite_url, clock=clock)
        with storage.begin() as tx:
            tx.locations.add(["fra"])
        with pytest.raises(StorageError, match="full"), storage.begin() as tx:
            tx.locations.add([f"{number:05d}" + "x" * 500 for number in range(2000)])
        with storage.read() as tx:
            assert tx.locations.names() == ["fra"]
        storage.close()
    finally:
        event.remove(Engine, "connect", limit)
