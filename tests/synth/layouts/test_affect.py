"""The latent curve of posed emotions."""

from __future__ import annotations

import numpy as np
import pytest

from duchenne.facs import BASIC_EMOTIONS
from duchenne.synth.layouts.acting import Act
from duchenne.synth.layouts.affect import LEXICAL, PosedEmotion, latent_affect

TIMES = np.arange(0.0, 5.0, 0.04)


def posed(emotion: str, strength: float, start_s: float) -> PosedEmotion:
    return PosedEmotion(emotion, strength, Act({}, start_s, 0.4, 1.0, 0.6))


def test_the_six_emotions_have_a_place() -> None:
    assert set(LEXICAL) == set(BASIC_EMOTIONS)
    assert all(-1.0 <= value <= 1.0 for place in LEXICAL.values() for value in place)


def test_nothing_posed_is_neutral() -> None:
    assert latent_affect([], TIMES).tolist() == np.zeros((len(TIMES), 2)).tolist()


def test_at_the_apex_the_curve_is_the_words_place_times_the_strength() -> None:
    curve = latent_affect([posed("happiness", 0.5, 1.0)], np.array([0.5, 2.0, 4.0]))
    assert curve == pytest.approx(np.array([[0, 0], [0.405, 0.255], [0, 0]]))


def test_the_way_there_is_the_acts_course() -> None:
    one = posed("anger", 1.0, 1.0)
    curve = latent_affect([one], TIMES)
    expected = [-0.51 * one.act.share_at(t) for t in TIMES]
    assert curve[:, 0].tolist() == pytest.approx(expected)


def test_emotions_at_once_add_up_within_the_scale() -> None:
    curve = latent_affect([posed("happiness", 1.0, 1.0)] * 2, np.array([2.0]))
    assert curve.tolist() == [[1.0, 1.0]]


def test_no_times_give_no_values() -> None:
    assert latent_affect([posed("fear", 1.0, 0.0)], np.array([])).shape == (0, 2)
