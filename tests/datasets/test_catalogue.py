from __future__ import annotations

import pytest

from duchenne.datasets.catalogue import DATASETS, find
from duchenne.errors import DataError


def test_every_entry_is_found_by_its_name_and_states_its_licence() -> None:
    for dataset in DATASETS:
        assert find(dataset.name) is dataset
        assert dataset.licence
        assert dataset.source


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"no data set is called 'fer2014'.*fer2013, faces"):
        find("fer2014")
