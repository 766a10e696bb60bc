"""What faces show at their peak."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duchenne.errors import SettingsError
from duchenne.facs import BASIC_EMOTIONS, DU_2014, LEFT, RIGHT, column
from duchenne.synth.acting.cooccurrence import conflicts
from duchenne.synth.acting.expressions import (
    EMOTIONS,
    Expression,
    emotion,
    left_out,
    lopsided,
    mixture,
    single,
    smile,
)
from duchenne.synth.head.action_units import RENDERABLE, UNITS

SEEDS = st.integers(0, 2**32 - 1)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_an_expression_that_cannot_be_rendered_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"AU32 .* cannot be rendered"):
        Expression("bite", {32: (1.0, 1.0)})


@pytest.mark.parametrize("unit", RENDERABLE)
def test_every_unit_can_be_shown_alone_at_a_chosen_strength(unit: int) -> None:
    shown = single(rng(), unit, strength=0.6)
    assert list(shown.peaks) == [unit]
    assert max(shown.peaks[unit]) == 0.6
    assert shown.label.startswith(f"AU{unit:02d}")


def test_one_side_alone() -> None:
    assert single(rng(), 12, strength=0.5, side="L") == Expression("AU12_L", {12: (0.5, 0.0)})
    assert single(rng(), 12, strength=0.5, side="R") == Expression("AU12_R", {12: (0.0, 0.5)})
    assert single(rng(), 12, strength=0.5) == Expression("AU12", {12: (0.5, 0.5)})


def test_a_sideways_jaw_goes_to_one_side_and_over_many_draws_to_both() -> None:
    generator = rng()
    assert {single(generator, 30).label for _ in range(20)} == {"AU30_L", "AU30_R"}


def test_a_strength_that_is_not_given_is_drawn_where_it_can_be_seen() -> None:
    generator = rng()
    strengths = [max(single(generator, 4).peaks[4]) for _ in range(200)]
    assert 0.2 <= min(strengths) < 0.3
    assert 0.9 < max(strengths) <= 1.0


@pytest.mark.parametrize(
    ("unit", "options", "words"),
    [
        (3, {}, "knows no AU3"),
        (13, {}, "AU13 .* cannot be rendered"),
        (12, {"strength": 1.2}, "strength of AU12 is outside its range"),
        (17, {"side": "L"}, "AU17 .* has no sides"),
        (12, {"side": "left"}, "no such side of a face.*'left'"),
    ],
)
def test_a_single_unit_that_cannot_be_shown_is_refused(
    unit: int, options: dict[str, object], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        single(rng(), unit, **options)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_mixtures_hold_two_to_five_units_that_fit(seed: int) -> None:
    shown = mixture(rng(seed))
    assert 2 <= len(shown.peaks) <= 5
    assert conflicts(shown.peaks) == ()
    assert shown.label.count("AU") == len(shown.peaks)
    assert all(0.2 <= max(peak) <= 1.0 for peak in shown.peaks.values())


def test_a_mixture_has_as_many_units_as_asked_for() -> None:
    assert len(mixture(rng(), n_units=3).peaks) == 3
    assert mixture(rng(), n_units=0).peaks == {}


def test_a_mixture_may_have_a_sideways_jaw() -> None:
    shown = [mixture(rng(seed)).peaks for seed in range(200)]
    jaws = {peaks[30][0] > 0 for peaks in shown if 30 in peaks}
    assert jaws == {True, False}
    assert all(min(peaks[30]) == 0 for peaks in shown if 30 in peaks)


@pytest.mark.parametrize("name", EMOTIONS)
def test_an_emotion_has_its_prototypical_units_always_and_its_variants_by_their_share(name: str) -> None:
    row, generator, n_draws = EMOTIONS[name], rng(), 200
    drawn = [emotion(generator, name, strength=0.8).peaks for _ in range(n_draws)]
    assert all(set(row.prototypical) <= set(peaks) for peaks in drawn)
    assert all(conflicts(peaks) == () for peaks in drawn)
    never = left_out(name)
    rivals = {unit for unit in row.variants if any(conflicts((unit, other)) for other in row.variants)}
    for unit, share in row.variants.items():
        seen = sum(unit in peaks for peaks in drawn) / n_draws
        if unit in never:
            assert seen == 0
        elif unit in rivals:  # stays away when its rival came first
            assert 0 < seen < share + 0.17
        else:
            # Five standard deviations of a share from 200 draws are 0.17.
            assert seen == pytest.approx(share, abs=0.17)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from(list(EMOTIONS)), st.floats(0.01, 1.0))
def test_the_strongest_unit_of_an_emotion_has_the_strength_asked_for(
    seed: int, name: str, strength: float
) -> None:
    peaks = emotion(rng(seed), name, strength=strength).peaks
    assert max(left for left, _ in peaks.values()) == pytest.approx(strength)
    assert all(left == right for left, right in peaks.values())
    assert all(peaks[unit][0] >= 0.8 * strength - 1e-12 for unit in EMOTIONS[name].prototypical)
    assert all(peak[0] >= 0.5 * strength - 1e-12 for peak in peaks.values())


def test_what_an_emotion_never_shows_is_told() -> None:
    assert left_out("happiness") == {}
    assert left_out("sadness") == {11: UNITS[11].note}
    assert left_out("anger") == {10: "excluded by AU24", 23: "excluded by AU24"}
    assert left_out("disgust") == {24: "excluded by AU09, AU10"}


def test_all_emotions_of_the_study_are_there() -> None:
    assert len(EMOTIONS) == len(DU_2014) == 21
    assert set(BASIC_EMOTIONS) <= set(EMOTIONS)


def test_an_unknown_emotion_and_an_impossible_strength_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"no units are known for 'joy'.*happiness"):
        emotion(rng(), "joy")
    with pytest.raises(SettingsError, match="outside its range"):
        emotion(rng(), "happiness", strength=1.5)


def test_smiles_are_symmetric_with_and_without_cheeks() -> None:
    generator = rng()
    drawn = [smile(generator, 0.6).peaks for _ in range(300)]
    assert all(peaks[12] == (0.6, 0.6) for peaks in drawn)
    assert all(left == right <= 0.6 for peaks in drawn for left, right in peaks.values())
    # Shares of 0.5 and 0.6 from 300 draws, five standard deviations are 0.14.
    assert np.mean([6 in peaks for peaks in drawn]) == pytest.approx(0.5, abs=0.14)
    assert np.mean([25 in peaks for peaks in drawn]) == pytest.approx(0.6, abs=0.14)
    assert 6 in smile(generator, 0.6, has_cheeks=True).peaks
    assert 6 not in smile(generator, 0.6, has_cheeks=False).peaks
    assert smile(generator, 0.25, has_cheeks=False).label == "smile 0.25"


def test_a_smile_of_impossible_strength_is_refused() -> None:
    with pytest.raises(SettingsError, match="strength of AU12"):
        smile(rng(), -0.1)


def test_lopsided_faces_are_stronger_on_one_side_and_over_many_draws_on_either() -> None:
    generator = rng()
    drawn = [lopsided(generator) for _ in range(300)]
    stronger = set()
    for shown in drawn:
        signs = {left > right for left, right in shown.peaks.values()}
        assert len(signs) == 1
        assert all(min(peak) <= 0.6 * max(peak) for peak in shown.peaks.values())
        assert conflicts(shown.peaks) == ()
        stronger |= signs
    assert stronger == {True, False}
    contempt = [shown for shown in drawn if shown.label == "contempt"]
    assert len(contempt) / 300 == pytest.approx(0.35, abs=0.14)
    assert all(set(shown.peaks) <= {12, 14} for shown in contempt)
    assert all(min(peak) == 0 for shown in contempt for peak in shown.peaks.values())
    assert all(shown.label.endswith(("_L", "_R")) for shown in drawn if shown.label != "contempt")
    assert any(min(peak) > 0 for shown in drawn for peak in shown.peaks.values())


@pytest.mark.parametrize("seed", range(40))
def test_a_lopsided_face_is_stronger_on_the_side_that_its_label_names(seed: int) -> None:
    shown = lopsided(np.random.default_rng(seed))
    stronger = {LEFT if left > right else RIGHT for left, right in shown.peaks.values()}
    assert len(stronger) == 1
    if shown.label != "contempt":
        assert shown.label == "+".join(column(unit, *stronger) for unit in sorted(shown.peaks))
