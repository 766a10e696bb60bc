from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duchenne.emotion.grouping import GROUPINGS, SPECIFIC, Grouping
from duchenne.emotion.threshold import (
    Decision,
    Fallback,
    Representative,
    RepresentativeOptions,
    represent,
    top_1,
)
from duchenne.errors import SettingsError


def rule(threshold: float, fallback: Fallback = Fallback.MOST_FREQUENT) -> RepresentativeOptions:
    return RepresentativeOptions(threshold=threshold, fallback=fallback)


def test_an_expression_that_is_buried_in_neutral_is_found_by_the_rule_and_not_by_top_1() -> None:
    found = represent({"sadness": 3, "fear": 1, "neutral": 6}, rule(0.3))
    assert found == Representative("sadness", Decision.THRESHOLD, "sadness", 0.3, "neutral", 10)


def test_below_the_threshold_the_fallback_decides() -> None:
    counts = {"sadness": 3, "fear": 1, "neutral": 6}
    expected = Representative("neutral", Decision.FALLBACK, "sadness", 0.3, "neutral", 10)
    assert represent(counts, rule(0.35)) == represent(counts, rule(0.35, Fallback.NEUTRAL)) == expected


def test_the_readings_differ_where_an_expression_is_most_frequent_and_still_below_the_threshold() -> None:
    counts = {"sadness": 4, "fear": 3, "neutral": 3}
    assert represent(counts, rule(0.5)).expression == "sadness"
    assert represent(counts, rule(0.5)).decided_by is Decision.FALLBACK
    assert represent(counts, rule(0.5, Fallback.NEUTRAL)).expression == "neutral"


@pytest.mark.parametrize("counts", [{}, {"fear": 0, "neutral": 0}])
def test_a_video_in_which_nothing_was_read_has_no_answer(counts: dict[str, int]) -> None:
    assert represent(counts, rule(0.05, Fallback.NEUTRAL)) == Representative(
        None, Decision.NO_FRAMES_READ, None, None, None, 0
    )
    assert top_1(counts) is None


def test_a_single_frame_speaks_for_its_video() -> None:
    assert represent({"fear": 1}, rule(1.0)).expression == "fear"
    assert represent({"neutral": 1}, rule(0.05)) == Representative(
        "neutral", Decision.FALLBACK, None, 0.0, "neutral", 1
    )


def test_ties_go_to_an_expression_before_neutral_and_to_the_first_of_them() -> None:
    assert top_1({"neutral": 2, "fear": 2, "anger": 2}) == "fear"
    assert represent({"neutral": 4, "anger": 2, "fear": 2}, rule(0.25)).expression == "anger"


@pytest.mark.parametrize("twentieths", range(1, 21))
def test_a_share_that_equals_the_threshold_reaches_it(twentieths: int) -> None:
    # 0.55 * 20 is above 11 in binary fractions; the rule must not see that.
    counts = {"fear": twentieths, "neutral": 20 - twentieths}
    assert represent(counts, rule(float(f"{twentieths * 5 / 100:.2f}"))).decided_by is Decision.THRESHOLD


@pytest.mark.parametrize("value", [0.0, -0.1, 1.01, math.nan, math.inf])
def test_a_threshold_outside_its_range_is_refused(value: float) -> None:
    with pytest.raises(SettingsError, match=rf"threshold must lie above 0 and be at most 1\. Got: {value}\."):
        RepresentativeOptions(threshold=value)


def test_a_negative_count_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="counts must not be negative"):
        represent({"fear": -1, "neutral": 2})


def test_the_default_is_a_tenth_of_the_frames() -> None:
    assert represent({"fear": 1, "neutral": 9}).decided_by is Decision.THRESHOLD
    assert represent({"fear": 1, "neutral": 10}).expression == "neutral"


counts_of = st.lists(st.integers(0, 30), min_size=8, max_size=8).map(
    lambda numbers: dict(zip(SPECIFIC.labels, numbers, strict=True))
)
twentieths_of = st.integers(1, 20)


def reference(counts: dict[str, int], threshold: Fraction, fallback: Fallback) -> str | None:
    """Equation (1) as written, in exact fractions, over a list of frames that is sorted by frequency."""
    frames = [label for label, n in counts.items() for _ in range(n)]
    if not frames:
        return None
    ranked = sorted(
        counts, key=lambda label: (-frames.count(label), label == "neutral", list(counts).index(label))
    )
    emotion = next(label for label in ranked if label != "neutral")
    if frames.count(emotion) >= threshold * len(frames):
        return emotion
    return "neutral" if fallback is Fallback.NEUTRAL else ranked[0]


@given(counts=counts_of, twentieths=twentieths_of, fallback=st.sampled_from(Fallback))
def test_agrees_with_the_equation_in_exact_fractions(
    counts: dict[str, int], twentieths: int, fallback: Fallback
) -> None:
    found = represent(counts, rule(twentieths / 20, fallback))
    assert found.expression == reference(counts, Fraction(twentieths, 20), fallback)


@given(counts=counts_of, twentieths=twentieths_of)
def test_above_one_half_the_rule_with_the_most_frequent_label_is_top_1(
    counts: dict[str, int], twentieths: int
) -> None:
    if twentieths > 10:
        assert represent(counts, rule(twentieths / 20)).expression == top_1(counts)


@pytest.mark.parametrize("under", GROUPINGS, ids=lambda found: found.name)
@given(data=st.data())
def test_the_readings_agree_at_one_part_in_k_and_below(under: Grouping, data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, 30), min_size=len(under.labels), max_size=len(under.labels)))
    counts = dict(zip(under.labels, numbers, strict=True))
    threshold = 1 / len(under.labels)
    readings = {represent(counts, rule(threshold, fallback)).expression for fallback in Fallback}
    assert len(readings) == 1
