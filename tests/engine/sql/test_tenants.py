"""Two organizations in one database: neither sees, changes or refers to what belongs to the other."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from outrider_engine.domain.audit import ACTING, Action, request_from
from outrider_engine.domain.batches import Selection
from outrider_engine.domain.environments import Environment, Variable
from outrider_engine.domain.identity import ApiKey, Role
from outrider_engine.domain.ids import project_of
from outrider_engine.domain.login_states import StatePlace, StoredLoginState
from outrider_engine.domain.members import Member, User
from outrider_engine.domain.projects import Project, default_project
from outrider_engine.domain.releases import Release
from outrider_engine.domain.rollups import Rollup, Span, Tally
from outrider_engine.errors import Conflict
from outrider_engine.ports.alert_repository import AlertQuery, ChannelQuery, RuleQuery
from outrider_engine.ports.batch_repository import BatchQuery
from outrider_engine.ports.check_repository import CheckQuery
from outrider_engine.ports.environment_repository import EnvironmentQuery, VariableQuery
from outrider_engine.ports.incident_repository import IncidentQuery
from outrider_engine.ports.listing import DefinitionQuery
from outrider_engine.ports.release_repository import ReleaseQuery
from outrider_engine.ports.run_repository import RunQuery
from outrider_engine.services.auditing import record

EVER = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def belongings(world):
    """What the first organization has: one of everything."""
    check = world.stored_check(tags=("t",))
    channel = world.stored_channel("sealed")
    rule = world.stored_rule(check, channel)
    world.stored_runs(check)
    (claim,) = world.claim()
    artifact = world.artifact(claim.run_id)
    world.finish(world.finished(claim, artifacts=[artifact]))
    alert, notification = world.alert(rule), world.notification(channel)
    key = ApiKey(
        id=world.id("api_key"),
        organization_id=world.organization.id,
        name="ci",
        prefix="outr_",
        role=Role.OWNER,
        scopes=None,
        created_at=world.clock.now(),
        user_id="usr_1",
    )
    user = User(id="usr_1", name="Ada", email="ada@example.com", created_at=world.clock.now())
    member = Member(
        id="mem_1",
        organization_id=world.organization.id,
        user_id=user.id,
        role=Role.OWNER,
        created_at=world.clock.now(),
    )
    hour = Rollup(
        organization_id=world.organization.id,
        check_id=check.id,
        location="fra",
        starts_at=Span.HOUR.start_of(world.clock.now()),
        tally=Tally(passed=1),
    )
    with world.storage.begin() as tx:
        tx.rollups.add([hour], Span.HOUR)
        tx.alerts.open(alert)
        tx.outbox.add([notification])
        tx.users.add(user)
        tx.keys.add(key, "digest")
        tx.members.add(member)
        record(tx, world.organization.id, Action.CREATED, "member", member.id, after=member)
        release = Release(
            id="rel_1", organization_id=world.organization.id, name="a", started_at=tx.now, created_at=tx.now
        )
        tx.releases.add(release)
        placed = {"organization_id": world.organization.id, "project_id": check.project_id}
        placed |= {"created_at": tx.now, "updated_at": tx.now}
        environment = Environment(id="env_1", name="staging", base_url=None, **placed)
        tx.environments.add(environment)
        variable = Variable(
            id="var_1", name="A", environment_id="env_1", environment="staging", is_secret=False, value="x", **placed
        )
        tx.variables.add(variable)
        state = StoredLoginState(
            id="lst_1",
            place=StatePlace(
                organization_id=world.organization.id, project_id=check.project_id, environment_id="env_1"
            ),
            name="shop",
            sealed="sealed",
            saved_at=tx.now,
            expires_at=tx.now + timedelta(hours=1),
            run_id=claim.run_id,
        )
        assert tx.login_states.put(state)
    incident = world.stored_incident(check)
    names = ("check", "channel", "rule", "claim", "artifact", "alert", "key", "member", "incident", "release", "batch")
    names = (*names, "environment", "variable", "state")
    things = (check, channel, rule, claim, artifact, alert, key, member, incident, release, world.stored_batch(check))
    return dict(zip(names, (*things, environment, variable, state), strict=True))


@pytest.fixture
def stranger(world):
    return world.new_organization("stranger").id


def seen_of_projects(tx, has, organization_id):
    """Return what somebody sees of the things that belong to a project."""
    check, run, rule, alert = has["check"], has["claim"].run_id, has["rule"], has["alert"]
    return [
        tx.checks.get(organization_id, check.id),
        tx.checks.get(organization_id, check.id, deleted_too=True),
        tx.checks.lock(organization_id, check.id),
        *tx.checks.list(organization_id, CheckQuery(tag="t"))[0],
        *tx.checks.projects_of(organization_id, [check.id], deleted_too=True),
        tx.runs.get(organization_id, run),
        *tx.runs.list(organization_id, RunQuery()),
        *tx.runs.list(organization_id, RunQuery(check_id=check.id)),
        tx.runs.artifact(organization_id, run, has["artifact"].id),
        tx.rules.get(organization_id, rule.id),
        *tx.rules.list(organization_id, RuleQuery())[0],
        tx.alerts.get(organization_id, alert.id),
        *tx.alerts.list(organization_id, AlertQuery(check_id=check.id))[0],
        *tx.alerts.projects_of(organization_id, [alert.id]),
        tx.alerts.open_of_rule(organization_id, rule.id),
        tx.incidents.get(organization_id, has["incident"].id),
        tx.incidents.lock(organization_id, has["incident"].id),
        *tx.incidents.list(organization_id, IncidentQuery()),
        *tx.incidents.list(organization_id, IncidentQuery(check_id=check.id)),
        tx.releases.get(organization_id, has["release"].id),
        tx.releases.lock(organization_id, has["release"].id),
        *tx.releases.list(organization_id, ReleaseQuery()),
        tx.projects.get(organization_id, check.project_id),
        tx.environments.get(organization_id, has["environment"].id),
        *tx.environments.called(organization_id, "staging"),
        *tx.environments.names(organization_id, None),
        *tx.environments.list(organization_id, EnvironmentQuery())[0],
        tx.variables.get(organization_id, has["variable"].id),
        tx.variables.beside(replace(has["variable"], organization_id=organization_id)),
        *tx.variables.list(organization_id, VariableQuery())[0],
        tx.keys.get(organization_id, has["key"].id),
        *tx.keys.list(organization_id, 1, 10)[0],
        *tx.checks.selected(organization_id, Selection(tags=("t",), check_ids=(check.id,), names=("n",)), 10),
        *tx.checks.tags(organization_id, Selection()),
        *tx.runs.list(organization_id, RunQuery(batch_id=has["batch"].id)),
        *tx.runs.lock_going(organization_id, batch_id=has["batch"].id),
    ]


def test_nothing_of_another_organization_can_be_seen(world, belongings, stranger):
    has = belongings
    with world.storage.read() as tx:
        seen = [
            *seen_of_projects(tx, has, stranger),
            *tx.checks.skipped(stranger, has["check"].id, 10),
            *tx.rollups.of(stranger, has["check"].id, Span.HOUR, since=Span.HOUR.start_of(world.clock.now())),
            tx.channels.get(stranger, has["channel"].id),
            tx.channels.sealed_secrets(stranger, has["channel"].id),
            *tx.channels.existing(stranger, [has["channel"].id]),
            *tx.channels.list(stranger, ChannelQuery())[0],
            *tx.channels.concerned(stranger, [has["channel"].id]),
            *tx.outbox.list(stranger, alert_id=has["alert"].id),
            tx.members.get(stranger, has["member"].id),
            tx.members.of_user(stranger, has["member"].user_id),
            tx.members.with_email(stranger, "ada@example.com"),
            *tx.variables.named([stranger], ["A"], [has["environment"].id], [has["check"].project_id]),
            *tx.login_states.named([replace(has["state"].place, organization_id=stranger)], ["shop"]),
            *tx.members.list(stranger, 1, 10)[0],
            *tx.members.owners(stranger),
            *tx.audit.list(stranger, 10),
            *tx.incidents.started(stranger, has["check"].id, since=EVER, until=world.clock.now() + timedelta(days=1)),
            tx.projects.named(stranger, "first"),
            *(one for one in tx.projects.list(stranger, DefinitionQuery())[0] if not one.is_default),
            tx.batches.get(stranger, has["batch"].id),
            *tx.batches.list(stranger, BatchQuery()),
            *tx.batches.checks(stranger, has["batch"].id),
            *tx.batches.runs(stranger, has["batch"].id),
        ]
    assert [each for each in seen if each is not None] == []


@contextmanager
def within(project_id):
    """Let whoever may act in one project only work in the block."""
    with request_from(None):
        acting = ACTING.get()
        assert acting is not None
        acting.project_id = project_id
        yield


def test_nothing_of_another_project_can_be_seen_or_changed(world, belongings):
    has = belongings
    elsewhere = Project(id="proj_2", organization_id=world.organization.id, name="b", created_at=EVER, updated_at=EVER)
    with world.storage.begin() as tx:
        tx.projects.add(elsewhere)
    with within(elsewhere.id), world.storage.begin() as tx:
        seen = seen_of_projects(tx, has, world.organization.id)
        projects, _ = tx.projects.list(world.organization.id, DefinitionQuery())
        seen += [tx.batches.get(world.organization.id, has["batch"].id)]
        seen += tx.batches.list(world.organization.id, BatchQuery())
        seen += tx.batches.checks(world.organization.id, has["batch"].id)
        changed = [
            tx.checks.replace(has["check"], expected_revision=1),
            tx.checks.delete(world.organization.id, has["check"].id, tx.now),
            tx.keys.revoke(world.organization.id, has["key"].id, tx.now),
            tx.incidents.delete(world.organization.id, has["incident"].id),
            tx.releases.replace(has["release"]),
            tx.releases.delete(world.organization.id, has["release"].id),
        ]
    assert [each for each in seen if each is not None] == []
    assert projects == [elsewhere]
    assert not any(changed)
    with within(has["check"].project_id), world.storage.read() as tx:
        seen = seen_of_projects(tx, has, world.organization.id)
    assert [each for each in seen if each is None] == [None]  # the key is of the whole organization
    assert len(seen) > 20


def test_nothing_of_another_organization_can_be_changed(world, belongings, stranger):
    has = belongings
    with world.storage.begin() as tx:
        changed = [
            tx.checks.replace(replace(has["check"], organization_id=stranger), expected_revision=1),
            tx.checks.delete(stranger, has["check"].id, tx.now),
            tx.channels.replace(replace(has["channel"], organization_id=stranger), None),
            tx.channels.delete(stranger, has["channel"].id),
            tx.rules.replace(replace(has["rule"], organization_id=stranger)),
            tx.rules.delete(stranger, has["rule"].id),
            tx.keys.revoke(stranger, has["key"].id, tx.now),
            tx.keys.revoke_of_user(stranger, "usr_1", tx.now),
            tx.keys.limit_of_user(stranger, "usr_1", Role.VIEWER),
            tx.members.remove(stranger, has["member"].id),
            tx.incidents.delete(stranger, has["incident"].id),
            tx.releases.replace(replace(has["release"], organization_id=stranger)),
            tx.releases.delete(stranger, has["release"].id),
            tx.runs.lock_going(stranger, batch_id=has["batch"].id),
        ]
        tx.batches.mark_cancelled(stranger, has["batch"].id, tx.now)
        tx.members.set_role(stranger, has["member"].id, Role.VIEWER)
        tx.projects.replace(replace(default_project(world.organization), organization_id=stranger, name="mine"))
        tx.projects.delete(stranger, has["check"].project_id, heir_id=project_of(stranger))
    assert not any(changed)
    with world.storage.read() as tx:
        assert tx.checks.get(world.organization.id, has["check"].id) == has["check"]
        assert tx.rules.get(world.organization.id, has["rule"].id) == has["rule"]
        assert tx.projects.get(world.organization.id, has["check"].project_id) == default_project(world.organization)
        assert tx.batches.get(world.organization.id, has["batch"].id) == has["batch"]
        found = tx.members.get(world.organization.id, has["member"].id)
    assert found is not None
    assert found.role is Role.OWNER


def test_an_incident_cannot_be_about_another_organizations_check_or_alert(world, belongings, stranger):
    own = replace(belongings["incident"], id="inc_1", organization_id=stranger, alerting_check_id=None)
    for linked in ({"alert_ids": ()}, {"check_ids": ()}):
        with pytest.raises(Conflict), world.storage.begin() as tx:
            tx.incidents.add(replace(own, **linked))
    with world.storage.read() as tx:
        assert tx.incidents.list(stranger, IncidentQuery()) == []


def test_a_run_of_another_organizations_check_cannot_be_stored(world, belongings, stranger):
    with pytest.raises(Conflict), world.storage.begin() as tx:
        tx.runs.add([world.run(belongings["check"], organization_id=stranger)], tx.now)
    with world.storage.read() as tx:
        assert tx.runs.list(stranger, RunQuery()) == []


def test_a_rule_cannot_tell_another_organizations_channel(world, belongings, stranger):
    own = world.stored_check(organization=world.new_organization("third"))
    with pytest.raises(Conflict):
        world.stored_rule(own, belongings["channel"])
    with world.storage.read() as tx:
        assert tx.rules.list(own.organization_id, RuleQuery()) == ([], 0)


def test_a_rule_cannot_watch_another_organizations_check(world, belongings, stranger):
    with pytest.raises(Conflict):
        world.stored_rule(replace(belongings["check"], organization_id=stranger))
    with world.storage.read() as tx:
        assert tx.rules.list(stranger, RuleQuery()) == ([], 0)
