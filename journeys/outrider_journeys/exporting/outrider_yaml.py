"""Journeys in the format of journey files."""

from collections.abc import Mapping
from typing import Any

import yaml

from outrider_journeys.importing.receipt import Outcome, ReceiptBook
from outrider_journeys.model import Journey

from .contract import Exported

_WIDTH = 120


class OutriderYaml:
    """Writes journey files."""

    name = "outrider-yaml"
    title = "Outrider journey (YAML)"
    suffix = ".journey.yaml"

    def write(self, journey: Journey) -> Exported:
        """Return the journey file; nothing is left out."""
        book = ReceiptBook()
        for part in ("setup", "steps", "teardown"):
            for index, step in enumerate(getattr(journey, part, ())):
                book.add(Outcome.EXACT, f"{part}[{index}]", step.display_name)
        return Exported(yaml_of(journey.model_dump(mode="json", by_alias=True, exclude_unset=True)), book.receipt())


def yaml_of(definition: Mapping[str, Any]) -> str:
    """Return plain data as YAML that journey files are written in: no anchors, texts quoted where they must be."""
    return yaml.dump(
        dict(definition), Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=_WIDTH
    )


class _Dumper(yaml.SafeDumper):
    """Writes every value where it stands: journey files know no aliases."""

    def ignore_aliases(self, _data: object) -> bool:
        """Whether a value is written again instead of being referred to: always."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    several = "\n" in text and not any(line != line.rstrip() for line in text.split("\n")) and "\t" not in text
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if several else None)


_Dumper.add_representer(str, _text)
