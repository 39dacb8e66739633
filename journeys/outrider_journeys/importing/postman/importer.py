"""The importer of Postman collections (v2.0 and v2.1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from outrider_journeys.importing.api_drafting import MOST_STEPS, ApiDraft, ApiStepDraft
from outrider_journeys.importing.contract import LARGEST, Imported, ImportedCheck, ImportOptions, ImportProblem
from outrider_journeys.importing.contract import MOST_STEPS as MOST_REQUESTS
from outrider_journeys.importing.credentials import Credentials, kind_of_secret
from outrider_journeys.importing.json_reading import Fields, looks_like_json, read_json
from outrider_journeys.importing.receipt import Outcome, ReceiptBook

from .requests import Requests
from .scripts import Translated, translated
from .variables import Tell, VariableTexts, name_of

FORMAT = "postman"
_BUILT_IN = frozenset({"uuid", "timestamp", "random_int"})


@dataclass(frozen=True, slots=True)
class _Around:
    """What a folder hands on to its requests."""

    name: str = ""
    auth: Any = None
    events: tuple[Fields, ...] = ()
    top: str = ""


class PostmanCollection:
    """Reads collections: requests in order, with what their scripts commonly say."""

    name = FORMAT
    title = "Postman collection (v2.1)"
    largest = LARGEST

    def recognises(self, text: str, file_name: str) -> bool:
        """Whether it has items and says what it is."""
        if file_name.endswith(".postman_collection.json"):
            return looks_like_json(text)
        return looks_like_json(text, "info", "item") and ("request" in text or "getpostman.com" in text)

    def read(self, text: str, options: ImportOptions) -> Imported:
        """Make API monitors of a collection.

        Raises:
            ImportProblem: it is no collection, is damaged, or has no request.
        """
        value = read_json(text)
        if isinstance(value, dict) and isinstance(value.get("collection"), dict) and "item" not in value:
            value = value["collection"]
        return _Collection(Fields(value, ""), options).imported()


class _Collection:
    """Reads one collection."""

    def __init__(self, collection: Fields, options: ImportOptions) -> None:
        self._collection = collection
        self._options = options
        self._book = ReceiptBook()
        self._credentials = Credentials(self._book)
        self._draft = ApiDraft(self._book, self._credentials)
        self._texts = VariableTexts()
        self._requests = Requests(self._texts, self._credentials)
        self._tops: list[str] = []
        self._given: set[str] = set(_BUILT_IN)
        self._count = 0

    def imported(self) -> Imported:
        info = self._collection.part("info")
        title = self._options.name or info.text("name", "") or "Collection"
        self._variables(self._collection)
        around = _Around(auth=self._collection.value.get("auth"), events=self._events(self._collection))
        self._items(self._collection.objects("item", required=True), around)
        if not self._draft.steps:
            raise ImportProblem("there is no request in it that can be sent", field="item")
        self._missing()
        checks = tuple(self._checks(title))
        return Imported(FORMAT, checks, self._book.receipt(), self._credentials.names)

    def _checks(self, title: str) -> Iterator[ImportedCheck]:
        """Yield one monitor, or one for each folder when there are too many requests for one."""
        steps = self._draft.steps
        if len(steps) <= MOST_STEPS:
            yield self._draft.check(title, steps)
            return
        note = f"an API monitor has at most {MOST_STEPS} steps: what one takes is not known in another monitor"
        self._book.add(Outcome.APPROXIMATED, "item", f"{len(steps)} requests", note)
        for top, begin, end in _runs(self._tops):
            for number, start in enumerate(range(begin, end, MOST_STEPS)):
                part = f" {number + 1}" if end - begin > MOST_STEPS else ""
                name = f"{title}: {top}{part}" if top else f"{title}{part}"
                yield self._draft.check(name, steps[start : min(start + MOST_STEPS, end)])

    def _items(self, items: Sequence[Fields], around: _Around) -> None:
        for item in items:
            name = item.text("name", "") or "Request"
            within = _Around(
                name=f"{around.name} / {name}" if around.name else name,
                auth=item.value.get("auth") or around.auth,
                events=(*around.events, *self._events(item)),
                top=around.top or name,
            )
            if isinstance(item.value.get("item"), list):
                self._variables(item)
                self._items(item.objects("item"), within)
            elif "request" in item.value:
                self._count += 1
                if self._count > MOST_REQUESTS:
                    raise ImportProblem(f"has more than {MOST_REQUESTS:,} requests", field=item.path)
                self._request(item, within, top=around.top)
            else:
                self._book.add(Outcome.DROPPED, item.path, name, "it is neither a folder nor a request")

    def _request(self, item: Fields, around: _Around, *, top: str) -> None:
        where = item.at("request")
        tell = self._teller(where)
        given = item.value["request"]
        request = Fields({"url": given} if isinstance(given, str) else given, where)
        url = self._requests.url(request.value.get("url") or "", where, tell)
        step = ApiStepDraft(name=around.name, where=where, url=url)
        step.method = request.text("method", "GET").upper() or "GET"
        auth = request.value.get("auth") or around.auth
        headers, parameter = self._requests.authentication(auth, request.at("auth"), tell)
        step.headers = headers | self._requests.headers(request.value.get("header") or [], where, tell)
        if parameter is not None:
            name, value = parameter
            step.url += f"{'&' if '?' in step.url else '?'}{quote(name, safe='')}={value}"
        step.body, content_type = self._requests.body(request.value.get("body"), request.at("body"), tell)
        if content_type is not None and not any(name.lower() == "content-type" for name in step.headers):
            step.headers["Content-Type"] = content_type
        self._behaviour(item, step, tell)
        for event in around.events:
            self._script(event, step)
        if self._draft.add(step):
            self._tops.append(top)

    def _behaviour(self, item: Fields, step: ApiStepDraft, tell: Tell) -> None:
        behaviour = item.part("protocolProfileBehavior")
        if step.body is not None and step.method == "GET" and behaviour.value.get("disableBodyPruning") is not True:
            tell(Outcome.EXACT, "body", "Postman does not send it with GET")
            step.body = None
        if behaviour.value.get("followRedirects") is False:
            step.follow_redirects = False

    def _script(self, event: Fields, step: ApiStepDraft) -> None:
        listen = event.value.get("listen")
        lines = _lines(event)
        if listen not in ("test", "prerequest") or not lines:
            return
        made = translated(lines, has_answer=listen == "test")
        self._told(event, made)
        tell = self._teller(event.path)
        step.assertions += [self._filled(each, tell) for each in made.assertions]
        for taken in made.extract:
            if taken not in step.extract:
                step.extract.append(taken)
        self._given.update(taken["name"] for taken in made.extract)
        for name, value in made.constants.items():
            self._constant(name, value, event.path)

    def _told(self, event: Fields, made: Translated) -> None:
        for piece, note in made.approximated:
            self._book.add(Outcome.APPROXIMATED, f"{event.path} line {piece.line}", _without_texts(piece.text), note)
        for piece, why in made.dropped:
            self._book.add(Outcome.DROPPED, f"{event.path} line {piece.line}", _without_texts(piece.text), why)

    def _filled(self, tree: Any, tell: Tell) -> Any:
        if isinstance(tree, Mapping):
            return {key: self._filled(value, tell) for key, value in tree.items()}
        if isinstance(tree, list):
            return [self._filled(value, tell) for value in tree]
        return self._texts.text(tree, tell) if isinstance(tree, str) else tree

    def _variables(self, holder: Fields) -> None:
        for each in holder.objects("variable"):
            key = each.value.get("key") or each.value.get("id")
            if isinstance(key, str) and key and not each.flag("disabled", default=False):
                value = each.value.get("value")
                self._constant(name_of(key), value if isinstance(value, str) else _plain(value), each.path)

    def _constant(self, name: str, value: str, where: str) -> None:
        """Keep the value of a variable; one that is named like a secret has to be set instead."""
        self._given.add(name)
        if kind_of_secret(name) is not None:
            if value:
                self._credentials.keep(value, name, where)
            return
        self._draft.variables[name] = self._texts.text(value, self._teller(where))

    def _missing(self) -> None:
        for name in sorted(self._texts.named - self._given - set(self._credentials.names)):
            if kind_of_secret(name) is not None:
                self._credentials.reserve(name)
                self._book.add(Outcome.SECRET, "variable", f"{{{{{name}}}}}", f"nothing sets it: set the secret {name}")
            else:
                note = f"nothing sets it: set the variable {name}"
                self._book.add(Outcome.CHOICE_NEEDED, "variable", f"{{{{{name}}}}}", note)

    def _events(self, holder: Fields) -> tuple[Fields, ...]:
        return tuple(holder.objects("event"))

    def _teller(self, where: str) -> Tell:
        return lambda outcome, what, note: self._book.add(outcome, where, what, note)


def _lines(event: Fields) -> list[str]:
    script = event.value.get("script")
    source = script.get("exec") if isinstance(script, Mapping) else script
    if isinstance(source, str):
        return source.split("\n")
    return [line for line in source if isinstance(line, str)] if isinstance(source, list) else []


def _runs(tops: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Yield each folder with the range of its steps, which stand together."""
    begin = 0
    for position in range(1, len(tops) + 1):
        if position == len(tops) or tops[position] != tops[begin]:
            yield tops[begin], begin, position
            begin = position


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def _without_texts(text: str) -> str:
    """Return a statement for people, without what is between quotes, which may be secret."""
    parts, quote_mark = [], ""
    for character in text[:400]:
        if quote_mark:
            if character == quote_mark:
                quote_mark = ""
                parts.append(f"…{character}")
        else:
            parts.append(character)
            quote_mark = character if character in "\"'`" else ""
    return "".join(parts)
