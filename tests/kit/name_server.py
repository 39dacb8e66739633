"""A name server on loopback that knows what a test tells it, over UDP and TCP."""

import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset

Zone = Mapping[tuple[str, str], list[str]]
"""Records by (name, type), as zone files write them."""


@dataclass
class NameServer:
    """A running server; ``asked`` are the questions that came. The rest is what a test may wish for."""

    zone: Zone
    port: int = 0
    asked: list[str] = field(default_factory=list)
    rcode: dns.rcode.Rcode | None = None
    silent_for: int = 0
    """So many questions are not answered at first."""
    truncates: bool = False
    """Whether answers over UDP say that all is to be had over TCP."""

    def answer(self, wire: bytes, *, over_udp: bool) -> bytes | None:
        """Return the answer to one message."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        if self.silent_for > 0:
            self.silent_for -= 1
            return None
        response = dns.message.make_response(query)
        if self.rcode is not None:
            response.set_rcode(self.rcode)
        elif over_udp and self.truncates:
            response.flags |= dns.flags.TC
        else:
            self._fill(response, name, kind)
        return response.to_wire()

    def _fill(self, response: dns.message.Message, name: str, kind: str) -> None:
        owner = dns.name.from_text(name)
        if (name, "CNAME") in self.zone and kind != "CNAME":
            (target,) = self.zone[name, "CNAME"]
            response.answer.append(dns.rrset.from_text(owner, 60, "IN", "CNAME", target))
            name, owner = target.removesuffix(".").lower(), dns.name.from_text(target)
        records = self.zone.get((name, kind))
        if records:
            response.answer.append(dns.rrset.from_text(owner, 300, "IN", kind, *records))
        elif not any(known == name for known, _ in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)


@contextmanager
def name_server(zone: Zone) -> Iterator[NameServer]:
    """Serve a zone on a free port of loopback."""
    server = NameServer(zone)
    streams = socket.create_server(("127.0.0.1", 0))
    server.port = streams.getsockname()[1]
    packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    packets.bind(("127.0.0.1", server.port))
    over = threading.Event()
    threads = [
        threading.Thread(target=_serve_packets, args=(server, packets, over), daemon=True),
        threading.Thread(target=_serve_streams, args=(server, streams), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield server
    finally:
        over.set()
        with suppress(OSError):
            streams.shutdown(socket.SHUT_RDWR)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waking:
            waking.sendto(b"", ("127.0.0.1", server.port))
        for thread in threads:
            thread.join()
        streams.close()
        packets.close()


def _serve_packets(server: NameServer, packets: socket.socket, over: threading.Event) -> None:
    while True:
        wire, visitor = packets.recvfrom(4096)
        if over.is_set():
            return
        answer = server.answer(wire, over_udp=True)
        if answer is not None:
            packets.sendto(answer, visitor)


def _serve_streams(server: NameServer, streams: socket.socket) -> None:
    while True:
        try:
            visitor, _ = streams.accept()
        except OSError:
            return
        with visitor, visitor.makefile("rb") as asked:
            (length,) = struct.unpack(">H", asked.read(2))
            answer = server.answer(asked.read(length), over_udp=False)
            if answer is not None:
                visitor.sendall(struct.pack(">H", len(answer)) + answer)
