"""What of an address is expected again."""

import pytest

from outrider_journeys.recording.effects import changes


@pytest.mark.parametrize(
    "part", ["42", "WS-YEELN3YH", "WS-MGXTUKBV", "2F9A1C", "order-1234567", "0cc175b9c0f1b6a831c399e2"]
)
def test_numbers_keys_and_codes_are_not(part):
    assert changes(part)


@pytest.mark.parametrize("part", ["", "orders", "storm-lantern", "v2", "FAQ", "CHECKOUT", "top-10", "iphone-15"])
def test_words_are(part):
    assert not changes(part)
