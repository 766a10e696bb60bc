"""Photographs with labels of any kind, as training data: AffectNet, EmotioNet.

Takes samples, gives `LabelledPatches` with ``expression``, ``affect`` and ``units`` where they are labelled. Faces
are found and aligned by the product's own road: of several the one in the labelled box, or else the largest. A
photograph without a face is left out; what nobody labelled is unknown, never 0.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.sample import Sample
from duchenne.faces import FaceFinder, align
from duchenne.faces.finder import FoundFace
from duchenne.facs import column
from duchenne.labels import EXPRESSIONS
from duchenne.models.card import InputSpec
from duchenne.models.preprocess import patch
from duchenne.training.labelled_patches import LabelledPatches

_log = logging.getLogger(__name__)

_LOG_EVERY: Final = 10_000  # pictures
# A labelled box is looser than ours, or tighter; a stranger's face hardly shares any of it.
_MIN_OVERLAP: Final = 0.1

Label = NDArray[np.float32]


def read_labelled_pictures(
    samples: Sequence[Sample], spec: InputSpec, units: Sequence[str], finder: FaceFinder
) -> LabelledPatches:
    """Cut and label the face of each photograph.

    Args:
        samples: Of one data set.
        spec: What patches to cut.
        units: The columns of a label of units, ``AU01`` and so on.
        finder: The product's own.

    Raises:
        DataError: if a picture cannot be read.
    """
    patches: list[NDArray[np.uint8]] = []
    kept: list[Sample] = []
    for n_done, sample in enumerate(samples, start=1):
        picture = sample.picture()
        face = _labelled_face(finder.find(picture, tiles_per_side=1), sample)
        if face is not None:
            patches.append(patch(picture, align(face.landmarks, spec.size), spec))
            kept.append(sample)
        if n_done % _LOG_EVERY == 0:
            _log.info("%d of %d pictures, %d faces", n_done, len(samples), len(patches))
    return LabelledPatches(
        np.array(patches, dtype=np.uint8).reshape(len(patches), *_shape(spec)),
        {
            "expression": [_expression(sample) for sample in kept],
            "affect": [None if s.affect is None else np.array(s.affect, dtype=np.float32) for s in kept],
            "units": [_units(sample, units) for sample in kept],
        },
    )


def _labelled_face(found: Sequence[FoundFace], sample: Sample) -> FoundFace | None:
    """The faces come largest first."""
    if sample.box is None:
        return next(iter(found), None)
    box = sample.box
    best = max(found, key=lambda face: face.box.overlap(box), default=None)
    return None if best is None or best.box.overlap(box) < _MIN_OVERLAP else best


def _expression(sample: Sample) -> Label | None:
    if sample.label not in EXPRESSIONS:
        return None
    certain = np.zeros(len(EXPRESSIONS), dtype=np.float32)
    certain[EXPRESSIONS.index(sample.label)] = 1
    return certain


def _units(sample: Sample, units: Sequence[str]) -> Label | None:
    if sample.units is None:
        return None
    codes = {column(unit): code for unit, code in sample.units.items()}
    return np.array([codes.get(unit, np.nan) for unit in units], dtype=np.float32)


def _shape(spec: InputSpec) -> tuple[int, ...]:
    return (spec.size, spec.size) if spec.channels == 1 else (spec.size, spec.size, spec.channels)
