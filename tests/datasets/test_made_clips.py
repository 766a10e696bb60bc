from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from duchenne.datasets.made_clips import read_made_clips, strengths
from duchenne.errors import DataError
from duchenne.facs import ACTION_UNITS, column

UNITS = [column(unit) for unit in ACTION_UNITS]


def frames_of(clip: str, n: int, **values: Any) -> pd.DataFrame:
    return pd.DataFrame({"clip": clip, "frame": range(n), **values})


def write_set(folder: Path, frames: pd.DataFrame, clips: dict[str, str]) -> Path:
    """A set whose videos are empty files."""
    folder.mkdir(exist_ok=True)
    frames.to_parquet(folder / "frames.parquet")
    pd.DataFrame({"clip": list(clips), "subject": list(clips.values())}, dtype=str).to_parquet(
        folder / "clips.parquet"
    )
    for clip in clips:
        (folder / f"{clip}.mp4").touch()
    return folder


def test_larger_side_counts_and_a_unit_without_columns_is_missing() -> None:
    table = strengths(pd.DataFrame({"AU12_L": [0.1, 0.8], "AU12_R": [0.3, 0.0], "AU11_L": [np.nan] * 2}))
    assert list(table) == UNITS
    assert table["AU12"].tolist() == [0.3, 0.8]
    assert table["AU11"].isna().all()
    assert table["AU01"].isna().all()


def test_a_blink_and_closed_eyes_are_one_closure() -> None:
    table = strengths(pd.DataFrame({"AU43_L": [0.9, 0.0], "AU43_R": [0.2, 0.0], "AU45_L": [0.0, 0.5]}))
    assert table["AU43"].tolist() == table["AU45"].tolist() == [0.9, 0.5]


def test_clips_come_in_order_with_their_frames_in_order(tmp_path: Path) -> None:
    frames = pd.concat([frames_of("b", 2, AU01_L=[0.5, 0.6]), frames_of("a", 3, AU01_L=[0.1, 0.2, 0.3])])
    made = read_made_clips(write_set(tmp_path / "set", frames.iloc[::-1], {"b": "person 2", "a": "person 1"}))
    assert [(clip.clip, clip.subject, clip.media.name) for clip in made] == [
        ("a", "person 1", "a.mp4"),
        ("b", "person 2", "b.mp4"),
    ]
    assert [clip.strengths.shape for clip in made] == [(3, len(UNITS)), (2, len(UNITS))]
    np.testing.assert_array_equal(made[0].strengths[:, 0], np.float32([0.1, 0.2, 0.3]))
    assert np.isnan(made[0].strengths[:, 1:]).all()
    assert np.isnan(made[0].wrinkles)


def test_how_strong_the_lines_are_is_told_where_the_table_has_it(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", frames_of("a", 1), {"a": "x"})
    clips = pd.read_parquet(folder / "clips.parquet").assign(wrinkles=[0.7])
    clips.to_parquet(folder / "clips.parquet")
    assert [clip.wrinkles for clip in read_made_clips(folder)] == [0.7]


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        (frames_of("a", 2).drop(columns="frame"), r"frames\.parquet.*no column frame"),
        (frames_of("b", 2), r"frames of the clip 'a'.*not numbered.*0 frames"),
        (frames_of("a", 3).drop(index=1), r"frames of the clip 'a'.*not numbered.*2 frames"),
    ],
)
def test_tables_that_do_not_fit_are_refused(tmp_path: Path, frames: pd.DataFrame, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_made_clips(write_set(tmp_path / "set", frames, {"a": "x"}))


def test_a_set_without_a_clip_a_video_or_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="lists no clip"):
        read_made_clips(write_set(tmp_path / "none", frames_of("a", 1), {}))
    folder = write_set(tmp_path / "set", frames_of("a", 1), {"a": "x"})
    (folder / "a.mp4").unlink()
    with pytest.raises(DataError, match=r"clip 'a' .* has no video\. Got: a\.mp4"):
        read_made_clips(folder)
    (folder / "frames.parquet").write_bytes(b"no table")
    with pytest.raises(DataError, match=r"frames\.parquet is no table of synthetic clips"):
        read_made_clips(folder)
    (folder / "frames.parquet").unlink()
    with pytest.raises(DataError, match=r"no such file.*duchenne synth make"):
        read_made_clips(folder)
