"""How messages cross the pipes between a slot and its runner: four bytes of length, big-endian, then JSON in UTF-8."""

import os
import struct

from outrider_engine.errors import SlotError

LONGEST_MESSAGE = 1_000_000
"""Bytes of one message, without its length; more is a broken protocol, not something to make room for."""

_LENGTH = struct.Struct(">I")


class MessageTooLong(SlotError):
    """A message would be longer than the protocol allows; it was not sent."""


def framed(payload: bytes) -> bytes:
    """Return the bytes that carry a message.

    Raises:
        MessageTooLong: it is longer than ``LONGEST_MESSAGE``.
    """
    if len(payload) > LONGEST_MESSAGE:
        raise MessageTooLong(f"a message of {len(payload)} bytes is longer than {LONGEST_MESSAGE}")
    return _LENGTH.pack(len(payload)) + payload


class FrameReader:
    """Cuts a stream of bytes into messages; holds at most one incomplete message."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes of the stream and return the messages that they complete.

        Raises:
            SlotError: a message is announced that is longer than allowed.
        """
        self._buffer += data
        complete = []
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > LONGEST_MESSAGE:
                raise SlotError(f"the runner announced a message of {length} bytes (allowed: {LONGEST_MESSAGE})")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                break
            complete.append(bytes(self._buffer[_LENGTH.size : end]))
            del self._buffer[:end]
        return complete


def write_frame(descriptor: int, payload: bytes) -> None:
    """Write one message to a blocking pipe, whole.

    Raises:
        MessageTooLong: nothing was written.
        OSError: the other end is gone.
    """
    rest = memoryview(framed(payload))
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def read_frame(descriptor: int) -> bytes | None:
    """Wait for one message on a blocking pipe; ``None`` when the other end has closed it.

    Raises:
        SlotError: the announced length is not allowed, or the stream ends within a message.
    """
    head = _exactly(descriptor, _LENGTH.size)
    if not head:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LONGEST_MESSAGE:
        raise SlotError(f"a message of {length} bytes was announced (allowed: {LONGEST_MESSAGE})")
    payload = _exactly(descriptor, length)
    if len(payload) < length:
        raise SlotError("the stream ended within a message")
    return payload


def _exactly(descriptor: int, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(descriptor, size - len(parts))
        if not part:
            if parts:
                raise SlotError("the stream ended within a message")
            break
        parts += part
    return bytes(parts)
