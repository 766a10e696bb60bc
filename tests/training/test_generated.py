from __future__ import annotations

import numpy as np

from duchenne.training.generated import generate
from duchenne.training.networks import Head, Kind
from tiny_networks import GREY_INPUT, RGB_INPUT

HEADS = (Head("four", tuple("wxyz"), "one of four"), Head("two", tuple("ab"), "one of two"))


def test_labels_of_all_heads_follow_the_direction_of_the_stripes() -> None:
    data = generate(GREY_INPUT, HEADS, 80, np.random.default_rng(0))
    direction = data.targets["four"].argmax(axis=1)
    np.testing.assert_array_equal(data.targets["two"].argmax(axis=1), direction % 2)
    assert set(direction) == {0, 1, 2, 3}
    # Direction 0 changes along a row, direction 2 (90 degrees) along a column.
    level = data.patches.astype(float)
    along_rows, along_columns = level.std(axis=2).mean(axis=1), level.std(axis=1).mean(axis=1)
    assert (along_rows > along_columns)[direction == 0].all()
    assert (along_columns > along_rows)[direction == 2].all()


def test_colour_networks_get_three_channels() -> None:
    data = generate(RGB_INPUT, HEADS, 3, np.random.default_rng(0))
    assert data.patches.shape == (3, 8, 8, 3)
    assert all((weight == 1).all() for weight in data.weights.values())


def test_values_of_a_head_are_the_cosine_of_twice_the_angle_of_the_stripes() -> None:
    heads = (*HEADS, Head("value", ("v", "w"), "two values", kind=Kind.VALUES))
    data = generate(GREY_INPUT, heads, 40, np.random.default_rng(0))
    angle = data.targets["four"].argmax(axis=1) * np.pi / 4
    expected = np.column_stack([np.cos(2 * angle)] * 2)
    np.testing.assert_allclose(data.targets["value"], expected, atol=1e-6)  # float32
    assert data.targets["value"].dtype == np.float32


def test_heads_of_single_values_see_four_directions_all_the_same() -> None:
    data = generate(GREY_INPUT, [Head("v", ("v",), "", kind=Kind.VALUES)], 40, np.random.default_rng(0))
    assert set(data.targets["v"].round(6).ravel().tolist()) == {-1.0, 0.0, 1.0}
    assert generate(GREY_INPUT, HEADS, 0, np.random.default_rng(0)).targets["two"].shape == (0, 2)
