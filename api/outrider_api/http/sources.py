"""Reading what is to be imported: from a JSON body, or from files in a form, archives among them."""

import json
import re
from base64 import b64decode
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from outrider_engine.errors import InvalidInput
from outrider_engine.services.validation import validated

from .archives import is_archive, unpacked
from .bodies import LARGEST_BODY, json_object, parsed_object, whole_body
from .wire.imports import MOST_FILES, ImportBody, ImportChoices, SourceBody

FILE = "file"
"""The field of a form that holds a file; it may be there several times."""
_READ = re.compile(r"\.(ya?ml|json|jsonl|side|har|py)$", re.IGNORECASE)
"""What is read of an archive; the rest is left out, and said so."""
SUITE = "suite"
"""The format of what is one check as it is: tests for pytest."""
_WAYS = ("content", "definition", "archive")
_LISTS = ("hosts",)
_JSON = ("fields", "dry_run", "exact_positions")
_MOST_FIELDS = 30


@dataclass(frozen=True, slots=True)
class Source:
    """One file. ``id`` names the check that it takes the place of."""

    file_name: str
    content: str | bytes
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """What is to be imported. ``left_out`` are the files of archives that are not read."""

    sources: tuple[Source, ...]
    choices: ImportChoices
    left_out: tuple[str, ...] = ()


async def import_of(request: Request) -> Import:
    """Return what a request wants to be imported.

    Raises:
        InvalidInput: names the field, or the file, that is wrong.
        HTTPException: 413, the body is too large.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == "multipart/form-data":
        return await _of_form(request)
    body = validated(ImportBody, await json_object(request))
    return await run_in_threadpool(_gathered, _sources(body), _choices(body))


AskedImport = Annotated[Import, Depends(import_of)]


def _choices(body: ImportBody) -> ImportChoices:
    names = set(ImportChoices.model_fields)
    return ImportChoices.model_validate(body.model_dump(include=names & body.model_fields_set))


def _sources(body: ImportBody) -> Iterator[Source]:
    itself = {*_WAYS, "file_name", "id"} & body.model_fields_set
    if body.files and itself:
        raise InvalidInput("can't be given together with files", field=min(itself))
    if not body.files:
        yield _source(body, "")
    for index, each in enumerate(body.files):
        yield _source(each, f"files[{index}].")


def _source(given: SourceBody, prefix: str) -> Source:
    ways = [way for way in _WAYS if getattr(given, way) is not None]
    if len(ways) > 1:
        raise InvalidInput(f"can't be given together with {ways[0]}", field=f"{prefix}{ways[1]}")
    if given.definition is not None:
        return Source(given.file_name or "journey.json", json.dumps(given.definition), given.id)
    if given.archive is not None:
        return Source(given.file_name or "archive.zip", _archive(given.archive, f"{prefix}archive"), given.id)
    if given.content is None:
        problem = "is required: the text of a file, or a journey under definition, or several under files"
        raise InvalidInput(problem, field=f"{prefix}content")
    return Source(given.file_name, given.content, given.id)


def _archive(text: str, field: str) -> bytes:
    try:
        content = b64decode(text, validate=True)
    except ValueError:
        raise InvalidInput("is not base64", field=field) from None
    if not is_archive(content):
        raise InvalidInput("is no zip archive", field=field)
    return content


async def _of_form(request: Request) -> Import:
    raw = await whole_body(request)
    parser = MultiPartParser(
        request.headers, _once(raw), max_files=MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=LARGEST_BODY
    )
    try:
        form = await parser.parse()
    except (MultiPartException, ValueError, KeyError) as error:
        raise InvalidInput(f"the form can't be read: {getattr(error, 'message', None) or error}") from None
    try:
        files = [part for part in form.getlist(FILE) if isinstance(part, UploadFile)]
        sources = [Source(part.filename or "", await part.read()) for part in files]
        given = {name: form.getlist(name) for name in form if name != FILE}
    finally:
        await form.close()
    if not sources:
        raise InvalidInput("is required: at least one file", field=FILE)
    choices = _choices_of_form(given)
    return await run_in_threadpool(_gathered, sources, choices)


def _gathered(given: Iterable[Source], choices: ImportChoices) -> Import:
    """Return what is to be imported, archives taken apart unless they are projects of tests."""
    sources: list[Source] = []
    left_out: list[str] = []
    for source in given:
        if choices.format == SUITE or not isinstance(source.content, bytes) or not is_archive(source.content):
            sources.append(source)
        else:
            _unpack(source, source.content, sources, left_out)
    if not sources:
        raise InvalidInput("there is no file in it that could be a journey", field=FILE, allowed=_kinds())
    return Import(tuple(sources), choices, tuple(left_out))


def _unpack(archive: Source, content: bytes, sources: list[Source], left_out: list[str]) -> None:
    if archive.id is not None:
        raise InvalidInput("is for a file, not for an archive of several", field="id")
    for path, file in unpacked(content):
        if not _READ.search(path):
            left_out.append(path)
        elif len(sources) < MOST_FILES:
            sources.append(Source(path, file))
        else:
            raise InvalidInput(f"has more than {MOST_FILES} files that could be journeys", field=FILE)


def _choices_of_form(given: Mapping[str, Sequence[Any]]) -> ImportChoices:
    """Return the choices that a form makes: texts as they are, the rest as JSON."""
    found: dict[str, Any] = {}
    for name, values in given.items():
        texts = [value for value in values if isinstance(value, str)]
        if len(texts) != len(values) or (len(texts) > 1 and name not in _LISTS):
            raise InvalidInput("must be there once, as a text", field=name)
        found[name] = texts if name in _LISTS else _value(name, texts[0])
    return validated(ImportChoices, found)


def _value(name: str, text: str) -> Any:
    if name not in _JSON:
        return text
    try:
        return parsed_object(f'{{"value": {text}}}'.encode())["value"]
    except (InvalidInput, KeyError):
        raise InvalidInput("must be JSON", field=name) from None


def _kinds() -> list[str]:
    return [".yaml", ".yml", ".json", ".jsonl", ".side", ".har", ".py"]


async def _once(raw: bytes) -> AsyncGenerator[bytes, None]:
    yield raw
