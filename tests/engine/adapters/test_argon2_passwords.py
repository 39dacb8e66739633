"""Passwords, at what they cost in earnest."""

import argon2
import pytest
from argon2.profiles import RFC_9106_LOW_MEMORY

from outrider_engine.adapters.argon2_passwords import Argon2Passwords


@pytest.fixture(scope="module")
def stored() -> str:
    """What is stored of a password."""
    return Argon2Passwords().hash("correct horse")


def test_a_password_is_stored_at_the_cost_that_the_rfc_advises(stored):
    assert argon2.extract_parameters(stored) == RFC_9106_LOW_MEMORY
    assert "correct" not in stored


def test_only_the_same_password_is_accepted_and_whoever_has_none_never_is(stored):
    passwords = Argon2Passwords()
    assert passwords.verify(stored, "correct horse")
    assert not passwords.verify(stored, "correct horse ")
    assert not passwords.verify("no hash", "correct horse")
    assert not passwords.verify(None, "correct horse")
