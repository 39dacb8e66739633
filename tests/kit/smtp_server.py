"""A mail server on this machine: says what SMTP wants to hear and keeps what it is told."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class SmtpServer:
    """Takes every mail, unless an answer to a command says otherwise.

    Attributes:
        answers: by the beginning of a command (``RCPT TO:<a@b.test>``), what is answered instead.
        mails: (recipients, content) of what was accepted.
    """

    answers: dict[str, str] = field(default_factory=dict)
    extensions: tuple[str, ...] = ()
    port: int = 0
    commands: list[str] = field(default_factory=list)
    mails: list[tuple[list[str], bytes]] = field(default_factory=list)


class _Session(socketserver.StreamRequestHandler):
    server: "_Listener"

    def handle(self) -> None:
        self._say("220 mail.test ready")
        recipients: list[str] = []
        while line := self.rfile.readline():
            command = line.decode().strip()
            self.server.smtp.commands.append(command)
            answer = self._answer(command)
            self._say(answer)
            word = command[:4].upper()
            if word == "RCPT" and answer.startswith("250"):
                recipients.append(command[8:].strip("<> "))
            if word == "DATA" and answer.startswith("354"):
                self.server.smtp.mails.append((recipients, self._content()))
                self._say("250 taken")
            if word == "QUIT":
                return

    def _answer(self, command: str) -> str:
        for beginning, answer in self.server.smtp.answers.items():
            if command.upper().startswith(beginning.upper()):
                return answer
        match command[:4].upper():
            case "EHLO":
                *first, last = ["mail.test", *self.server.smtp.extensions]
                return "\r\n".join([*("250-" + one for one in first), "250 " + last])
            case "DATA":
                return "354 go on"
            case "AUTH":
                return "235 welcome"
            case "QUIT":
                return "221 bye"
        return "250 ok"

    def _content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    smtp: SmtpServer


@contextmanager
def running_smtp(**settings: object) -> Iterator[SmtpServer]:
    """Run a mail server on a free port."""
    found = SmtpServer(**settings)  # type: ignore[arg-type]
    with _Listener(("127.0.0.1", 0), _Session) as listener:
        listener.smtp = found
        found.port = listener.server_address[1]
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield found
        finally:
            listener.shutdown()
            thread.join()
