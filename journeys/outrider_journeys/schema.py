"""The JSON Schema of journeys, which editors use to complete and check, and the API to document."""

from typing import Any

from pydantic import BaseModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def published(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of what may be written, with its dialect."""
    schema = model.model_json_schema(mode="validation")
    return {"$schema": DIALECT, **schema}
