"""Requests of a collection: address, headers, authentication and body."""

import json
import re
from collections.abc import Mapping
from typing import Any

from outrider_journeys.importing.credentials import Credentials, hint_within, kind_of_secret
from outrider_journeys.importing.json_reading import Fields
from outrider_journeys.importing.receipt import Outcome

from .variables import Tell, VariableTexts

_ONLY_A_VARIABLE = re.compile(r"\{\{[^{}]+\}\}")
_TYPE_OF_LANGUAGE = {
    "json": "application/json",
    "xml": "application/xml",
    "html": "text/html",
    "text": "text/plain",
    "javascript": "application/javascript",
}


class Requests:
    """Reads requests; secrets are taken out of them."""

    def __init__(self, texts: VariableTexts, credentials: Credentials) -> None:
        self._texts = texts
        self._credentials = credentials
        self._basics: dict[tuple[str, str], str] = {}

    def url(self, given: Any, where: str, tell: Tell) -> str:
        """Return the address of a request; parameters that are switched off are left out.

        Raises:
            ImportProblem: it is neither a text nor an object.
        """
        fields = Fields({"raw": given} if isinstance(given, str) else given, where)
        raw = fields.text("raw", "")
        if not raw and fields.value.get("host"):
            raw = _from_parts(fields)
        address, _, written = raw.strip().partition("#")[0].partition("?")
        pairs = [
            (_text(each.value.get("key")), _text(each.value.get("value")))
            for each in fields.objects("query")
            if not each.flag("disabled", default=False)
        ]
        if not fields.items("query"):
            pairs = [(name, value) for name, _, value in (pair.partition("=") for pair in written.split("&") if pair)]
        said = [(self._texts.text(name, tell), self._hidden(value, name, where, tell)) for name, value in pairs]
        query = "&".join(f"{name}={value}" for name, value in said)
        for each in fields.objects("variable"):
            key, value = each.value.get("key"), _text(each.value.get("value"))
            if isinstance(key, str) and key:
                address = re.sub(rf":{re.escape(key)}(?=/|$)", value.replace("\\", r"\\"), address)
        address = self._absolute(self._texts.text(address, tell))
        return f"{address}?{query}" if query else address

    def headers(self, given: Any, where: str, tell: Tell) -> dict[str, str]:
        """Return the headers of a request; those that are switched off are left out."""
        if isinstance(given, str):
            lines = [line.partition(":") for line in given.splitlines() if ":" in line]
            pairs = [(name.strip(), value.strip()) for name, _, value in lines]
        else:
            listed = Fields({"header": given}, where).objects("header")
            pairs = [
                (each.text("key", "").strip(), _text(each.value.get("value")))
                for each in listed
                if not each.flag("disabled", default=False)
            ]
        return {name: self._hidden(value, name, where, tell) for name, value in pairs if name}

    def authentication(self, given: Any, where: str, tell: Tell) -> tuple[dict[str, str], tuple[str, str] | None]:
        """Return the headers, and the parameter of the address, that an authentication adds."""
        if given is None:
            return {}, None
        auth = Fields(given, where)
        kind = auth.text("type", "noauth")
        values = {key: _text(value) for key, value in _parameters(auth.value.get(kind)).items()}
        if kind == "apikey" and values.get("key"):
            value = self._secret(values.get("value", ""), "API_KEY", where, tell)
            return ({}, (values["key"], value)) if values.get("in") == "query" else ({values["key"]: value}, None)
        credentials = self._credentials_of(kind, values, where, tell)
        return ({} if credentials is None else {"Authorization": credentials}), None

    def _credentials_of(self, kind: str, values: Mapping[str, str], where: str, tell: Tell) -> str | None:
        if kind == "bearer":
            return f"Bearer {self._secret(values.get('token', ''), 'TOKEN', where, tell)}"
        if kind == "basic":
            return f"Basic {self._basic(values, tell)}"
        if kind == "oauth2" and values.get("addTokenTo", "header") == "header":
            token = self._secret(values.get("accessToken", ""), "ACCESS_TOKEN", where, tell)
            tell(Outcome.CHOICE_NEEDED, "oauth2", "tokens are not renewed: get one with a step of its own")
            return f"{values.get('headerPrefix', '').strip() or 'Bearer'} {token}"
        if kind not in ("noauth", "inherit"):
            tell(Outcome.DROPPED, f"authentication {kind}", "API monitors can't sign requests so")
        return None

    def _basic(self, values: Mapping[str, str], tell: Tell) -> str:
        """Return the reference of the credentials of somebody, who need not be the same for all requests."""
        who = (values.get("username", ""), values.get("password", ""))
        number = len(self._basics) + 1
        name = self._basics.setdefault(who, "BASIC_CREDENTIALS" if number == 1 else f"BASIC_CREDENTIALS_{number}")
        user = who[0] if who[0] and "{{" not in who[0] else "name"
        tell(Outcome.SECRET, "basic authentication", f"set the secret {name} to {user[:60]}:password in Base64")
        return self._credentials.reserve(name)

    def body(self, given: Any, where: str, tell: Tell) -> tuple[Any, str | None]:
        """Return the body of a request, and the content type that goes with it."""
        body = Fields({} if given is None else given, where)
        mode = body.value.get("mode")
        if body.flag("disabled", default=False) or mode is None:
            return None, None
        if mode == "raw":
            return self._raw(body, tell)
        if mode == "urlencoded":
            pairs = [(each.text("key", ""), _text(each.value.get("value"))) for each in _enabled(body, "urlencoded")]
            return {"type": "form", "content": self._fields(pairs, where, tell)}, None
        if mode == "formdata":
            return {"type": "multipart", "content": self._form(body, where, tell)}, None
        if mode == "graphql":
            return self._graphql(body.part("graphql"), where, tell), None
        note = "files are not part of a collection: supply the body" if mode == "file" else "there is no such mode"
        tell(Outcome.CHOICE_NEEDED, "body", note)
        return None, None

    def _raw(self, body: Fields, tell: Tell) -> tuple[Any, str | None]:
        text = _text(body.value.get("raw"))
        options = body.value.get("options")
        raw = options.get("raw") if isinstance(options, Mapping) else None
        language = raw.get("language") if isinstance(raw, Mapping) else None
        if not text.strip():
            return None, None
        if language in (None, "json"):
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                value = None
            if isinstance(value, dict | list):
                return {"type": "json", "content": self._tree(value, "", body.path, tell)}, None
        said = self._credentials.within(self._texts.text(text, tell), body.path)
        return {"type": "raw", "content": said}, _TYPE_OF_LANGUAGE.get(str(language))

    def _graphql(self, given: Fields, where: str, tell: Tell) -> Any:
        variables: Any = given.value.get("variables")
        if isinstance(variables, str):
            try:
                variables = json.loads(variables) if variables.strip() else {}
            except (ValueError, RecursionError):
                tell(Outcome.APPROXIMATED, "graphql", "its variables are not JSON and were left out")
                variables = {}
        query = self._texts.text(_text(given.value.get("query")), tell)
        content = {"query": self._credentials.within(query, where)}
        if variables:
            content["variables"] = self._tree(variables, "", where, tell)
        return {"type": "json", "content": content}

    def _form(self, body: Fields, where: str, tell: Tell) -> dict[str, Any]:
        parts = _enabled(body, "formdata")
        texts = [each for each in parts if each.value.get("type") != "file"]
        content = self._fields([(each.text("key", ""), _text(each.value.get("value"))) for each in texts], where, tell)
        for each in parts:
            if each.value.get("type") == "file":
                source = each.value.get("src")
                first = source[0] if isinstance(source, list) and source else source
                name = re.split(r"[/\\]", _text(first))[-1] or "file"
                tell(Outcome.CHOICE_NEEDED, each.text("key", ""), f"files are not part of a collection: supply {name}")
                content[each.text("key", "") or "file"] = {"type": "file", "filename": name, "content": ""}
        return content

    def _fields(self, pairs: list[tuple[str, str]], where: str, tell: Tell) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for name, value in pairs:
            said = self._hidden(value, name, where, tell)
            if name in content:
                before = content[name]
                content[name] = [*(before if isinstance(before, list) else [before]), said]
            else:
                content[name] = said
        return content

    def _tree(self, value: Any, name: str, where: str, tell: Tell) -> Any:
        if isinstance(value, dict):
            return {key: self._tree(each, hint_within(value, key), where, tell) for key, each in value.items()}
        if isinstance(value, list):
            return [self._tree(each, name, where, tell) for each in value]
        if not isinstance(value, str):
            return value
        return self._credentials.within(self._hidden(value, name, where, tell), where)

    def _hidden(self, value: str, name: str, where: str, tell: Tell) -> str:
        """Return a value with its variables, or the secret that stands for one that is given in clear."""
        kind = kind_of_secret(name) or ("TOKEN" if name.lower() in ("authorization", "cookie") else None)
        if kind is None or not value:
            return self._texts.text(value, tell)
        scheme, space, rest = value.partition(" ")
        if name.lower() == "authorization" and space and scheme.isalpha():
            return f"{scheme} {self._secret(rest, kind, where, tell)}"
        return self._secret(value, kind, where, tell)

    def _secret(self, value: str, kind: str, where: str, tell: Tell) -> str:
        if not value:
            return self._credentials.reserve(kind)
        if "{{" in value and _ONLY_A_VARIABLE.sub("", value).strip(" .:-_/") == "":
            return self._texts.text(value, tell)
        return self._credentials.reference(value, kind, where, kind.lower().replace("_", " "))

    @staticmethod
    def _absolute(url: str) -> str:
        return url if not url or "://" in url or url.startswith("{{") else f"http://{url}"


def _enabled(body: Fields, name: str) -> list[Fields]:
    return [each for each in body.objects(name) if not each.flag("disabled", default=False)]


def _from_parts(fields: Fields) -> str:
    def joined(name: str, separator: str) -> str:
        given = fields.value.get(name)
        if isinstance(given, list):
            parts = [_text(each.get("value") if isinstance(each, dict) else each) for each in given]
            return separator.join(parts)
        return _text(given)

    protocol = fields.text("protocol", "")
    port = _text(fields.value.get("port"))
    address = f"{joined('host', '.')}{f':{port}' if port else ''}/{joined('path', '/').lstrip('/')}"
    return f"{protocol}://{address}" if protocol else address


def _parameters(given: Any) -> dict[str, Any]:
    """Return the parameters of an authentication, which version 2.1 lists and version 2.0 names."""
    if isinstance(given, Mapping):
        return dict(given)
    listed = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    return {each["key"]: each.get("value") for each in listed if isinstance(each.get("key"), str)}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""
