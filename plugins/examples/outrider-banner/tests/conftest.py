import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

Service = Callable[[bytes], int]


@contextmanager
def greeting(banner: bytes, release: threading.Event) -> Iterator[int]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if banner:
                self.request.sendall(banner)
            else:
                release.wait(10)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_address[1]
        release.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def service() -> Iterator[Service]:
    """Start a TCP service that greets with the given bytes (with none it stays silent) and return its port."""
    with ExitStack() as started:
        yield lambda banner: started.enter_context(greeting(banner, threading.Event()))
