"""A study follows from its seed, clip by clip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from duchenne.errors import SettingsError
from duchenne.synth.acting.script import ScriptKind
from duchenne.synth.clips.clip import write_clip
from duchenne.synth.clips.clip_set import Rendering
from duchenne.synth.clips.remake import clip_spec
from duchenne.synth.clips.study import StudyOptions, kind_named, make_study, plan
from duchenne.synth.rendering.render import Renderer
from procedural_head import procedural_head, write_head


def test_a_clip_is_the_same_in_a_study_of_any_size() -> None:
    few, many = (plan(procedural_head(), StudyOptions(clips=n, clips_per_subject=3)) for n in (4, 9))
    assert many[:4] == few


def test_another_seed_gives_other_people_scripts_and_scenes() -> None:
    (one,), (other,) = (plan(procedural_head(), StudyOptions(clips=1, seed=seed)) for seed in (0, 1))
    assert one.name == other.name
    assert one.subject != other.subject
    assert one.script != other.script
    assert one.scene != other.scene
    assert one.seed != other.seed


def test_people_stay_for_their_clips_and_then_change() -> None:
    specs = plan(procedural_head(), StudyOptions(clips=7, clips_per_subject=3))
    assert [spec.subject.name for spec in specs] == [f"subject_{k:06d}" for k in (0, 0, 0, 1, 1, 1, 2)]
    assert specs[0].subject == specs[2].subject
    assert specs[2].subject.identity != specs[3].subject.identity
    # The same person in another light, doing something else.
    assert specs[0].scene != specs[1].scene
    assert specs[0].script != specs[1].script


def test_options_reach_every_clip() -> None:
    options = StudyOptions(clips=3, seconds=2.0, fps=12.5, size=64, kind=ScriptKind.EMOTION)
    for spec in plan(procedural_head(), options):
        assert (spec.script.duration_s, spec.fps, spec.size) == (2.0, 12.5, 64)
        assert spec.script.kind is ScriptKind.EMOTION
        assert spec.n_frames == 25


def test_a_third_of_the_people_has_no_drawn_lines() -> None:
    specs = plan(procedural_head(), StudyOptions(clips=150, clips_per_subject=1))
    share = np.mean([spec.subject.look.wrinkles == 0.0 for spec in specs])
    # The standard error of a third of 150 is 4 %.
    assert share == pytest.approx(1 / 3, abs=0.13)


@pytest.mark.parametrize("name", ["micro-expression", "Micro_Expression", "micro expression"])
def test_kinds_may_be_spelt_in_several_ways(name: str) -> None:
    assert kind_named(name) is ScriptKind.MICRO_EXPRESSION


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"no kind of script called 'sneeze'\. Expected: single-unit"):
        kind_named("sneeze")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"clips": 0}, "clips must be at least 1"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"clips_per_subject": 0}, "clips_per_subject must be at least 1"),
        ({"clips": 2_000_000}, "too many clips"),
        ({"seconds": 0.0}, "must last longer than 0 s"),
        ({"seconds": float("inf")}, "must last longer than 0 s"),
        ({"seconds": float("nan")}, "must last longer than 0 s"),
    ],
)
def test_options_outside_their_range_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        StudyOptions(**options)


def test_a_clip_can_be_made_again_from_its_row(tmp_path: Path) -> None:
    head = write_head(tmp_path)
    options = StudyOptions(clips=2, seconds=0.2, size=48, clips_per_subject=1)
    folder = tmp_path / "study"
    assert make_study(folder, options, Rendering(face_model=head)).n_frames == 10
    for row in pd.read_parquet(folder / "clips.parquet").to_dict("records"):
        spec = clip_spec({str(name): value for name, value in row.items()})
        again = tmp_path / "again.mp4"
        write_clip(spec, spec.subject.make(procedural_head()), Renderer(spec.size), again)
        assert again.read_bytes() == (folder / f"{spec.name}.mp4").read_bytes()
    record = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    assert record["settings"]["kind"] is None
    assert record["settings"]["clips_per_subject"] == 1


def test_the_face_model_is_found_by_its_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUCHENNE_FACE_MODEL", str(write_head(tmp_path)))
    made = make_study(tmp_path / "study", StudyOptions(clips=1, seconds=0.04, size=32))
    assert (made.n_clips, made.n_frames, made.is_complete) == (1, 1, True)


@pytest.mark.shared
def test_the_real_head_stays_in_the_picture_and_is_seen(shared: Path, tmp_path: Path) -> None:
    options = StudyOptions(clips=6, seconds=0.3, fps=10.0, size=64, clips_per_subject=3)
    make_study(tmp_path / "study", options, Rendering(face_model=shared / "data" / "ict_facekit.npz"))
    frames = pd.read_parquet(tmp_path / "study" / "frames.parquet")
    clips = pd.read_parquet(tmp_path / "study" / "clips.parquet").set_index("clip")
    assert len(frames) == 18
    for axis in "xy":
        places = frames[[f"{axis}_{k}" for k in range(68)]].to_numpy()
        assert places.min() > 0
        assert places.max() < 63
    covers = clips["scene"].map(lambda text: json.loads(text)["cover"])
    free = frames["clip"].map(covers) == "none"
    # A turned head hides the far end of its jaw.
    assert frames.loc[free, "visible_share"].min() > 0.6
