"""The audit's set: the same people and scripts, one thing changed at a time, every unit shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from duchenne.errors import SettingsError
from duchenne.evaluation.agreement import POSITIVE
from duchenne.evaluation.conditions import BASELINE, FACTORS
from duchenne.evaluation.truth_tables import read_set
from duchenne.synth.acting.cooccurrence import EXCLUSIONS
from duchenne.synth.acting.script import Script
from duchenne.synth.clips import audit_set
from duchenne.synth.clips.audit_set import CONDITIONS, STRENGTHS, clip_name, make_set, plan, show_every_unit
from duchenne.synth.clips.clip import ClipSpec
from duchenne.synth.clips.clip_set import Rendering
from duchenne.synth.head.action_units import RENDERABLE
from procedural_head import procedural_head, write_head


def of(specs: tuple[ClipSpec, ...], factor: str, level: str = "") -> ClipSpec:
    return specs[CONDITIONS.index((factor, level))]


def differences(spec: ClipSpec, base: ClipSpec) -> set[str]:
    """The leaves of two specifications that differ, as dotted names."""

    def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
        if isinstance(value, dict):
            for name, item in value.items():
                yield from leaves(item, f"{path}.{name}")
        else:
            yield path[1:], value

    ours, theirs = dict(leaves(asdict(spec), "")), dict(leaves(asdict(base), ""))
    return {name for name in ours | theirs if ours.get(name) != theirs.get(name)}


def test_every_condition_changes_what_it_says_and_nothing_else() -> None:
    specs = plan(procedural_head(), n_subjects=2)[: len(CONDITIONS)]
    base = of(specs, BASELINE)
    changed = {
        "yaw": {"script.motion.yaw_deg.rest"},
        "pitch": {"script.motion.pitch_deg.rest"},
        "skin": {"subject.look.skin"},
        "light": {"scene.lights", "scene.ambient_below", "scene.ambient_above", "scene.background.colours"},
        "resolution": {"scene.sensor.resolution"},
        "noise": {"scene.sensor.noise"},
        "cover": {"scene.cover", "subject.look.glasses"},
        "wrinkles": {"subject.look.wrinkles"},
    }
    assert set(changed) == {factor.name for factor in FACTORS}
    for (factor, _), spec in zip(CONDITIONS[1:], specs[1:], strict=True):
        found = differences(spec, base) - {"name"}
        assert found
        assert found <= changed[factor], spec.name


def test_levels_are_what_they_are_called() -> None:
    specs = plan(procedural_head(), n_subjects=2)
    assert of(specs, "yaw", "-40").script.motion.yaw_deg.rest == -40
    assert of(specs, "resolution", "1/8").scene.sensor.resolution == 1 / 8
    assert of(specs, "noise", "16").scene.sensor.noise == 16
    assert of(specs, "wrinkles", "off").subject.look.wrinkles == 0 < of(specs, BASELINE).subject.look.wrinkles
    skins = [of(specs, "skin", level).subject.look.skin for level in ("light", "dark")]
    assert skins[0] < of(specs, BASELINE).subject.look.skin < skins[1]


def test_the_same_seed_gives_the_same_plan_and_more_people_leave_the_first_as_they_were() -> None:
    few = plan(procedural_head(), n_subjects=2, seed=3)
    assert few == plan(procedural_head(), n_subjects=2, seed=3)
    assert few == plan(procedural_head(), n_subjects=3, seed=3)[: len(few)]
    assert few != plan(procedural_head(), n_subjects=2, seed=4)


def test_a_single_subject_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"several subjects.*Got: 1. Expected: at least 2"):
        plan(procedural_head(), n_subjects=1)


def test_names_can_be_file_names() -> None:
    assert clip_name("subject00", "resolution", "1/8") == "subject00_resolution_1of8"
    assert clip_name("subject00", BASELINE, "") == "subject00_baseline"
    names = [spec.name for spec in plan(procedural_head(), n_subjects=2)]
    assert len(set(names)) == len(names) == 2 * len(CONDITIONS)


def strengths(script: Script, fps: float = 15.0) -> dict[int, np.ndarray]:
    """Every unit's larger side at every frame."""
    states = [script.units(frame / fps) for frame in range(int(script.duration_s * fps))]
    return {u: np.array([max(state.get(u, (0.0, 0.0))) for state in states]) for u in RENDERABLE}


def test_every_unit_is_shown_by_every_subject() -> None:
    for number in range(4):
        shown = strengths(show_every_unit(np.random.default_rng(number), number))
        # Three frames of apex at least, but for the blink, which is over in a third of a second.
        assert all((values >= POSITIVE).sum() >= 3 for values in shown.values())


def test_four_subjects_show_each_unit_at_every_strength() -> None:
    peaks: dict[int, set[float]] = {}
    for number in range(4):
        for event in show_every_unit(np.random.default_rng(number), number).events:
            peaks.setdefault(event.unit, set()).add(max(event.peak))
    assert set(peaks) == set(RENDERABLE)
    assert all(found == set(STRENGTHS) for unit, found in peaks.items() if unit != 45)
    assert peaks[45] == {1.0}


def test_the_jaw_goes_to_one_side_and_every_other_unit_to_both() -> None:
    for number, side in ((0, 0), (1, 1)):
        for event in show_every_unit(np.random.default_rng(0), number).events:
            if event.unit == 30:
                assert event.peak[side] > 0 == event.peak[1 - side]
            else:
                assert event.peak[0] == event.peak[1]


def test_units_that_exclude_each_other_are_never_shown_at_once() -> None:
    for number in range(6):
        events = show_every_unit(np.random.default_rng(number), number).events
        for excluded in EXCLUSIONS:
            for first in (e for e in events if e.unit in excluded.these):
                for second in (e for e in events if e.unit in excluded.those):
                    overlap = min(first.end_s, second.end_s) - max(first.start_s, second.start_s)
                    assert overlap < 1e-6, f"AU{first.unit} and AU{second.unit}: {excluded.reason}"


def test_the_script_begins_and_ends_with_a_neutral_face() -> None:
    shown = np.stack(list(strengths(show_every_unit(np.random.default_rng(0), 0)).values()))
    assert (shown[:, :6] == 0).all()
    assert (shown[:, -5:] == 0).all()


def test_a_made_set_is_one_that_the_audit_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Small and short, because rendering is tested elsewhere: what is tested here is the join of both worlds.
    monkeypatch.setattr(audit_set, "SIZE", 32)
    monkeypatch.setattr(audit_set, "FPS", 1.0)
    few = ((BASELINE, ""), ("yaw", "40"), ("resolution", "1/8"))
    monkeypatch.setattr(audit_set, "CONDITIONS", few)
    rendering = Rendering(face_model=write_head(tmp_path))
    made = make_set(tmp_path / "set", n_subjects=2, rendering=rendering)
    assert made.is_complete
    truth = read_set(tmp_path / "set")
    assert truth.not_renderable == (11, 13, 32)
    assert list(truth.clips[["factor", "level"]].itertuples(index=False, name=None)) == [*few] * 2
    assert set(truth.clips["subject"]) == {"subject00", "subject01"}
    turned = truth.frames[(truth.frames["factor"] == "yaw") & (truth.frames["level"] == "40")]
    assert turned["yaw_deg"].mean() == pytest.approx(40, abs=2)  # it sways
    assert all(truth.video(clip).is_file() for clip in truth.clips["clip"])
    # Going on with a whole set renders nothing, also if it may be overwritten.
    for overwrite in (False, True):
        again = replace(rendering, stopped=lambda: True, overwrite=overwrite)
        assert make_set(tmp_path / "set", n_subjects=2, rendering=again).is_complete
    # Of another seed it is another set.
    other = replace(rendering, overwrite=True)
    assert make_set(tmp_path / "set", n_subjects=2, seed=1, rendering=other).is_complete
    assert not read_set(tmp_path / "set").frames.equals(truth.frames)
