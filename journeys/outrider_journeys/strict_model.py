"""The base of everything that a journey is made of."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue

from .described_fields import described_fields

Text = Annotated[str, Field(max_length=100_000)]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$", max_length=100)]
"""The names that ``{{name}}`` accepts; see ``outrider_engine.domain.templates``."""
Alias = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
"""What a journey calls a page, a response, a download or the like."""


class StrictModel(BaseModel):
    """A part of a journey: immutable, and without room for fields that nobody reads."""

    # Fields whose names are words of Python (`as`, `else`, `in`) have an alias, and are written by it again. Schemas
    # are built when they are first used: most parts are only ever used as parts of journeys, whose schema holds them.
    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True, defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe the fields by the texts below them."""
        reference = handler(core_schema)
        properties = handler.resolve_ref_schema(reference).get("properties", {})
        texts = described_fields(cls)
        for name, field in cls.model_fields.items():
            for shown in {name, field.alias} & properties.keys():
                if name in texts:
                    properties[shown].setdefault("description", texts[name])
        return reference


class ShortenableModel(StrictModel):
    """A part that may also be spelled as one bare value; the subclass says what that means."""

    bare_schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 1}
    """JSON Schema of the bare value."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Allow the bare value besides the object."""
        reference = super().__get_pydantic_json_schema__(core_schema, handler)
        schema = handler.resolve_ref_schema(reference)
        whole = dict(schema)
        schema.clear()
        schema.update({"anyOf": [cls.bare_schema, whole]})
        return reference
