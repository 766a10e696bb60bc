"""Recordings whose action units people coded, as training data: DISFA, BP4D.

Takes the folder of data files, a data set and a split; gives `LabelledPatches` for ``units``. Faces are found and
aligned by the product's own road. A frame without a face is left out; a unit that nobody coded is unknown. Refuses
a split that the data set does not have.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.datasets import bp4d, disfa
from duchenne.datasets.coded import CodedRecording
from duchenne.errors import DataError
from duchenne.evaluation.recording_faces import sampled_faces
from duchenne.faces import align
from duchenne.facs import column
from duchenne.models.card import InputSpec
from duchenne.models.preprocess import patch
from duchenne.pipeline import Networks
from duchenne.records import Picture
from duchenne.training.labelled_patches import LabelledPatches
from duchenne.video.image import IMAGE_SUFFIXES

_log = logging.getLogger(__name__)

HEAD: Final = "units"
PICTURES_PER_S: Final = 25.0
"""At this rate folders of pictures, which bear no times, are taken to be recorded."""


def read_coded_units(
    dataset: str,
    folder: Path,
    split: str,
    step_s: float,
    spec: InputSpec,
    units: Sequence[str],
    networks: Networks | None = None,
) -> LabelledPatches:
    """Cut and label the faces of one split.

    Args:
        dataset: "disfa" or "bp4d"; its files lie in a folder of this name.
        folder: The folder of data files.
        split: "fold_1", "fold_2" or "fold_3", whose people have no part in "not_fold_1" and so on.
        step_s: A frame every so many seconds, above 0.
        spec: What patches to cut.
        units: The columns of a label, ``AU01`` and so on.
        networks: The loaded networks of the product; None loads them.

    Raises:
        DataError: if the data set is unknown or does not fit, or has no such split.
        InputError: if a video cannot be read.
    """
    if dataset not in _READERS:
        raise DataError(f"no coded recordings are called '{dataset}'", expected=", ".join(_READERS))
    recordings = _READERS[dataset](folder / dataset, split)
    networks = Networks.load() if networks is None else networks
    patches: list[NDArray[np.uint8]] = []
    labels: list[NDArray[np.float32] | None] = []
    for recording in recordings:
        codes = codes_by_place(recording, units)
        n_before = len(patches)
        for index, cut in faces_of(recording.media, recording.first_frame, step_s, spec, networks):
            if index in codes:
                patches.append(cut)
                labels.append(codes[index])
        _log.info("%s: %d faces", recording.recording, len(patches) - n_before)
    return LabelledPatches(
        np.array(patches, dtype=np.uint8),
        {HEAD: labels},
        subjects=tuple(sorted({recording.subject for recording in recordings})),
    )


def codes_by_place(recording: CodedRecording, units: Sequence[str]) -> dict[int, NDArray[np.float32]]:
    """The label of each coded frame, by its 0-based place in the media; NaN for units that nobody coded."""
    names = [column(unit) for unit in recording.units]
    table = np.full((len(recording.frames), len(units)), np.nan, dtype=np.float32)
    for place, unit in enumerate(units):
        if unit in names:
            table[:, place] = recording.codes[:, names.index(unit)]
    return dict(zip(recording.indices.tolist(), table, strict=True))


def faces_of(
    media: Path, first_frame: int, step_s: float, spec: InputSpec, networks: Networks
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """The faces of a recording, a frame every so many seconds.

    Args:
        media: A video, or a folder of its frames, named by their numbers.
        first_frame: The number of the first frame of a folder.
        step_s: In seconds, above 0.
        spec: What patches to cut.
        networks: The product's own.

    Yields:
        The 0-based place of each sampled frame with a face, and its patch.

    Raises:
        DataError: if a picture cannot be read.
        InputError: if a video cannot be read.
    """
    if not media.is_dir():
        for frame in sampled_faces(media, networks, step_s):
            if frame.seen is not None:
                yield frame.index, frame.seen.patch(spec)
        return
    every = max(round(step_s * PICTURES_PER_S), 1)
    pictures = {
        int(path.stem) - first_frame: path
        for path in media.iterdir()
        if path.suffix.lower() in IMAGE_SUFFIXES and path.stem.isdecimal()
    }
    for index in sorted(pictures):
        if index % every == 0:
            picture = _picture(pictures[index])
            found = networks.finder.find(picture)
            if found:
                yield index, patch(picture, align(found[0].landmarks, spec.size), spec)


def _picture(path: Path) -> Picture:
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise DataError(f"the picture {path} cannot be read")
    return Picture.from_rgb(np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8))


def _of_fold(
    recordings: Sequence[CodedRecording], folds: Sequence[Sequence[str]], split: str
) -> tuple[CodedRecording, ...]:
    names = {f"fold_{number}": set(fold) for number, fold in enumerate(folds, start=1)}
    fold = names.get(split.removeprefix("not_"))
    if fold is None:
        raise DataError(
            f"there is no split '{split}'", expected=f"{', '.join(names)}, or one of them with not_ before it"
        )
    is_out = split.startswith("not_")
    chosen = tuple(one for one in recordings if (one.subject in fold) is not is_out)
    if not chosen:
        raise DataError(f"nobody who is there belongs to the split '{split}'")
    return chosen


_READERS: Final[Mapping[str, Callable[[Path, str], tuple[CodedRecording, ...]]]] = {
    "disfa": lambda root, split: _of_fold(disfa.read_disfa(root), disfa.FOLDS, split),
    "bp4d": lambda root, split: _of_fold(bp4d.read_bp4d(root), bp4d.FOLDS, split),
}
