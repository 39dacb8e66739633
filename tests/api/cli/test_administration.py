import re
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from outrider_engine.bootstrap.databases import LOCATIONS
from outrider_engine.bootstrap.tools import open_storage
from outrider_engine.settings import load_settings

from .conftest import Outrider

KEY = re.compile(r"^outr_\w{36}$", re.MULTILINE)


def test_an_organization_comes_with_its_owners_key(outrider: Outrider) -> None:
    made = outrider("organizations", "create", "Acme")
    assert made.returncode == 0
    assert KEY.search(made.stdout)
    assert "Acme" in outrider("organizations", "list").stdout


def test_the_text_of_a_key_is_shown_once(outrider: Outrider) -> None:
    outrider("organizations", "create", "Acme")
    made = outrider("keys", "create", "ci", "--role", "member", "--scope", "journeys:run", "--expires-in-days", "3")
    text = KEY.findall(made.stdout)[0]
    listed = outrider("keys", "list").stdout
    assert text not in listed
    assert text[:11] in listed
    assert "journeys:run" in listed


def test_a_revoked_key_is_gone(outrider: Outrider) -> None:
    outrider("organizations", "create", "Acme")
    identifier = re.findall(r"key_\w+", outrider("keys", "create", "ci").stdout)[0]
    assert outrider("keys", "revoke", identifier).returncode == 0
    assert identifier not in outrider("keys", "list").stdout
    again = outrider("keys", "revoke", identifier)
    assert (again.returncode, "no API key" in again.stderr) == (1, True)


def test_several_organizations_have_to_be_told_apart(outrider: Outrider) -> None:
    first = re.findall(r"org_\w+", outrider("organizations", "create", "Acme").stdout)[0]
    outrider("organizations", "create", "Umbrella")
    unclear = outrider("keys", "create", "ci")
    assert unclear.returncode == 2
    assert "--organization: there are several" in unclear.stderr
    assert outrider("keys", "create", "ci", "--organization", first).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        pytest.param(["ci"], 2, "outrider organizations create NAME", id="no-organization-yet"),
        pytest.param(["ci", "--organization", "org_x"], 1, "no organization with the id 'org_x'", id="unknown"),
        pytest.param(["ci", "--role", "king"], 2, "role: is not a role (allowed: owner,", id="unknown-role"),
    ],
)
def test_a_key_that_cannot_be_made_says_why(
    outrider: Outrider, arguments: list[str], status: int, sentence: str
) -> None:
    if "--role" in arguments:
        outrider("organizations", "create", "Acme")
    done = outrider("keys", "create", *arguments)
    assert (done.returncode, sentence in done.stderr) == (status, True)


def test_the_database_can_be_upgraded_twice(outrider: Outrider) -> None:
    assert [outrider("db", "upgrade").returncode for _ in range(2)] == [0, 0]


def test_an_upgraded_database_has_the_first_locations_without_any_worker(outrider: Outrider, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'apart.db'}"
    assert outrider("db", "upgrade", OUTRIDER_DATABASE_URL=url).returncode == 0
    with open_storage(load_settings({"database_url": url})) as storage, storage.read() as tx:
        assert set(tx.locations.names()) == set(LOCATIONS)


def test_a_forgotten_password_is_replaced_by_what_standard_input_says(outrider: Outrider) -> None:
    assert "e-mail" in outrider("users", "list").stdout
    unknown = outrider("users", "set-password", "lin@example.com", stdin="correct horse battery\n")
    assert (unknown.returncode, "no user" in unknown.stderr) == (1, True)
    short = outrider("users", "set-password", "lin@example.com", stdin="short")
    assert (short.returncode, "password: must have 10 to 200" in short.stderr) == (2, True)


def test_what_the_operator_does_is_told_in_the_audit_log(outrider: Outrider, tmp_path: Path) -> None:
    plans = tmp_path / "plans.yaml"
    plans.write_text("plans: [{id: free, name: Free}, {id: team, name: Team}]")
    made = outrider("organizations", "create", "Acme").stdout
    organization = re.findall(r"org_\w+", made)[0]
    key = re.findall(r"key_\w+", outrider("keys", "create", "ci").stdout)[0]
    outrider("keys", "revoke", key)
    done = outrider("organizations", "plan", organization, "team", OUTRIDER_PLANS_FILE=str(plans))
    assert done.returncode == 0, done.stderr
    settings = load_settings({"data_dir": tmp_path / "outrider-data"})
    with open_storage(settings) as storage, storage.read() as tx:
        entries = tx.audit.list(organization, 20)
    assert {each.actor.kind.value for each in entries} == {"operator"}
    assert [(each.subject, each.action.value) for each in entries[::-1]] == [
        ("organization", "created"),
        ("api_key", "created"),
        ("api_key", "created"),
        ("api_key", "revoked"),
        ("organization", "updated"),
    ]


def test_the_secret_key_is_replaced(outrider: Outrider) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    outrider("organizations", "create", "Acme", OUTRIDER_SECRET_KEY=old)
    done = outrider("secrets", "rotate", OUTRIDER_SECRET_KEY=f"{new},{old}")
    assert (done.returncode, "variables.sealed" in done.stdout) == (0, True), done.stderr
    assert "older ones can go" in done.stdout
    assert "OUTRIDER_SECRET_KEY" in outrider("secrets", "rotate", OUTRIDER_SECRET_KEY="short").stderr
