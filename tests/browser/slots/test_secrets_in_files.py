"""No secret is in any file of a run, whatever the site does with it: every byte is searched, in every encoding."""

import base64
import binascii
import gzip
import html
import io
import json
import re
import urllib.parse
import zipfile
from collections.abc import Iterator

import pytest

from outrider_engine.domain.artifact_policies import KINDS
from outrider_engine.domain.observations import ArtifactKind, Observation
from tests.site.telltale_site import TelltaleSite, telltale_site

from .conftest import Walk

pytestmark = pytest.mark.browser

PASSWORD = "S3ntinelOfTruth/ö&\"<+> x'9\\z"
TOKEN = "T0kenOfTrust+/9="
SECRETS = {"PASSWORD": PASSWORD, "TOKEN": TOKEN}
CORES = ("S3ntinelOfTruth", "T0kenOfTrust")
"""Letters that no encoding but base64 changes."""
EVERYTHING = dict.fromkeys(KINDS, "always")


def encodings(secret: str) -> set[bytes]:
    """All that would give a secret away; of base64 what is the same whatever stands around it."""
    texts = {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], html.escape(secret)}
    texts |= {urllib.parse.quote(secret), urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret)}
    texts |= {re.sub("%..", lambda match: match[0].lower(), text) for text in texts}
    pieces = {base64.b64encode(b"\0" * skip + secret.encode())[4:-4] for skip in range(3)}
    pieces |= {piece.translate(bytes.maketrans(b"+/", b"-_")) for piece in pieces}
    wide = {text.encode(codec) for text in {*texts, *CORES} for codec in ("utf-16-le", "utf-16-be")}
    return {text.encode() for text in {*texts, *CORES}} | pieces | wide | {secret.encode("latin-1")}


SOUGHT = {piece for secret in SECRETS.values() for piece in encodings(secret)}


def layers(content: bytes) -> Iterator[bytes]:
    """The content, and whatever is packed into it."""
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from layers(archive.read(name))
    if content.startswith(b"\x1f\x8b"):
        yield from layers(gzip.decompress(content))
    for packed in re.findall(rb"[A-Za-z0-9+/]{24,}={0,2}", content):
        try:
            yield base64.b64decode(packed, validate=True)
        except binascii.Error:
            continue


def given_away(content: bytes) -> list[bytes]:
    found = [(piece, layer) for layer in layers(content) for piece in SOUGHT if piece in layer]
    return [layer[max(0, layer.index(piece) - 80) : layer.index(piece) + 60] for piece, layer in found]


@pytest.fixture(scope="module")
def telltale() -> Iterator[TelltaleSite]:
    with telltale_site(PASSWORD) as site:
        yield site


@pytest.fixture
def told(walk: Walk, telltale: TelltaleSite) -> Observation:
    """A run that fails after it has typed and sent its secrets, with every kind of file asked for."""
    return walk(
        "/?password={{PASSWORD}}&token={{TOKEN}}",
        {"action": "fill", "locator": {"label": "Password"}, "value": "{{PASSWORD}}"},
        {"action": "type", "locator": {"label": "Token"}, "text": "{{TOKEN}}"},
        {"action": "extract", "locator": "#told", "variable": "LEARNED"},
        {"action": "click", "locator": {"role": "button", "name": "Send"}},
        {"action": "screenshot", "file": "sent"},
        {"action": "wait_for", "locator": {"text": "{{PASSWORD}} is nowhere"}, "timeout": 0.3},
        secrets=SECRETS,
        artifacts="always",
        artifact_policies=EVERYTHING,
        journey={
            "base_url": telltale.url,
            "secrets": list(SECRETS),
            "browser": {"extra_headers": {"X-Token": "{{TOKEN}}"}},
        },
    )


def test_no_secret_is_in_any_file(told: Observation) -> None:
    assert told.failure is not None
    contents = {file.name: file.path.read_bytes() for file in told.files}
    assert {file.kind for file in told.files} >= {
        ArtifactKind.SCREENSHOT,
        ArtifactKind.TRACE,
        ArtifactKind.HAR,
        ArtifactKind.CONSOLE,
        ArtifactKind.NETWORK,
        ArtifactKind.VITALS,
        ArtifactKind.ARIA,
    }
    assert {name: found for name, content in contents.items() if (found := given_away(content))} == {}
    assert given_away(repr(told).encode()) == []
    # it is all there otherwise
    assert "•••" in contents["network.har"].decode()
    console = json.loads(contents["console.json"])
    assert {message["level"] for message in console["messages"]} >= {"log", "error", "uncaught"}
    assert any("/missing/•••" in each["url"] for each in json.loads(contents["network.json"])["requests"])
    with zipfile.ZipFile(io.BytesIO(contents["trace.zip"])) as trace:
        lines = [json.loads(line) for line in trace.read("trace.trace").splitlines()]
        kept = {name for name in trace.namelist() if name.startswith("resources/")}
        requests = [json.loads(line)["snapshot"] for line in trace.read("trace.network").splitlines()]
    assert {"context-options", "before", "after", "frame-snapshot", "console"} <= {line["type"] for line in lines}
    named = {each["response"]["content"].get("_file") for each in requests}
    assert kept & named, "snapshots still find their stylesheets"
    # and what can't be kept is told
    assert not [file for file in told.files if file.kind is ArtifactKind.VIDEO]
    left_out = told.facts["files_left_out"]
    assert isinstance(left_out, dict)
    assert "uses secrets" in str(left_out["video"])
    assert "of the files of its pages" in str(left_out["trace"])
