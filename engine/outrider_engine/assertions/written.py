"""Assertions in the settings of check types: as their author wrote them, held against the grammar when saved."""

from typing import Annotated, Any

from pydantic import AfterValidator

from outrider_engine.contracts.wrong_field import wrong_field
from outrider_engine.domain.assertions import Assertion
from outrider_engine.errors import InvalidInput

from .spelling import read_assertion
from .windows import is_windowed


def _makes_sense(given: dict[str, Any]) -> dict[str, Any]:
    try:
        _refuse_windowed(read_assertion(given))
    except InvalidInput as error:
        raise wrong_field(error) from None
    return given


def _refuse_windowed(assertion: Assertion) -> None:
    if is_windowed(assertion):
        raise InvalidInput("looks at many runs of a check, not at a part of one", field="type")


WrittenAssertion = Annotated[dict[str, Any], AfterValidator(_makes_sense)]
"""The type of a field that holds one assertion, in any of its spellings; ``read_assertion`` makes sense of it."""
