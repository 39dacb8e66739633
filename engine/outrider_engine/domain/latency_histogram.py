"""Durations in buckets whose width grows with their value, so that quantiles of any length of time can be merged.

Bucket ``i`` holds durations in ``(GROWTH ** (i - 1), GROWTH ** i]`` hundredths of a millisecond. A quantile is told as
a value of its bucket that is at most ``RELATIVE_ERROR`` away from every duration in it (as in DDSketch), from 0.01 ms
to ``LONGEST_MS``; what lies outside counts as the nearer of the two. A histogram is as long as the number of its
buckets in use, a few dozen bytes for an hour of one check.
"""

import math
import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

RELATIVE_ERROR = 0.02
GROWTH = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
SHORTEST_MS = 0.01
LONGEST_MS = 86_400_000.0

_LOG_GROWTH = math.log(GROWTH)
_LAST = math.ceil(math.log(LONGEST_MS / SHORTEST_MS) / _LOG_GROWTH)
_FORMAT = 2
_WIDTHS = {b"B": "B", b"H": "H", b"Q": "Q"}
"""Of a count, as ``struct`` names them: as wide as the largest one needs."""
_SIZES = {width: struct.calcsize(width) for width in _WIDTHS.values()}
_NOTHING = bytes([_FORMAT]) + b"B"
_MORE = 0x80


@dataclass(frozen=True, slots=True)
class LatencyHistogram:
    """How many durations lie in each bucket; merging is associative and commutative, and loses nothing."""

    counts: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, durations_ms: Iterable[float]) -> "LatencyHistogram":
        """Return the histogram of some durations."""
        counts: dict[int, int] = {}
        for duration in durations_ms:
            index = _bucket(duration)
            counts[index] = counts.get(index, 0) + 1
        return cls(counts)

    @property
    def count(self) -> int:
        """How many durations it holds."""
        return sum(self.counts.values())

    def merged(self, other: "LatencyHistogram") -> "LatencyHistogram":
        """Return the histogram of both."""
        return LatencyHistogram.together((self, other))

    @classmethod
    def together(cls, histograms: Iterable["LatencyHistogram"]) -> "LatencyHistogram":
        """Return the histogram of all of them."""
        return cls(_added(histogram.counts.items() for histogram in histograms))

    def quantile(self, share: float) -> float | None:
        """Return the milliseconds that ``share`` (0 to 1) of the durations do not exceed (nearest rank).

        ``None`` when there are none.
        """
        rank = max(1, math.ceil(share * self.count))
        for index, count in sorted(self.counts.items()):
            rank -= count
            if rank <= 0:
                return SHORTEST_MS * 2 * GROWTH**index / (GROWTH + 1)
        return None

    def encoded(self) -> bytes:
        """Return it as bytes: a format number, the width of a count, the buckets in order, and their counts."""
        if not self.counts:
            return _NOTHING
        buckets = sorted(self.counts)
        counts = [self.counts[bucket] for bucket in buckets]
        most = max(counts)
        width = "B" if most <= 0xFF else "H" if most <= 0xFFFF else "Q"
        number = len(buckets)
        return struct.pack(f"<Bc{number}H{number}{width}", _FORMAT, width.encode(), *buckets, *counts)

    @classmethod
    def decoded(cls, content: bytes) -> "LatencyHistogram":
        """Return what ``encoded`` made bytes of, in this version or an earlier one.

        Raises:
            ValueError: it did not.
        """
        return cls(dict(_pairs(content)))

    @classmethod
    def decoded_together(cls, contents: Iterable[bytes]) -> "LatencyHistogram":
        """Return the histogram of all that were encoded: ``together`` of each one ``decoded``, for half the time.

        Raises:
            ValueError: one of them is no encoded histogram.
        """
        return cls(_added(map(_pairs, contents)))


def _added(histograms: Iterable[Iterable[tuple[int, int]]]) -> dict[int, int]:
    """Return the counts of several histograms together, each given as its buckets and their counts."""
    counts: defaultdict[int, int] = defaultdict(int)
    for pairs in histograms:
        for index, count in pairs:
            counts[index] += count
    return dict(counts)


def _pairs(content: bytes) -> Iterable[tuple[int, int]]:
    """Return the buckets and their counts."""
    kind = content[:1]
    if kind == b"\x01":
        return _counts_of_format_1(content).items()
    width = _WIDTHS.get(content[1:2])
    if kind != b"\x02" or width is None:
        raise ValueError("not a latency histogram of a known format")
    number, rest = divmod(len(content) - 2, 2 + _SIZES[width])
    if rest:
        raise ValueError("a latency histogram that was cut off")
    numbers = struct.unpack_from(f"<{number}H{number}{width}", content, 2)
    return zip(numbers[:number], numbers[number:], strict=True)


def _bucket(duration_ms: float) -> int:
    if not duration_ms > SHORTEST_MS:
        return 0
    return min(_LAST, math.ceil(math.log(duration_ms / SHORTEST_MS) / _LOG_GROWTH))


def _counts_of_format_1(content: bytes) -> dict[int, int]:
    """Read the first format: each bucket's distance to the one before, and its count."""
    numbers = _numbers(content[1:])
    if len(numbers) % 2:
        raise ValueError("a latency histogram that was cut off")
    counts: dict[int, int] = {}
    index = 0
    for distance, count in zip(numbers[::2], numbers[1::2], strict=True):
        index += distance
        counts[index] = count
    return counts


def _numbers(content: bytes) -> list[int]:
    """Return numbers of which each byte holds seven bits, the lowest first, and whether there are more."""
    numbers: list[int] = []
    number = shift = 0
    for byte in content:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < _MORE:
            numbers.append(number)
            number = shift = 0
    if shift:
        raise ValueError("a latency histogram that was cut off")
    return numbers
