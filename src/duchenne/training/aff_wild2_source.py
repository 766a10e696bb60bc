"""Aff-Wild2 as training data: action units, expressions, valence and arousal, each where a challenge has it.

Takes the folder of data files and a split, gives `LabelledPatches` for ``units``, ``expression`` and ``affect``.
Faces are found and aligned by the product's own road in the pictures that the set cut out. What nobody labelled is
unknown, never 0. A frame that no challenge labels is left out.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets import aff_wild2, aff_wild2_affect
from duchenne.datasets.aff_wild2_affect import AffectRecording
from duchenne.datasets.coded import CodedRecording
from duchenne.errors import DataError
from duchenne.labels import EXPRESSIONS
from duchenne.models.card import InputSpec
from duchenne.pipeline import Networks
from duchenne.training.coded_source import codes_by_place, faces_of
from duchenne.training.labelled_patches import LabelledPatches

_log = logging.getLogger(__name__)

DATASET: Final = "aff_wild2"
_FIRST_FRAME: Final = 1

Label = NDArray[np.float32]


def read_aff_wild2_faces(
    folder: Path,
    split: str,
    step_s: float,
    spec: InputSpec,
    units: Sequence[str],
    networks: Networks | None = None,
) -> LabelledPatches:
    """Cut and label the faces of one split.

    Args:
        folder: The folder of data files, which holds ``aff_wild2`` with at least one of the three challenges.
        split: "train" or "validation".
        step_s: A frame every so many seconds at 25 pictures a second, above 0.
        spec: What patches to cut.
        units: The columns of a label of units, ``AU01`` and so on.
        networks: The loaded networks of the product; None loads them.

    Raises:
        DataError: if the split is unknown or something does not fit.
    """
    root = folder / DATASET
    coded = {one.recording: one for one in _coded(root, split)}
    rated = {one.recording: one for one in _rated(root, split)}
    if not coded and not rated:
        challenges = aff_wild2.CHALLENGE, aff_wild2_affect.AFFECT, aff_wild2_affect.EXPRESSIONS
        raise DataError(f"{root} is not laid out like Aff-Wild2", expected=" or ".join(challenges))
    networks = Networks.load() if networks is None else networks
    patches: list[NDArray[np.uint8]] = []
    labels: dict[str, list[Label | None]] = {"units": [], "expression": [], "affect": []}
    for name in sorted({*coded, *rated}):
        recording = coded.get(name)
        codes = {} if recording is None else codes_by_place(recording, units)
        media = rated[name].media if recording is None else recording.media
        n_before = len(patches)
        for place, cut in faces_of(media, _FIRST_FRAME, step_s, spec, networks):
            known = {"units": codes.get(place), **_said(rated.get(name), place)}
            if any(label is not None for label in known.values()):
                patches.append(cut)
                for head, label in known.items():
                    labels[head].append(label)
        _log.info("%s: %d faces", name, len(patches) - n_before)
    subjects = {one.subject for one in coded.values()} | {one.subject for one in rated.values()}
    return LabelledPatches(np.array(patches, dtype=np.uint8), labels, subjects=tuple(sorted(subjects)))


def _coded(root: Path, split: str) -> tuple[CodedRecording, ...]:
    there = not root.is_dir() or (root / aff_wild2.CHALLENGE).is_dir()
    return aff_wild2.read_aff_wild2(root, split) if there else ()


def _rated(root: Path, split: str) -> tuple[AffectRecording, ...]:
    there = any((root / name).is_dir() for name in (aff_wild2_affect.AFFECT, aff_wild2_affect.EXPRESSIONS))
    return aff_wild2_affect.read_aff_wild2_affect(root, split) if there else ()


def _said(recording: AffectRecording | None, place: int) -> dict[str, Label | None]:
    """Expression, valence and arousal of one frame."""
    said: dict[str, Label | None] = {"expression": None, "affect": None}
    if recording is None:
        return said
    if place < len(recording.affect) and np.isfinite(recording.affect[place]).all():
        said["affect"] = recording.affect[place].astype(np.float32)
    if place < len(recording.labels) and recording.labels[place]:
        certain = np.zeros(len(EXPRESSIONS), dtype=np.float32)
        certain[EXPRESSIONS.index(recording.labels[place])] = 1
        said["expression"] = certain
    return said
