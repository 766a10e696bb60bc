"""RECOLA as training data: a face every so many seconds, with what each rater said at that time.

Takes the folder of a data set in RECOLA's layout, a split and how to sample it; gives `LabelledPatches` for
``rater_1`` to ``rater_6`` and ``mean``. Faces are found and aligned by the product's own road. A frame without a
face that can be read is left out; where the rating that goes with a frame lies beyond the end of the ratings, the
frame teaches nothing. Refuses recordings without videos and any number of raters but six.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets import rating_truth
from duchenne.datasets.rating_shifts import RatingSampling, ratings_at
from duchenne.datasets.recola import read_recola
from duchenne.datasets.recordings import RatedRecording
from duchenne.evaluation.protocols.valence_reading import DIMENSION, check_recording
from duchenne.evaluation.protocols.value_networks import MEAN, OUTPUTS
from duchenne.evaluation.recording_faces import sampled_faces
from duchenne.models.card import InputSpec
from duchenne.pipeline import Networks
from duchenne.training.labelled_patches import LabelledPatches

_log = logging.getLogger(__name__)

FOLDER: Final = "recola"
"""Where the recordings lie, below the folder of data files."""


def read_rated_faces(
    folder: Path, split: str, sampling: RatingSampling, spec: InputSpec, networks: Networks | None = None
) -> LabelledPatches:
    """Cut and label the faces of one split.

    Args:
        folder: The folder of data files, which holds `FOLDER`.
        split: ``train`` or ``dev``.
        sampling: Which frames, and which ratings go with them.
        spec: What patches to cut.
        networks: The loaded networks of the product; None loads them.

    Returns:
        A label is (1,) in [-1, 1]; the mean's is the plain mean of the six. The register names each subject, and
        calls recordings that were made `duchenne.datasets.rating_truth.MADE`, not by the name of the real data set.

    Raises:
        DataError: if the folder does not fit, the recordings have no videos, no ratings of valence, or other than
            six raters.
        InputError: if a video cannot be read.
    """
    root = folder / FOLDER
    recordings = read_recola(root, split)
    for recording in recordings:
        check_recording(recording)
    networks = Networks.load() if networks is None else networks
    patches: list[NDArray[np.uint8]] = []
    rows: list[NDArray[np.float64]] = []
    for recording in recordings:
        n_before = len(patches)
        for cut, row in _faces(recording, sampling, spec, networks):
            patches.append(cut)
            rows.append(row)
        _log.info("%s: %d faces", recording.recording, len(patches) - n_before)
    heads = [name for name in OUTPUTS if name != MEAN]
    ratings = np.array(rows, dtype=np.float64).reshape(len(rows), len(heads))
    labels = {name: _labels(column) for name, column in zip(heads, ratings.T, strict=True)}
    labels[MEAN] = _labels(ratings.mean(axis=1))
    made = rating_truth.is_made(root)
    return LabelledPatches(
        np.array(patches, dtype=np.uint8),
        labels,
        subjects=tuple(sorted({recording.subject for recording in recordings})),
        dataset=rating_truth.MADE if made else "",
        licence=rating_truth.MADE_LICENCE if made else "",
    )


def _faces(
    recording: RatedRecording, sampling: RatingSampling, spec: InputSpec, networks: Networks
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.float64]]]:
    """A patch and its (6,) ratings for each frame with a face."""
    assert recording.media is not None
    for frame in sampled_faces(recording.media, networks, sampling.step_s):
        if frame.seen is None:
            continue
        (row,) = ratings_at(
            recording.ratings[DIMENSION],
            np.array([frame.time_s]),
            delay_s=sampling.delay_s,
            smoothing_s=sampling.smoothing_s,
        )
        yield frame.seen.patch(spec), row


def _labels(values: NDArray[np.float64]) -> list[NDArray[np.float32] | None]:
    """One (1,) value a patch, None where there is none."""
    return [None if np.isnan(value) else np.array([value], dtype=np.float32) for value in values]
