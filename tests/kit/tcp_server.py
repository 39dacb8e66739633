"""A server on loopback that says what a test wants, one connection after the other."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Talk = Callable[[socket.socket], None]


@contextmanager
def tcp_server(talk: Talk) -> Iterator[int]:
    """Serve with ``talk`` on a free port; each connection is closed when it returns."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                visitor, _ = listening.accept()
            except OSError:
                return
            visitor.settimeout(10)
            with visitor, suppress(OSError):
                talk(visitor)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    port: int = listening.getsockname()[1]
    try:
        yield port
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def in_tls(context: ssl.SSLContext, then: Talk | None = None) -> Talk:
    """Shake hands first, then talk or wait for the end."""

    def talk(visitor: socket.socket) -> None:
        with context.wrap_socket(visitor, server_side=True) as secured:
            (then or until_the_end)(secured)

    return talk


def dialogue(*turns: bytes | int, then: Talk | None = None) -> Talk:
    """Say bytes, wait for as many bytes as a number tells; then talk on or wait for the end."""

    def talk(visitor: socket.socket) -> None:
        for turn in turns:
            if isinstance(turn, bytes):
                visitor.sendall(turn)
                continue
            heard = 0
            while heard < turn:
                data = visitor.recv(turn - heard)
                if not data:
                    return
                heard += len(data)
        (then or until_the_end)(visitor)

    return talk


def until_the_end(visitor: socket.socket) -> None:
    """Listen until the visitor goes."""
    while visitor.recv(4096):
        pass
