"""A certificate authority of a test, and the server contexts that it vouches for."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class CertificateAuthority:
    """Issues certificates; ``file`` is its own, for those who are to trust it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("A root of tests")
        self._count = 0
        root = self._issue(self._name, self._key, days=100, names=())
        self.file = folder / "root.pem"
        self.file.write_bytes(root.public_bytes(serialization.Encoding.PEM))

    def context(self, *names: str, days: int = 30) -> ssl.SSLContext:
        """Return a server context whose certificate is valid for ``names`` and ``days`` (negative: expired)."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = self._issue(_name("leaf"), key, days=days, names=names)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._count += 1
        file = self._folder / f"leaf-{self._count}.pem"
        file.write_bytes(private + leaf.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _issue(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, days: int, names: tuple[str, ...]
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(
            subject_name=subject,
            issuer_name=self._name,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - timedelta(days=100),
            not_valid_after=now + timedelta(days=days, hours=1),
        ).add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        if names:
            known = [x509.IPAddress(ipaddress.ip_address(n)) if n[0].isdigit() else x509.DNSName(n) for n in names]
            builder = builder.add_extension(x509.SubjectAlternativeName(known), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
