from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from duchenne.emotion.grouping import BROAD, GROUPINGS, SPECIFIC
from duchenne.emotion.threshold import Fallback
from duchenne.errors import DataError
from duchenne.evaluation.protocols.setting_fits import (
    FitOptions,
    FittedSet,
    content,
    fit_settings,
    notes_of,
    sweep_figures,
)
from duchenne.evaluation.threshold_fit import ChosenOn, LabelledVideo, fit


def videos() -> list[LabelledVideo]:
    """Five people: a smile in a quarter of the frames each, and a neutral video that shows a little anger."""
    smiles = [LabelledVideo(f"a{k}", f"s{k}", "happiness", {"happiness": 5, "neutral": 15}) for k in range(5)]
    neutrals = [LabelledVideo(f"b{k}", f"s{k}", "neutral", {"anger": 2, "neutral": 18}) for k in range(5)]
    return [*smiles, *neutrals]


@pytest.fixture(scope="module", autouse=True)
def few_resamples() -> Iterator[None]:
    """Intervals are looked at elsewhere; a thousand resamples of each would take a minute here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("duchenne.evaluation.bootstrap.N_RESAMPLES", 20)
        yield


@pytest.fixture(scope="module")
def fitted() -> FittedSet:
    return fit_settings("Five people", videos(), FitOptions())


def test_every_label_setting_is_fitted_with_both_fallbacks(fitted: FittedSet) -> None:
    assert [(one.under.name, one.fallback) for one in fitted.fits] == [
        (under.name, fallback) for under in GROUPINGS for fallback in Fallback
    ]
    for fallback in Fallback:
        found, expected = fitted.fit_of(BROAD, fallback), fit(videos(), under=BROAD, fallback=fallback)
        assert (found.folds, found.curve) == (expected.folds, expected.curve)
        assert (found.answers, found.fallback) == (expected.answers, fallback)


def test_options_reach_the_fits() -> None:
    options = FitOptions(n_folds=2, seed=3, chosen_on=ChosenOn.ALL)
    found = fit_settings("Five people", videos(), options).fit_of(SPECIFIC, Fallback.NEUTRAL)
    expected = fit(videos(), fallback=Fallback.NEUTRAL, n_folds=2, seed=3, chosen_on=ChosenOn.ALL)
    assert (found.folds, found.chosen_on) == (expected.folds, ChosenOn.ALL)
    assert len(found.folds) == 2


def test_the_record_holds_counts_and_folds(fitted: FittedSet) -> None:
    found = content(fitted)
    assert (found["n_videos"], found["n_subjects"]) == (10, 5)
    assert found["n_videos_by_label"] == {"happiness": 5, "neutral": 5}
    one = found["label_settings"]["specific"]["neutral"]
    assert (one["threshold"], one["fallback"]) == (0.2, "neutral")
    assert [fold["n_test"] for fold in one["folds"]] == [2] * 5


def test_notes_name_set_and_setting_and_come_once() -> None:
    options = FitOptions(n_folds=2, chosen_on=ChosenOn.ALL)
    said = notes_of([fit_settings("Five people", videos(), options)])
    assert len(said) == len(set(said))
    assert (
        sum(
            note.startswith("Five people, broad: the threshold was chosen on the videos it is scored on")
            for note in said
        )
        == 1
    )


def test_a_set_that_does_not_divide_is_refused() -> None:
    with pytest.raises(DataError, match="5 parts need at least 5 subjects"):
        fit_settings("One", videos()[:1], FitOptions())
    with pytest.raises(DataError, match="there are no videos"):
        fit_settings("None", [], FitOptions())


def test_the_sweep_shows_both_readings_and_a_flat_top_1(
    fitted: FittedSet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn = sweep_figures([fitted])
    assert list(drawn) == [f"sweep_five_people_{under.name}.png" for under in GROUPINGS]
    path = tmp_path / "sweep.png"
    drawn["sweep_five_people_specific.png"](path)
    assert cv2.imread(str(path)) is not None
    seen: dict[str, object] = {}
    monkeypatch.setattr(
        "duchenne.evaluation.protocols.figures.lines",
        lambda path, title, x, curves, labels: seen.update(x=x, curves=curves),
    )
    drawn["sweep_five_people_specific.png"](path)
    assert seen["x"] == [k / 20 for k in range(1, 21)]
    curves = seen["curves"]
    assert isinstance(curves, dict)
    # At 0.05 and 0.10 the anger in neutral videos counts; above 0.25 the smiles do not.
    rule = [0.5, 0.5, 1.0, 1.0, 1.0, *[0.5] * 15]
    assert curves["the rule, fallback most frequent"] == curves["the rule, fallback neutral"] == rule
    assert curves["Top-1"] == [0.5] * 20
