"""Replacing the secret key: everything that is sealed is sealed anew, in batches, again and again without harm."""

from dataclasses import replace

from cryptography.fernet import Fernet
from engine_world import World

from outrider_engine.adapters.secret_box import FernetBox
from outrider_engine.adapters.sql.schema import metadata
from outrider_engine.domain.alerts import Channel
from outrider_engine.domain.audit import Action
from outrider_engine.domain.idempotency import RequestClaim
from outrider_engine.domain.identity import Role
from outrider_engine.domain.members import Member
from outrider_engine.ports.ping_repository import PingToken
from outrider_engine.services.resealing import Resealing
from outrider_engine.services.variables import VariableService

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
PLACES = {
    "channels.sealed_secrets",
    "checks.sealed_secrets",
    "idempotent_requests.sealed_answer",
    "invitation_mails.sealed_token",
    "login_states.sealed",
    "ping_tokens.sealed",
    "variables.sealed",
}


def something_everywhere(world: World, box: FernetBox, count: int) -> None:
    """Seal ``count`` texts in each place."""
    variables = VariableService(storage=world.storage, secrets=box)
    now = world.clock.now()
    states = [world.login_state(f"s{number}") for number in range(count)]
    for number in range(count):
        check = world.check()
        variables.create(world.organization, {"name": f"V{number}", "value": "text", "secret": True})
        with world.storage.begin() as tx:
            sealed = replace(check, sealed_secrets=box.seal("text"), revision=2)
            assert tx.checks.replace(sealed, expected_revision=1)
            channel = Channel(
                id=world._id("channel"),
                organization_id=world.organization,
                name="a",
                type="recording",
                config={},
                enabled=True,
                created_at=now,
            )
            tx.channels.add(channel, box.seal("text"))
            token = PingToken(
                organization_id=world.organization, check_id=check.id, digest=check.id, sealed=box.seal("text")
            )
            tx.pings.put(token)
            assert tx.login_states.put(replace(states[number], sealed=box.seal("text")))
            member = Member(
                id=world._id("member"),
                organization_id=world.organization,
                email=f"{number}@example.com",
                role=Role.VIEWER,
                created_at=now,
            )
            assert tx.members.add(member)
            tx.invitation_mails.put(member, box.seal("text"), now)
            claim = RequestClaim(
                organization_id=world.organization, route="POST /a", key=str(number), body_digest="b", token="t"
            )
            assert tx.idempotency.claim(claim, now=now, held_until=now, expires_at=now)
            tx.idempotency.complete(claim, box.seal("text"))


def rotations(world: World) -> int:
    with world.storage.read() as tx:
        entries = tx.audit.list(world.organization, 100)
    return len([each for each in entries if (each.subject, each.action) == ("secrets", Action.ROTATED)])


def test_everything_is_sealed_anew_whatever_the_batch_and_the_second_time_nothing(world: World) -> None:
    something_everywhere(world, FernetBox(OLD), 3)
    box = FernetBox(f"{NEW},{OLD}")
    first = Resealing(storage=world.storage, secrets=box, batch=2).reseal()
    assert {came.place: came.renewed for came in first} == dict.fromkeys(PLACES, 3)
    assert rotations(world) == 1
    second = Resealing(storage=world.storage, secrets=FernetBox(NEW)).reseal()
    assert {(came.renewed, came.current, came.unreadable, came.changed) for came in second} == {(0, 3, 0, 0)}
    assert rotations(world) == 1, "nothing was changed, so there is nothing to tell"


def test_what_is_sealed_with_another_key_is_counted_and_left_alone(world: World) -> None:
    something_everywhere(world, FernetBox(OTHER), 1)
    came = Resealing(storage=world.storage, secrets=FernetBox(f"{NEW},{OLD}"), batch=1).reseal()
    assert {(one.renewed, one.unreadable) for one in came} == {(0, 1)}
    again = Resealing(storage=world.storage, secrets=FernetBox(f"{NEW},{OTHER}")).reseal()
    assert {one.renewed for one in again} == {1}


def test_a_text_that_was_changed_meanwhile_is_left_to_whoever_changed_it(world: World) -> None:
    something_everywhere(world, FernetBox(OLD), 1)
    with world.storage.begin() as tx:
        (seen,) = tx.sealed.after("variables.sealed", None, 10)
        assert tx.sealed.put("variables.sealed", seen, "newer")
        assert not tx.sealed.put("variables.sealed", seen, "too late")
        assert tx.sealed.after("variables.sealed", None, 10)[0].text == "newer"


def test_no_sealed_column_has_a_name_that_would_be_overlooked() -> None:
    found = {f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.columns}
    assert {name for name in found if "seal" in name} == PLACES
