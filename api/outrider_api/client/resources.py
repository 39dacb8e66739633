"""The lists of the API: walked page by page, with the words that all of them have."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote

from .errors import Ambiguous, NoSuchName
from .objects import Shown
from .transport import Json, Query, Transport

ShownT = TypeVar("ShownT", bound=Shown)

_ID = re.compile(r"[a-z]{3,4}_[0-9a-z]{26}")
PAGE = 100
_LONGEST_SEARCH = 200

Order = Literal["asc", "desc"]
Sort = Literal["name", "created_at"]
ChangedSort = Literal["name", "created_at", "updated_at"]


def is_id(text: str) -> bool:
    """Whether a text is an identifier of Outrider's, and not a name."""
    return _ID.fullmatch(text) is not None


def walked(
    transport: Transport, path: str, kind: type[ShownT], filters: Query, page_size: int = PAGE
) -> Iterator[ShownT]:
    """Walk through a list by cursor; parts are asked for as they are needed."""
    cursor: str | None = None
    while True:
        query: Query = {**filters, "limit": page_size, "cursor": cursor}
        answer = transport.send("GET", path, query=query)
        yield from map(kind.of, answer["data"])
        cursor = answer["meta"]["next_cursor"]
        if cursor is None:
            return


def paged(
    transport: Transport, path: str, kind: type[ShownT], filters: Query, page_size: int = PAGE
) -> Iterator[ShownT]:
    """Walk through a list by page, in the server's order; pages are asked for as they are needed."""
    page, seen = 1, 0
    while True:
        query: Query = {**filters, "page": page, "per_page": page_size}
        answer = transport.send("GET", path, query=query)
        yield from map(kind.of, answer["data"])
        seen += len(answer["data"])
        if not answer["data"] or seen >= answer["meta"]["total"]:
            return
        page += 1


def id_of(which: Shown | str) -> str:
    """Return the id of an object, or the one that was given."""
    return which if isinstance(which, str) else str(which.raw["id"])


def etag_of(which: Shown | str) -> str | None:
    """Return what stands for an object as it was read; ``None`` when nobody read it by itself."""
    return None if isinstance(which, str) else which.etag


class Readable(Generic[ShownT]):
    """A list whose objects can be read, by page.

    Every call raises:
        Refused: the server did not do it.
        Unreachable: there is no answer of an Outrider.
    """

    def __init__(self, transport: Transport, path: str, kind: type[ShownT], noun: str) -> None:
        self._transport = transport
        self._path = path
        self._kind = kind
        self.noun = noun

    def get(self, id: str) -> ShownT:
        """Return one object, with its ``etag``."""
        return self._one("GET", self.path_of(id))

    def path_of(self, id: str, *further: str) -> str:
        """Return where an object is, or something below it."""
        return "/".join((self._path, *(quote(part, safe="") for part in (id, *further))))

    def _one(self, method: str, path: str, body: Json | None = None, **how: Any) -> ShownT:
        answer, etag = self._transport.exchange(method, path, body, **how)
        return self._kind.of(answer["data"], etag)

    def _pages(self, page_size: int, filters: Query) -> Iterator[ShownT]:
        return paged(self._transport, self._path, self._kind, filters, page_size)


class Findable(Readable[ShownT]):
    """A list whose objects have names."""

    _is_searchable = True
    """Whether the server looks for names itself."""

    def find(self, name_or_id: str) -> ShownT:
        """Return the object of an id, or of a name.

        Raises:
            NoSuchName: nothing is called so.
            Ambiguous: several are called so.
        """
        if is_id(name_or_id):
            return self.get(name_or_id)
        found = self.called(name_or_id)
        if len(found) > 1:
            raise Ambiguous(name_or_id, [each.raw["id"] for each in found])
        if not found:
            raise NoSuchName(self.noun, name_or_id, self.some_names())
        return found[0]

    def some_names(self) -> Sequence[str]:
        """Return the names of the objects that the server lists first, to guess from what was meant."""
        return [str(each.raw.get("name", "")) for each in islice(self._pages(PAGE, {}), PAGE)]

    def called(self, name: str, project_id: str | None = None) -> Sequence[ShownT]:
        """Return the objects that have a name, of one project or (``None``) of any; mostly one or none."""
        like = name if self._is_searchable and len(name) <= _LONGEST_SEARCH else None
        found = self._pages(PAGE, {"q": like, "project_id": project_id})
        return [each for each in found if each.raw["name"] == name]


class Writable(Readable[ShownT]):
    """A list whose objects can be made, changed and deleted.

    What is changed or deleted is named by its id, or is an object: one that has an ``etag`` is left alone when somebody
    has changed it since it was read.
    """

    def create(self, **fields: Any) -> ShownT:
        """Make an object of the fields that the API documents."""
        return self._one("POST", self._path, fields, repeatable=True)

    def update(self, which: ShownT | str, /, **fields: Any) -> ShownT:
        """Change some fields; the others keep their values.

        Raises:
            ChangedMeanwhile: it is not what was read any more.
        """
        return self._one("PUT", self.path_of(id_of(which)), fields, if_match=etag_of(which))

    def delete(self, which: ShownT | str, /) -> Json:
        """Delete an object; returns what the API answered.

        Raises:
            ChangedMeanwhile: it is not what was read any more.
        """
        path = self.path_of(id_of(which))
        done: Json = self._transport.exchange("DELETE", path, if_match=etag_of(which))[0]["data"]
        return done


class Dated(Writable[ShownT]):
    """A list by cursor, newest first."""

    def _walk(self, page_size: int, filters: Query) -> Iterator[ShownT]:
        return walked(self._transport, self._path, self._kind, filters, page_size)


class Named(Findable[ShownT], Writable[ShownT]):
    """A list of definitions, which have names."""

    def put(self, fields: Json, *, fixed: Sequence[str] = ()) -> ShownT:
        """Make an object, or change the one of that name (in its project, if it names one); ``fixed`` fields stay.

        Raises:
            Ambiguous: several have that name.
        """
        there = self.called(fields["name"], fields.get("project_id"))
        if len(there) > 1:
            raise Ambiguous(fields["name"], [each.raw["id"] for each in there])
        if not there:
            return self.create(**fields)
        return self.update(there[0].raw["id"], **{name: value for name, value in fields.items() if name not in fixed})
