"""The rule of paper 004 fitted in every setting: three label settings, two readings of its fallback.

Takes labelled videos whose frames were read; gives a `FittedSet` with a `duchenne.evaluation.threshold_fit.Fit` for
each setting, its content for the record, and the sweep over thresholds as a figure. What does not divide into folds
is refused by the fit.
Source: Yang, Lee & Park, "Develop method to efficiently apply image-based facial emotion classification models to
video data", sections 2.4 and 2.5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from duchenne.emotion.grouping import GROUPINGS, Grouping
from duchenne.emotion.threshold import Fallback
from duchenne.evaluation.protocols import figures
from duchenne.evaluation.threshold_fit import ChosenOn, Fit, LabelledVideo, fit
from duchenne.evaluation.threshold_record import fit_content, notes


@dataclass(frozen=True, slots=True, kw_only=True)
class FitOptions:
    """How thresholds are chosen and scored.

    Attributes:
        n_folds: Five, as in the paper.
        seed: Of the division into folds.
        chosen_on: Which videos choose the threshold of a fold; the other folds', because the paper's own choice may
            have seen what it was scored on.
    """

    n_folds: int = 5
    seed: int = 0
    chosen_on: ChosenOn = ChosenOn.TRAINING

    def words(self) -> list[str]:
        """The options as the command line takes them."""
        words = ["--folds", str(self.n_folds), "--seed", str(self.seed)]
        return [*words, *(["--as-published"] if self.chosen_on is ChosenOn.ALL else [])]


@dataclass(frozen=True, slots=True)
class FittedSet:
    """A set of videos with the fits of all settings.

    Attributes:
        title: As tables call it.
        videos: What the fits were made on.
        fits: One for each label setting and fallback.
    """

    title: str
    videos: tuple[LabelledVideo, ...]
    fits: tuple[Fit, ...]

    def fit_of(self, under: Grouping, fallback: Fallback) -> Fit:
        """The fit of one setting."""
        return next(found for found in self.fits if (found.under, found.fallback) == (under, fallback))


def fit_settings(title: str, videos: Sequence[LabelledVideo], options: FitOptions) -> FittedSet:
    """Fit every label setting with both fallbacks.

    Raises:
        DataError: if there is no video, a label is unknown, or the subjects do not divide into the folds.
    """
    fits = tuple(
        fit(
            videos,
            under=under,
            fallback=fallback,
            n_folds=options.n_folds,
            seed=options.seed,
            chosen_on=options.chosen_on,
        )
        for under in GROUPINGS
        for fallback in Fallback
    )
    return FittedSet(title, tuple(videos), fits)


def content(fitted: FittedSet) -> dict[str, Any]:
    """What the record holds of a set: how many videos of each label, and every fit with its folds."""
    return {
        "n_videos": len(fitted.videos),
        "n_videos_by_label": dict(sorted(Counter(video.expression for video in fitted.videos).items())),
        "n_subjects": len({video.subject for video in fitted.videos}),
        "label_settings": {
            under.name: {fallback.value: fit_content(fitted.fit_of(under, fallback)) for fallback in Fallback}
            for under in GROUPINGS
        },
    }


def notes_of(sets: Sequence[FittedSet]) -> tuple[str, ...]:
    """What must be known about the numbers of each set and setting; the same sentence of both fallbacks once."""
    return tuple(
        dict.fromkeys(
            f"{fitted.title}, {found.under.name}: {note}"
            for fitted in sets
            for found in fitted.fits
            for note in notes(found)
        )
    )


def sweep_figures(sets: Sequence[FittedSet]) -> dict[str, Callable[[Path], None]]:
    """Accuracy over the threshold on all videos, for each set and label setting, by file name."""
    return {
        f"sweep_{_plain(fitted.title)}_{under.name}.png": partial(_draw_sweep, fitted, under)
        for fitted in sets
        for under in GROUPINGS
    }


def _plain(title: str) -> str:
    """A title as part of a file name."""
    kept = "".join(letter if letter.isalnum() else " " for letter in title.lower())
    return "_".join(kept.split())


def _draw_sweep(fitted: FittedSet, under: Grouping, path: Path) -> None:
    fits = [fitted.fit_of(under, fallback) for fallback in Fallback]
    thresholds = [threshold for threshold, _ in fits[0].curve]
    curves = {
        f"the rule, fallback {found.fallback.value.replace('_', ' ')}": [
            accuracy for _, accuracy in found.curve
        ]
        for found in fits
    }
    curves["Top-1"] = [fits[0].top_1.accuracy] * len(thresholds)
    title = f"{fitted.title}, {len(fitted.videos)} videos, {under.name.replace('_', ' ')}"
    figures.lines(path, title, thresholds, curves, ("threshold", "accuracy on all videos"))
