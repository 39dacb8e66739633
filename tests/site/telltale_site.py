"""A site that gives away all that it is told: in bodies of every kind, headers, cookies, console and errors."""

import base64
import gzip
import html
import json
import threading
import urllib.parse
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><title>Telltale {html}</title><link rel=stylesheet href="/style.css?{url}">
<h1>Telltale</h1><p id=told title="{html}">{html}</p><a href="/next?told={url}">next</a>
<form method=post action="/sent"><label>Password <input type=password name=password></label>
<label>Token <input name=token></label><button>Send</button></form><p id=typed></p><img src="/pixel.png" alt="{html}">
<script>
const told = {json};
document.cookie = "copy=" + encodeURIComponent(told);
localStorage.setItem("told", told);
console.log("told", told, {{told}}); console.error(JSON.stringify(JSON.stringify(told)));
console.warn(btoa(unescape(encodeURIComponent("x" + told))));
fetch("/data.json"); fetch("/missing/" + encodeURIComponent(told)); fetch("/archive.bin"); fetch("/old.txt");
fetch("/signed", {{headers: {{Authorization: "Basic " + btoa("ada:" + unescape(encodeURIComponent(told)))}}}});
document.querySelector("[name=token]").oninput = event => {{
  document.querySelector("#typed").textContent = event.target.value;
  setTimeout(() => {{ throw new Error("typed " + event.target.value) }});
}};
</script>"""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "TelltaleSite"

    def do_GET(self) -> None:
        told = self.server.told
        path = urllib.parse.urlsplit(self.path).path
        match path:
            case "/":
                words = {"html": html.escape(told), "url": urllib.parse.quote(told), "json": json.dumps(told)}
                self._answer("text/html; charset=utf-8", PAGE.format(**words).encode())
            case "/style.css":
                self._answer("text/css", f"h1::after {{ content: {json.dumps(told, ensure_ascii=False)} }}".encode())
            case "/data.json":
                self._answer(
                    "application/json", json.dumps({told: [told, base64.b64encode(told.encode()).decode()]}).encode()
                )
            case "/archive.bin":
                self._answer("application/octet-stream", gzip.compress(told.encode()))
            case "/old.txt":
                self._answer("text/plain; charset=iso-8859-1", told.encode("latin-1"))
            case "/pixel.png":
                self._answer("image/png", _picture_that_says(told.encode()))
            case _:
                self._answer("text/html; charset=utf-8", html.escape(told).encode(), 404 if "missing" in path else 200)

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer("text/html; charset=utf-8", f"<h1>Sent</h1>{html.escape(sent)}".encode())

    def log_message(self, format: str, *args: object) -> None:
        return None

    def _answer(self, content_type: str, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Told", urllib.parse.quote(self.server.told))
        self.send_header("Set-Cookie", f"told={urllib.parse.quote(self.server.told)}; Path=/")
        self.end_headers()
        self.wfile.write(body)


class TelltaleSite(ThreadingHTTPServer):
    """The site; ``told`` is what it gives away."""

    daemon_threads = True

    def __init__(self, told: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told = told
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        return None  # browsers break connections off as they please


@contextmanager
def telltale_site(told: str) -> Iterator[TelltaleSite]:
    """Serve the site."""
    with TelltaleSite(told) as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


def _picture_that_says(text: bytes) -> bytes:
    """Return a picture of one pixel with a text chunk (PNG specification, section 11.3.4.3)."""
    chunks = (
        (b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0"),
        (b"tEXt", b"Comment\0" + text),
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    )
    parts = (len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4) for kind, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
