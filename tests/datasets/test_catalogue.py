from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from duchenne.datasets import catalogue
from duchenne.datasets.catalogue import DATASETS, find
from duchenne.errors import DataError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "datasets.md"


def test_every_entry_is_found_by_its_name_and_states_its_licence() -> None:
    for dataset in DATASETS:
        assert find(dataset.name) is dataset
        assert dataset.licence
        assert dataset.source


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"no data set is called 'fer2014'.*fer2013, affectnet, faces"):
        find("fer2014")


def test_every_reader_is_there_and_its_layout_and_rules_are_told() -> None:
    read = [dataset for dataset in DATASETS if dataset.reader]
    assert len(read) == 13
    for dataset in read:
        module, _, name = dataset.reader.partition(":")
        assert callable(getattr(importlib.import_module(module), name)), dataset.name
        assert dataset.layout
        assert dataset.rules


def test_what_is_somebody_elses_says_whom_to_ask_and_to_cite() -> None:
    for dataset in DATASETS:
        if dataset.source.startswith("http"):
            assert dataset.access, dataset.name
            assert dataset.citation, dataset.name


def test_the_page_in_the_documentation_is_current() -> None:
    remedy = "write catalogue.to_markdown() into docs/datasets.md"
    assert PAGE.read_text(encoding="utf-8") == catalogue.to_markdown(), remedy
