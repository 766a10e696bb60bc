"""Protocol of paper 003, Table 2: valence read from faces, against each of six raters.

Takes a folder in RECOLA's layout and installed valence networks; gives the paper's table with the paper's own
rows, who never looks and what the words for expressions say beside it, how well the raters agree, and, where
the recordings were made, what can be reached. All recordings are put end to end; single ones are in the record.
Refuses subjects and splits that a network learned from, networks that lack an output, and recordings without
video or with gaps.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets import rating_truth
from duchenne.datasets.rating_shifts import RatingSampling
from duchenne.datasets.recola import read_recola
from duchenne.datasets.recordings import RatedRecording
from duchenne.errors import DataError, SettingsError
from duchenne.evaluation.baselines import training_mean
from duchenne.evaluation.protocols import valence_figures, valence_tables
from duchenne.evaluation.protocols.outcome import Outcome, Table
from duchenne.evaluation.protocols.rater_agreement import agreement_of
from duchenne.evaluation.protocols.valence_ceiling import ceilings, in_order
from duchenne.evaluation.protocols.valence_reading import (
    DIMENSION,
    LEXICAL,
    ReadRecording,
    check_recording,
    read_recording,
)
from duchenne.evaluation.protocols.valence_scores import SEED, ValenceScore, gain_in_ccc, plain_scores, score
from duchenne.evaluation.protocols.value_networks import N_RATERS, OUTPUTS, ValueNetwork
from duchenne.evaluation.provenance import hash_of
from duchenne.evaluation.register import check_split, check_subjects
from duchenne.models.card import Card
from duchenne.models.session import Session
from duchenne.pipeline import FRAME_MODEL, Networks

ALWAYS_MEAN: Final = "always the mean of the training ratings"
CHANCE: Final = "ratings drawn at random from training"
TRAINING: Final = "train"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValenceOptions:
    """What is scored.

    Attributes:
        split: ``train`` or ``dev``; the paper does not say which it used, and only dev is new to a network.
        sampling: Which frames, and which ratings go with them. Delay and smoothing are off, as in the paper.
        network: The installed network whose expressions the lexical mapping weighs the words by.
    """

    split: str = "dev"
    sampling: RatingSampling = field(default_factory=RatingSampling)
    network: str = FRAME_MODEL


def evaluate_valence(
    data: Path,
    models: Sequence[str],
    options: ValenceOptions,
    *,
    on_progress: Callable[[int, int], None] = lambda n_done, n_total: None,
) -> Outcome:
    """Score valence networks on the recordings of a split.

    Args:
        data: The folder.
        models: Installed networks, one or more, each once.
        options: What is scored.
        on_progress: Told how many recordings are read, of how many.

    Raises:
        SettingsError: if no network is named, or one twice.
        ModelError: if a network is not installed or lacks an output.
        DataError: if the folder does not fit, a network learned from a subject or the split, or no frame has both a
            face and ratings.
        InputError: if a video cannot be read.
    """
    if not models or len(set(models)) < len(models):
        raise SettingsError(
            "valence is scored for one network or more, each once", got=", ".join(models) or "none"
        )
    networks = [ValueNetwork(Session.open(name)) for name in models]
    recordings = read_recola(data, options.split)
    for recording in recordings:
        check_recording(recording)
    product = Networks.load(model=options.network)
    cards = [*(network.card for network in networks), *product.cards]
    notes = _allowed(cards, data, options.split, recordings)
    read = []
    for number, recording in enumerate(recordings):
        on_progress(number, len(recordings))
        read.append(read_recording(recording, product, networks, options.sampling))
    on_progress(len(recordings), len(recordings))
    if not any(len(one.times_s) for one in read):
        raise DataError(
            f"no frame of {len(read)} recordings has both a face and ratings",
            got=f"{sum(one.n_frames for one in read)} frames, "
            f"{sum(one.n_without_face for one in read)} of them without a readable face",
            remedy="Check that the videos show faces, and that the delay is shorter than the recordings",
        )
    training = () if options.split == TRAINING else _training(data)
    return _outcome(_Scored(data, options, recordings, tuple(read), training, cards), models, notes)


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    """Everything that the tables are made of."""

    data: Path
    options: ValenceOptions
    recordings: tuple[RatedRecording, ...]
    read: tuple[ReadRecording, ...]
    training: tuple[RatedRecording, ...]
    cards: list[Card]

    @property
    def rated(self) -> NDArray[np.float64]:
        return np.concatenate([one.rated for one in self.read])

    @property
    def subjects(self) -> list[str]:
        return [one.subject for one in self.read for _ in one.times_s]

    @property
    def raters(self) -> tuple[str, ...]:
        return self.recordings[0].ratings[DIMENSION].raters


def _training(data: Path) -> tuple[RatedRecording, ...]:
    """The recordings whose ratings somebody may know who never looks; none where the folder has no such part."""
    return tuple(one for one in read_recola(data) if one.split == TRAINING)


def _allowed(
    cards: Sequence[Card], data: Path, split: str, recordings: Sequence[RatedRecording]
) -> list[str]:
    """Refuse what a network learned from; notes on what its weights were watched on."""
    dataset = rating_truth.MADE if rating_truth.is_made(data) else "recola"
    notes: list[str] = []
    for card in cards:
        notes += [f"{card.name}: {note}" for note in check_split(card, dataset, split)]
        check_subjects(card, dataset, (recording.subject for recording in recordings))
    return notes


def _methods(scored: _Scored) -> dict[str, NDArray[np.float64]]:
    """Readings (N, 7) by method, in the order of the table."""
    methods = {
        name: np.concatenate([one.read[name] for one in scored.read])
        for name in sorted(scored.read[0].read, key=lambda name: name == LEXICAL)
    }
    if scored.training:
        rows = np.concatenate([one.ratings[DIMENSION].values for one in scored.training])
        rows = np.column_stack([rows, rows.mean(axis=1)])
        n = len(scored.subjects)
        methods[ALWAYS_MEAN] = np.stack([training_mean(column, n) for column in rows.T], axis=1)
        methods[CHANCE] = rows[np.random.default_rng(SEED).integers(0, len(rows), n)]
    return methods


def _reachable(scored: _Scored) -> dict[str, NDArray[np.float64]]:
    """Readings (N, 7) of somebody who knows the truth; none for real recordings."""
    if not rating_truth.is_made(scored.data):
        return {}
    raters = in_order(rating_truth.read_made_raters(scored.data), scored.raters)
    parts = [
        ceilings(
            rating_truth.read_latent(scored.data, one.recording, DIMENSION),
            raters,
            one.times_s,
            scored.options.sampling.delay_s,
        )
        for one in scored.read
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _outcome(scored: _Scored, models: Sequence[str], notes: Sequence[str]) -> Outcome:
    rated, subjects = scored.rated, scored.subjects
    methods, reachable = _methods(scored), _reachable(scored)
    scores = {name: score(rated, read, subjects) for name, read in (methods | reachable).items()}
    own = {name: scores[name] for name in methods}
    gains = {
        name: gain_in_ccc(
            rated[:, N_RATERS], methods[name][:, N_RATERS], methods[LEXICAL][:, N_RATERS], subjects
        )
        for name in models
    }
    agreement = agreement_of(rated[:, :N_RATERS])
    made = "synthetic" if reachable else "measured here"
    tables: list[Table] = [
        valence_tables.table_2(scores, made),
        valence_tables.mean_table(scores, gains, LEXICAL),
        valence_tables.intervals_table(own),
        valence_tables.agreement_table(agreement, scored.raters),
    ]
    shown = max(scored.read, key=lambda one: len(one.times_s))
    return Outcome(
        protocol="valence",
        title="Valence, rater by rater (paper 003, Table 2)",
        command=_command(scored, models),
        record={
            **_provenance(scored),
            "methods": {name: _content(scored, name, one, methods) for name, one in scores.items()},
            "ccc_less_lexical": {name: {"value": v, "interval": i} for name, (v, i) in gains.items()},
            "agreement": dataclasses.asdict(agreement),
            "published": [dataclasses.asdict(row) for row in valence_tables.PUBLISHED],
        },
        tables=tuple(tables),
        notes=(*_notes(scored), *notes),
        figures={
            "curves.png": partial(valence_figures.draw_curves, shown, models),
            **{
                f"ccc_{name}.png": partial(valence_figures.draw_concordance, name, own[name])
                for name in models
            },
        },
    )


def _command(scored: _Scored, models: Sequence[str]) -> str:
    sampling = scored.options.sampling
    words = " ".join(f"--model {name}" for name in models)
    return (
        f"duchenne evaluate valence --data {scored.data.name} {words} --split {scored.options.split} "
        f"--delay-s {sampling.delay_s:g} --smoothing-s {sampling.smoothing_s:g} --step-s {sampling.step_s:g} "
        f"--network {scored.options.network}"
    )


def _provenance(scored: _Scored) -> dict[str, Any]:
    return {
        "data": scored.data.name,
        "data_sha256": hash_of(scored.data),
        "is_synthetic": rating_truth.is_made(scored.data),
        "split": scored.options.split,
        "sampling": dataclasses.asdict(scored.options.sampling),
        "raters": list(scored.raters),
        "outputs": list(OUTPUTS),
        "networks": {c.name: {"version": c.version, "weights_sha256": c.sha256} for c in scored.cards},
        "recordings": {
            one.recording: {
                "subject": one.subject,
                "n_frames": one.n_frames,
                "n_without_face": one.n_without_face,
                "n_without_rating": one.n_without_rating,
                "n_scored": len(one.times_s),
            }
            for one in scored.read
        },
    }


def _content(
    scored: _Scored, name: str, found: ValenceScore, methods: dict[str, NDArray[np.float64]]
) -> dict[str, Any]:
    """A method's scores over all recordings, and, if it reads frames, in each."""
    content = dataclasses.asdict(found)
    if name in scored.read[0].read:
        content["by_recording"] = {
            one.recording: plain_scores(one.rated, one.read[name]) for one in scored.read
        }
    return content


def _notes(scored: _Scored) -> list[str]:
    n_frames = sum(one.n_frames for one in scored.read)
    n_without_face = sum(one.n_without_face for one in scored.read)
    n_without_rating = sum(one.n_without_rating for one in scored.read)
    notes = [
        f"{len(scored.read)} recordings of {len({one.subject for one in scored.read})} subjects, "
        f"{n_frames} frames looked at; left out: {n_without_face} without a readable face, "
        f"{n_without_rating} whose rating would lie beyond the end",
        "all recordings are put end to end before a measure is computed; each by itself is in results.json",
        f"ratings moved back by {scored.options.sampling.delay_s:g} s and smoothed over "
        f"{scored.options.sampling.smoothing_s:g} s",
    ]
    if rating_truth.is_made(scored.data):
        notes.append("faces and ratings are synthetic: these numbers say nothing of real people")
    if not scored.training:
        notes.append("without a training part beside the scored one there is nobody to guess from it")
    return notes
