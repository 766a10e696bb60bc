"""From a recipe's data sets to training sets: read, cut, label, and say so in the register.

Takes a `Source` and the folder of data files; gives a `TrainingSet` and the `TrainingSource` that goes on the
card. Photographs and videos are cut by the product's own road (`duchenne.faces`, `duchenne.models.preprocess`),
so the network is trained on what it will be shown. Refuses a data set without a reader, a source that names a
head the data set has no labels for, smoothed labels for a head of values, and a set that comes out empty.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets import affectnet, blendshapes, catalogue, emotionet, faces, fer2013
from duchenne.emotion.lexical import lexical_affect
from duchenne.errors import DataError, SettingsError
from duchenne.evaluation.register import CHOSEN, TRAINED
from duchenne.faces import FaceFinder, align
from duchenne.labels import EXPRESSIONS, FER2013_LABELS, FOUR_EXPRESSIONS
from duchenne.models.card import InputSpec, TrainingSource
from duchenne.models.preprocess import patch
from duchenne.training.aff_wild2_source import read_aff_wild2_faces
from duchenne.training.coded_source import read_coded_units
from duchenne.training.labelled_patches import LabelledPatches, Labels
from duchenne.training.networks import Head, Kind, rec
from duchenne.training.patches import TrainingSet, resized
from duchenne.training.picture_source import read_labelled_pictures
from duchenne.training.recipe import Source
from duchenne.training.recola_source import read_rated_faces
from duchenne.training.synthetic_source import HEAD, read_known_units

_log = logging.getLogger(__name__)

# Their units are what another tool says: whoever compares with that tool must find it in the register.
_WEAKLY_LABELLED = ("fer2013", "faces")
_UNITS = next(head.labels for head in rec.HEADS if head.name == HEAD)


def load_sources(
    sources: Sequence[Source], folder: Path, spec: InputSpec, heads: Sequence[Head], *, learn: bool
) -> tuple[TrainingSet, tuple[TrainingSource, ...]]:
    """Read every source of one list of a recipe.

    Args:
        sources: What to read.
        folder: Where the data files lie.
        spec: What patches to cut.
        heads: The network's heads.
        learn: Whether the network learns from these sources, or is only chosen by them.

    Returns:
        All patches in one set, and one entry of the card's register for each source.

    Raises:
        SettingsError: if a data set has no reader, no labels for a head that the source names, or labels to
            smooth where the head gives values.
        DataError: if a file does not fit or gives no patch.
    """
    parts, register = [], []
    for source in sources:
        if source.dataset not in _READERS:
            raise SettingsError(
                f"no reader for the data set '{source.dataset}'", expected=", ".join(_READERS)
            )
        _check_smoothing(source, heads)
        read = _READERS[source.dataset](folder, source, spec)
        unlabelled = sorted(set(source.weights) - set(read.labels))
        if unlabelled:
            raise SettingsError(
                f"'{source.dataset}' has no labels for {', '.join(unlabelled)}",
                expected=", ".join(read.labels),
            )
        part = _training_set(source, read, heads)
        if not len(part):
            raise DataError(f"'{source.dataset}' gave no face to learn from")
        parts.append(part)
        register.append(
            TrainingSource(
                dataset=read.dataset or source.dataset,
                split=source.split,
                use=TRAINED if learn else CHOSEN,
                licence=read.licence or catalogue.find(source.dataset).licence,
                samples=len(part),
                subjects=read.subjects,
                subject_rule=read.subject_rule,
            )
        )
        if source.dataset in _WEAKLY_LABELLED and HEAD in source.weights:
            weak = int((part.weights[HEAD] > 0).sum())
            split = f"{source.dataset} {source.split}"
            register.append(
                TrainingSource(blendshapes.MADE, split, register[-1].use, blendshapes.LICENCE, weak)
            )
        _log.info("%s %s: %d faces", source.dataset, source.split, len(part))
    return TrainingSet.concatenate(parts), tuple(register)


def _read_fer2013(folder: Path, source: Source, spec: InputSpec) -> LabelledPatches:
    """Faces as they are: the votes for ``expression``, the original label for ``fer2013`` and ``four``.

    Nobody rated their valence and arousal. What stands for it under ``affect`` are the ratings of the words that
    ten people chose, in the shares in which they chose them (`duchenne.emotion.lexical`).
    """
    samples = fer2013.read_fer2013(folder / "fer2013.parquet", source.split)
    patches = np.stack([resized(sample.grey(), spec.size) for sample in samples])
    votes = [None if s.votes is None else fer2013.distribution(s.votes) for s in samples]
    labels: Labels = {
        "expression": votes,
        "fer2013": [_one(FER2013_LABELS, s.label) for s in samples],
        "four": [_one(FOUR_EXPRESSIONS, s.label) if s.label in FOUR_EXPRESSIONS else None for s in samples],
        "affect": [None if vote is None else _word_ratings(vote) for vote in votes],
        **_weak_units(folder / "fer2013.parquet", source, [sample.sample for sample in samples]),
    }
    return LabelledPatches(patches, labels)


def _read_faces(folder: Path, source: Source, spec: InputSpec) -> LabelledPatches:
    """The largest face of each photograph, aligned; a photograph without a face is left out."""
    # 224-pixel portraits: tiles, which find small faces in large pictures, would only cost time.
    finder, _ = FaceFinder.open()
    samples, patches = [], []
    for sample in faces.read_faces(folder / "faces.parquet", source.split):
        picture = sample.picture()
        found = finder.find(picture, tiles_per_side=1)
        if found:
            samples.append(sample)
            patches.append(patch(picture, align(found[0].landmarks, spec.size), spec))
    labels: Labels = {
        "expression": [_one(EXPRESSIONS, sample.label) for sample in samples],
        **_weak_units(folder / "faces.parquet", source, [sample.sample for sample in samples]),
    }
    return LabelledPatches(np.array(patches, dtype=np.uint8), labels, subject_rule=faces.SUBJECT_RULE)


def _weak_units(data: Path, source: Source, names: Sequence[str]) -> Labels:
    """What another tool says of some units, if the recipe asks for it (`duchenne.datasets.blendshapes`)."""
    return {HEAD: blendshapes.read_weak_units(data, names, _UNITS)} if HEAD in source.weights else {}


def _read_recola(folder: Path, source: Source, spec: InputSpec) -> LabelledPatches:
    """A face every few tenths of a second, and what each rater said then."""
    return read_rated_faces(folder, source.split, source.ratings, spec)


def _read_synthetic(folder: Path, source: Source, spec: InputSpec) -> LabelledPatches:
    """A face every few tenths of a second of synthetic clips, and its action units."""
    return read_known_units(folder, source.split, source.ratings.step_s, spec, _UNITS)


def _read_coded(dataset: str, folder: Path, source: Source, spec: InputSpec) -> LabelledPatches:
    """A face every few tenths of a second, and the action units that somebody coded then."""
    return read_coded_units(dataset, folder, source.split, source.ratings.step_s, spec, _UNITS)


def _read_aff_wild2(folder: Path, source: Source, spec: InputSpec) -> LabelledPatches:
    """The same with valence, arousal and expressions, each where one of the three challenges has it."""
    return read_aff_wild2_faces(folder, source.split, source.ratings.step_s, spec, _UNITS)


def _read_affectnet(folder: Path, source: Source, spec: InputSpec) -> LabelledPatches:
    """Photographs with an expression and, most of them, valence and arousal."""
    samples = affectnet.read_affectnet(folder / "affectnet", source.split)
    return read_labelled_pictures(samples, spec, _UNITS, FaceFinder.open()[0])


def _read_emotionet(folder: Path, source: Source, spec: InputSpec) -> LabelledPatches:
    """Photographs whose action units are coded; the data set has no splits, so the split is called "all"."""
    if source.split != "all":
        raise DataError(f"EmotioNet has no split '{source.split}'", expected="all")
    return read_labelled_pictures(
        emotionet.read_emotionet(folder / "emotionet"), spec, _UNITS, FaceFinder.open()[0]
    )


_READERS: Mapping[str, Callable[[Path, Source, InputSpec], LabelledPatches]] = {
    "fer2013": _read_fer2013,
    "faces": _read_faces,
    "recola": _read_recola,
    "synthetic": _read_synthetic,
    **{name: partial(_read_coded, name) for name in ("disfa", "bp4d")},
    "aff_wild2": _read_aff_wild2,
    "affectnet": _read_affectnet,
    "emotionet": _read_emotionet,
}


def _check_smoothing(source: Source, heads: Sequence[Head]) -> None:
    values = sorted(h.name for h in heads if h.kind is not Kind.CLASSES and source.smoothing.get(h.name, 0.0))
    if values:
        raise SettingsError(
            f"labels of {', '.join(values)} cannot be smoothed over other labels",
            got=f"smoothing of '{source.dataset}'",
            expected="smoothing for heads of classes alone",
            remedy="To smooth ratings in time, use ratings = { smoothing_s = ... }",
        )


def _training_set(source: Source, read: LabelledPatches, heads: Sequence[Head]) -> TrainingSet:
    n = len(read.patches)
    targets = {head.name: np.zeros((n, len(head.labels)), dtype=np.float32) for head in heads}
    weights = {head.name: np.zeros(n, dtype=np.float32) for head in heads}
    for name, weight in source.weights.items():
        smoothing = source.smoothing.get(name, 0.0)
        head = next(head for head in heads if head.name == name)
        left_out = _left_out(source, head)
        for row, label in enumerate(read.labels[name]):
            if label is not None:
                targets[name][row] = np.where(left_out, np.float32(np.nan), label)
                weights[name][row] = weight
        if head.kind is Kind.CLASSES:
            labelled = weights[name] > 0
            weights[name][labelled] *= _factors(targets[name][labelled], source.evenness)
            targets[name][labelled] *= 1 - smoothing
            targets[name][labelled] += smoothing / len(head.labels)
    # A face that no head learns from would only cost time.
    used = np.any([weights[name] > 0 for name in source.weights], axis=0)
    return TrainingSet(
        read.patches[used],
        {name: values[used] for name, values in targets.items()},
        {name: values[used] for name, values in weights.items()},
        np.full(int(used.sum()), source.share, dtype=np.float32),
    )


def _factors(labels: NDArray[np.float32], evenness: float) -> NDArray[np.float32]:
    """(N,) what each face counts, 1 in the mean: more for a rare class; `Source.evenness`."""
    if evenness == 0 or not len(labels):
        return np.ones(len(labels), dtype=np.float32)
    shares = labels.mean(axis=0)
    rarity = np.where(shares > 0, np.maximum(shares, np.finfo(np.float32).tiny) ** -evenness, 0)
    factors = labels @ rarity
    return np.asarray(factors / factors.mean(), dtype=np.float32)


def _left_out(source: Source, head: Head) -> NDArray[np.bool_]:
    """(K,) which labels of a head are not learned from a source: unknown, not absent.

    Raises:
        SettingsError: if the source names a unit that the head does not have.
    """
    if not source.units or head.kind is not Kind.UNITS:
        return np.zeros(len(head.labels), dtype=bool)
    unknown = sorted(set(source.units) - set(head.labels))
    if unknown:
        raise SettingsError(
            f"'{source.dataset}' is to teach units that the network does not have",
            got=", ".join(unknown),
            expected=", ".join(head.labels),
        )
    return np.array([label not in source.units for label in head.labels])


def _one(labels: Sequence[str], label: str) -> NDArray[np.float32]:
    """A label that is certain."""
    certain = np.zeros(len(labels), dtype=np.float32)
    certain[labels.index(label)] = 1
    return certain


def _word_ratings(vote: NDArray[np.float32]) -> NDArray[np.float32]:
    """Valence and arousal of the words that were voted for, (2,)."""
    return lexical_affect(vote)[:2].astype(np.float32)
