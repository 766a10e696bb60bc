"""Cut the faces of a synthetic set once, and keep them beside it for the next training.

Takes the clips of a set and how to cut, gives patches with the clip and frame of each. What is kept carries a hash
of everything that decides it: the set's tables, the cut, the networks that find faces. Nothing is kept of
recordings of people: these faces are nobody's. A folder that cannot be written only costs the time again.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.made_clips import CLIPS, FRAMES, MadeClip
from duchenne.evaluation.recording_faces import sampled_faces
from duchenne.models.card import InputSpec
from duchenne.pipeline import Networks

_log = logging.getLogger(__name__)

PATTERN: Final = "faces_*.npz"
_LOG_EVERY: Final = 500  # clips


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """N faces of a set.

    Attributes:
        patches: (N, size, size) grey or (N, size, size, 3) RGB uint8.
        clips: (N,) which clip of the set each is from, 0-based in the order of `read_made_clips`.
        frames: (N,) which frame of it, 0-based.
    """

    patches: NDArray[np.uint8]
    clips: NDArray[np.int64]
    frames: NDArray[np.int64]


def cut_once(
    folder: Path, clips: Sequence[MadeClip], step_s: float, spec: InputSpec, networks: Networks
) -> Cuts:
    """Take what is kept beside the set, or cut and keep it.

    Args:
        folder: Of the set.
        clips: All of its clips, as `read_made_clips` gives them.
        step_s: A frame every so many seconds, above 0.
        spec: What patches to cut.
        networks: The loaded networks of the product.

    Raises:
        InputError: if a video cannot be read.
    """
    path = folder / PATTERN.replace("*", _key(folder, step_s, spec, networks))
    kept = _load(path)
    if kept is None:
        kept = _cut(clips, step_s, spec, networks)
        _keep(path, kept)
    return kept


def _key(folder: Path, step_s: float, spec: InputSpec, networks: Networks) -> str:
    digest = hashlib.sha256(f"{step_s!r} {spec!r}".encode())
    for card in networks.face_cards:
        digest.update(card.sha256.encode())
    for name in (CLIPS, FRAMES):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]


def _cut(clips: Sequence[MadeClip], step_s: float, spec: InputSpec, networks: Networks) -> Cuts:
    found = list(_faces(clips, step_s, spec, networks))
    return Cuts(
        np.array([patch for patch, _, _ in found], dtype=np.uint8),
        np.array([clip for _, clip, _ in found], dtype=np.int64),
        np.array([frame for _, _, frame in found], dtype=np.int64),
    )


def _faces(
    clips: Sequence[MadeClip], step_s: float, spec: InputSpec, networks: Networks
) -> Iterator[tuple[NDArray[np.uint8], int, int]]:
    for number, clip in enumerate(clips):
        for frame in sampled_faces(clip.media, networks, step_s):
            if frame.seen is not None:
                yield frame.seen.patch(spec), number, frame.index
        if (number + 1) % _LOG_EVERY == 0:
            _log.info("%d of %d clips", number + 1, len(clips))


def _load(path: Path) -> Cuts | None:
    try:
        with np.load(path, allow_pickle=False) as kept:
            return Cuts(kept["patches"], kept["clips"], kept["frames"])
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        return None  # not there, or a process was stopped while it wrote: cut anew


def _keep(path: Path, cuts: Cuts) -> None:
    part = path.with_suffix(".part.npz")
    try:
        np.savez(part, patches=cuts.patches, clips=cuts.clips, frames=cuts.frames)
        part.replace(path)
    except OSError as error:
        _log.info("the cut faces are not kept: %s", error)
        with contextlib.suppress(OSError):  # a read-only file system says so before it looks for the file
            part.unlink(missing_ok=True)
