"""Sheets put every cell in its place."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from duchenne.errors import OutputError, SettingsError
from duchenne.synth.clips import sheet
from duchenne.synth.head.action_units import RENDERABLE, check
from procedural_head import procedural_head

SIZE = 48


def test_cells_fill_rows_from_the_left_and_the_rest_is_black() -> None:
    cells = [np.full((2, 3, 3), number + 1, dtype=np.uint8) for number in range(5)]
    drawn = sheet.grid(cells, 2)
    assert drawn.shape == (6, 6, 3)
    assert drawn[::2, ::3, 0].tolist() == [[1, 2], [3, 4], [5, 0]]
    assert sheet.grid(cells[:1], 8).shape == (2, 3, 3)


@pytest.mark.parametrize("shapes", [[], [(2, 2, 3), (2, 3, 3)]])
def test_cells_of_no_or_several_sizes_are_refused(shapes: list[tuple[int, ...]]) -> None:
    with pytest.raises(ValueError, match="expected pictures of one size"):
        sheet.grid([np.zeros(shape, dtype=np.uint8) for shape in shapes], 2)


def test_a_label_is_written_below_the_picture() -> None:
    cell = np.full((40, 120, 3), 7, dtype=np.uint8)
    drawn = sheet.labelled(cell, "12 lip corner puller")
    assert np.array_equal(drawn[:40], cell)
    assert drawn[40:].max() > 150
    assert sheet.labelled(cell, "")[40:].max() < 50


def test_people_are_many_and_the_same_again_for_the_same_seed() -> None:
    first, again = (
        sheet.people(procedural_head(), np.random.default_rng(1), n_people=3, size=SIZE) for _ in range(2)
    )
    assert first.shape == (SIZE, 3 * SIZE, 3)
    assert np.array_equal(first, again)
    assert not np.array_equal(first[:, :SIZE], first[:, SIZE : 2 * SIZE])


def test_every_renderable_unit_has_a_cell_that_differs_from_rest() -> None:
    drawn = sheet.units(procedural_head(), np.random.default_rng(1), size=SIZE)
    height = sheet.labelled(np.zeros((SIZE, SIZE, 3), dtype=np.uint8), "").shape[0]
    columns, rows = 6, -(-(len(RENDERABLE) + 1) // 6)
    assert drawn.shape == (rows * height, columns * SIZE, 3)
    rest = drawn[:SIZE, :SIZE].astype(int)
    for number, unit in enumerate(RENDERABLE, start=1):
        top, left = number // columns * height, number % columns * SIZE
        cell = drawn[top : top + SIZE, left : left + SIZE].astype(int)
        # The stand-in has shapes for all units but the nostrils' and the tongue, which it moves invisibly.
        if unit not in {19, 38, 39}:
            assert np.abs(cell - rest).max() > 3, unit


def test_the_units_shown_may_be_rendered() -> None:
    for unit in RENDERABLE:
        check(sheet.fully(unit))
        assert unit in sheet.fully(unit)


def test_an_expression_runs_over_the_cells() -> None:
    drawn = sheet.over_time(
        procedural_head(), np.random.default_rng(1), emotion="happiness", n_frames=7, size=SIZE
    )
    assert drawn.shape[1] == 6 * SIZE
    first, middle = (drawn[:SIZE, k * SIZE : (k + 1) * SIZE].astype(int) for k in (0, 3))
    assert np.abs(first - middle).max() > 10


def test_a_sheet_is_written_and_comes_back(tmp_path: Path) -> None:
    drawn = np.random.default_rng(0).integers(0, 256, (8, 12, 3), dtype=np.uint8)
    sheet.write_sheet(tmp_path / "new" / "sheet.png", drawn)
    back = cv2.imread(str(tmp_path / "new" / "sheet.png"))
    assert np.array_equal(back[..., ::-1], drawn)


def test_a_jpeg_looks_the_same(tmp_path: Path) -> None:
    drawn = np.full((16, 16, 3), (200, 120, 80), dtype=np.uint8)
    sheet.write_sheet(tmp_path / "sheet.JPG", drawn)
    back = cv2.imread(str(tmp_path / "sheet.JPG"))
    assert np.abs(back[..., ::-1].astype(int) - drawn).max() <= 3  # what JPEG rounds on a flat colour


@pytest.mark.parametrize(("name", "got"), [("sheet.gif", r"Got: \.gif"), ("sheet", "Got: no ending")])
def test_an_ending_that_is_no_picture_is_refused(tmp_path: Path, name: str, got: str) -> None:
    with pytest.raises(
        SettingsError, match=rf"{name} names no kind of picture.*{got}\. Expected: \.png, \.jpg"
    ):
        sheet.write_sheet(tmp_path / name, np.zeros((2, 2, 3), dtype=np.uint8))
    assert not (tmp_path / name).exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OutputError, match=r"the sheet .*sheet\.png cannot be written"):
        sheet.write_sheet(tmp_path / "file" / "sheet.png", np.zeros((2, 2, 3), dtype=np.uint8))
