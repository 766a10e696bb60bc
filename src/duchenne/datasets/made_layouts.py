"""Whether a folder in the layout of a data set was rendered by this tool, and shows nobody who exists.

Takes the folder, gives yes or no: ``duchenne synth layout`` leaves the truth beside what it makes, under the name
below. Results on such a folder are synthetic, and say so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

STUDY: Final = "truth/study.json"
"""What every rendered layout holds (`duchenne.synth.layouts.study`)."""

NOTE: Final = (
    "a synthetic result: nobody in these recordings exists, and how well real people are read is not said"
)
"""What must stand beside every number from such a folder."""


def is_rendered(data: Path) -> bool:
    """Whether a data set's folder, or the folder that a list lies in, was rendered."""
    root = data if data.is_dir() else data.parent
    return (root / STUDY).is_file()
