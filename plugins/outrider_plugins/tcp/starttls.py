"""Asking for TLS on a plain connection, in the words of each protocol."""

import struct
from collections.abc import Awaitable, Callable, Mapping

from .line import Line, ProtocolProblem
from .settings import Dialect

BY_PORT: Mapping[int, Dialect] = {
    25: "smtp",
    110: "pop3",
    143: "imap",
    389: "ldap",
    587: "smtp",
    3306: "mysql",
    5432: "postgresql",
}
_MOST_LINES = 100
_LDAP_START_TLS = bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037"
"""An ExtendedRequest (RFC 4511, 4.14), message 1."""
_POSTGRESQL_SSL_REQUEST = struct.pack(">II", 8, 80_877_103)
_MYSQL_SSL = 0x0800
_MYSQL_CAPABILITIES = 0x0200 | 0x8000 | _MYSQL_SSL  # protocol 4.1, secure connection
_LARGEST_PACKET = 65_536


class TlsRefused(Exception):
    """The server does not want to go on in TLS."""


async def ask_for_tls(dialect: Dialect, line: Line) -> None:
    """Say what is to be said before the handshake.

    Raises:
        TlsRefused: the server has no TLS, or not now.
        ProtocolProblem: it does not speak that protocol.
    """
    await _DIALECTS[dialect](line)


async def _smtp(line: Line) -> None:
    await _smtp_reply(line, 220)
    await line.send(b"EHLO outrider\r\n")
    offered = await _smtp_reply(line, 250)
    if not any(one.upper().split() == ["STARTTLS"] for one in offered):
        raise TlsRefused("the server does not offer STARTTLS")
    await line.send(b"STARTTLS\r\n")
    await _smtp_reply(line, 220)


async def _smtp_reply(line: Line, wanted: int) -> list[str]:
    told: list[str] = []
    for _ in range(_MOST_LINES):
        text = await line.line()
        if not text[:3].isdigit() or text[3:4] not in ("", " ", "-"):
            raise ProtocolProblem(f"not SMTP: {_shown(text)}")
        told.append(text[4:])
        if text[3:4] != "-":
            if int(text[:3]) != wanted:
                raise TlsRefused(f"the server answered {_shown(text)}")
            return told
    raise ProtocolProblem(f"the server sent a reply of more than {_MOST_LINES} lines")


async def _imap(line: Line) -> None:
    greeting = await line.line()
    if not greeting.upper().startswith("* OK"):
        raise ProtocolProblem(f"not IMAP: {_shown(greeting)}")
    await line.send(b"a1 STARTTLS\r\n")
    for _ in range(_MOST_LINES):
        text = await line.line()
        if text.startswith("a1 "):
            if not text.upper().startswith("A1 OK"):
                raise TlsRefused(f"the server answered {_shown(text)}")
            return
    raise ProtocolProblem(f"no answer to STARTTLS in {_MOST_LINES} lines")


async def _pop3(line: Line) -> None:
    greeting = await line.line()
    if not greeting.startswith("+OK"):
        raise ProtocolProblem(f"not POP3: {_shown(greeting)}")
    await line.send(b"STLS\r\n")
    answer = await line.line()
    if not answer.startswith("+OK"):
        raise TlsRefused(f"the server answered {_shown(answer)}")


async def _postgresql(line: Line) -> None:
    await line.send(_POSTGRESQL_SSL_REQUEST)
    answer = await line.exactly(1)
    if answer == b"N":
        raise TlsRefused("the server has no TLS")
    if answer != b"S":
        raise ProtocolProblem(f"not PostgreSQL: {answer!r}")


async def _mysql(line: Line) -> None:
    packet = await _mysql_packet(line)
    if packet[:1] == b"\xff":
        raise ProtocolProblem(f"the server answered {_shown(packet[3:].decode('utf-8', 'replace'))}")
    version, separator, rest = packet[1:].partition(b"\0")
    if packet[:1] != b"\x0a" or not separator or len(rest) < 15:
        raise ProtocolProblem("not MySQL: no handshake of version 10")
    (capabilities,) = struct.unpack_from("<H", rest, 13)  # after thread id (4), salt (8) and a filler (1)
    if not capabilities & _MYSQL_SSL:
        raise TlsRefused(f"the server ({version.decode('ascii', 'replace')[:50]}) has no TLS")
    request = struct.pack("<IIB23x", _MYSQL_CAPABILITIES, _LARGEST_PACKET, 45)
    await line.send(len(request).to_bytes(3, "little") + b"\x01" + request)


async def _mysql_packet(line: Line) -> bytes:
    length = int.from_bytes((await line.exactly(4))[:3], "little")
    if not 0 < length <= _LARGEST_PACKET:
        raise ProtocolProblem("not MySQL: no packet")
    return await line.exactly(length)


async def _ldap(line: Line) -> None:
    await line.send(_LDAP_START_TLS)
    if await line.exactly(1) != b"\x30":
        raise ProtocolProblem("not LDAP: no message")
    message = await line.exactly(await _ber_length(line))
    # message id (02 01 01), ExtendedResponse (78, length), resultCode (0a 01 …)
    head, _, result = message.partition(b"\x0a\x01")
    if head[:4] != b"\x02\x01\x01\x78" or not result:
        raise ProtocolProblem("not LDAP: no answer to StartTLS")
    if result[0] != 0:
        raise TlsRefused(f"the server answered StartTLS with result code {result[0]}")


async def _ber_length(line: Line) -> int:
    (first,) = await line.exactly(1)
    length = first if first < 0x80 else int.from_bytes(await line.exactly(first & 0x7F), "big")
    if not 0 < length <= _LARGEST_PACKET:
        raise ProtocolProblem("not LDAP: no message")
    return length


def _shown(text: str) -> str:
    return repr(text[:200])


_DIALECTS: Mapping[Dialect, Callable[[Line], Awaitable[None]]] = {
    "smtp": _smtp,
    "imap": _imap,
    "pop3": _pop3,
    "postgresql": _postgresql,
    "mysql": _mysql,
    "ldap": _ldap,
}
