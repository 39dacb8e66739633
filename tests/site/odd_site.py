"""A site of hostile and odd pages on loopback, and a server that nothing may ever reach.

The paths are the names of ``PAGES``; ``/redirect?to=`` redirects, ``/endless`` downloads without end, and a WebSocket
opened anywhere is greeted.
"""

import base64
import hashlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3

WAYS_OUT = """<!doctype html><title>Ways out</title><h1>Ways out</h1>
<link rel=preconnect href="{to}"><link rel=dns-prefetch href="{to}"><link rel=prefetch href="{to}/prefetch">
<link rel=stylesheet href="{to}/style.css"><img src="{to}/image.png"><script src="{to}/script.js"></script>
<iframe src="{to}/frame"></iframe><iframe src="/redirect?to={to}/redirected-frame"></iframe>
<object data="{to}/object"></object><video src="{to}/video"></video>
<iframe name=target></iframe><form id=form action="{to}/form" method=post target=target></form>
<iframe name=saving></iframe><a id=download href="{to}/download" download target=saving>Save</a>
<a id=ping href="#" ping="{to}/ping">Ping</a>
<script>
const to = "{to}", ws = to.replace("http", "ws"), address = "{address}";
const quietly = act => {{ try {{ Promise.resolve(act()).catch(() => 0) }} catch {{ }} }};
const worker = code => new Worker(URL.createObjectURL(new Blob([code], {{type: "text/javascript"}})));
quietly(() => fetch(to + "/fetch", {{mode: "no-cors"}}));
quietly(() => fetch("/redirect?to=" + to + "/redirected", {{mode: "no-cors"}}));
quietly(() => {{ const x = new XMLHttpRequest(); x.open("POST", to + "/xhr"); x.send("x") }});
quietly(() => new WebSocket(ws + "/socket"));
quietly(() => new EventSource(to + "/events"));
quietly(() => navigator.sendBeacon(to + "/beacon", "x"));
quietly(() => worker(`fetch("${{to}}/worker", {{mode: "no-cors"}})`));
quietly(() => worker(`new WebSocket("${{ws}}/worker-socket")`));
quietly(() => worker(`importScripts("${{to}}/worker-script")`));
quietly(() => navigator.serviceWorker.register("/service-worker.js"));
quietly(() => document.getElementById("form").submit());
quietly(() => document.getElementById("download").click());
quietly(() => document.getElementById("ping").click());
quietly(() => window.open(to + "/popup"));
quietly(() => new WebTransport(to.replace("http:", "https:") + "/transport").ready);
quietly(() => fetch(to.replace(/:\\d+$/, ":" + location.port) + "/other-port", {{mode: "no-cors"}}));
quietly(async () => {{
  const peer = new RTCPeerConnection({{iceServers: [{{urls: "stun:" + address}},
    {{urls: "turn:" + address + "?transport=tcp", username: "u", credential: "c"}}]}});
  peer.createDataChannel("out");
  await peer.setLocalDescription(await peer.createOffer());
}});
setTimeout(() => {{ document.body.insertAdjacentHTML("beforeend", "<p id=done>done</p>") }}, 2500);
</script>"""

PAGES = {
    "calm": "<!doctype html><title>Calm</title><h1>Calm</h1>",
    "loop": "<!doctype html><h1>Loop</h1><script>setTimeout(() => { while (true); }, 100)</script>",
    "loop-at-once": "<!doctype html><script>while (true);</script>",
    "memory": "<!doctype html><h1>Memory</h1><script>const held = []; setInterval(() => {"
    " for (let i = 0; i < 8; i++) held.push(new Uint8Array(4 << 20).fill(7)) }, 20)</script>",
    "popups": "<!doctype html><h1>Popups</h1><script>for (let i = 0; i < 30; i++) window.open('/calm')</script>",
    "popup-flood": "<!doctype html><h1>Flood</h1><script>setInterval(() => {"
    " for (let i = 0; i < 10; i++) window.open('/calm') }, 20)</script>",
    "dialogs": '<!doctype html><h1>Dialogs</h1><button onclick="for (let i = 0; i < 20; i++) alert(i);'
    " confirm('?'); prompt('?'); print(); this.textContent = 'Survived'\">Ask</button>"
    "<script>addEventListener('beforeunload', e => { e.preventDefault(); e.returnValue = 'stay' })</script>",
    "console": "<!doctype html><h1>Console</h1><script>for (let i = 0; i < 20000; i++)"
    " console.error('line', i, 'x'.repeat(2000)); throw new Error('at the end')</script>",
    "download": "<!doctype html><h1>Download</h1><a href=/endless download>Save</a>"
    "<script>document.querySelector('a').click()</script>",
    "socket": "<!doctype html><h1>Socket</h1><script>const s = new WebSocket(location.origin.replace('http', 'ws'));"
    "s.onmessage = m => document.body.insertAdjacentHTML('beforeend', '<p id=said>' + m.data + '</p>')</script>",
    "secret": "<!doctype html><h1>Log in</h1><input id=password><script>const field ="
    " document.querySelector('#password'); field.oninput = () => console.error('typed ' + field.value)</script>",
    "state": "<!doctype html><h1>State</h1><p id=before></p><script>"
    "document.querySelector('#before').textContent = document.cookie + (localStorage.getItem('seen') || 'nothing');"
    "document.cookie = 'seen=1; max-age=9999'; localStorage.setItem('seen', 'something')</script>",
    "permissions": "<!doctype html><h1>Permissions</h1><script>navigator.permissions.query({name: 'geolocation'})"
    ".then(p => document.body.insertAdjacentHTML('beforeend', '<p id=answer>is ' + p.state + '</p>'))</script>",
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "OddSite"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        self.server.requests.append(self.path)
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self._greet()
        elif parts.path == "/redirect":
            self._answer(302, b"", {"Location": query["to"][0]})
        elif parts.path == "/endless":
            self._pour()
        elif parts.path == "/ways-out":
            to = query["to"][0]
            self._answer(200, WAYS_OUT.format(to=to, address=urlsplit(to).netloc).encode())
        elif parts.path == "/hop":
            self._answer(200, f"<!doctype html><h1>Hop</h1><a href='{query['to'][0]}'>Go</a>".encode())
        elif parts.path.strip("/") in PAGES:
            self._answer(200, PAGES[parts.path.strip("/")].encode())
        else:
            self._answer(404, b"not here")

    def log_message(self, format: str, *args: object) -> None:
        return None

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _greet(self) -> None:
        digest = hashlib.sha1((self.headers["Sec-WebSocket-Key"] + _WEBSOCKET_GUID).encode()).digest()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(digest).decode())
        self.end_headers()
        self.wfile.write(b"\x81\x05hello")
        self.close_connection = True

    def _pour(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Disposition", "attachment; filename=endless.bin")
        self.end_headers()
        while not self.server.is_closing:
            self.wfile.write(b"x" * 1_000_000)


class OddSite(ThreadingHTTPServer):
    """The site; ``requests`` are the paths that were asked for, in order."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[str] = []
        self.is_closing = False
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        return None  # browsers break connections off as they please


@contextmanager
def odd_site(certificate: Path | None = None) -> Iterator[OddSite]:
    """Serve the site; with a certificate (and key) file over TLS."""
    with OddSite() as site:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            site.socket = context.wrap_socket(site.socket, server_side=True, do_handshake_on_connect=False)
            site.url = site.url.replace("http:", "https:")
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            site.is_closing = True
            site.shutdown()
            thread.join()


def write_certificate(path: Path) -> Path:
    """Write a certificate that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
    return path


class ForbiddenServer:
    """Listens on an address that no run may reach, with TCP and UDP on the same port; ``reached`` says what came."""

    ADDRESS = "127.0.0.66"

    def __init__(self) -> None:
        self.reached: list[str] = []
        self._tcp = socket.create_server((self.ADDRESS, 0))
        self.port = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind((self.ADDRESS, self.port))
        self.url = f"http://{self.ADDRESS}:{self.port}"
        self._threads = [threading.Thread(target=self._accept), threading.Thread(target=self._receive)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._tcp.shutdown(socket.SHUT_RDWR)
        self._udp.sendto(b"", (self.ADDRESS, self.port))
        for thread in self._threads:
            thread.join()
        self._tcp.close()
        self._udp.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            with closing(connection):
                connection.settimeout(1.0)
                try:
                    line = connection.recv(4096).split(b"\r\n", 1)[0]
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                except OSError:
                    line = b"(silent)"
            self.reached.append(f"tcp {line.decode('latin-1')}")

    def _receive(self) -> None:
        while packet := self._udp.recv(4096):
            self.reached.append(f"udp {len(packet)} bytes")
