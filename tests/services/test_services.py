"""The servers of the suite are real, empty at the start of each test, and nobody's but ours."""

import psycopg
import pytest
import redis
from sqlalchemy import make_url


@pytest.mark.redis
@pytest.mark.parametrize("turn", [1, 2])
def test_redis_is_empty_for_every_test(redis_url, turn):
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


@pytest.mark.postgres
@pytest.mark.parametrize("turn", [1, 2])
def test_postgresql_is_empty_for_every_test(postgresql_url, turn):
    with psycopg.connect(postgresql_url) as connection:
        assert connection.execute("SELECT count(*) FROM locations").fetchall() == [(0,)]
        connection.execute("INSERT INTO locations VALUES ('left behind')")


@pytest.mark.postgres
def test_the_name_of_every_postgresql_database_says_that_it_is_for_tests(postgresql_url):
    assert "test" in (make_url(postgresql_url).database or "")


@pytest.mark.postgres
def test_a_connection_that_a_test_forgot_does_not_reach_into_the_next(postgresql_databases):
    url = postgresql_databases.take()
    with psycopg.connect(url, autocommit=True) as forgotten:
        forgotten.execute("BEGIN")
        forgotten.execute("INSERT INTO locations VALUES ('held')")
        postgresql_databases.give_back(url)
        with pytest.raises(psycopg.OperationalError):
            forgotten.execute("SELECT 1")
