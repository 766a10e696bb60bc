from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_trees import write_tree
from duchenne.datasets.rating_truth import (
    LatentCurve,
    MadeRater,
    is_made,
    read_latent,
    read_made_raters,
)
from duchenne.errors import DataError

RATERS = "rater,delay_s,gain,offset,smoothing_s,noise\nFM1,1.5,0.9,-0.1,0.3,0.05\n"


def test_a_folder_with_the_truth_was_made(tmp_path: Path) -> None:
    assert not is_made(tmp_path)
    write_tree(tmp_path, {"truth/raters.csv": RATERS})
    assert is_made(tmp_path)
    assert read_made_raters(tmp_path) == (MadeRater("FM1", 1.5, 0.9, -0.1, 0.3, 0.05),)


def test_a_curve_is_read_by_its_dimension(tmp_path: Path) -> None:
    text = "time_s,valence,arousal\n0.00,0.1,-0.5\n0.04,0.3,-0.7\n"
    write_tree(tmp_path, {"truth/latent/dev_1.csv": text})
    curve = read_latent(tmp_path, "dev_1", "valence")
    np.testing.assert_allclose(curve.times_s, [0, 0.04])
    np.testing.assert_allclose(curve.values, [0.1, 0.3])
    np.testing.assert_allclose(read_latent(tmp_path, "dev_1", "arousal").values, [-0.5, -0.7])
    with pytest.raises(ValueError, match="expected one of"):
        read_latent(tmp_path, "dev_1", "dominance")


def test_a_late_rater_still_sees_the_first_value_and_nobody_knows_what_comes_after_the_end() -> None:
    curve = LatentCurve(np.array([0.0, 1.0]), np.array([0.2, 0.4]))
    values = curve.at(np.array([-3.0, 0.0, 0.5, 1.0, 1.0 + 1e-9, 1.1]))
    np.testing.assert_allclose(values[:5], [0.2, 0.2, 0.3, 0.4, 0.4])
    assert np.isnan(values[5])
    assert curve.at(np.array([])).shape == (0,)


@pytest.mark.parametrize("rows", ["", "0.00,0.1,0\n", "0.04,0.1,0\n0.00,0.1,0\n"])
def test_a_table_that_is_no_curve_is_refused(tmp_path: Path, rows: str) -> None:
    write_tree(tmp_path, {"truth/latent/dev_1.csv": "time_s,valence,arousal\n" + rows})
    with pytest.raises(DataError, match=r"truth/latent/dev_1\.csv is no curve\. Got: \d rows"):
        read_latent(tmp_path, "dev_1", "valence")


def test_raters_that_are_not_there_are_refused(tmp_path: Path) -> None:
    write_tree(tmp_path, {"truth/raters.csv": RATERS.splitlines()[0] + "\n"})
    with pytest.raises(DataError, match=r"truth/raters\.csv lists no rater"):
        read_made_raters(tmp_path)
    write_tree(tmp_path, {"truth/raters.csv": RATERS.replace("0.9", "loud")})
    with pytest.raises(DataError, match="no value in the column 'gain'"):
        read_made_raters(tmp_path)


def test_the_truth_of_the_synthetic_layout_is_read_as_its_writer_meant_it(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    from duchenne.synth.layouts.affect import latent_affect
    from duchenne.synth.layouts.ratings import RatingsOptions, files, plan, rating_times_s

    study = plan(RatingsOptions(subjects=2, seconds=12.0), 0)
    write_tree(tmp_path, dict(files(study)))
    assert [one.delay_s for one in read_made_raters(tmp_path)] == [one.delay_s for one in study.raters]
    planned = study.recordings[1]
    times = rating_times_s(planned)
    curve = read_latent(tmp_path, planned.clip.name, "valence")
    # Written with six digits.
    np.testing.assert_allclose(curve.at(times), latent_affect(planned.posed, times)[:, 0], atol=1e-6)
