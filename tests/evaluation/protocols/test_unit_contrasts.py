from __future__ import annotations

import numpy as np
import pytest

from duchenne.evaluation import bootstrap
from duchenne.evaluation.protocols.unit_contrasts import (
    CONTRASTS,
    FOLLOWINGS,
    NEUTRAL,
    Measured,
    following,
    mean_of,
    separation,
)
from duchenne.facs import DU_2014, column
from duchenne.labels import EXPRESSIONS

LABELS = np.array(["happiness", "happiness", NEUTRAL, NEUTRAL, "fear"] * 6)
VALUES = np.tile([0.9, 0.3, 0.5, 0.1, 99.0], 6)
FACES = [str(row) for row in range(len(LABELS))]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "N_RESAMPLES", 50)


def test_every_contrast_is_one_that_people_showed() -> None:
    shown = {emotion.name: {column(unit) for unit in emotion.shares} for emotion in DU_2014}
    # Du et al. have no AU02 without AU01 and no AU10 without AU09 in these; one of several is enough.
    for contrast in CONTRASTS:
        assert contrast.label in EXPRESSIONS
        assert set(contrast.units) <= shown[contrast.label]
    assert {one.label for one in FOLLOWINGS} == {"happiness", "surprise"}


def test_separation_is_the_share_of_pairs_in_the_right_order() -> None:
    found = separation(LABELS, VALUES, FACES, "happiness")
    # 0.9 beats both, 0.3 beats 0.1 and not 0.5.
    assert found.value == 0.75
    assert found.n_faces == 24
    assert found.interval[0] <= 0.75 <= found.interval[1]


def test_faces_that_were_not_read_are_left_out_and_counted_out() -> None:
    values = VALUES.copy()
    values[1::5] = np.nan
    found = separation(LABELS, values, FACES, "happiness")
    assert (found.value, found.n_faces) == (1.0, 18)


def test_following_looks_at_one_expression_alone() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat(["happiness", NEUTRAL], 40)
    peer = rng.random(80)
    values = np.where(labels == "happiness", 0.2 + 0.5 * peer, -peer)
    values[:2], peer[2] = np.nan, np.nan
    found = following(labels, values, peer, [str(n) for n in range(80)], "happiness")
    assert found.value == pytest.approx(1.0, abs=1e-12)  # a line, up to rounding
    assert found.n_faces == 37


def test_interval_is_over_people() -> None:
    # Each of six people shows the same five faces, so that any six of them say the same.
    people = separation(LABELS, VALUES, [str(row // 5) for row in range(len(LABELS))], "happiness")
    assert people.interval == (people.value, people.value)
    assert np.isnan(separation(LABELS, VALUES, ["one"] * len(LABELS), "happiness").interval).all()


@pytest.mark.parametrize(
    "labels",
    [np.array(["happiness"] * 3), np.array([NEUTRAL] * 3), np.array(["fear"] * 3), np.array([], str)],
)
def test_one_group_alone_has_no_separation(labels: np.ndarray) -> None:
    found = separation(labels, np.zeros(len(labels)), [str(n) for n in range(len(labels))], "happiness")
    assert np.isnan([found.value, *found.interval]).all()


def test_curves_that_never_move_or_are_not_there_have_no_correlation() -> None:
    labels = np.array(["surprise"] * 4)
    still, moving = np.zeros(4), np.arange(4.0)
    names = list("abcd")
    assert np.isnan(following(labels, still, moving, names, "surprise").value)
    nothing = following(labels, np.full(4, np.nan), moving, names, "surprise")
    assert (np.isnan(nothing.value), nothing.n_faces) == (True, 0)


def test_mean_of_curves_is_missing_where_one_is() -> None:
    curves = {"a": np.array([1.0, np.nan]), "b": np.array([3.0, 1.0])}
    np.testing.assert_array_equal(mean_of(curves, ("a", "b")), [2.0, np.nan])


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="one length"):
        separation(LABELS, VALUES[:-1], FACES, "happiness")
    with pytest.raises(ValueError, match="one length"):
        following(LABELS, VALUES, VALUES[:-1], FACES, "happiness")


def test_result_is_plain_data() -> None:
    assert separation(LABELS, VALUES, FACES, "happiness") == Measured(
        0.75, separation(LABELS, VALUES, FACES, "happiness").interval, 24
    )
