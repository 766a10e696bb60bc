"""What a reader of training data gives: patches, what is known of each, and who is shown.

Takes arrays and names, gives a frozen `LabelledPatches`. Refuses labels that are not one a patch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = Mapping[str, Sequence[NDArray[np.float32] | None]]
"""For each head one distribution, or one row of values, per patch; None where there is no label."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPatches:
    """Part of a data set, cut and labelled.

    Attributes:
        patches: (N, size, size) grey or (N, size, size, 3) RGB uint8.
        labels: For each head that the data set knows something about, N labels.
        subject_rule: How the training register tells its subjects; empty where the whole split is meant.
        subjects: Who is shown, where the register lists them; empty where it does not.
        dataset: What the register calls the data, where that is not the name of the reader.
        licence: Of those data; empty for the licence of the data set in the catalogue.
    """

    patches: NDArray[np.uint8]
    labels: Labels
    subject_rule: str = ""
    subjects: tuple[str, ...] = ()
    dataset: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        lengths = {name: len(labels) for name, labels in self.labels.items()}
        if set(lengths.values()) - {len(self.patches)}:
            raise ValueError(f"{len(self.patches)} patches have labels of lengths {lengths}")
