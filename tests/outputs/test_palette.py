from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs.palette import DARK, LIGHT, Theme, rgb

themes = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])

# Machado, Oliveira and Fernandes 2009, table 1, severity 1.0; on linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# Ottosson 2020, "A perceptual color space for image processing".
TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(colour: str) -> NDArray[np.float64]:
    value = np.array(rgb(colour)) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    """WCAG 2.1: (L1 + 0.05) / (L2 + 0.05)."""
    dark, light = sorted(float(linear(c) @ (0.2126, 0.7152, 0.0722)) for c in (a, b))
    return (light + 0.05) / (dark + 0.05)


def oklab(colour: NDArray[np.float64]) -> NDArray[np.float64]:
    return TO_LAB @ np.cbrt(TO_LMS @ np.clip(colour, 0, 1))


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@themes
def test_every_label_and_status_has_its_colour(theme: Theme) -> None:
    assert tuple(theme.expressions) == EXPRESSIONS
    assert set(theme.statuses) == set(Status)


@themes
def test_expressions_stand_out_from_the_background(theme: Theme) -> None:
    for name, colour in theme.expressions.items():
        assert contrast(colour, theme.background) >= 3, name


@themes
def test_text_can_be_read_on_background_and_surface(theme: Theme) -> None:
    for ground in (theme.background, theme.surface):
        assert contrast(theme.ink, ground) >= 7
        assert contrast(theme.muted, ground) >= 4.5
        assert contrast(theme.warning, ground) >= 4.5


@themes
@pytest.mark.parametrize("sight", list(SIGHT))
def test_expressions_differ_from_each_other_for_every_sight(theme: Theme, sight: str) -> None:
    seen = {name: oklab(SIGHT[sight] @ linear(colour)) for name, colour in theme.expressions.items()}
    for a, b in combinations(EXPRESSIONS, 2):
        assert np.linalg.norm(seen[a] - seen[b]) >= 0.07, (a, b)


def test_rgb_reads_hexadecimal() -> None:
    assert rgb("#01a0ff") == (1, 160, 255)


@themes
def test_no_status_has_the_colour_of_an_expression(theme: Theme) -> None:
    for status in set(Status) - {Status.OK}:
        assert theme.statuses[status] not in theme.expressions.values()


@themes
def test_action_units_stand_out_from_the_background(theme: Theme) -> None:
    assert contrast(theme.units, theme.background) >= 3
    assert theme.units not in {*theme.expressions.values(), *theme.statuses.values()}
