"""A site that shows visitors to themselves: what a page finds around it, and what a request brings along."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

MIRROR = """<!doctype html><title>Mirror</title><h1>Mirror</h1><pre id=seen></pre>
<button id=where onclick="navigator.geolocation.getCurrentPosition(show, () => { place = 'refused' })">Where</button>
<button id=ask onclick="ask()">Ask</button>
<script>
let place = 'unknown', answer = 'none', beyond = 'none', took = 0;
const matches = query => matchMedia(query).matches;
const show = found => { place = found.coords.latitude + ',' + found.coords.longitude };
const words = async r => r.status + ' ' + (r.headers.get('x-mocked') || '-') + ' ' + await r.text();
const told = promise => promise.then(words).catch(error => 'failed');
async function ask() {
  const began = performance.now();
  answer = await told(fetch('/stock?' + Math.random()));
  took = performance.now() - began;
  beyond = await told(fetch('/stock', {method: 'POST'}));
}
if (!localStorage.getItem('first')) localStorage.setItem('first', location.search || 'plain');
sessionStorage.setItem('session', 'here');
setInterval(() => {
  document.querySelector('#seen').textContent = [
    'size ' + innerWidth + 'x' + innerHeight, 'place ' + place, matches('print') ? 'on paper' : 'on screen',
    matches('(prefers-color-scheme: dark)') ? 'dark' : 'light',
    matches('(prefers-reduced-motion: reduce)') ? 'still' : 'moving', navigator.onLine ? 'online' : 'offline',
    'cookie ' + document.cookie, 'first ' + localStorage.getItem('first'),
    'session ' + sessionStorage.getItem('session'), 'get ' + answer, 'post ' + beyond, took > 250 ? 'slow' : 'quick'
  ].join('; ');
}, 20);
</script>"""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "MirrorSite"

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def do_PUT(self) -> None:
        self._respond()

    def do_PATCH(self) -> None:
        self._respond()

    def do_HEAD(self) -> None:
        self._respond()

    def log_message(self, format: str, *args: object) -> None:
        return None

    def _respond(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append(f"{self.command} {self.path}")
        if parts.path == "/mirror":
            self._answer(200, MIRROR.encode(), {"Content-Type": "text/html"})
        elif parts.path == "/sign-in":
            self._answer(200, b"{}", {"Set-Cookie": "session=s3ss10n-of-ada; HttpOnly; Path=/"})
        elif parts.path == "/redirect":
            self._answer(302, b"", {"Location": query["to"][0]})
        elif parts.path == "/circle":
            self._answer(302, b"", {"Location": "/circle"})
        elif parts.path == "/large":
            self._answer(200, b"x" * int(query["bytes"][0]), chunked="chunked" in query)
        elif parts.path == "/stock":
            self._answer(200, b"3 kettles")
        else:
            shown = {
                "method": self.command,
                "path": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": body.decode(),
            }
            self._answer(int(query.get("status", ["200"])[0]), json.dumps(shown).encode())

    def _answer(
        self, status: int, body: bytes, headers: dict[str, str] | None = None, *, chunked: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class MirrorSite(ThreadingHTTPServer):
    """The site; ``requests`` are those that reached it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


@contextmanager
def mirror_site() -> Iterator[MirrorSite]:
    """Serve it."""
    with MirrorSite() as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield site
        site.shutdown()
        thread.join()
