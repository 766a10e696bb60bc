"""The faces without drawn lines of a synthetic set, cut once, with their known units: for benchmarks of networks.

Takes the folder of a set, the patches that a network eats and the names of its units; gives patches and
`UnitReadings` in which nothing is read yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.made_clips import read_made_clips
from duchenne.evaluation.protocols.unit_truth import UnitReadings
from duchenne.facs import ACTION_UNITS, column
from duchenne.models.card import InputSpec
from duchenne.pipeline import Networks
from duchenne.training.kept_cuts import cut_once

STEP_S = 0.4
_COLUMNS = tuple(column(unit) for unit in ACTION_UNITS)


def plain_faces(
    folder: Path, spec: InputSpec, units: Sequence[str]
) -> tuple[NDArray[np.uint8], UnitReadings]:
    """(N, size, size) patches, and what is known of them; a face every `STEP_S` seconds."""
    clips = read_made_clips(folder)
    cuts = cut_once(folder, clips, STEP_S, spec, Networks.load())
    wanted = [_COLUMNS.index(unit) for unit in units]
    is_plain = np.array([clips[clip].wrinkles == 0 for clip in cuts.clips.tolist()], dtype=bool)
    places = list(zip(cuts.clips[is_plain].tolist(), cuts.frames[is_plain].tolist(), strict=True))
    known = np.array([clips[clip].strengths[frame, wanted] for clip, frame in places], dtype=np.float64)
    subjects = tuple(clips[clip].subject for clip, _ in places)
    nothing_read = np.full_like(known, np.nan)
    readings = UnitReadings(tuple(units), known, nothing_read, subjects, np.zeros(len(places)), None)
    return cuts.patches[is_plain], readings
