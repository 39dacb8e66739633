"""What was probably meant: by its name, and among the fields that are known at a place."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from outrider_engine.contracts.known_fields import fields_at
from outrider_engine.errors import InvalidInput, did_you_mean

NAMES = ("base_url", "steps", "name", "no-preference")


class Point(BaseModel):
    x: int = 0
    y: int = 0


class Circle(BaseModel):
    kind: Literal["circle"] = "circle"
    centre: Point | None = None


class Line(BaseModel):
    kind: Literal["line"] = "line"
    points: list[Point] = []


class Drawing(BaseModel):
    shapes: list[Annotated[Circle | Line, Field(discriminator="kind")]] = []
    named: dict[str, Point | str] = {}


@pytest.mark.parametrize(
    ("given", "meant"),
    [("baseUrl", "base_url"), ("BASE-URL", "base_url"), ("stpes", "steps"), ("No Preference", "no-preference")],
)
def test_the_nearest_name_is_guessed(given: str, meant: str) -> None:
    assert did_you_mean(given, NAMES) == f"; did you mean `{meant}`?"


@pytest.mark.parametrize("given", ["colour", "", "x" * 5_000, 7, None, ["name"]])
def test_nothing_is_guessed_where_nothing_is_near(given: object) -> None:
    assert did_you_mean(given, NAMES) == ""


def test_an_error_tells_the_guess_and_never_what_was_sent() -> None:
    error = InvalidInput("is not a kind", field="kind", allowed=NAMES, given="nmae")
    assert str(error) == "kind: is not a kind; did you mean `name`? (allowed: base_url, steps, name, no-preference)"


@pytest.mark.parametrize(
    ("location", "known"),
    [
        (("shaeps",), ["shapes", "named"]),
        (("shapes", 0, "circle", "cetre"), ["kind", "centre"]),
        (("shapes", 0, "circle", "centre", "z"), ["x", "y"]),
        (("shapes", 3, "line", "points", 1, "z"), ["x", "y"]),
        (("named", "corner", "Point", "z"), ["x", "y"]),
    ],
)
def test_known_fields_are_those_of_the_place(location: tuple[int | str, ...], known: list[str]) -> None:
    assert fields_at(Drawing, location) == known
