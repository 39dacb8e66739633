"""The JSON Schema of journeys, which editors use to complete and check, and the API to document."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"
IDENTITY = "urn:outrider:schema:journey:1"
"""The language and its version; which actions there are depends on the plugins that are installed."""


def published(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of what may be written, with its dialect and its identity."""
    return identified(model.model_json_schema(mode="validation"))


def identified(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema of journeys with its dialect and its identity."""
    return {"$schema": DIALECT, "$id": IDENTITY, **schema}
