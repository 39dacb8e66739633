"""The importer of HARs: the visitor's requests as one API monitor."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from outrider_journeys.importing.api_drafting import MOST_STEPS, ApiDraft, ApiStepDraft
from outrider_journeys.importing.contract import MOST_STEPS as MOST_ENTRIES
from outrider_journeys.importing.contract import Imported, ImportOptions, ImportProblem
from outrider_journeys.importing.credentials import Credentials, hint_within, kind_of_secret
from outrider_journeys.importing.drafting import origin_of, relative
from outrider_journeys.importing.json_reading import Fields, looks_like_json, read_json
from outrider_journeys.importing.literal_texts import literal
from outrider_journeys.importing.receipt import Outcome, ReceiptBook

from .entries import Entry, collapsed, entry_of, host_of, in_order, why_not
from .multipart import params_of
from .values import Answers, Origin

FORMAT = "har"
_LARGEST = 50_000_000
_OF_THE_BROWSER = re.compile(
    r":.*|sec-.*|accept-encoding|accept-language|cache-control|connection|content-length|cookie|dnt|host|if-.*|origin"
    r"|pragma|priority|referer|te|transfer-encoding|upgrade-insecure-requests|user-agent|x-client-data|x-devtools-.*",
    re.IGNORECASE,
)


class HttpArchive:
    """Reads HARs: documents and data of the site, redirects followed, values taken from earlier answers."""

    name = FORMAT
    title = "HTTP archive (.har)"
    largest = _LARGEST

    def recognises(self, text: str, file_name: str) -> bool:
        """Whether it has a log with entries."""
        return looks_like_json(text, "log") and (file_name.endswith(".har") or '"entries"' in text)

    def read(self, text: str, options: ImportOptions) -> Imported:
        """Make an API monitor of an archive.

        Raises:
            ImportProblem: it is no archive, is damaged, or has no request of the chosen hosts.
        """
        return _Archive(Fields(read_json(text), "").part("log"), options).imported()


class _Archive:
    """Reads one archive."""

    def __init__(self, log: Fields, options: ImportOptions) -> None:
        self._log = log
        self._options = options
        self._book = ReceiptBook()
        self._credentials = Credentials(self._book)
        self._draft = ApiDraft(self._book, self._credentials)
        self._answers = Answers()
        self._taken: dict[str, str] = {}
        self._set_cookies: set[str] = set()
        self._origin: str | None = None

    def imported(self) -> Imported:
        fields = self._log.objects("entries", required=True)
        if len(fields) > MOST_ENTRIES:
            raise ImportProblem(f"has more than {MOST_ENTRIES:,} entries", field="log.entries")
        entries = in_order([entry_of(each) for each in fields])
        hosts = self._options.hosts or _hosts(entries, self._log)
        for entry in collapsed([entry for entry in entries if self._is_taken(entry, hosts)]):
            self._step(entry)
        if not self._draft.steps:
            known = sorted({entry.host for entry in entries if entry.host})
            told = Counter(line.note for line in self._book.receipt().lines).most_common(1)
            why = f": {told[0][0]}" if told and not self._options.hosts else ""
            raise ImportProblem(f"there is no request of these hosts in it{why}", field="hosts", allowed=known[:20])
        title = self._options.name or _title(self._log) or f"Requests of {hosts[0]}"
        check = self._draft.check(title, self._draft.steps, base_url=self._origin)
        return Imported(FORMAT, (check,), self._book.receipt(), self._credentials.names)

    def _is_taken(self, entry: Entry, hosts: Sequence[str]) -> bool:
        why = why_not(entry, hosts)
        if why is not None:
            self._book.add(Outcome.DROPPED, entry.where, _name(entry), why)
        return why is None

    def _step(self, entry: Entry) -> None:
        number = len(self._draft.steps)
        if number >= MOST_STEPS:
            note = f"an API monitor has at most {MOST_STEPS} steps: choose hosts, or import parts of the archive"
            self._book.add(Outcome.DROPPED, entry.where, _name(entry), note)
            return
        self._origin = self._origin or origin_of(entry.url)
        draft = ApiStepDraft(
            name=_name(entry),
            where=entry.where,
            url=relative(self._url(entry), self._origin),
            method=entry.method,
            headers=self._headers(entry),
            body=self._body(entry),
        )
        status = 200 if entry.status == 304 else entry.status
        draft.assertions = [{"type": "status_code", "equals": status}]
        notes = []
        if entry.status == 304:
            notes.append("the browser had it already (304): 200 is expected")
        if entry.redirects:
            notes.append(f"{entry.redirects} redirects are followed")
        self._cookies(entry)
        if self._draft.add(draft, Outcome.APPROXIMATED if entry.status == 304 else Outcome.EXACT, "; ".join(notes)):
            self._answers.take(number, entry)
        self._set_cookies.update(entry.cookies)

    def _url(self, entry: Entry) -> str:
        parts = urlsplit(entry.url)
        segments = [self._path_segment(segment, entry) for segment in parts.path.split("/")]
        query = parts.query
        pairs = parse_qsl(query, keep_blank_values=True)
        replaced = [(name, self._value(value, name, entry)) for name, value in pairs]
        if replaced != pairs:
            query = urlencode(replaced, safe="{}", quote_via=quote)
        netloc = parts.netloc.rpartition("@")[2]
        if netloc != parts.netloc:
            self._book.add(Outcome.SECRET, entry.where, "address", "name and password were left out of it")
        return urlunsplit((parts.scheme, netloc, "/".join(segments) or "/", query, ""))

    def _path_segment(self, segment: str, entry: Entry) -> str:
        origin = self._answers.origin(segment)
        return self._reference(segment, origin, "", entry) if origin is not None else segment

    def _headers(self, entry: Entry) -> dict[str, str]:
        headers: dict[str, str] = {}
        for name, value in entry.headers:
            if _OF_THE_BROWSER.fullmatch(name) or (name.lower() == "content-type" and self._says_itself(entry)):
                continue
            if name.lower() == "accept" and value == "*/*":
                continue
            say = self._authorization if _is_authorization(name) else self._value
            headers[name] = say(value, name, entry)
        return headers

    def _says_itself(self, entry: Entry) -> bool:
        """Whether the content type follows from the shape of the body."""
        mime = str(entry.post.value.get("mimeType") or "").lower()
        return any(kind in mime for kind in ("json", "x-www-form-urlencoded", "multipart")) and "+json" not in mime

    def _authorization(self, value: str, name: str, entry: Entry) -> str:
        scheme, space, token = value.partition(" ")
        if not space:
            scheme, token = "", value
        origin = self._answers.origin(token)
        kind = "BASIC_CREDENTIALS" if scheme.lower() == "basic" else "TOKEN"
        if origin is not None:
            said = self._reference(token, origin, "token", entry)
        else:
            said = self._secret(token, kind, entry, name)
        return f"{scheme} {said}" if scheme else said

    def _value(self, value: str, name: str, entry: Entry) -> str:
        """Return a value as it is sent: taken from an answer, a secret, or itself."""
        origin = self._answers.origin(value)
        if origin is not None:
            return self._reference(value, origin, name, entry)
        kind = kind_of_secret(name)
        return literal(value) if kind is None else self._secret(value, kind, entry, name)

    def _secret(self, value: str, kind: str, entry: Entry, what: str) -> str:
        return self._credentials.reference(value, kind, entry.where, what)

    def _reference(self, value: str, origin: Origin, name: str, entry: Entry) -> str:
        """Return ``{{name}}`` for a value of an earlier answer, and have that answer give it."""
        if value not in self._taken:
            variable = self._free(origin.hint or name or "value")
            self._taken[value] = variable
            extract = {"name": variable, **origin.extract}
            if kind_of_secret(origin.hint) is not None or kind_of_secret(name) is not None:
                extract["secret"] = True
            self._draft.steps[origin.step].setdefault("extract", []).append(extract)
            note = f"{variable} is taken from the answer to {self._draft.steps[origin.step]['name']}"
            self._book.add(Outcome.EXACT, entry.where, name or variable, note)
        return f"{{{{{self._taken[value]}}}}}"

    def _free(self, hint: str) -> str:
        words = [word.lower() for word in re.findall(r"[A-Za-z0-9]+", hint)] or ["value"]
        base = "".join([words[0], *(word.capitalize() for word in words[1:])])[:60]
        base = base if base[0].isalpha() else f"value{base}"
        number, name = 1, base
        while name in self._taken.values() or name in ("uuid", "timestamp", "random_int"):
            number += 1
            name = f"{base}{number}"
        return name

    def _body(self, entry: Entry) -> Any:
        post = entry.post
        if not post.value or entry.method in ("GET", "HEAD"):
            return None
        mime = str(post.value.get("mimeType") or "").lower()
        text = post.value.get("text") if isinstance(post.value.get("text"), str) else ""
        params = post.objects("params")
        if "multipart" in mime and not params and text:
            given = params_of(str(post.value["mimeType"]), str(text))
            params = [Fields(each, post.path) for each in given]
        if "multipart" in mime and params:
            return {"type": "multipart", "content": self._form(params, entry)}
        if "x-www-form-urlencoded" in mime:
            pairs = parse_qsl(str(text), keep_blank_values=True) if text else [_pair(each) for each in params]
            return {"type": "form", "content": self._fields(pairs, entry)}
        if "json" in mime or str(text)[:1] in ("{", "["):
            try:
                return {"type": "json", "content": self._tree(json.loads(str(text)), "", entry)}
            except (ValueError, RecursionError):
                pass
        return {"type": "raw", "content": self._credentials.within(literal(str(text)), entry.where)} if text else None

    def _form(self, params: list[Fields], entry: Entry) -> dict[str, Any]:
        files = {each.text("name", ""): each for each in params if each.value.get("fileName")}
        content = self._fields([_pair(each) for each in params if each.text("name", "") not in files], entry)
        for name, each in files.items():
            file = str(each.value["fileName"])
            content[name] = {"type": "file", "filename": file, "content": str(each.value.get("value") or "")}
            self._book.add(Outcome.CHOICE_NEEDED, entry.where, name, f"supply the content of {file}")
        return content

    def _fields(self, pairs: list[tuple[str, str]], entry: Entry) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for name, value in pairs:
            said = self._value(value, name, entry)
            if name not in content:
                content[name] = said
            else:
                before = content[name]
                content[name] = [*(before if isinstance(before, list) else [before]), said]
        return content

    def _tree(self, value: Any, name: str, entry: Entry) -> Any:
        if isinstance(value, dict):
            return {key: self._tree(each, hint_within(value, key), entry) for key, each in value.items()}
        if isinstance(value, list):
            return [self._tree(each, name, entry) for each in value]
        if not isinstance(value, str):
            return value
        return self._credentials.within(self._value(value, name, entry), entry.where)

    def _cookies(self, entry: Entry) -> None:
        sent = next((value for name, value in entry.headers if name.lower() == "cookie"), "")
        names = {pair.partition("=")[0].strip() for pair in sent.split(";") if "=" in pair} | set(entry.sent_cookies)
        foreign = sorted(names - self._set_cookies)
        if foreign:
            note = f"cookies of before the recording were left out: {', '.join(foreign)[:300]}; log in with a step"
            self._book.add(Outcome.CHOICE_NEEDED, entry.where, "Cookie", note)
            self._set_cookies.update(foreign)


def _is_authorization(name: str) -> bool:
    return name.lower() in ("authorization", "proxy-authorization")


def _pair(fields: Fields) -> tuple[str, str]:
    value = fields.value.get("value")
    return fields.text("name", ""), str(value) if isinstance(value, str | int | float) else ""


def _hosts(entries: list[Entry], log: Fields) -> list[str]:
    """Return the host of the first page, or of the first request; its subdomains go with it.

    Browsers call a page by its address. Documents within a page, such as those of advertisers, are no pages.
    """
    pages = [page.value for page in log.objects("pages")]
    titles = [str(page.get("title") or "") for page in sorted(pages, key=lambda one: str(one.get("startedDateTime")))]
    named = [host for title in titles if (host := host_of(title))]
    documents = [entry for entry in entries if entry.host and (entry.type == "document" or "html" in entry.mime)]
    asked = [entry.host for entry in [*documents, *(entry for entry in entries if entry.host)]]
    if not asked:
        raise ImportProblem("there is no request to an http address in it", field="log.entries")
    return [next((host for host in named if host in asked), asked[0]).removeprefix("www.")]


def _name(entry: Entry) -> str:
    try:
        path = urlsplit(entry.url).path
    except ValueError:
        path = entry.url
    return f"{entry.method} {path or '/'}"[:150]


def _title(log: Fields) -> str:
    pages = log.items("pages")
    title = pages[0].get("title") if pages and isinstance(pages[0], dict) else None
    return title if isinstance(title, str) and title.strip() and "://" not in title else ""
