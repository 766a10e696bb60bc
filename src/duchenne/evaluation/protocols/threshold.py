"""Protocol of paper 004, Tables 1 to 3: an expression for a whole clip, by the rule and by Top-1.

Takes labelled clip sets and an installed network that names expressions; reads every frame of every clip through
the same finder and alignment as the product, scores each set and, if there are several, all of them together. Only
clips with a label that the network reads are scored; the others are counted. Refuses clips that the network learned
from, and whatever does not divide into folds, before a video is opened.
Source: Yang, Lee & Park, "Develop method to efficiently apply image-based facial emotion classification models to
video data".
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from duchenne.datasets.children import DUCKEES, LIRIS_CSE
from duchenne.datasets.made_layouts import NOTE
from duchenne.evaluation.protocols.classifier import networks_with, open_classifier
from duchenne.evaluation.protocols.clip_sets import (
    LABELS,
    ClipSource,
    ClipsToScore,
    check_untrained,
    read_sets,
)
from duchenne.evaluation.protocols.outcome import MISSING, Outcome, Table
from duchenne.evaluation.protocols.setting_fits import (
    FitOptions,
    FittedSet,
    content,
    fit_settings,
    notes_of,
    sweep_figures,
)
from duchenne.evaluation.protocols.threshold_tables import PAPERS, tables
from duchenne.evaluation.threshold_fit import LabelledVideo, check_division
from duchenne.evaluation.threshold_videos import ReadVideos, read_videos

PUBLISHED_COUNTS: Final[Mapping[str, Mapping[str, int]]] = {
    DUCKEES.title: {"happiness": 36, "sadness": 17, "fear": 18, "disgust": 20, "neutral": 30},
    LIRIS_CSE.title: {"happiness": 61, "sadness": 26, "anger": 1, "fear": 32, "surprise": 51, "disgust": 9},
}
"""Clips of each label that the paper scored (section 2.1)."""


def evaluate_threshold(
    sources: Sequence[ClipSource],
    model: str,
    options: FitOptions,
    *,
    on_progress: Callable[[int, int], None] = lambda n_done, n_total: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Outcome | None:
    """Read the clips of one or more sets and score the rule beside Top-1.

    Args:
        sources: The sets.
        model: An installed network, or ``NAME:OUTPUT``.
        options: Folds, seed, and which clips choose a fold's threshold.
        on_progress: Told how many clips are done, of how many.
        stopped: Asked after every frame; once true, reading ends.

    Returns:
        What was found; None if it was stopped, because half of the clips would give other numbers.

    Raises:
        ModelError: if the network is not installed or names no expressions.
        DataError: if a set does not fit, does not divide into folds, or taught the network.
        InputError: if not one clip of a set can be decoded.
    """
    session, output = open_classifier(model)
    sets = read_sets(sources, output.labels)
    register = check_untrained(session.card, sets)
    for part in (*([one] for one in sets), sets):
        people = [(clip.subject, clip.label) for one in part for clip in one.clips]
        check_division(people, n_folds=options.n_folds, seed=options.seed)
    networks = networks_with(session, output)
    read: list[ReadVideos] = []
    n_done, n_total = 0, sum(len(one.clips) for one in sets)
    for one in sets:
        before = n_done

        def tell(n_of_set: int, _: int, before: int = before) -> None:
            on_progress(before + n_of_set, n_total)

        read.append(read_videos(one.clips, networks, on_progress=tell, stopped=stopped))
        if not read[-1].is_complete:
            return None
        n_done += len(one.clips)
    fitted = _fit(sets, read, options)
    return Outcome(
        protocol="threshold",
        title="One expression for a clip: a threshold beside Top-1 (paper 004, Tables 1 to 3)",
        command=_command(sources, model, options),
        record={
            "model": session.card.name,
            "model_version": session.card.version,
            "weights_sha256": session.card.sha256,
            "output": output.name,
            "chosen_on": options.chosen_on.value,
            "n_folds": options.n_folds,
            "seed": options.seed,
            "data": [_data(one, videos) for one, videos in zip(sets, read, strict=True)],
            "sets": {one.title: content(one) for one in fitted},
            "videos": [_video(video) for video in fitted[-1].videos],
        },
        tables=(_counts(sets), *tables(fitted)),
        notes=(*register, *_notes(sets, read), *notes_of(fitted)),
        figures=sweep_figures(fitted),
    )


def _fit(
    sets: Sequence[ClipsToScore], read: Sequence[ReadVideos], options: FitOptions
) -> tuple[FittedSet, ...]:
    """Each set, and all of them together if there are several."""
    fitted = [fit_settings(one.title, videos.videos, options) for one, videos in zip(sets, read, strict=True)]
    if len(fitted) > 1:
        together = [video for videos in read for video in videos.videos]
        fitted.append(fit_settings("+".join(one.title for one in sets), together, options))
    return tuple(fitted)


def _command(sources: Sequence[ClipSource], model: str, options: FitOptions) -> str:
    words = ["duchenne", "evaluate", "threshold"]
    for source in sources:
        words += ["--data", source.data.name, "--dataset", source.dataset]
    return shlex.join([*words, "--model", model, *options.words()])


def _data(one: ClipsToScore, read: ReadVideos) -> dict[str, Any]:
    return {
        "title": one.title,
        "is_synthetic": one.is_synthetic,
        "dataset": one.dataset,
        "data": one.data,
        "clips_sha256": one.sha256,
        "n_scored_by_label": dict(one.counts),
        "n_left_out_by_label": dict(one.left_out),
        "subjects_unknown": one.subjects_unknown,
        "unreadable": [{"name": name, "reason": reason} for name, reason in read.unreadable],
    }


def _video(video: LabelledVideo) -> dict[str, Any]:
    return {
        "name": video.name,
        "subject": video.subject,
        "label": video.expression,
        "n_frames_by_expression": dict(video.n_frames_by_expression),
    }


def _counts(sets: Sequence[ClipsToScore]) -> Table:
    """Clips of each label, the paper's first."""
    labels = [
        label for label in sets[0].counts if _is_papers(label) or any(one.counts[label] for one in sets)
    ]
    rows = []
    for one in sets:
        published = PUBLISHED_COUNTS.get(one.title)
        if published is not None:
            rows.append(
                (
                    f"{one.title} {PAPERS}",
                    *(str(published.get(label, 0)) for label in labels),
                    str(sum(published.values())),
                    MISSING,
                )
            )
        left_out = ", ".join(f"{label} {n}" for label, n in one.left_out.items())
        counts = [one.counts[label] for label in labels]
        rows.append((one.title, *map(str, counts), str(sum(counts)), left_out or "none"))
    return Table("Clips that are scored", ("dataset", *labels, "all", "left out"), tuple(rows))


def _is_papers(label: str) -> bool:
    return any(label in counts for counts in PUBLISHED_COUNTS.values())


def _notes(sets: Sequence[ClipsToScore], read: Sequence[ReadVideos]) -> tuple[str, ...]:
    said: list[str] = []
    for one, videos in zip(sets, read, strict=True):
        if one.is_synthetic:
            said.append(f"{one.title}: {NOTE}")
        if one.left_out:
            counts = ", ".join(f"{label} {n}" for label, n in one.left_out.items())
            said.append(f"{one.title}: left out, because the network does not read them: {counts}")
        if one.subjects_unknown:
            said.append(
                f"{one.title}: no subjects are named, so each clip counts as a person of its own; if people come "
                "twice, the scores are too good and the intervals too narrow"
            )
        said += [
            f"{one.title}: left out, because it cannot be read: {name}: {reason}"
            for name, reason in videos.unreadable
        ]
        if one.dataset == LABELS:
            said.append(f"{one.title} is neither of the paper's data sets: its numbers are not comparable")
    return tuple(said)
