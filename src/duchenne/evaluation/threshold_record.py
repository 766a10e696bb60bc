"""What ``duchenne threshold fit`` writes: ``threshold.json``, and the notes a reader needs before its numbers.

Takes the fits under several label settings and where the videos come from; gives JSON with sorted keys and six
digits, null for what is not known. Holds names of videos and of subjects as the list has them, and no pictures.
Refuses to replace a file unless told to.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from duchenne.emotion.grouping import SPECIFIC, regrouped
from duchenne.emotion.threshold import Fallback, RepresentativeOptions, represent
from duchenne.errors import OutputError
from duchenne.evaluation import metrics
from duchenne.evaluation.record_text import record_text
from duchenne.evaluation.score import Score
from duchenne.evaluation.threshold_fit import THRESHOLDS, ChosenOn, Fit, LabelledVideo
from duchenne.models.card import Card
from duchenne.outputs import schema
from duchenne.outputs.provenance import collect_versions
from duchenne.outputs.whole_files import write_text_whole

FILE: Final = "threshold.json"


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One label of a comparison, as in the paper's Table 2.

    Attributes:
        label: Its name.
        n_videos: Videos with this label.
        top_1_accuracy: Of Top-1, this label against all others, over all videos.
        rule_accuracy: Of the rule.
        top_1_f1: Of Top-1; NaN for a label that no video has.
        rule_f1: Of the rule.
    """

    label: str
    n_videos: int
    top_1_accuracy: float
    rule_accuracy: float
    top_1_f1: float
    rule_f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a fit comes from.

    Attributes:
        labels: Name of the list.
        labels_sha256: Its hash.
        command: What repeats the fit.
        seed: Of the folds.
        seconds: How much of each video was read; None for all.
        cards: Of the networks.
        left_out: Videos of each label that no network reads.
        unreadable: Name and reason of the videos that could not be decoded.
        subjects_unknown: Whether each video was taken for a person of its own.
    """

    labels: str
    labels_sha256: str
    command: str
    seed: int
    seconds: float | None
    cards: tuple[Card, ...]
    left_out: Mapping[str, int]
    unreadable: tuple[tuple[str, str], ...]
    subjects_unknown: bool


def by_label(found: Fit) -> tuple[LabelRow, ...]:
    """The rule beside Top-1, label by label; labels that no video has included."""
    rule, top_1 = np.array(found.rule.confusion), np.array(found.top_1.confusion)
    columns = (
        metrics.class_accuracy(top_1),
        metrics.class_accuracy(rule),
        metrics.f1(top_1),
        metrics.f1(rule),
    )
    return tuple(
        LabelRow(label, int(rule[place].sum()), *(float(column[place]) for column in columns))
        for place, label in enumerate(found.under.labels)
    )


def notes(found: Fit) -> tuple[str, ...]:
    """What must be known about one label setting's numbers, in sentences."""
    said = []
    low, high = found.difference_interval
    if math.isnan(low):
        said.append("the difference has no interval: the videos show too few people")
    elif low <= 0 <= high:
        said.append("the rule is not shown to be better or worse than Top-1: the interval includes 0")
    elif high < 0:
        said.append("the rule is worse than Top-1 on people it was not chosen on")
    if found.fallback is Fallback.MOST_FREQUENT and found.threshold > 0.5:
        said.append("with this fallback a threshold above 0.5 is Top-1")
    if found.threshold == THRESHOLDS[0]:
        said.append(
            "the threshold is the lowest that is tried: these videos ask for all the sensitivity there is"
        )
    if found.chosen_on is ChosenOn.ALL:
        said.append("the threshold was chosen on the videos it is scored on, so the rule's score is too good")
    for fold in found.folds:
        for part, absent in (("training", fold.absent_from_training), ("test", fold.absent_from_test)):
            if absent:
                said.append(f"no {part} video of {fold.name} is labelled {', '.join(absent)}")
    if found.rule.n_missed:
        said.append(f"{found.rule.n_missed} videos without a frame that was read count as wrong for both")
    return tuple(said)


def check_place(folder: Path, *, overwrite: bool) -> Path:
    """The file to write, before any work is done.

    Raises:
        OutputError: if it exists and may not be replaced.
    """
    path = folder / FILE
    if path.exists() and not overwrite:
        raise OutputError(f"{path} exists already", remedy="Choose another folder, or pass --overwrite")
    return path


def write_record(fits: Sequence[Fit], videos: Sequence[LabelledVideo], origin: Origin, path: Path) -> None:
    """Write the record, whole or not at all; its folder is made.

    Args:
        fits: One for each label setting; the first one's threshold is the one to use.
        videos: What they were made on.
        origin: Where they come from.
        path: Replaced if it exists.

    Raises:
        OutputError: if it cannot be written.
    """
    rule = RepresentativeOptions(threshold=fits[0].threshold, fallback=fits[0].fallback)
    content = {
        "note": schema.NOTE,
        "use": {"threshold": rule.threshold, "fallback": rule.fallback.value},
        "origin": {
            **{
                name: getattr(origin, name)
                for name in ("labels", "labels_sha256", "command", "seed", "seconds")
            },
            "models": {card.name: {"version": card.version, "sha256": card.sha256} for card in origin.cards},
            "versions": collect_versions(),
        },
        "left_out": dict(origin.left_out),
        "subjects_unknown": origin.subjects_unknown,
        "unreadable": [{"name": name, "reason": reason} for name, reason in origin.unreadable],
        "label_settings": {found.under.name: fit_content(found) for found in fits},
        "videos": [_video_content(video, rule) for video in videos],
    }
    write_text_whole(path, "the record", record_text(content))


def fit_content(found: Fit) -> dict[str, Any]:
    """A fit as plain values, for a record; without the answers to the single videos."""
    return {
        "threshold": found.threshold,
        "fallback": found.fallback.value,
        "chosen_on": found.chosen_on.value,
        "curve": [{"threshold": threshold, "accuracy": accuracy} for threshold, accuracy in found.curve],
        "folds": [dataclasses.asdict(fold) for fold in found.folds],
        "rule": _score_content(found.rule, found.fold_mean),
        "top_1": _score_content(found.top_1, found.top_1_fold_mean),
        "difference": found.difference,
        "difference_interval": found.difference_interval,
        "by_label": [dataclasses.asdict(row) for row in by_label(found)],
        "member_of": dict(found.under.member_of),
        "n_readings_differ": found.n_readings_differ,
        "notes": notes(found),
    }


def _score_content(found: Score, fold_mean: float) -> dict[str, Any]:
    return {**dataclasses.asdict(found), "mean_of_folds": fold_mean}


def _video_content(video: LabelledVideo, rule: RepresentativeOptions) -> dict[str, Any]:
    found = represent(regrouped(video.n_frames_by_expression, SPECIFIC), rule)
    return {
        "name": video.name,
        "subject": video.subject,
        "label": video.expression,
        "n_frames_by_expression": dict(video.n_frames_by_expression),
        "representative": found.expression,
        "decided_by": found.decided_by.value,
        "top_1": found.top_1,
    }
