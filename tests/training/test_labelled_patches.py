from __future__ import annotations

import numpy as np
import pytest

from duchenne.training.labelled_patches import LabelledPatches

PATCHES = np.zeros((2, 8, 8), np.uint8)


def test_labels_may_be_missing_but_each_patch_has_its_place() -> None:
    part = LabelledPatches(PATCHES, {"mean": [None, np.ones(1, np.float32)]})
    assert (part.subject_rule, part.subjects, part.dataset, part.licence) == ("", (), "", "")
    assert part.labels["mean"][0] is None


def test_no_patches_have_no_labels() -> None:
    assert len(LabelledPatches(PATCHES[:0], {"mean": []}).patches) == 0
    assert not LabelledPatches(PATCHES, {}).labels


def test_labels_that_are_not_one_a_patch_are_refused() -> None:
    with pytest.raises(ValueError, match=r"2 patches have labels of lengths \{'mean': 1\}"):
        LabelledPatches(PATCHES, {"mean": [None]})
