"""Selectors of Playwright in words."""

import pytest

from outrider_journeys.playwright_selectors import in_words


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ('internal:attr=[title="Master"i] >> internal:role=img', "img in “Master”"),
        ("#list >> internal:role=textbox", "textbox in #list"),
        (r"div >> internal:has-text=/^IPO \(A\)$/ >> nth=1", "div with “IPO (A)”"),
        (
            'iframe >> internal:control=enter-frame >> #bar >> internal:role=button[name="Save"i]',
            "button “Save” in #bar",
        ),
        ('internal:label="Name"i', "“Name”"),
        ("internal:role=link[name=/pay now/i]", "link “pay now”"),
        ("article >> text=Buy", "“Buy” in article"),
        ("css=a-b >> css=label:nth-of-type(1) > input", "label:nth-of-type(1) > input in a-b"),
        ('internal:role=button[name="Go"s] >> internal:or="internal:text=\\"Go\\"s" >> nth=0', "button “Go”"),
        ('ul >> li >> internal:has="internal:role=img"', "li in ul"),
        ("nth=0", "nth=0"),
    ],
)
def test_a_selector_is_said_in_words(selector: str, words: str) -> None:
    assert in_words(selector) == words
