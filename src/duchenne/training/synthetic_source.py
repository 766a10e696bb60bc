"""Synthetic clips as training data: faces whose action units are known.

Takes the folder of data files and a split; gives `LabelledPatches` for ``units``. Faces are found and aligned by
the product's own road, so that the network learns on the crops it will be shown. A frame without a face that can
be read is left out. A unit that the face model cannot show is unknown, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from duchenne.datasets import made_clips
from duchenne.datasets.made_clips import read_made_clips
from duchenne.errors import DataError
from duchenne.facs import ACTION_UNITS, column
from duchenne.models.card import InputSpec
from duchenne.pipeline import Networks
from duchenne.training.kept_cuts import cut_once
from duchenne.training.labelled_patches import LabelledPatches

FOLDER: Final = "synthetic"
"""Below the folder of data files: one set of ``duchenne synth make`` a split, in a folder of the split's name."""
HEAD: Final = "units"


def read_known_units(
    folder: Path,
    split: str,
    step_s: float,
    spec: InputSpec,
    units: Sequence[str],
    networks: Networks | None = None,
) -> LabelledPatches:
    """Label the faces of one set, cutting them out if that was not done before (`duchenne.training.kept_cuts`).

    Args:
        folder: The folder of data files, which holds `FOLDER`.
        split: The set's folder. Two sets are different people if they were made with different seeds.
        step_s: A frame every so many seconds, above 0.
        spec: What patches to cut.
        units: The columns of a label, ``AU01`` and so on.
        networks: The loaded networks of the product; None loads them.

    Raises:
        DataError: if the folder does not fit, or a unit has no column.
        InputError: if a video cannot be read.
    """
    columns = [column(unit) for unit in ACTION_UNITS]
    unknown = [unit for unit in units if unit not in columns]
    if unknown:
        raise DataError("no such action units", got=", ".join(unknown), expected=", ".join(columns))
    wanted = [columns.index(unit) for unit in units]
    clips = read_made_clips(folder / FOLDER / split)
    networks = Networks.load() if networks is None else networks
    cuts = cut_once(folder / FOLDER / split, clips, step_s, spec, networks)
    labels = [
        clips[clip].strengths[frame, wanted]
        for clip, frame in zip(cuts.clips.tolist(), cuts.frames.tolist(), strict=True)
    ]
    return LabelledPatches(cuts.patches, {HEAD: labels}, dataset=made_clips.MADE, licence=made_clips.LICENCE)
