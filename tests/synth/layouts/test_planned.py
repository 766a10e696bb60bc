"""What all layouts have in common: planned clips, people, seeds and splits."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from duchenne.errors import SettingsError
from duchenne.synth.layouts.acting import Act, Manner, perform
from duchenne.synth.layouts.planned import (
    Person,
    PlannedClip,
    check_seconds,
    check_share,
    check_whole,
    draw_seed,
    generator,
    split_counts,
)
from duchenne.synth.people.look import Beard
from duchenne.synth.surroundings.scene import Cover
from procedural_head import procedural_head

SMILE = Act({12: (0.8, 0.6)}, start_s=0.0, onset_s=0.0, apex_s=0.5, offset_s=0.0)


def clip(media: str = "a/b.mp4", person: Person | None = None) -> PlannedClip:
    script = perform(np.random.default_rng(0), "smile", 1.0, [SMILE], Manner(spread=0.0, blinks=False))
    return PlannedClip("one", person or Person("P1", 3, 4), media, script, 10.0, 5)


def test_frames_lie_before_the_end() -> None:
    assert clip().n_frames == 10
    assert clip().times_s.tolist() == pytest.approx([number / 10 for number in range(10)])


def test_a_clip_and_its_specification_agree_on_the_frames() -> None:
    for fps in (10.0, 29.97, 30.0):
        one = dataclasses.replace(clip(), fps=fps)
        assert one.n_frames == one.specify(procedural_head(), 48).n_frames


def test_strengths_are_those_of_the_script() -> None:
    strengths = clip().strengths((12, 4))
    assert strengths[:6, 0].tolist() == [[0.8, 0.6]] * 6
    assert strengths[6:].tolist() == np.zeros((4, 2, 2)).tolist()


def test_a_unit_that_cannot_be_rendered_is_missing() -> None:
    strengths = clip().strengths((11, 12))
    assert np.isnan(strengths[:, 0]).all()
    assert not np.isnan(strengths[:, 1]).any()


def test_no_units_have_no_strengths() -> None:
    assert clip().strengths(()).shape == (10, 0, 2)


@pytest.mark.parametrize(("media", "is_video"), [("a/T1.mp4", True), ("T1.m4v", True), ("v.1/T1", False)])
def test_a_folder_of_pictures_has_no_ending(media: str, is_video: bool) -> None:
    assert clip(media).is_video is is_video


def test_a_person_looks_the_same_in_every_clip() -> None:
    one = clip().specify(procedural_head(), 48)
    other = dataclasses.replace(clip(), name="two", noise_seed=9).specify(procedural_head(), 48)
    assert one.subject == other.subject
    assert one.scene == other.scene
    assert one.seed != other.seed


def test_other_seeds_are_other_people() -> None:
    one = clip().specify(procedural_head(), 48)
    other = clip(person=Person("P1", 30, 4)).specify(procedural_head(), 48)
    assert one.subject.identity != other.subject.identity


def test_nothing_covers_a_face() -> None:
    model = procedural_head()
    scenes = [clip(person=Person("P", 1, seed)).specify(model, 48).scene for seed in range(40)]
    assert {scene.cover for scene in scenes} == {Cover.NONE}


def test_smooth_skin_changes_the_paint_and_not_the_shape() -> None:
    model = procedural_head()
    for seed in range(20):
        grown = clip(person=Person("P", seed, 1)).specify(model, 48).subject
        smooth = clip(person=Person("P", seed, 1, has_smooth_skin=True)).specify(model, 48).subject
        assert smooth.identity == grown.identity
        assert smooth.look.skin == grown.look.skin
        assert (smooth.look.wrinkles, smooth.look.grey, smooth.look.beard) == (0.0, 0.0, Beard.NONE)


def test_a_layout_has_people_of_its_own() -> None:
    assert draw_seed(generator("bp4d", 0, 0)) != draw_seed(generator("smiles", 0, 0))
    assert draw_seed(generator("bp4d", 0, 0)) == draw_seed(generator("bp4d", 0, 0))


@pytest.mark.parametrize(
    ("n", "shares", "counts"),
    [
        (8, (0.5, 0.25, 0.25), (4, 2, 2)),
        (7, (0.5, 0.25, 0.25), (3, 2, 2)),
        (1, (0.5, 0.25, 0.25), (1, 0, 0)),
        (0, (1, 1), (0, 0)),
        (41, (15, 26), (15, 26)),
        (3, (1, 1), (2, 1)),
    ],
)
def test_things_are_divided_by_largest_remainder(
    n: int, shares: tuple[float, ...], counts: tuple[int, ...]
) -> None:
    assert split_counts(n, shares) == counts


def test_a_count_below_its_least_is_refused() -> None:
    check_whole("subjects", 2, 2)
    with pytest.raises(SettingsError, match=r"needs more subjects\. Got: 1\. Expected: at least 2"):
        check_whole("subjects", 1, 2)


@pytest.mark.parametrize("seconds", [0.0, 0.9, math.inf, math.nan])
def test_a_length_that_nothing_fits_into_is_refused(seconds: float) -> None:
    with pytest.raises(SettingsError, match="too short for what happens in them"):
        check_seconds(seconds, 1.0)


@pytest.mark.parametrize("seconds", [None, 1.0, 300.0])
def test_other_lengths_are_allowed(seconds: float | None) -> None:
    check_seconds(seconds, 1.0)


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_a_share_outside_its_range_is_refused(share: float) -> None:
    check_share("by_criterion", 0.5)
    with pytest.raises(SettingsError, match="'by_criterion' is outside its range"):
        check_share("by_criterion", share)
