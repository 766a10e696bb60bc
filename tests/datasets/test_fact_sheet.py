from __future__ import annotations

import dataclasses

import pytest

from duchenne.datasets.fact_sheet import Dataset


def test_what_is_not_known_is_empty_and_nothing_changes_later() -> None:
    sheet = Dataset("a", "A set", "none", "your own", "nobody")
    assert (sheet.access, sheet.reader, sheet.layout, sheet.rules) == ("", "", "", "")
    with pytest.raises(dataclasses.FrozenInstanceError):
        sheet.licence = "free"  # type: ignore[misc]
