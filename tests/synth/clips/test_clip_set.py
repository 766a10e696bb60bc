"""A folder of clips: complete, gone on with, refused or replaced, and the same whatever made it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from duchenne.errors import InputError, OutputError, SettingsError
from duchenne.synth.clips import clip_set
from duchenne.synth.clips.clip import ClipSpec
from duchenne.synth.clips.clip_set import ClipSet, Rendering, is_whole, video_path, write_set
from procedural_head import write_head
from tiny_clips import PERSON, tiny_spec

SETTINGS = {"seed": 1, "sizes": (48, 32)}


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_head(tmp_path_factory.mktemp("model"))


def specs() -> list[ClipSpec]:
    """Out of alphabetical order, of two people and two sizes."""
    other = PERSON.__class__("bob", (0.1,), PERSON.look)
    return [tiny_spec("zoe"), tiny_spec("amy", size=32), tiny_spec("kim", subject=other)]


def make(folder: Path, head: Path, **options: Any) -> ClipSet:
    settings = options.pop("settings", SETTINGS)
    extra = options.pop("extra", None)
    chosen = options.pop("specs", specs())
    return write_set(chosen, folder, settings, rendering=Rendering(face_model=head, **options), extra=extra)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def whole(head: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets") / "deep" / "whole"
    assert make(folder, head) == ClipSet(folder, 3, 12, is_complete=True)
    return folder


def test_a_set_has_videos_tables_and_a_record_and_nothing_else(whole: Path) -> None:
    assert sorted(contents(whole)) == [
        *("amy.mp4", "clips.parquet", "events.parquet", "frames.parquet"),
        *("kim.mp4", "study.json", "zoe.mp4"),
    ]


def test_tables_are_in_the_order_of_the_clips(whole: Path) -> None:
    frames, clips = pd.read_parquet(whole / "frames.parquet"), pd.read_parquet(whole / "clips.parquet")
    assert list(frames["clip"]) == ["zoe"] * 4 + ["amy"] * 4 + ["kim"] * 4
    assert list(clips["clip"]) == ["zoe", "amy", "kim"]
    assert list(clips["subject"]) == ["ada", "ada", "bob"]
    events = pd.read_parquet(whole / "events.parquet")
    assert events.groupby("clip", sort=False).size().to_dict() == {"zoe": 4, "amy": 4, "kim": 4}


def test_hashes_are_those_of_the_files(whole: Path, head: Path) -> None:
    clips = pd.read_parquet(whole / "clips.parquet").set_index("clip")
    for name in clips.index:
        assert clips.loc[name, "video_sha256"] == contents(whole)[f"{name}.mp4"]
    assert set(clips["face_model_sha256"]) == {hashlib.sha256(head.read_bytes()).hexdigest()}


def test_the_record_says_what_decided_the_set_and_what_labels_are(whole: Path) -> None:
    record = json.loads((whole / "study.json").read_text(encoding="utf-8"))
    assert record["settings"] == {"seed": 1, "sizes": [48, 32]}
    assert record["clips"] == ["zoe", "amy", "kim"]
    assert record["action_units"]["AU11"]["kind"] == "not renderable"
    assert record["action_units"]["AU12"] == {"kind": "native", "name": "lip corner puller", "note": ""}
    assert "not a FACS coder's score" in record["about"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_number_of_jobs_and_the_place_change_no_byte(
    whole: Path, head: Path, tmp_path: Path, jobs: int
) -> None:
    make(tmp_path / "other", head, jobs=jobs)
    assert contents(tmp_path / "other") == contents(whole)


def test_a_stopped_set_goes_on_without_rendering_its_clips_again(
    whole: Path, head: Path, tmp_path: Path
) -> None:
    done: list[int] = []
    first = make(
        tmp_path, head, on_progress=lambda n, total: done.append(n), stopped=lambda: done[-1:] == [1]
    )
    assert first == ClipSet(tmp_path, 1, 4, is_complete=False)
    assert not (tmp_path / "clips.parquet").exists()
    (tmp_path / ".amy.mp4.123.part").touch()  # a killed process leaves one
    before = video_path(tmp_path, "zoe").stat().st_mtime_ns
    seen: list[int] = []
    assert make(tmp_path, head, on_progress=lambda n, total: seen.append(n)).is_complete
    assert seen == [1, 2, 3]
    assert video_path(tmp_path, "zoe").stat().st_mtime_ns == before
    assert contents(tmp_path) == contents(whole)


def test_a_whole_set_is_left_as_it_is(whole: Path, head: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in whole.iterdir()}
    seen: list[tuple[int, int]] = []
    assert make(whole, head, on_progress=lambda n, total: seen.append((n, total))).is_complete
    assert {path: path.stat().st_mtime_ns for path in whole.iterdir()} == before
    assert seen == [(3, 3)]


def test_a_video_that_was_removed_is_made_again(head: Path, tmp_path: Path) -> None:
    one = [tiny_spec("amy")]
    make(tmp_path, head, specs=one)
    before = contents(tmp_path)
    video_path(tmp_path, "amy").unlink()
    make(tmp_path, head, specs=one)
    assert contents(tmp_path) == before


def test_other_settings_are_refused_and_named(whole: Path, head: Path) -> None:
    before = contents(whole)
    with pytest.raises(
        SettingsError, match=r"made with other settings\. Got: more None there, 3 now; seed 1 there, 2 now"
    ):
        make(whole, head, settings={**SETTINGS, "seed": 2, "more": 3})
    with pytest.raises(SettingsError, match="Got: other clips there"):
        make(whole, head, specs=specs()[:1])
    assert contents(whole) == before


def test_another_face_model_is_refused(whole: Path, head: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.npz"
    other.write_bytes(head.read_bytes() + b"\0")
    with pytest.raises(SettingsError, match="face_model_sha256"):
        make(whole, other)


def test_overwriting_removes_what_an_earlier_run_wrote_and_nothing_else(head: Path, tmp_path: Path) -> None:
    make(tmp_path, head, specs=[tiny_spec("old")])
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "holiday.mp4").touch()
    make(tmp_path, head, specs=[tiny_spec("new")], settings={"seed": 9}, overwrite=True)
    assert sorted(contents(tmp_path)) == [
        *("clips.parquet", "events.parquet", "frames.parquet", "holiday.mp4"),
        *("new.mp4", "notes.txt", "study.json"),
    ]


def test_a_record_that_points_out_of_its_folder_removes_nothing_there(head: Path, tmp_path: Path) -> None:
    inside = tmp_path / "set"
    make(inside, head, specs=[tiny_spec("old")])
    (tmp_path / "mine.mp4").touch()
    record = (inside / "study.json").read_text(encoding="utf-8")
    (inside / "study.json").write_text(record.replace('"old"', '"../mine"'), encoding="utf-8")
    make(inside, head, specs=[tiny_spec("new")], settings={"seed": 9}, overwrite=True)
    assert (tmp_path / "mine.mp4").is_file()


def test_a_stopped_replacement_goes_on_with_the_same_command(head: Path, tmp_path: Path) -> None:
    make(tmp_path, head, specs=[tiny_spec("old")], settings={"seed": 9})
    done: list[int] = []
    replacing: dict[str, Any] = {"overwrite": True, "on_progress": lambda n, total: done.append(n)}
    assert not make(tmp_path, head, **replacing, stopped=lambda: done[-1:] == [1]).is_complete
    before = video_path(tmp_path, "zoe").stat().st_mtime_ns
    done.clear()
    assert make(tmp_path, head, **replacing).is_complete
    assert done == [1, 2, 3]
    assert video_path(tmp_path, "zoe").stat().st_mtime_ns == before
    assert not video_path(tmp_path, "old").exists()


def test_overwriting_an_unfinished_set_of_other_settings_begins_anew(head: Path, tmp_path: Path) -> None:
    done: list[int] = []
    make(tmp_path, head, on_progress=lambda n, total: done.append(n), stopped=lambda: done[-1:] == [1])
    new = [tiny_spec("new")]
    with pytest.raises(SettingsError, match="seed 1 there, 9 now"):
        make(tmp_path, head, specs=new, settings={"seed": 9})
    assert make(tmp_path, head, specs=new, settings={"seed": 9}, overwrite=True).is_complete
    assert [path.name for path in tmp_path.glob("*.mp4")] == ["new.mp4"]


def test_overwriting_a_whole_set_of_the_same_settings_renders_it_again(head: Path, tmp_path: Path) -> None:
    one = [tiny_spec("amy")]
    make(tmp_path, head, specs=one)
    before = contents(tmp_path)
    video_path(tmp_path, "amy").write_bytes(b"damaged")
    make(tmp_path, head, specs=one, overwrite=True)
    assert contents(tmp_path) == before


def test_a_set_is_whole_with_all_clips_tables_and_the_same_settings(head: Path, tmp_path: Path) -> None:
    one, folder = [tiny_spec("amy")], tmp_path / "set"
    assert not is_whole(one, folder, SETTINGS, head)
    make(folder, head, specs=one)
    assert is_whole(one, folder, SETTINGS, head)
    assert not is_whole(one, folder, {"seed": 9}, head)
    assert not is_whole([], folder, SETTINGS, head)
    video_path(folder, "amy").unlink()
    assert not is_whole(one, folder, SETTINGS, head)
    with pytest.raises(OutputError, match=r"the folder .*study\.json cannot be written"):
        is_whole(one, folder / "study.json", SETTINGS, head)


@pytest.mark.parametrize("text", [None, "{", "[]", '{"settings": 3}', '{"settings": {}}'])
def test_a_folder_that_holds_something_else_is_left_alone(
    head: Path, tmp_path: Path, text: str | None
) -> None:
    name = "notes.txt" if text is None else "study.json"
    (tmp_path / name).write_text(text or "mine", encoding="utf-8")
    for overwrite in (False, True):
        with pytest.raises(OutputError, match=r"holds something else.*an empty folder"):
            make(tmp_path, head, overwrite=overwrite)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_in_the_folders_place_is_named(head: Path, tmp_path: Path) -> None:
    (tmp_path / "set").touch()
    with pytest.raises(OutputError, match=r"the folder .*set cannot be written"):
        make(tmp_path / "set", head)


def test_a_missing_face_model_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no face model"):
        make(tmp_path / "set", tmp_path / "missing.npz")
    assert list(tmp_path.iterdir()) == []


def test_further_columns_stand_beside_their_clips(head: Path, tmp_path: Path) -> None:
    make(tmp_path, head, specs=[tiny_spec("a"), tiny_spec("b")], extra={"factor": ["yaw", "noise"]})
    clips = pd.read_parquet(tmp_path / "clips.parquet")
    assert list(clips["factor"]) == ["yaw", "noise"]


def test_two_clips_of_one_name_are_refused(head: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="clips need names of their own, got amy more than once"):
        make(tmp_path, head, specs=[tiny_spec("amy"), tiny_spec("amy")])


def test_a_set_of_no_clips_has_empty_tables(head: Path, tmp_path: Path) -> None:
    assert make(tmp_path, head, specs=[]) == ClipSet(tmp_path, 0, 0, is_complete=True)
    assert len(pd.read_parquet(tmp_path / "frames.parquet")) == 0


def test_defaults_look_for_the_usual_face_model(
    head: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUCHENNE_FACE_MODEL", str(head))
    assert write_set([], tmp_path, {}).is_complete
    assert clip_set.STUDY in contents(tmp_path)
