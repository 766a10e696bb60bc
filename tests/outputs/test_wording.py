from __future__ import annotations

import math

import pytest

from duchenne.outputs.wording import clock, count, listing, percent, span


@pytest.mark.parametrize(
    ("time_s", "words"),
    [
        (0.0, "0:00.00"),
        (3.24, "0:03.24"),
        (59.996, "1:00.00"),
        (61.5, "1:01.50"),
        (3600.0, "1:00:00.00"),
        (-1.5, "-0:01.50"),
        (-0.001, "0:00.00"),
        (math.nan, "-:--"),
    ],
)
def test_clock(time_s: float, words: str) -> None:
    assert clock(time_s) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (None, "–"),
        (0.0, "0 %"),
        (0.004, "< 1 %"),
        (0.005, "< 1 %"),
        (0.006, "1 %"),
        (0.5, "50 %"),
        (0.996, "> 99 %"),
        (1.0, "100 %"),
    ],
)
def test_percent(share: float | None, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0.0 s"),
        (12.44, "12.4 s"),
        (59.96, "1 min 0 s"),
        (200.0, "3 min 20 s"),
        (3599.9, "1 h 00 min"),
        (3725.0, "1 h 02 min"),
    ],
)
def test_span(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_count_and_listing() -> None:
    assert count(1, "frame") == "1 frame"
    assert count(1500, "frame") == "1,500 frames"
    assert count(2, "person was", "people were") == "2 people were"
    assert [listing(list(items)) for items in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
