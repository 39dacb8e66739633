"""``/docs``: the OpenAPI document as a page, made here, so that it needs neither scripts nor other hosts."""

import json
import re
from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape

router = APIRouter(include_in_schema=False)

_CODE = re.compile(r"`([^`]+)`")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


@router.get("/docs", operation_id="docs")
def docs(request: Request) -> HTMLResponse:
    """Show what the API offers."""
    document: dict[str, Any] = request.app.openapi()
    page = _templates().get_template("docs.html").render(document=document, sections=_sections(document))
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})


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
    for alternative in schema.get("anyOf", [schema]):
        fields = {**alternative.get("properties", {}), **fields}
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "text": operation["description"],
        "brief": re.split(r"[.;:] |\.$", operation["description"])[0],
        "parameters": operation.get("parameters", []),
        "fields": {field: _described(about) for field, about in fields.items()},
        "example": next(iter(schema.get("examples", [])), None),
        "answers": sorted(operation["responses"]),
    }


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    options = [schema, *schema.get("anyOf", [])]
    types = [option["type"] for option in options if "type" in option and option["type"] != "null"]
    return {"type": " or ".join(types), "text": schema.get("description", ""), "default": schema.get("default")}
