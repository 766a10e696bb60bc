from __future__ import annotations

import importlib

from duchenne.datasets.catalogue import DATASETS
from duchenne.datasets.coded_sheets import CODED


def test_every_sheet_is_in_the_catalogue_and_warns_of_its_licence() -> None:
    assert set(CODED) <= set(DATASETS)
    assert all("agreement" in sheet.licence for sheet in CODED)


def test_readers_bear_the_name_of_their_set() -> None:
    for sheet in CODED:
        module, _, function = sheet.reader.partition(":")
        assert function == f"read_{sheet.name}"
        assert f'"{sheet.name}"' in (importlib.import_module(module).__loader__.get_source(module) or "")
