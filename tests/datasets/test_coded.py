from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from duchenne.datasets.coded import CodedRecording, joined


def recording(**changes: Any) -> CodedRecording:
    values: dict[str, Any] = {
        "recording": "a",
        "dataset": "disfa",
        "split": "",
        "subject": "a",
        "media": Path("a.avi"),
        "frames": np.array([3, 4, 7]),
        "first_frame": 1,
        "units": (1, 12),
        "codes": np.array([[0, 1], [np.nan, 0.2], [0.4, np.nan]]),
        "is_presence": False,
    }
    return CodedRecording(**{**values, **changes})


def test_places_in_the_media_count_from_nought() -> None:
    assert recording().indices.tolist() == [2, 3, 6]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"frames": np.array([1, 2])}, "2 frames and 2 units"),
        ({"frames": np.array([3, 3, 4])}, "do not rise"),
        ({"units": (12, 1)}, "no ascending action units"),
        ({"units": (1, 99)}, "no ascending action units"),
        ({"codes": np.full((3, 2), 2.0)}, r"outside \[0, 1\]"),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        recording(**changes)


def test_units_coded_apart_are_put_side_by_side() -> None:
    frames, units, codes = joined({12: {1: 0.0, 3: 1.0}, 1: {3: 0.2, 2: 0.4}})
    assert (frames.tolist(), units) == ([1, 2, 3], (1, 12))
    np.testing.assert_array_equal(codes, [[np.nan, 0.0], [0.4, np.nan], [0.2, 1.0]])


def test_nothing_coded_is_an_empty_table() -> None:
    frames, units, codes = joined({})
    assert (len(frames), units, codes.shape) == (0, (), (0, 0))
