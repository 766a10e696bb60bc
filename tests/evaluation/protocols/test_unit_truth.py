from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from duchenne.errors import ModelError
from duchenne.evaluation import bootstrap
from duchenne.evaluation.protocols.unit_truth import (
    UnitReadings,
    UnitScore,
    mean_scores,
    read_units,
    score_units,
    units_of,
)
from duchenne.models.session import Session
from media import write_video
from rated_folders import FPS, N_FRAMES, frames
from tiny_networks import GREY_INPUT, Output, build
from worlds import tiny_networks


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "N_RESAMPLES", 50)


def session(*labels: str, output: str = "units") -> Session:
    """A network that gives the same intensities for every face."""
    return Session(
        *build([Output(output, bias=[0.1 * n for n in range(len(labels))], labels=labels)], spec=GREY_INPUT)
    )


def write_set(folder: Path, blank: tuple[int, ...] = ()) -> Path:
    """Two clips of the portrait, of two people; AU12 grows, AU11 is not known."""
    folder.mkdir()
    strengths = np.linspace(0, 0.7, N_FRAMES)
    clips = ("clip_0", "clip_1")
    for clip in clips:
        write_video(folder / f"{clip}.mp4", frames(blank=blank), fps=FPS)
    table = [pd.DataFrame({"clip": c, "frame": range(N_FRAMES), "AU12_L": strengths}) for c in clips]
    pd.concat(table).to_parquet(folder / "frames.parquet")
    pd.DataFrame({"clip": clips, "subject": ["a", "b"]}).to_parquet(folder / "clips.parquet")
    return folder


def test_what_is_known_lies_beside_what_was_read(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", blank=(0,))
    read = read_units(session("AU11", "AU12"), folder, tiny_networks(), step_s=1 / FPS)
    assert read.units == ("AU11", "AU12")
    assert read.subjects == ("a",) * 7 + ("b",) * 7
    assert read.n_unread == 2
    np.testing.assert_allclose(read.known[:, 1], np.tile(np.linspace(0, 0.7, N_FRAMES)[1:], 2), atol=1e-6)
    assert np.isnan(read.known[:, 0]).all()
    # What the tiny network gives does not depend on the face.
    np.testing.assert_allclose(read.estimated - read.estimated[0], 0, atol=1e-6)


def test_some_of_the_faces_keep_what_belongs_to_them(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    table = pd.read_parquet(folder / "clips.parquet").assign(wrinkles=[0.0, 0.8])
    table.to_parquet(folder / "clips.parquet")
    read = read_units(session("AU12"), folder, tiny_networks(), step_s=2 / FPS)
    plain = read.where(read.wrinkles == 0)
    assert set(plain.subjects) == {"a"}
    assert len(plain.known) == len(plain.estimated) == len(plain.wrinkles) == len(plain.subjects)
    assert len(plain.subjects) == len(read.subjects) / 2
    assert read.where(read.wrinkles > 2).subjects == ()


def readings(n: int = 40) -> UnitReadings:
    """AU12 is read on another scale, AU04 at random, AU25 never moves, AU11 is not known."""
    rng = np.random.default_rng(0)
    known = rng.random((n, 4))
    known[:, 2], known[:, 3] = 0.0, np.nan
    estimated = np.column_stack([0.3 + 0.2 * known[:, 0], rng.random((n, 3))])
    people = tuple(str(row % 5) for row in range(n))
    return UnitReadings(("AU12", "AU04", "AU25", "AU11"), known, estimated, people, np.zeros(n), 0)


def test_a_unit_on_another_scale_is_followed_and_a_random_one_is_not() -> None:
    scores = {score.unit: score for score in score_units(readings())}
    assert list(scores) == ["AU12", "AU04", "AU25"]  # nobody knows AU11
    assert scores["AU12"].pcc == pytest.approx(1, abs=1e-12)
    assert scores["AU12"].ap == 1
    known, estimated = readings().known[:, 1], readings().estimated[:, 1]
    assert scores["AU04"].pcc == pytest.approx(np.corrcoef(known, estimated)[0, 1], abs=1e-12)
    assert scores["AU04"].prevalence == np.mean(known >= 0.2)
    low, high = scores["AU04"].pcc_interval
    assert low < scores["AU04"].pcc < high


def test_a_unit_that_never_moves_has_no_score_and_counts_in_no_mean() -> None:
    scores = score_units(readings())
    still = scores[2]
    assert np.isnan([still.pcc, still.ap, *still.pcc_interval]).all()
    assert mean_scores(scores) == (
        pytest.approx(np.mean([scores[0].pcc, scores[1].pcc])),
        pytest.approx(np.mean([scores[0].ap, scores[1].ap])),
    )
    assert np.isnan(mean_scores(())).all()
    nothing = UnitScore("AU01", *[np.nan, (np.nan, np.nan)] * 2, 0.0)
    assert np.isnan(mean_scores((nothing,))).all()


def test_set_without_a_readable_face_has_readings_of_length_zero(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", blank=tuple(range(N_FRAMES)))
    read = read_units(session("AU12"), folder, tiny_networks(), step_s=1 / FPS)
    assert (read.known.shape, read.n_unread) == ((0, 1), 2 * N_FRAMES)
    assert score_units(read) == ()


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (session("AU12", output="other"), r"gives no action units.*outputs other"),
        (session("AU12", "AU99"), r"gives no action units.*Got: AU99"),
    ],
)
def test_networks_without_units_are_refused(network: Session, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        units_of(network)
