"""Histograms of durations: merging is order-free, and quantiles keep to the stated error."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider_engine.domain.latency_histogram import LONGEST_MS, RELATIVE_ERROR, SHORTEST_MS, LatencyHistogram

DURATIONS = st.floats(min_value=SHORTEST_MS, max_value=LONGEST_MS)
LISTS = st.lists(DURATIONS, max_size=60)


@given(LISTS, LISTS, LISTS)
def test_merging_is_associative_and_commutative_and_the_same_as_counting_at_once(one, two, three):
    a, b, c = (LatencyHistogram.of(each) for each in (one, two, three))
    assert a.merged(b).merged(c) == a.merged(b.merged(c)) == c.merged(a).merged(b)
    assert a.merged(b).merged(c) == LatencyHistogram.of([*three, *one, *two])
    assert a.merged(LatencyHistogram()) == a


@given(st.lists(DURATIONS, min_size=1, max_size=200), st.floats(min_value=0, max_value=1))
def test_a_quantile_is_within_the_relative_error_of_the_duration_of_that_rank(durations, share):
    exact = sorted(durations)[max(1, math.ceil(share * len(durations))) - 1]
    told = LatencyHistogram.of(durations).quantile(share)
    assert abs(told - exact) <= RELATIVE_ERROR * exact * (1 + 1e-9)


@given(LISTS)
def test_bytes_keep_everything(durations):
    histogram = LatencyHistogram.of(durations)
    assert LatencyHistogram.decoded(histogram.encoded()) == histogram


@given(st.lists(LISTS, max_size=5))
def test_histograms_are_decoded_together_as_they_are_merged_one_by_one(lists):
    histograms = [LatencyHistogram.of(each) for each in lists]
    contents = [each.encoded() for each in histograms]
    assert LatencyHistogram.decoded_together(contents) == LatencyHistogram.together(histograms)


def test_an_hour_of_a_steady_check_takes_few_bytes():
    durations = [200 * (1 + 0.3 * math.sin(n)) for n in range(360)]
    assert len(LatencyHistogram.of(durations).encoded()) < 60


def test_nothing_has_no_quantile():
    assert LatencyHistogram().quantile(0.5) is None
    assert LatencyHistogram().count == 0


@pytest.mark.parametrize("odd", [0.0, -3.0, 1e-9])
def test_what_is_too_short_counts_as_the_shortest(odd):
    assert LatencyHistogram.of([odd]) == LatencyHistogram.of([SHORTEST_MS])


def test_what_is_too_long_counts_as_the_longest():
    assert LatencyHistogram.of([10 * LONGEST_MS]) == LatencyHistogram.of([LONGEST_MS])


@pytest.mark.parametrize("content", [b"", b"\x02\x01\x01", b"\x01\x05", b"\x01\x05\x81"])
def test_other_bytes_are_refused(content):
    with pytest.raises(ValueError, match="latency histogram"):
        LatencyHistogram.decoded(content)
