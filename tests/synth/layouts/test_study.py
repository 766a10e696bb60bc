"""A layout on the disk: whole, gone on with, the same bytes again, and never mixed with another one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from duchenne.errors import InputError, OutputError, SettingsError
from duchenne.synth.clips.tables import video_sha256_of
from duchenne.synth.layouts.acting import Act, even, perform
from duchenne.synth.layouts.planned import Person, PlannedClip
from duchenne.synth.layouts.study import LayoutStudy, Rendering, truth_path, write_study
from layout_folders import SIZE, all_bytes, tiny, true_strengths


@dataclasses.dataclass(frozen=True)
class Options:
    subjects: int = 2


def clip(number: int, media: str) -> PlannedClip:
    act = Act(even({12: 1.0, 26: 0.5}), 0.0, 0.1, 0.1, 0.0)
    script = perform(np.random.default_rng(number), "smile", 0.2, [act])
    return PlannedClip(
        f"c{number}", Person("P1" if number < 3 else "P2", number // 3, 1), media, script, 10.0, number
    )


def files() -> Iterator[tuple[str, str]]:
    yield "labels/one.csv", "a,b\n1,2\n"


STUDY = LayoutStudy(
    "trial",
    ("What it is.",),
    Options(),
    5,
    (clip(1, "v/c1.mp4"), clip(2, "v/c2"), clip(3, "v/c3.mp4")),
    files,
)


@pytest.fixture(scope="module")
def rendering(tmp_path_factory: pytest.TempPathFactory) -> Rendering:
    return tiny(tmp_path_factory.mktemp("head"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, rendering: Rendering) -> Path:
    folder = tmp_path_factory.mktemp("study") / "out"
    assert write_study(STUDY, folder, rendering)
    return folder


def test_everything_lies_in_its_place(whole: Path) -> None:
    assert list(all_bytes(whole)) == [
        *("README.txt", "labels/one.csv"),
        *("truth/clips.parquet", "truth/events.parquet"),
        *(f"truth/frames/c{number}.parquet" for number in (1, 2, 3)),
        "truth/study.json",
        *("v/c1.mp4", "v/c2/0001.jpg", "v/c2/0002.jpg", "v/c3.mp4"),
    ]


def test_the_truth_is_that_of_the_script(whole: Path) -> None:
    # At 0 s nothing has begun; at 0.1 s the apex has.
    assert true_strengths(whole, "c1", 12) == pytest.approx(np.array([[0.0, 0.0], [1.0, 1.0]]))
    assert true_strengths(whole, "c1", 26)[1] == pytest.approx([0.5, 0.5], abs=1e-4)
    assert np.isnan(true_strengths(whole, "c1", 13)).all()


@pytest.mark.shared
def test_the_truth_on_the_scanned_head_is_that_of_the_script_too(tmp_path: Path, shared: Path) -> None:
    real = Rendering(face_model=shared / "data" / "ict_facekit.npz", size=SIZE)
    assert write_study(dataclasses.replace(STUDY, clips=STUDY.clips[:1]), tmp_path / "out", real)
    assert true_strengths(tmp_path / "out", "c1", 12) == pytest.approx(np.array([[0.0, 0.0], [1.0, 1.0]]))
    assert true_strengths(tmp_path / "out", "c1", 26)[1] == pytest.approx([0.5, 0.5], abs=1e-4)


def test_tables_say_what_decided_each_clip(whole: Path) -> None:
    clips = pyarrow.parquet.read_table(whole / "truth" / "clips.parquet").to_pylist()
    assert [row["clip"] for row in clips] == ["c1", "c2", "c3"]
    assert [row["subject"] for row in clips] == ["P1", "P1", "P2"]
    assert len(clips[0]["video_sha256"]) == 64
    assert clips[1]["video_sha256"] == "" == video_sha256_of(truth_path(whole, STUDY.clips[1]))
    events = pyarrow.parquet.read_table(whole / "truth" / "events.parquet").to_pylist()
    assert {row["unit"] for row in events} >= {12, 26}


def test_the_record_names_seed_options_and_model(whole: Path) -> None:
    record = json.loads((whole / "truth" / "study.json").read_text())
    assert record["options"] == {"subjects": 2}
    assert (record["layout"], record["seed"], record["size"], record["synthetic"]) == ("trial", 5, SIZE, True)
    assert len(record["face_model_sha256"]) == 64


def test_the_readme_begins_with_what_everyone_must_know(whole: Path) -> None:
    text = (whole / "README.txt").read_text()
    assert text.startswith("SYNTHETIC. Every face in this folder is computed")
    assert "What it is." in text
    assert "not a coder's score" in text
    assert "seed 5" in text


def test_the_same_study_gives_the_same_bytes(whole: Path, tmp_path: Path, rendering: Rendering) -> None:
    assert write_study(STUDY, tmp_path / "again", rendering)
    assert all_bytes(tmp_path / "again") == all_bytes(whole)


def test_a_stopped_study_goes_on_where_it_was(whole: Path, tmp_path: Path, rendering: Rendering) -> None:
    folder, seen = tmp_path / "out", []
    stopping = dataclasses.replace(
        rendering,
        on_progress=lambda done, total: seen.append(done),
        stopped=lambda: bool(seen and seen[-1] >= 1),
    )
    assert not write_study(STUDY, folder, stopping)
    assert not (folder / "truth" / "clips.parquet").exists()
    # Pictures of a clip that was broken off are made again.
    (folder / "v" / "c2").mkdir()
    (folder / "v" / "c2" / "0099.jpg").write_bytes(b"old")
    first = (folder / "v" / "c1.mp4").stat().st_mtime_ns
    progress: list[tuple[int, int]] = []
    going_on = dataclasses.replace(rendering, on_progress=lambda done, total: progress.append((done, total)))
    assert write_study(STUDY, folder, going_on)
    assert progress == [(1, 3), (2, 3), (3, 3)]
    assert (folder / "v" / "c1.mp4").stat().st_mtime_ns == first
    assert all_bytes(folder) == all_bytes(whole)


def test_a_folder_of_another_study_is_refused(whole: Path, rendering: Rendering) -> None:
    before = all_bytes(whole)
    with pytest.raises(OutputError, match=r"made with other settings\. Got: another seed"):
        write_study(dataclasses.replace(STUDY, seed=6), whole, rendering)
    with pytest.raises(OutputError, match=r"Got: another size"):
        write_study(STUDY, whole, dataclasses.replace(rendering, size=64))
    assert all_bytes(whole) == before


def test_a_record_that_is_no_record_is_refused(tmp_path: Path, rendering: Rendering) -> None:
    (tmp_path / "truth").mkdir()
    for text in ("not json", "[1]"):
        (tmp_path / "truth" / "study.json").write_text(text)
        with pytest.raises(OutputError, match="made with other settings"):
            write_study(STUDY, tmp_path, rendering)


def test_a_folder_with_other_things_is_refused(tmp_path: Path, rendering: Rendering) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match="not empty and holds no study"):
        write_study(STUDY, tmp_path, rendering)
    assert list(all_bytes(tmp_path)) == ["thesis.txt"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, rendering: Rendering) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_study(STUDY, tmp_path / "file" / "out", rendering)


def test_a_size_that_no_video_has_leaves_no_folder(tmp_path: Path, rendering: Rendering) -> None:
    with pytest.raises(SettingsError, match="c1 cannot have this size"):
        write_study(STUDY, tmp_path / "out", dataclasses.replace(rendering, size=4))
    assert not (tmp_path / "out").exists()


def test_without_a_face_model_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUCHENNE_FACE_MODEL", str(tmp_path / "none.npz"))
    with pytest.raises(InputError, match="is no face model"):
        write_study(STUDY, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_study_without_clips_is_its_labels(tmp_path: Path, rendering: Rendering) -> None:
    assert write_study(dataclasses.replace(STUDY, clips=()), tmp_path / "out", rendering)
    assert (tmp_path / "out" / "labels" / "one.csv").is_file()
    assert pyarrow.parquet.read_table(tmp_path / "out" / "truth" / "clips.parquet").num_rows == 0
