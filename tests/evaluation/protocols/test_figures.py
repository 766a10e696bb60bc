from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.evaluation.protocols.figures import MEASURED, PUBLISHED, Bar, bars, confusion, lines

NAN = float("nan")
Draw = Callable[[Path], None]

DRAWINGS: dict[str, Draw] = {
    "bars": lambda path: bars(
        path, "two", [Bar("ours", 0.7, (0.6, 0.8)), Bar("theirs", 0.5, is_published=True)], "accuracy"
    ),
    "lines": lambda path: lines(path, "curve", [0.0, 1.0, 2.0], {"a": [0.1, 0.4, 0.2]}, ("x", "y")),
    "confusion": lambda path: confusion(path, "table", ("a", "b"), [[3, 1], [0, 4]]),
}


def pixels(draw: Draw, folder: Path, name: str = "figure.png") -> NDArray[np.uint8]:
    """The drawn figure as (H, W, 3) RGB."""
    draw(folder / name)
    image = cv2.imread(str(folder / name), cv2.IMREAD_COLOR_RGB)
    assert image is not None
    return np.asarray(image, dtype=np.uint8)


def n_of(image: NDArray[np.uint8], colour: str) -> int:
    """How many pixels are of a colour like ``#1f5fa8``."""
    return int(np.all(image == np.frombuffer(bytes.fromhex(colour[1:]), np.uint8), axis=-1).sum())


@pytest.mark.parametrize("name", DRAWINGS)
def test_same_numbers_give_the_same_bytes_without_a_word_about_the_software(
    name: str, tmp_path: Path
) -> None:
    for file in ("one", "two.part"):
        DRAWINGS[name](tmp_path / file)
    data = (tmp_path / "one").read_bytes()
    assert data == (tmp_path / "two.part").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert b"atplotlib" not in data


@pytest.mark.parametrize("name", DRAWINGS)
def test_figure_is_white_paper_with_something_on_it(name: str, tmp_path: Path) -> None:
    image = pixels(DRAWINGS[name], tmp_path)
    assert min(image.shape[:2]) > 200
    assert image[0, 0].tolist() == [255, 255, 255]
    assert 0.01 < (image != 255).any(axis=-1).mean() < 0.95


def test_bars_are_as_high_as_their_values_and_published_ones_are_grey(tmp_path: Path) -> None:
    image = pixels(
        lambda path: bars(path, "t", [Bar("a", 0.8), Bar("b", 0.4, is_published=True)], "y"), tmp_path
    )
    ours, theirs = n_of(image, MEASURED), n_of(image, PUBLISHED)
    # Of the same width: areas as 2 to 1, but for a row of mixed pixels at each edge.
    assert ours > 10_000
    assert ours / theirs == pytest.approx(2, rel=0.02)


def test_bar_without_a_value_leaves_its_place_empty(tmp_path: Path) -> None:
    with_both = pixels(lambda p: bars(p, "t", [Bar("a", 0.5), Bar("b", 0.5)], "y"), tmp_path)
    with_one = pixels(lambda p: bars(p, "t", [Bar("a", 0.5), Bar("b", NAN, (NAN, NAN))], "y"), tmp_path)
    assert n_of(with_one, MEASURED) == pytest.approx(n_of(with_both, MEASURED) / 2, rel=0.03)
    assert n_of(pixels(lambda p: bars(p, "t", [Bar("b", NAN)], "y"), tmp_path), MEASURED) == 0


def test_interval_is_a_line_across_the_end_of_its_bar(tmp_path: Path) -> None:
    bare = pixels(lambda p: bars(p, "t", [Bar("a", 0.5)], "y"), tmp_path)
    held = pixels(lambda p: bars(p, "t", [Bar("a", 0.5, (0.3, 0.7))], "y"), tmp_path)
    rows, columns = np.nonzero((bare != held).any(axis=-1))
    assert len(set(columns)) <= 4  # a thin line
    # 0.4 of the axis, whose bar takes 0.5.
    height = np.ptp(np.nonzero((bare == np.array([0x1F, 0x5F, 0xA8])).all(axis=-1))[0])
    assert np.ptp(rows) == pytest.approx(height * 0.8, rel=0.05)


def test_no_bars_and_no_curves_still_give_a_figure(tmp_path: Path) -> None:
    assert pixels(lambda p: bars(p, "t", [], "y"), tmp_path).size
    assert pixels(lambda p: lines(p, "t", [], {}, ("x", "y")), tmp_path).size


def test_gap_in_a_curve_is_left_open(tmp_path: Path) -> None:
    blue = "#1f77b4"  # matplotlib's first colour
    x = np.arange(50.0)  # too many for markers
    whole, holed = np.ones(50), np.ones(50)
    holed[10:40] = NAN
    drawn = [
        n_of(pixels(lambda p, y=y: lines(p, "t", x, {"a": y}, ("x", "y")), tmp_path), blue)  # type: ignore[misc]
        for y in (whole, holed)
    ]
    assert 0 < drawn[1] < 0.6 * drawn[0]


def test_shade_of_a_cell_is_its_share_of_the_row(tmp_path: Path) -> None:
    darkest = "#08306b"  # the end of the scale: a share of 1
    diagonal = pixels(lambda p: confusion(p, "t", ("a", "b"), [[5, 0], [0, 50]]), tmp_path)
    halves = pixels(lambda p: confusion(p, "t", ("a", "b"), [[5, 5], [50, 50]]), tmp_path)
    row = pixels(lambda p: confusion(p, "t", ("a", "b"), [[5, 0], [50, 50]]), tmp_path)
    assert n_of(halves, darkest) == 0
    # Both rows count alike, however many faces they hold.
    assert n_of(diagonal, darkest) == pytest.approx(2 * n_of(row, darkest), rel=0.05)


def test_label_without_faces_is_an_empty_row_and_no_answer_a_column_more(tmp_path: Path) -> None:
    narrow = pixels(lambda p: confusion(p, "t", ("a", "b"), [[0, 0], [0, 3]]), tmp_path)
    wide = pixels(lambda p: confusion(p, "t", ("a", "b"), [[0, 0, 0], [0, 3, 1]]), tmp_path)
    assert wide.shape[1] > narrow.shape[1]
    assert n_of(narrow, "#08306b") > 0


def test_faint_curves_take_less_ink(tmp_path: Path) -> None:
    curves = {"a": [0.0, 1.0, 0.0] * 20}
    x = [float(n) for n in range(60)]
    thick = pixels(lambda path: lines(path, "t", x, curves, ("x", "y")), tmp_path, "thick.png")
    thin = pixels(lambda path: lines(path, "t", x, curves, ("x", "y"), faint=("a",)), tmp_path, "thin.png")
    assert int((255 - thin.astype(int)).sum()) < int((255 - thick.astype(int)).sum())


def test_a_bar_below_zero_hangs_down_and_stays_inside(tmp_path: Path) -> None:
    def column(value: float) -> NDArray[np.intp]:
        name = f"{value}.png"
        image = pixels(lambda path: bars(path, "t", [Bar("a", value)], "y"), tmp_path, name)
        return np.flatnonzero((image == np.frombuffer(bytes.fromhex(MEASURED[1:]), np.uint8)).all(-1).any(1))

    up, down = column(0.5), column(-0.5)
    assert len(down) > 50
    # Half of the axis from 0 to 1, and half of 1.6 units from -0.6 to 1.
    assert len(down) / len(up) == pytest.approx(1 / 1.6, abs=0.03)
    assert down.min() > up.min()
