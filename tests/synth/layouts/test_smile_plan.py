"""Who smiles when: two data sets, subjects with maxima of their own."""

from __future__ import annotations

import numpy as np
import pytest

from duchenne.errors import SettingsError
from duchenne.synth.acting.script import ScriptKind
from duchenne.synth.head.action_units import RENDERABLE, UNITS
from duchenne.synth.layouts.smile_plan import EMOTIONS, PosedVideo, SmilesOptions, plan

ALL = tuple(EMOTIONS)


def course(video: PosedVideo) -> np.ndarray:
    """(T,) sum of the emotion's units but AU5, which blinks let go."""
    units = [unit for unit in EMOTIONS[video.emotion] if unit != 5]
    return np.asarray(video.clip.strengths(units).sum(axis=(1, 2)))


def test_the_papers_41_subjects_are_divided_15_to_26() -> None:
    videos = plan(SmilesOptions(subjects=41), 0)
    people = {number: {v.clip.person.name for v in videos if v.dataset == number} for number in (1, 2)}
    assert {number: len(names) for number, names in people.items()} == {1: 15, 2: 26}
    assert not people[1] & people[2]
    assert {video.split for video in videos if video.dataset == 1} == {"validation"}
    assert {video.split for video in videos if video.dataset == 2} == {"train"}


def test_both_data_sets_have_somebody() -> None:
    assert {video.dataset for video in plan(SmilesOptions(subjects=2), 0)} == {1, 2}


def test_the_first_set_has_two_videos_of_about_9_s_and_the_second_three_of_about_4_s() -> None:
    videos = plan(SmilesOptions(subjects=6), 0)
    for dataset, n_videos, seconds in ((1, 2, 9.0), (2, 3, 4.0)):
        of_set = [video for video in videos if video.dataset == dataset]
        for name in {video.clip.person.name for video in of_set}:
            assert sum(video.clip.person.name == name for video in of_set) == n_videos
        assert all(abs(v.clip.script.duration_s / seconds - 1) <= 0.1 for v in of_set)
        assert all(v.clip.fps == 30.0 for v in of_set)


def test_the_first_set_is_neutral_peaks_halfway_and_is_neutral_again() -> None:
    for video in plan(SmilesOptions(subjects=6, emotions=ALL), 0):
        if video.dataset == 1:
            values, times = course(video), video.clip.times_s
            assert values[times <= video.instructions_end_s].max() == 0.0
            assert values[len(values) // 2] == pytest.approx(values.max())
            assert values[-1] == pytest.approx(0.0, abs=1e-9)
            assert video.instructions_end_s > 0.2 * video.clip.script.duration_s


def test_a_smile_takes_about_half_a_second_to_come() -> None:
    onsets = [
        event.onset_s
        for video in plan(SmilesOptions(subjects=20), 0)
        if video.dataset == 1
        for event in video.clip.script.events
        if event.unit == 12
    ]
    assert np.mean(onsets) == pytest.approx(0.5, abs=0.05)


def test_the_second_set_expresses_from_the_first_frame_to_the_last() -> None:
    for video in plan(SmilesOptions(subjects=6, emotions=ALL), 0):
        if video.dataset == 2:
            values = course(video)
            assert values.min() >= 0.69 * values.max() > 0.0
            assert video.instructions_end_s == 0.0


def test_later_videos_are_stronger_and_the_last_reaches_the_subjects_own_maximum() -> None:
    videos = plan(SmilesOptions(subjects=6, emotions=ALL), 0)
    for name in {video.clip.person.name for video in videos}:
        for emotion in ALL:
            own = [v for v in videos if v.clip.person.name == name and v.emotion == emotion]
            strongest = [course(video).max() for video in own]
            assert strongest == sorted(strongest)
            maxima = {unit: sum(sides) for unit, sides in own[-1].maxima.items() if unit != 5}
            assert strongest[-1] == pytest.approx(sum(maxima.values()))


def test_subjects_differ_in_their_maxima_and_the_cheek_raiser_is_the_papers() -> None:
    videos = plan(SmilesOptions(subjects=10), 0)
    cheeks = {video.clip.person.name: max(video.maxima[6]) for video in videos}
    assert len(set(cheeks.values())) == 10
    assert all(0.4 <= value <= 0.6 for value in cheeks.values())


def test_every_unit_of_the_table_can_be_rendered() -> None:
    for video in plan(SmilesOptions(subjects=2, emotions=ALL), 0):
        assert set(video.maxima) == set(EMOTIONS[video.emotion]) <= set(RENDERABLE)
        for unit, (left, right) in video.maxima.items():
            assert UNITS[unit].is_sided or left == right


def test_what_was_asked_is_in_the_papers_words() -> None:
    videos = plan(SmilesOptions(subjects=2, emotions=("happiness", "sadness")), 0)
    asked = [video.instruction for video in videos]
    assert asked[:4] == ["smile", "really smile", "be sad", "be really sad"]
    assert asked[4] == "smile at intensity 1 of 3"
    assert videos[0].clip.script.kind is ScriptKind.POSED_SMILE
    assert videos[2].clip.script.kind is ScriptKind.EMOTION


def test_lengths_can_be_set_and_keep_their_proportion() -> None:
    videos = plan(SmilesOptions(subjects=2, seconds=1.8), 0)
    assert [round(video.clip.script.duration_s, 6) for video in videos] == [1.8, 1.8, 0.8, 0.8, 0.8]


def test_the_same_seed_gives_the_same_plan() -> None:
    options = SmilesOptions(subjects=3)
    assert plan(options, 1) == plan(options, 1) != plan(options, 2)


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(SettingsError, match="needs more subjects"):
        SmilesOptions(subjects=1)
    with pytest.raises(SettingsError, match="too short"):
        SmilesOptions(seconds=0.5)
    with pytest.raises(SettingsError, match=r"no such emotion\. Got: pride"):
        SmilesOptions(emotions=("pride",))
    with pytest.raises(SettingsError, match=r"no such emotion\. Got: none"):
        SmilesOptions(emotions=())
    with pytest.raises(SettingsError, match="named twice"):
        SmilesOptions(emotions=("fear", "fear"))
    with pytest.raises(SettingsError, match="the phone's faults"):
        SmilesOptions(missing=0.9)
    with pytest.raises(SettingsError, match="the phone's faults"):
        SmilesOptions(phone_noise=-1.0)
