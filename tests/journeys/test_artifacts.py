"""Files of runs: what is refused because it can't be searched, what is cut, and whom requests went to."""

import json
import random
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from outrider_engine.domain.redaction import MASK, Redactor
from outrider_journeys.artifacts import hars, traces
from outrider_journeys.artifacts.contents import without_secrets
from outrider_journeys.artifacts.hars import UnreadableHar, entries_of, read_har, write_har
from outrider_journeys.artifacts.network import NetworkSummary, is_same_site
from outrider_journeys.artifacts.traces import NotRedactable, redact_trace

SECRET = "hunter2-and-möre"
REDACTOR = Redactor([SECRET])


def trace(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("content", "extension", "clean"),
    [
        (f"a {SECRET} b".encode(), "", f"a {MASK} b".encode()),
        (SECRET.encode("utf-16"), "txt", MASK.encode("utf-16")),
        (b"GIF89a and nothing else", "gif", b"GIF89a and nothing else"),
        (b"GIF89a\xff" + SECRET.encode(), "gif", None),
        (b"\x1f\x8b\x08 packed \xff", "gz", None),
        (b"PK\x03\x04\0 packed", "zip", None),
        (SECRET.encode("latin-1"), "txt", None),
    ],
)
def test_what_can_not_be_searched_is_not_kept(content: bytes, extension: str, clean: bytes | None) -> None:
    assert without_secrets(content, REDACTOR, extension=extension) == clean
    assert without_secrets(content, Redactor([]), extension=extension) == content


def test_a_named_encoding_is_heeded() -> None:
    clean = without_secrets(SECRET.encode("latin-1"), REDACTOR, extension="txt", charset="iso-8859-1")
    assert clean is not None
    assert b"hunter2" not in clean


def test_a_trace_that_would_fill_the_memory_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "LARGEST_INFLATED", 1_000_000)
    bomb = trace(tmp_path / "bomb.zip", {"trace.trace": b"0" * 2_000_000})
    assert bomb.stat().st_size < 5000
    with pytest.raises(NotRedactable, match="too large"):
        redact_trace(bomb, tmp_path / "clean.zip", REDACTOR, is_over=lambda: False)
    assert not (tmp_path / "clean.zip").exists()


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06"])
def test_what_is_no_trace_is_not_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.zip").write_bytes(content)
    with pytest.raises(NotRedactable):
        redact_trace(tmp_path / "odd.zip", tmp_path / "clean.zip", REDACTOR, is_over=lambda: False)
    assert not (tmp_path / "clean.zip").exists()


def test_lines_that_are_no_json_and_a_time_that_is_over_end_the_work(tmp_path: Path) -> None:
    odd = trace(tmp_path / "odd.zip", {"trace.trace": b"{"})
    fine = trace(tmp_path / "fine.zip", {"trace.trace": b"{}"})
    for source, over in ((odd, False), (fine, True)):
        with pytest.raises(NotRedactable):
            redact_trace(source, tmp_path / "clean.zip", REDACTOR, is_over=lambda over=over: over)
        assert not (tmp_path / "clean.zip").exists()


def test_files_of_a_trace_are_left_out_until_it_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "LARGEST", 2000)
    members = {
        "resources/small.css": b"h1 {}",
        "resources/large.css": random.Random(1).randbytes(3000).hex().encode(),
    }
    source = trace(tmp_path / "raw.zip", {"trace.trace": b'{"type":"x"}', **members})
    done = redact_trace(source, tmp_path / "clean.zip", REDACTOR, is_over=lambda: False)
    assert (done.opaque, done.beyond) == (0, 1)
    with zipfile.ZipFile(tmp_path / "clean.zip") as clean:
        assert [clean.read(name) for name in clean.namelist() if name.endswith(".css")] == [b"h1 {}"]


def entry(url: str, body: str = "", **response: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-01-15T12:00:00.500Z",
        "time": 12.0,
        "request": {"method": "GET", "url": url, "headers": [], "cookies": []},
        "response": {
            "status": 200,
            "content": {"text": body, "mimeType": "text/html"},
            "_transferSize": 100,
            **response,
        },
    }


def test_large_bodies_are_left_out_of_a_har_until_it_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hars, "LARGEST", 5000)
    har = {
        "log": {
            "entries": [entry("http://x/1", "a" * 4000), entry("http://x/2", "b" * 3000), entry("http://x/3", SECRET)]
        }
    }
    assert write_har(har, tmp_path / "x.har", REDACTOR) == 1
    left = [each["response"]["content"].get("text") for each in entries_of(read_har(tmp_path / "x.har"))]
    assert left == [None, "b" * 3000, MASK]
    for odd in (b"", b"[]", b'{"log": 1}'):
        (tmp_path / "odd.har").write_bytes(odd)
        with pytest.raises(UnreadableHar):
            read_har(tmp_path / "odd.har")


@pytest.mark.parametrize(
    ("host", "own", "same"),
    [
        ("shop.example", "shop.example", True),
        ("cdn.shop.example", "shop.example", True),
        ("cdn.shop.example", "www.shop.example", True),
        ("cdn.example.net", "shop.example", False),
        ("shop.co.uk", "bank.co.uk", False),
        ("cdn.shop.co.uk", "www.shop.co.uk", True),
        ("127.0.0.1", "127.0.0.2", False),
        ("localhost", "localhost", True),
    ],
)
def test_which_hosts_belong_together(host: str, own: str, same: bool) -> None:
    assert is_same_site(host, own) is same


def test_requests_are_summed_up_by_what_came_of_them() -> None:
    entries = [
        entry("https://shop.example/"),
        entry("https://tracker.example.net/t", status=404),
        entry("https://shop.example/x", status=-1, _failureText="net::ERR_FAILED", _transferSize=-1),
        entry("data:text/plain,x"),
        {"request": "odd"},
    ]
    began = datetime(2026, 1, 15, 12, tzinfo=UTC)
    summary = NetworkSummary.of(entries, own_url="https://shop.example", began_at=began)
    assert summary.facts() == {
        "requests": 3,
        "bytes": 200,
        "failed": 1,
        "errors": 1,
        "third_party_requests": 1,
        "third_party_hosts": ["tracker.example.net"],
        "slowest_ms": 12.0,
    }
    told = summary.as_json([], began)
    assert json.dumps(told)
    assert [each["at_ms"] for each in told["requests"]] == [500.0] * 3  # type: ignore[union-attr, index, call-overload]
