"""The pages about importing say what is true: each example becomes what the page says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from imports import without_origin

from outrider_journeys.importing.registry import Importers
from outrider_journeys.plain_yaml import read_yaml

DOCS = Path(__file__).parents[3] / "docs"
PAGES = sorted(path.name for path in DOCS.glob("importing-*.md"))


@pytest.mark.parametrize("page", PAGES)
def test_the_example_becomes_what_the_page_says(importers: Importers, page: str) -> None:
    text = (DOCS / page).read_text()
    (source,) = re.findall(r"```(?:json|python)\n(.*?)```", text, re.DOTALL)
    (made,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (check,) = importers.import_text(source).checks
    definition = without_origin(json.loads(json.dumps(check.definition)))
    definition.pop("version", None)
    assert without_places(definition) == without_places(read_yaml(made).value)


def without_places(definition: dict[str, Any]) -> dict[str, Any]:
    """Return a journey whose steps are of the main page unless they say another."""
    return json.loads(json.dumps(definition).replace('"page": "main"', '"page": null').replace(', "page": null', ""))


def test_every_format_has_a_page(importers: Importers) -> None:
    pages = "\n".join((DOCS / page).read_text() for page in PAGES)
    overview = (DOCS / "importing.md").read_text()
    assert not [name for name in importers if f"`{name}`" not in overview]
    assert "jsonl" in pages
