"""Servers that say exactly what a test wants, and a certificate authority for them."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from outrider_engine.adapters.http.curl import CurlHttpClient
from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.ports.http import HttpExchange, HttpRequest, Resolver

Answer = bytes | Callable[["Asked"], bytes] | Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Asked:
    """One request as a server saw it: names of headers in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Site:
    """A running server."""

    port: int
    asked: list[Asked] = field(default_factory=list)
    open: int = 0

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


async def _read_request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, body)


@asynccontextmanager
async def _serve(answer: Any, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[Site]:
    site = Site(0)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        site.open += 1
        try:
            if asyncio.iscoroutinefunction(answer):
                await answer(reader, writer)
            else:
                asked = await _read_request(reader)
                site.asked.append(asked)
                writer.write(answer if isinstance(answer, bytes) else answer(asked))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort() if writer.is_closing() else writer.close()
            site.open -= 1

    server = await asyncio.start_server(handle, host, 0, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        await server.wait_closed()
        await _until(lambda: not site.open)


async def _until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in the kernel
            await asyncio.sleep(0.01)


@pytest.fixture
def until() -> Callable[..., Awaitable[None]]:
    """Wait for a condition, with a bound."""
    return _until


@pytest.fixture
def serve() -> Callable[..., AbstractAsyncContextManager[Site]]:
    """Start a server: ``answer`` is what it says to every request, or decides it, or drives the connection."""
    return _serve


@pytest.fixture
def private() -> EgressPolicy:
    """The policy of one's own machine."""
    return EgressPolicy(EgressMode.PRIVATE)


Fetch = Callable[..., Awaitable[HttpExchange]]


@pytest.fixture
def fetch(private: EgressPolicy) -> Fetch:
    """Make one exchange with a client of its own."""

    async def make(
        url: str, *, resolver: Resolver | None = None, ca_file: Path | None = None, **options: Any
    ) -> HttpExchange:
        own = GuardedResolver(private)
        client = CurlHttpClient(resolver or own, ca_file=ca_file)
        try:
            return await client.send(HttpRequest(url=url, **{"timeout_s": 5.0, **options}))
        finally:
            await client.aclose()
            own.close()

    return make


@dataclass
class NamedAddresses:
    """A resolver with a list of its own, under a policy."""

    names: Mapping[str, tuple[str, ...]]
    policy: EgressPolicy = field(default_factory=lambda: EgressPolicy(EgressMode.PRIVATE))

    async def resolve(self, host: str, *, timeout_s: float) -> tuple[str, ...]:
        addresses = self.names.get(host, (host,))
        self.policy.check_addresses(host, addresses)
        return addresses


@pytest.fixture
def named() -> Callable[..., NamedAddresses]:
    """Make a resolver that knows only the given names."""
    return NamedAddresses


@dataclass
class Authority:
    """A root of trust and what it issues, in a folder."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def file(self) -> Path:
        return self.folder / "root.pem"

    def context(self, *names: str, days: int = 30, self_signed: bool = False) -> ssl.SSLContext:
        """Return a server context whose certificate is valid for ``names`` and ``days`` (negative: expired)."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, signer = (_name("leaf"), key) if self_signed else (self.certificate.subject, self.key)
        leaf = _certificate(_name("leaf"), issuer, key, signer, days=days, names=names)
        path = self.folder / f"leaf-{leaf.serial_number}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(private + leaf.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    days: int,
    names: tuple[str, ...] = (),
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=100),
        not_valid_after=now + timedelta(days=days, hours=1),
    ).add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
    if names:
        known = [x509.IPAddress(ipaddress.ip_address(n)) if n[0].isdigit() else x509.DNSName(n) for n in names]
        builder = builder.add_extension(x509.SubjectAlternativeName(known), critical=False)
    return builder.sign(signer, hashes.SHA256())


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority that only the tests trust."""
    folder = tmp_path_factory.mktemp("authority")
    key = ec.generate_private_key(ec.SECP256R1())
    root = _certificate(_name("Test root"), _name("Test root"), key, key, days=365)
    (folder / "root.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    return Authority(folder, key, root)
