"""Organizations and keys, apart from HTTP."""

import pytest
from api_house import Parts
from engine_world import World

from outrider_engine.domain.identity import Role
from outrider_engine.errors import ConfigurationError, NotFound, Unauthenticated
from outrider_engine.services.identity import IdentityService


def test_the_first_start_makes_an_organization_and_shows_its_key_once(first_start: IdentityService) -> None:
    text = first_start.ensure_first_organization()
    assert text is not None
    assert first_start.authenticate(text).role is Role.OWNER
    assert first_start.ensure_first_organization() is None
    assert len(first_start.organizations()) == 1


def test_the_operators_own_text_becomes_the_first_key_and_is_not_shown(first_start: IdentityService) -> None:
    assert first_start.ensure_first_organization("some-long-text") is None
    assert first_start.authenticate("some-long-text").role is Role.OWNER
    assert first_start.ensure_first_organization("another-text") is None
    with pytest.raises(Unauthenticated):
        first_start.authenticate("another-text")


def test_a_text_that_could_never_be_a_key_is_a_wrong_setting(first_start: IdentityService) -> None:
    with pytest.raises(ConfigurationError, match="OUTRIDER_BOOTSTRAP_API_KEY"):
        first_start.ensure_first_organization("outr_not-all-of-it")
    assert first_start.organizations() == []


def test_never_issued_revoked_and_mistyped_keys_are_refused_with_the_same_words(services: Parts, world: World) -> None:
    made = services.identity.create_key(world.organization, name="a", role="owner")
    services.identity.revoke_key(world.organization, made.key.id)
    words = set()
    for text in (made.text, made.text[:-1] + "0", "nobody issued this", ""):
        with pytest.raises(Unauthenticated) as refusal:
            services.identity.authenticate(text)
        words.add(str(refusal.value))
    assert len(words) == 1


def test_keys_are_stored_as_digests_only(services: Parts, world: World) -> None:
    made = services.identity.create_key(world.organization, name="a", role="owner")
    assert made.text not in repr(made)
    assert made.text not in repr(services.identity.keys(world.organization))
    assert made.text.startswith(made.key.prefix)


def test_a_key_needs_an_organization(services: Parts) -> None:
    with pytest.raises(NotFound):
        services.identity.create_key("org_unknown", name="a")
