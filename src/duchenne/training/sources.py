"""From a recipe's data sets to training sets: read, cut, label, and say so in the register.

Takes a `Source` and the folder of data files; gives a `TrainingSet` and the `TrainingSource` that goes on the
card. Photographs are cut by the product's own road (`duchenne.faces`, `duchenne.models.preprocess`), so the
network is trained on what it will be shown. Refuses a data set without a reader, a source that names a head
the data set has no labels for, and a set that comes out empty.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.datasets import catalogue, faces, fer2013
from duchenne.datasets.sample import Sample
from duchenne.errors import DataError, SettingsError
from duchenne.evaluation.register import CHOSEN, TRAINED
from duchenne.faces import Detector, FaceFinder, Mesh, align
from duchenne.labels import EXPRESSIONS, FER2013_LABELS
from duchenne.models.card import InputSpec, TrainingSource
from duchenne.models.preprocess import patch
from duchenne.models.session import Session
from duchenne.training.networks import Head
from duchenne.training.patches import TrainingSet
from duchenne.training.recipe import Source

_log = logging.getLogger(__name__)

Labels = dict[str, list[NDArray[np.float32] | None]]
"""For each head one distribution per patch, None where there is no label."""
Read = tuple[Sequence[Sample], NDArray[np.uint8], Labels]


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
        SettingsError: if a data set has no reader, or no labels for a head that the source names.
        DataError: if a file does not fit or gives no patch.
    """
    parts, register = [], []
    for source in sources:
        if source.dataset not in _READERS:
            raise SettingsError(
                f"no reader for the data set '{source.dataset}'", expected=", ".join(_READERS)
            )
        samples, patches, labels = _READERS[source.dataset](folder, source, spec)
        unlabelled = sorted(set(source.weights) - set(labels))
        if unlabelled:
            raise SettingsError(
                f"'{source.dataset}' has no labels for {', '.join(unlabelled)}", expected=", ".join(labels)
            )
        if not samples:
            raise DataError(f"'{source.dataset}' gave no face to learn from")
        parts.append(_training_set(source, patches, labels, heads))
        register.append(
            TrainingSource(
                dataset=source.dataset,
                split=source.split,
                use=TRAINED if learn else CHOSEN,
                licence=catalogue.find(source.dataset).licence,
                samples=len(samples),
                subject_rule=faces.SUBJECT_RULE if any(s.subject for s in samples) else "",
            )
        )
        _log.info("%s %s: %d faces", source.dataset, source.split, len(samples))
    return TrainingSet.concatenate(parts), tuple(register)


def _read_fer2013(folder: Path, source: Source, spec: InputSpec) -> Read:
    """Faces as they are: the votes for the head ``expression``, the original label for ``fer2013``."""
    samples = fer2013.read_fer2013(folder / "fer2013.parquet", source.split)
    patches = np.stack([_resized(sample.grey(), spec.size) for sample in samples])
    votes = [None if s.votes is None else fer2013.distribution(s.votes) for s in samples]
    return (
        samples,
        patches,
        {"expression": votes, "fer2013": [_one(FER2013_LABELS, s.label) for s in samples]},
    )


def _read_faces(folder: Path, source: Source, spec: InputSpec) -> Read:
    """The largest face of each photograph, aligned; a photograph without a face is left out."""
    # 224-pixel portraits: tiles, which find small faces in large pictures, would only cost time.
    finder = FaceFinder(
        Detector(Session.open("face_detector_full")),
        Detector(Session.open("face_detector_short")),
        Mesh(Session.open("face_mesh")),
    )
    samples, patches = [], []
    for sample in faces.read_faces(folder / "faces.parquet", source.split):
        picture = sample.picture()
        found = finder.find(picture, tiles_per_side=1)
        if found:
            samples.append(sample)
            patches.append(patch(picture, align(found[0].landmarks, spec.size), spec))
    labels: Labels = {"expression": [_one(EXPRESSIONS, sample.label) for sample in samples]}
    return samples, np.array(patches, dtype=np.uint8), labels


_READERS: Mapping[str, Callable[[Path, Source, InputSpec], Read]] = {
    "fer2013": _read_fer2013,
    "faces": _read_faces,
}


def _training_set(
    source: Source, patches: NDArray[np.uint8], labels: Labels, heads: Sequence[Head]
) -> TrainingSet:
    n = len(patches)
    targets = {head.name: np.zeros((n, len(head.labels)), dtype=np.float32) for head in heads}
    weights = {head.name: np.zeros(n, dtype=np.float32) for head in heads}
    for name, weight in source.weights.items():
        smoothing = source.smoothing.get(name, 0.0)
        for row, label in enumerate(labels[name]):
            if label is not None:
                targets[name][row] = label * (1 - smoothing) + smoothing / len(label)
                weights[name][row] = weight
    return TrainingSet(patches, targets, weights, np.full(n, source.share, dtype=np.float32))


def _one(labels: Sequence[str], label: str) -> NDArray[np.float32]:
    """A label that is certain."""
    certain = np.zeros(len(labels), dtype=np.float32)
    certain[labels.index(label)] = 1
    return certain


def _resized(grey: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    if grey.shape == (size, size):
        return grey
    return np.asarray(cv2.resize(grey, (size, size), interpolation=cv2.INTER_AREA), dtype=np.uint8)
