"""BP4D and EB+: the plan follows the thesis, and the codes follow the plan and the mesh."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from duchenne.errors import SettingsError
from duchenne.facs import column
from duchenne.synth.acting.script import BLINK
from duchenne.synth.head.action_units import RENDERABLE
from duchenne.synth.layouts import bp4d, eb_plus
from duchenne.synth.layouts.bp4d import Bp4dOptions, TaskVideo, files, plan
from layout_folders import SIZE, all_bytes, rows_of, tiny, truth_of

NOT_SHOWN = {11, 13, 32}


def units_of(video: TaskVideo) -> dict[int, float]:
    """Units of a video and their strength on the stronger side."""
    return {event.unit: max(event.peak) for event in video.clip.script.events if event.unit != BLINK}


def test_every_subject_does_all_nine_tasks() -> None:
    videos = plan(Bp4dOptions(subjects=3), 0)
    assert [video.clip.name for video in videos[:10]] == [*(f"F001_T{n}" for n in range(1, 10)), "M001_T1"]
    assert len(videos) == 27
    assert {video.clip.media for video in videos if video.clip.person.name == "F002"} == {
        f"F002/T{n}.mp4" for n in range(1, 10)
    }


def test_half_of_the_subjects_are_for_training_and_nobody_is_in_two_splits() -> None:
    videos = plan(Bp4dOptions(subjects=8), 0)
    people = {split: {v.clip.person.name for v in videos if v.split == split} for split, _ in bp4d.SPLITS}
    assert [len(names) for names in people.values()] == [4, 2, 2]
    assert len(set.union(*people.values())) == 8


def test_videos_have_as_many_frames_as_the_thesis_says() -> None:
    frames = {video.clip.n_frames for video in plan(Bp4dOptions(subjects=6), 0)}
    assert min(frames) >= 260
    assert max(frames) <= 300
    assert len(frames) > 10


def test_videos_may_be_short() -> None:
    assert {video.clip.n_frames for video in plan(Bp4dOptions(subjects=1, seconds=2.0), 0)} == {50}


def test_units_by_criterion_meet_it() -> None:
    for video in plan(Bp4dOptions(subjects=6, by_criterion=1.0), 0):
        shown = units_of(video)
        assert video.follows_criterion
        assert any(set(units) <= set(shown) for units in video.task.criteria), video.clip.name
        assert set(shown) <= set(RENDERABLE)


def test_a_surprised_upper_lid_is_not_stronger_than_b(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing_else = {task.emotion: dict[int, float]() for task in eb_plus.TASKS}
    monkeypatch.setattr(eb_plus, "OCCURRENCE", nothing_else)
    videos = plan(Bp4dOptions(subjects=20, by_criterion=1.0), 0)
    lids = [units_of(v)[5] for v in videos if v.task.emotion == "surprise" and 5 in units_of(v)]
    assert len(lids) >= 5
    assert max(lids) < 0.4


def test_fear_without_a_lowered_brow_opens_the_eyes_wholly(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing_else = {task.emotion: dict[int, float]() for task in eb_plus.TASKS}
    monkeypatch.setattr(eb_plus, "OCCURRENCE", nothing_else)
    videos = plan(Bp4dOptions(subjects=20, by_criterion=1.0), 0)
    shown = [units_of(video) for video in videos if video.task.emotion == "fear"]
    lids = [units[5] for units in shown if 4 not in units]
    assert 0 < len(lids) < len(shown)
    assert min(lids) >= 0.9  # E


def test_occurrence_is_read_as_public_readers_of_bp4d_do() -> None:
    # They name the columns that they want, "0" being the frame, and drop what is 9.
    video = plan(Bp4dOptions(subjects=1, seconds=1.0), 0)[0]
    text = dict(files([video]))["AUCoding/AU_OCC/F001_T1.csv"]
    wanted = [str(unit) for unit in (1, 2, 4, 6, 7, 10, 12, 14, 15, 17, 23, 24)]
    table = pd.read_csv(io.StringIO(text), header=0, index_col=0, usecols=["0", *wanted])
    assert table.index.tolist() == list(range(1, 26))
    assert list(table.columns) == wanted
    assert set(np.unique(table.to_numpy())) <= {0, 1}


def test_other_units_come_as_often_as_in_the_thesis() -> None:
    n = 100
    videos = plan(Bp4dOptions(subjects=n, by_criterion=0.0, seconds=1.0), 0)
    for task in (eb_plus.TASKS[0], eb_plus.TASKS[6]):
        of_task = [units_of(video) for video in videos if video.task == task]
        # AU7 excludes no other unit, so that nothing takes it away.
        seen = sum(7 in shown for shown in of_task) / n
        share = eb_plus.OCCURRENCE[task.emotion][7]
        assert seen == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / n))


def test_all_units_reach_their_peak_together() -> None:
    for video in plan(Bp4dOptions(subjects=2), 0):
        middle = video.clip.script.units(0.475 * video.clip.script.duration_s)
        for unit, strength in units_of(video).items():
            assert max(middle[unit]) == pytest.approx(strength), video.clip.name


def test_codes_are_those_of_the_script() -> None:
    video = plan(Bp4dOptions(subjects=1, seconds=2.0), 3)[0]
    text = dict(files([video]))
    rows = rows_of(text[f"AUCoding/AU_OCC/{video.clip.name}.csv"])
    assert list(rows[0]) == ["0", *map(str, eb_plus.CODED_UNITS)]
    assert [int(row["0"]) for row in rows] == list(range(1, 51))
    for number, row in enumerate(rows):
        shown = video.clip.script.units(number / 25)
        for unit in eb_plus.CODED_UNITS:
            expected = 9 if unit in NOT_SHOWN else int(max(shown.get(unit, (0.0,))) >= 0.05)
            assert int(row[str(unit)]) == expected


def test_intensity_files_have_no_header_and_zero_where_a_unit_is_absent() -> None:
    video = plan(Bp4dOptions(subjects=1, seconds=2.0), 3)[0]
    text = dict(files([video]))
    for unit in (6, 10, 12, 14, 17):
        lines = text[f"AUCoding/AU_INT/AU{unit:02d}/F001_T1_AU{unit:02d}.csv"].split()
        assert [int(line.split(",")[0]) for line in lines] == list(range(1, 51))
        occurs = [row[str(unit)] for row in rows_of(text["AUCoding/AU_OCC/F001_T1.csv"])]
        assert [line.split(",")[1] != "0" for line in lines] == [one == "1" for one in occurs]


def test_events_are_the_stretches_of_the_occurrence_file() -> None:
    video = plan(Bp4dOptions(subjects=1), 1)[4]
    text = dict(files([video]))
    occurs = rows_of(text["AUCoding/AU_OCC/F001_T5.csv"])
    events = rows_of(text["AUCoding/AU_EVENTS/F001_T5.csv"])
    assert events
    for event in events:
        first, last = int(event["onset_frame"]), int(event["offset_frame"])
        inside = [row[event["au"]] for row in occurs[first - 1 : last]]
        assert set(inside) == {"1"}
        assert first <= int(event["peak_frame"]) <= last
        assert occurs[first - 2][event["au"]] == "0"
    assert not {event["au"] for event in events} & {"11", "13", "32"}


def test_tables_name_tasks_and_splits() -> None:
    text = dict(files(plan(Bp4dOptions(subjects=2, seconds=1.0), 0)))
    assert rows_of(text["tasks.csv"])[3] == {"task": "T4", "emotion": "skepticism"}
    first = rows_of(text["videos.csv"])[0]
    assert (first["video"], first["emotion"], first["frames"]) == ("F001_T1", "happiness", "25")


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan(Bp4dOptions(subjects=2), 7) == plan(Bp4dOptions(subjects=2), 7)
    assert plan(Bp4dOptions(subjects=2), 7) != plan(Bp4dOptions(subjects=2), 8)


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(SettingsError, match="needs more subjects"):
        Bp4dOptions(subjects=0)
    with pytest.raises(SettingsError, match="too short"):
        Bp4dOptions(seconds=0.1)
    with pytest.raises(SettingsError, match="by_criterion"):
        Bp4dOptions(by_criterion=2.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("bp4d")
    options = Bp4dOptions(subjects=1, seconds=0.4, as_pictures=True)
    assert bp4d.write(options, place / "out", seed=2, rendering=tiny(place))
    return place / "out"


def test_a_task_is_a_folder_of_numbered_pictures(folder: Path) -> None:
    names = sorted(path.name for path in (folder / "F001" / "T1").iterdir())
    assert names == [f"{number:04d}.jpg" for number in range(1, 11)]
    assert cv2.imread(str(folder / "F001" / "T1" / "0001.jpg")).shape == (SIZE, SIZE, 3)


def test_codes_are_those_of_the_rendered_mesh(folder: Path) -> None:
    for task in range(1, 10):
        rows = rows_of((folder / "AUCoding" / "AU_OCC" / f"F001_T{task}.csv").read_text())
        frames = truth_of(folder, f"F001_T{task}")
        for unit in eb_plus.CODED_UNITS:
            sides = [frames[column(unit, side)].to_numpy(dtype=float) for side in "LR"]
            strengths = np.maximum(*sides)
            if unit in NOT_SHOWN:
                assert np.isnan(strengths).all()
                assert {row[str(unit)] for row in rows} == {"9"}
            else:
                assert [int(row[str(unit)]) for row in rows] == (strengths >= 0.05).astype(int).tolist()


def test_the_folder_says_what_it_is(folder: Path) -> None:
    text = (folder / "README.txt").read_text()
    assert text.startswith("SYNTHETIC.")
    assert "No coder looked at these faces" in text
    assert "AU11, AU13 and AU32" in text
    assert not [name for name in all_bytes(folder) if name.endswith(".part")]
