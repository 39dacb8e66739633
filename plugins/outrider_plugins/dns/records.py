"""Records as they are told and compared: names in lower case and without the last dot, texts without quotes."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import dns.rdatatype
import dns.rrset

MOST_RECORDS = 500
LONGEST_RECORD = 4096
"""Characters of a record that are told; a text record may have 65,535."""


class Told(NamedTuple):
    """A record whole (``10 mail.example.com``), and the part that people look for (``mail.example.com``)."""

    whole: str
    value: str


def told_records(answer: dns.rrset.RRset | None) -> list[Told]:
    """Return the records of an answer, in the order of their texts: name servers shuffle them."""
    return sorted(map(_told, answer or ()))[:MOST_RECORDS]


def _told(record: Any) -> Told:
    whole, value = _FORMS.get(record.rdtype, _plain)(record)
    return Told(whole[:LONGEST_RECORD], value[:LONGEST_RECORD])


def _plain(record: Any) -> Told:
    text = record.to_text()
    return Told(text, text)


def _target(record: Any) -> Told:
    name = _name(record.target)
    return Told(name, name)


def _text(record: Any) -> Told:
    text = b"".join(record.strings).decode("utf-8", "replace")
    return Told(text, text)


def _mail(record: Any) -> Told:
    name = _name(record.exchange)
    return Told(f"{record.preference} {name}", name)


def _service(record: Any) -> Told:
    name = _name(record.target)
    return Told(f"{record.priority} {record.weight} {record.port} {name}", name)


def _authority(record: Any) -> Told:
    name = _name(record.mname)
    times = f"{record.serial} {record.refresh} {record.retry} {record.expire} {record.minimum}"
    return Told(f"{name} {_name(record.rname)} {times}", name)


def _certifier(record: Any) -> Told:
    value = record.value.decode("utf-8", "replace")
    return Told(f"{record.flags} {record.tag.decode('ascii', 'replace')} {value}", value)


def _name(name: object) -> str:
    return str(name).lower().removesuffix(".") or "."


_FORMS: Mapping[int, Callable[[Any], Told]] = {
    dns.rdatatype.CNAME: _target,
    dns.rdatatype.NS: _target,
    dns.rdatatype.PTR: _target,
    dns.rdatatype.TXT: _text,
    dns.rdatatype.MX: _mail,
    dns.rdatatype.SRV: _service,
    dns.rdatatype.SOA: _authority,
    dns.rdatatype.CAA: _certifier,
}
