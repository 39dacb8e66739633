"""The peer's certificate as curl reports it, in the words of the port."""

from collections.abc import Sequence
from datetime import datetime

from outrider_engine.contracts.certificates import read_certificate
from outrider_engine.ports.http import Certificate


def leaf_of(chain: Sequence[Sequence[tuple[str, str]]], now: datetime) -> Certificate | None:
    """Return the first certificate of curl's ``CERTINFO``; ``None`` when there is none, or none that can be read."""
    pem = next((value for name, value in chain[0] if name == "Cert"), None) if chain else None
    return read_certificate(pem.encode(), now) if pem else None
