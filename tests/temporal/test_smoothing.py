from __future__ import annotations

import math

import numpy as np
import pytest

from duchenne.facs import UNIT_COLUMNS
from duchenne.records import FrameResult
from duchenne.temporal.filters import OneEuroOptions, smooth
from duchenne.temporal.smoothing import UnitSmoother
from made_results import acting, broken, poor, seen, shown

SMILE = UNIT_COLUMNS.index("AU12")
OPTIONS = OneEuroOptions(min_cutoff_hz=0.5)


def smiles(results: list[FrameResult], track: int) -> list[float]:
    smoother = UnitSmoother(OPTIONS)
    found = []
    for result in results:
        for one in smoother.step(result).observations:
            if one.face.track == track:
                units = None if one.reading is None else one.reading.units
                found.append(math.nan if units is None else float(units[SMILE]))
    return found


def test_each_face_is_filtered_by_itself() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.random((2, 40))
    results = [shown(k, acting(0, AU12=first[k]), acting(1, AU12=second[k])) for k in range(40)]
    times_s = np.array([result.time_s for result in results])
    for track, values in enumerate((first, second)):
        # The filter itself is held against the published formula in its own test.
        expected = smooth(times_s, values.astype(np.float32)[:, None], OPTIONS)[:, 0]
        assert smiles(results, track) == pytest.approx(expected.tolist(), abs=1e-6)


def test_what_is_missing_stays_missing_and_all_else_stays_as_it_is() -> None:
    results = [
        shown(0, acting(0, AU12=0.2)),
        broken(1),
        shown(2),
        shown(3, poor(0)),
        shown(4, seen(0, "fear", 0.9)),
    ]
    smoother = UnitSmoother(OPTIONS)
    for result in results[1:]:
        assert smoother.step(result) == result
    after = smoother.step(shown(5, acting(0, AU12=0.4)))
    (one,) = after.observations
    assert one.reading is not None
    assert one.reading.units is not None
    assert (after.index, after.time_s, after.status) == (5, 0.2, results[0].status)
    assert np.isfinite(one.reading.units).sum() == 1


def test_times_that_stand_still_do_not_stop_it() -> None:
    smoother = UnitSmoother(OPTIONS)
    first = shown(0, acting(0, AU12=0.2), time_s=1.0)
    smoother.step(first)
    again = shown(1, acting(0, AU12=0.9), time_s=1.0)
    assert smoother.step(again) == again


def test_result_given_is_not_changed() -> None:
    results = [shown(k, acting(0, AU12=k % 2)) for k in range(6)]
    smiles(results, 0)
    values = [
        one.reading.units[SMILE]
        for r in results
        for one in r.observations
        if one.reading and one.reading.units is not None
    ]
    assert values == [0, 1, 0, 1, 0, 1]
