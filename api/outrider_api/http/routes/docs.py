"""``/docs``: the OpenAPI document as a page, made here, so that it needs neither scripts nor other hosts."""

import json
import re
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape

from outrider_api.http.routing import Routes

router = Routes(include_in_schema=False)

_CODE = re.compile(r"`([^`]+)`")
_RANGES = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " items"),
    ("minProperties", "maxProperties", " entries"),
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


@router.api_route("/docs", methods=["GET", "HEAD"], operation_id="docs")
def docs(request: Request) -> HTMLResponse:
    """Show what the API offers."""
    document: dict[str, Any] = request.app.openapi()
    page = _templates().get_template("docs.html").render(document=document, sections=_sections(document))
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})


@router.api_route("/", methods=["GET", "HEAD"], operation_id="home")
def home() -> RedirectResponse:
    """Lead people who open the server's address to the documentation."""
    return RedirectResponse("docs", status_code=307)


@cache
def _templates() -> Environment:
    environment = Environment(loader=PackageLoader("outrider_api.http"), autoescape=select_autoescape())
    environment.filters["coded"] = _coded
    environment.filters["pretty"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)
    return environment


def _coded(text: str) -> Markup:
    """Return a text with what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped just here


def _sections(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the operations by tag, each with what the page shows of it."""
    sections = {tag["name"]: {**tag, "operations": []} for tag in document["tags"]}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for tag in operation.get("tags", ()):
                sections[tag]["operations"].append(_shown(document, method, path, operation))
    return list(sections.values())


def _shown(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    schema = document["components"]["schemas"].get(name, {})
    fields: dict[str, Any] = {}
    alternatives = schema.get("anyOf", [schema])
    for alternative in alternatives:
        fields = {**alternative.get("properties", {}), **fields}
    required = {name for one in alternatives for name in one.get("required", ())}
    always = {name for name in required if all(name in one.get("required", ()) for one in alternatives)}
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "text": operation["description"],
        "brief": re.split(r"[.;:] |\.$", operation["description"])[0],
        "parameters": [_parameter(one) for one in operation.get("parameters", [])],
        "fields": {
            field: _described(document, about)
            | {"required": "required" if field in always else "required for some types" if field in required else ""}
            for field, about in fields.items()
        },
        "example": next(iter(schema.get("examples", [])), None),
        "answers": sorted(operation["responses"]),
    }


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    return {**parameter, "limits": _limits(_options(parameter.get("schema", {})))}


def _described(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    schemas = document["components"]["schemas"]
    options = [
        schemas.get(one["$ref"].rpartition("/")[2], {}) | one if "$ref" in one else one for one in _options(schema)
    ]
    types = [option["type"] for option in options if option.get("type", "null") != "null"]
    default = schema.get("default")
    return {
        "type": " or ".join(dict.fromkeys(types)),
        "text": schema.get("description", ""),
        "limits": _limits(options),
        "default": json.dumps(default, ensure_ascii=False) if default not in (None, "", [], {}) else "",
    }


def _options(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [schema, *schema.get("anyOf", [])]


def _limits(options: list[dict[str, Any]]) -> str:
    """Return what the schema knows of the values that are accepted."""
    said: list[str] = []
    for option in options:
        values = option.get("enum") or option.get("items", {}).get("enum")
        if values:
            said.append("one of " + ", ".join(f"`{value}`" for value in values))
        for low, high, unit in _RANGES:
            if low in option or high in option:
                least, most = (f"{option[key]:,.9g}" if key in option else "" for key in (low, high))
                ends = f"{least} to {most}" if least and most else f"at least {least}" if least else f"at most {most}"
                said.append(ends + unit)
    return "; ".join(dict.fromkeys(said))
