"""Paper 004's rule on clips made of FER2013's test stills: real faces, no licence to sign, done in seconds.

Takes FER2013 and an installed network that names expressions; reads every still once, makes clips of them (see
`duchenne.datasets.still_clips`), and scores the rule beside Top-1: Tables 1 to 3 in the paper's shape, and accuracy
by the share of a clip that its expression takes. Parts of the stills play the role of people: no still is in two
folds. Frames are independent stills of different people, so nothing is said about motion, speech or a face that is
misread in the same way for a whole clip. Refuses a split that the network learned from.
"""

from __future__ import annotations

import dataclasses
import shlex
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from duchenne.datasets.fer2013 import read_fer2013
from duchenne.datasets.still_clips import PROPORTIONS, ClipPlan, StillClip, make_clips
from duchenne.emotion.grouping import GROUPINGS, NEUTRAL
from duchenne.emotion.threshold import Fallback
from duchenne.evaluation.protocols.classifier import open_classifier, read_stills
from duchenne.evaluation.protocols.outcome import Outcome, Table, number
from duchenne.evaluation.protocols.setting_fits import (
    FitOptions,
    content,
    fit_settings,
    notes_of,
    sweep_figures,
)
from duchenne.evaluation.protocols.threshold_shares import (
    break_even,
    draw_shares,
    row_content,
    share_rows,
    share_table,
)
from duchenne.evaluation.protocols.threshold_tables import tables
from duchenne.evaluation.provenance import hash_of
from duchenne.evaluation.register import check_split
from duchenne.evaluation.threshold_fit import LabelledVideo
from duchenne.labels import FER2013_LABELS
from duchenne.models.card import Card

DATASET: Final = "fer2013"
TITLE: Final = "FER2013 stills"

NOTES: Final = (
    "These are not videos. Each frame is another person's photograph, drawn independently: no motion, no speech, "
    "and no person who is misread in the same way throughout a clip, which is what makes real clips harder.",
    "What a neutral still is read as is as noisy as the network: its mistakes are spread over the expressions, "
    "whereas those on one neutral face may all name the same one.",
    "How long the runs are was chosen here and not observed, and the gain over all clips follows from it: read the "
    "gain by share.",
    "Where most expressions are negative, a clip whose neutral frames are misread is called negative by luck: "
    "set the gain at short runs against the row of neutral clips.",
    "Parts of the stills stand where subjects would: no still is in two folds, and intervals come from resampling "
    "the parts.",
    "The paper's rows are about other data, real clips of children, and show the shape alone.",
)
"""What must be known before the numbers are believed."""


def evaluate_threshold_stills(
    data: Path,
    model: str,
    plan: ClipPlan,
    options: FitOptions,
    *,
    split: str = "PublicTest",
    on_progress: Callable[[int, int], None] = lambda n_done, n_total: None,
) -> Outcome:
    """Score the rule and Top-1 on clips made of stills.

    Args:
        data: FER2013 in any layout of `duchenne.datasets.fer2013.read_fer2013`.
        model: An installed network, or ``NAME:OUTPUT``.
        plan: What clips are made.
        options: Folds, and the seed of folds and clips.
        split: The part whose stills are used.
        on_progress: Told how many stills are read, of how many.

    Raises:
        ModelError: if the network is not installed or names no expressions.
        DataError: if the file does not fit, the network learned from the split, or the stills do not divide.
    """
    session, output = open_classifier(model)
    register = check_split(session.card, DATASET, split)
    stills = read_fer2013(data, split)
    labels = [still.label for still in stills]
    clips = make_clips(labels, plan, np.random.default_rng(options.seed), least_parts=options.n_folds)
    read = read_stills(session, output, stills, on_progress)
    fitted = fit_settings(TITLE, [_video(clip, read) for clip in clips], options)
    shares = np.array([clip.share for clip in clips])
    by_share = [(under, share_rows(fitted, under, shares)) for under in GROUPINGS]
    return Outcome(
        protocol="threshold-stills",
        title="One expression for a clip of stills: a threshold beside Top-1 (paper 004, Tables 1 to 3)",
        command=_command(data, model, plan, options, split),
        record={
            **_origin(session.card, output.name, data, split),
            "chosen_on": options.chosen_on.value,
            "n_folds": options.n_folds,
            "seed": options.seed,
            "plan": {**dataclasses.asdict(plan), "proportions": dict(PROPORTIONS[plan.mix])},
            "stills": _stills(labels, read),
            "sets": {TITLE: content(fitted)},
            "by_share": {
                under.name: {
                    "rows": [row_content(row) for row in rows],
                    "break_even": {each.value: break_even(rows, each) for each in Fallback},
                }
                for under, rows in by_share
            },
        },
        tables=(
            _made(clips, plan),
            _still_table(labels, read),
            *tables([fitted]),
            *(share_table(rows, under) for under, rows in by_share),
        ),
        notes=(*register, *NOTES, *notes_of([fitted])),
        figures={
            **sweep_figures([fitted]),
            **{f"share_{under.name}.png": partial(draw_shares, rows, under) for under, rows in by_share},
        },
    )


def _video(clip: StillClip, read: Sequence[str]) -> LabelledVideo:
    """A clip as the rule sees it: how many of its frames were read as what."""
    counts = Counter(read[still] for still in clip.frames.tolist())
    return LabelledVideo(clip.name, clip.part, clip.label, dict(sorted(counts.items())))


def _origin(card: Card, output: str, data: Path, split: str) -> dict[str, Any]:
    return {
        "model": card.name,
        "model_version": card.version,
        "weights_sha256": card.sha256,
        "output": output,
        "data": data.name,
        "data_sha256": hash_of(data),
        "dataset": DATASET,
        "split": split,
    }


def _command(data: Path, model: str, plan: ClipPlan, options: FitOptions, split: str) -> str:
    words = ["duchenne", "evaluate", "threshold-stills", "--data", data.name, "--model", model]
    words += ["--split", split, "--clips", str(plan.n_clips), "--mix", plan.mix.value]
    return shlex.join([*words, *options.words()])


def _stills(labels: Sequence[str], read: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Of each label: how many stills there are, and as what they were read."""
    return {
        label: {
            "n_stills": labels.count(label),
            "n_read_as": dict(
                sorted(
                    Counter(said for said, true in zip(read, labels, strict=True) if true == label).items()
                )
            ),
        }
        for label in FER2013_LABELS
    }


def _still_table(labels: Sequence[str], read: Sequence[str]) -> Table:
    rows = []
    for label, found in _stills(labels, read).items():
        n_stills, n_read_as = found["n_stills"], found["n_read_as"]
        other = max((n, said) for said, n in {"nothing": 0, **n_read_as}.items() if said != label)
        shares = [
            n / n_stills if n_stills else None for n in (n_read_as.get(label, 0), n_read_as.get(NEUTRAL, 0))
        ]
        mistaken = f"{other[1]} {other[0] / n_stills:.3f}" if n_stills and other[0] else "none"
        rows.append((label, str(n_stills), *(number(share, 3) for share in shares), mistaken))
    right = sum(said == label for said, label in zip(read, labels, strict=True))
    return Table(
        f"What the network reads on the {len(labels)} stills",
        ("label", "stills", "read as it", "read as neutral", "most frequent mistake"),
        (*rows, ("all", str(len(labels)), number(right / len(labels), 3), number(_share(read), 3), "")),
    )


def _share(read: Sequence[str]) -> float:
    return read.count(NEUTRAL) / len(read)


def _made(clips: Sequence[StillClip], plan: ClipPlan) -> Table:
    """What was made, label by label."""
    rows = []
    for label in [label for label in FER2013_LABELS if any(clip.label == label for clip in clips)]:
        chosen = [clip for clip in clips if clip.label == label]
        frames = [len(clip.frames) for clip in chosen]
        share = None if label == NEUTRAL else float(np.mean([clip.share for clip in chosen]))
        rows.append((label, str(len(chosen)), f"{np.mean(frames):.1f}", number(share, 3)))
    low, high = plan.n_frames
    least, largest = plan.share
    return Table(
        f"The {len(clips)} clips, {plan.mix.value}",
        ("label", "clips", "mean frames", "mean share of the run"),
        tuple(rows),
        f"Lengths are uniform from {low} to {high} frames, {low / 25:g} to {high / 25:g} s at 25 frames a second; "
        f"the share of the run is uniform from {least:g} to {largest:g}. Clips come from "
        f"{len({clip.part for clip in clips})} parts that share no still.",
    )
