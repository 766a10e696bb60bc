"""From action units to shape weights: what each unit does to the parametric face.

Takes units with a strength on each side, gives the model's shape weights; `UNITS` is the map. Refuses
units that the model cannot show apart from a neighbour, and strengths outside [0, 1].

A strength is the share of the displacement that the model's artists and scans gave the unit's shape: 0.5 moves
the skin half as far as 1. It is **not** a coder's intensity score A to E, and no certified coder has checked the
map. Where two units move the same shape, the larger one decides: nothing moves further than it can, and no unit
moves less than its strength says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import SettingsError
from duchenne.facs import ACTION_UNITS
from duchenne.synth.head.model import FaceModel

Sides = tuple[float, float]
"""Strength on the subject's own left and right side, each in [0, 1]."""

DROP_SHARE: Final = 0.45
"""Of the jaw's whole way, what AU26 (jaw drop) takes; AU27 (mouth stretch) goes on from there."""


class Kind(StrEnum):
    """How far a unit's shape may be trusted."""

    NATIVE = "native"
    """One shape of the model, or one with its companion, carries the unit's meaning."""
    COMPOSITE = "composite"
    """Several shapes together look right."""
    HAND_MADE = "hand-made"
    """A displacement of our own, from no scan."""
    NOT_RENDERABLE = "not renderable"
    """The model cannot show it apart from a neighbour; never rendered, never scored."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a unit does to the model.

    Attributes:
        kind: How far to trust it.
        terms: Shapes and their weights at strength 1; a name ending in ``*`` stands for its two sides.
        is_sided: Whether left and right can differ. If not, both sides must be equal.
        note: What a reader should know.
    """

    kind: Kind
    terms: tuple[tuple[str, float], ...] = ()
    is_sided: bool = True
    note: str = ""


def _native(*terms: tuple[str, float], sided: bool = True, note: str = "") -> Rule:
    return Rule(Kind.NATIVE, terms, sided, note)


UNITS: Final[Mapping[int, Rule]] = MappingProxyType(
    {
        1: _native(("browInnerUp*", 1.0)),
        2: _native(("browOuterUp*", 1.0)),
        4: _native(("browDown*", 1.0)),
        5: _native(("eyeWide*", 1.0)),
        6: _native(("cheekRaiser*", 0.7), ("cheekSquint*", 0.45)),
        7: _native(("eyeSquint*", 1.0)),
        9: _native(("noseSneer*", 1.0), note="opens the lips too, by about twice what AU25 alone opens"),
        10: _native(("mouthUpperUp*", 1.0)),
        11: Rule(Kind.NOT_RENDERABLE, note="its displacement has a cosine of 0.98 with that of AU10"),
        12: _native(("mouthSmile*", 1.0)),
        13: Rule(Kind.NOT_RENDERABLE, note="its displacement has a cosine of 0.98 with that of AU12"),
        14: _native(("mouthDimple*", 1.0)),
        15: _native(("mouthFrown*", 1.0)),
        16: _native(("mouthLowerDown*", 1.0)),
        17: _native(("mouthShrugLower", 0.9), ("mouthShrugUpper", 0.25), sided=False),
        18: _native(("mouthPucker", 0.8), sided=False),
        19: Rule(Kind.HAND_MADE, (("tongueOut", 1.0), ("jawOpen", 0.3)), False, "a crude tongue"),
        20: _native(("mouthStretch*", 1.0)),
        22: _native(("mouthFunnel", 1.0), sided=False),
        23: Rule(
            Kind.COMPOSITE,
            (
                ("mouthPress*", 0.6),
                ("mouthRollUpper", 0.25),
                ("mouthRollLower", 0.3),
                ("mouthPucker", 0.2),
            ),
            False,
            "its displacement has a cosine of 0.88 with that of AU24",
        ),
        24: _native(("mouthPress*", 1.0)),
        25: Rule(
            Kind.COMPOSITE,
            (("mouthLowerDown*", 0.35), ("mouthUpperUp*", 0.2)),
            False,
            "its label is the lip gap measured on the mesh, whatever opened the lips",
        ),
        26: _native(("jawOpen", DROP_SHARE), sided=False, note="the first part of the jaw's way"),
        27: _native(("jawOpen", 1.0), sided=False, note="the rest of the jaw's way, beyond AU26 = 1"),
        28: Rule(
            Kind.COMPOSITE,
            (("mouthRollLower", 0.85), ("mouthRollUpper", 0.7), ("mouthPress*", 0.35)),
            False,
        ),
        29: _native(("jawForward", 1.0), sided=False),
        30: _native(("jawLeft|jawRight", 1.0), note="left and right exclude each other"),
        32: Rule(Kind.NOT_RENDERABLE, note="upper teeth and lip never touch in this model"),
        34: _native(("cheekPuff*", 1.0)),
        38: Rule(Kind.HAND_MADE, (("nostrilDilate*", 1.0),), note="0.4 cm, seen at close range only"),
        39: Rule(Kind.HAND_MADE, (("nostrilDilate*", -1.0),), note="0.4 cm, seen at close range only"),
        43: _native(("eyeBlink*", 1.0), note="eyes held closed"),
        45: _native(("eyeBlink*", 1.0), note="the same shape as AU43, passing in a blink"),
    }
)
"""What each unit does, in the order of the columns."""

RENDERABLE: Final = tuple(unit for unit, rule in UNITS.items() if rule.kind is not Kind.NOT_RENDERABLE)
"""Units that can be shown, in ascending order."""


def check(units: Mapping[int, Sides]) -> None:
    """Refuse what cannot be rendered.

    Raises:
        SettingsError: for an unknown or not renderable unit, a strength outside [0, 1], sides that differ
            where they cannot, or both directions of AU30 at once.
    """
    for unit, (left, right) in units.items():
        if unit not in UNITS:
            raise SettingsError(
                f"the generator knows no AU{unit}",
                expected=", ".join(f"AU{known}" for known in RENDERABLE),
            )
        rule = UNITS[unit]
        if rule.kind is Kind.NOT_RENDERABLE:
            raise SettingsError(
                f"AU{unit} ({ACTION_UNITS[unit]}) cannot be rendered: {rule.note}",
                remedy="Leave it out; it is never scored either",
            )
        if not (0.0 <= left <= 1.0 and 0.0 <= right <= 1.0):
            raise SettingsError(
                f"the strength of AU{unit} is outside its range",
                got=f"{left}, {right}",
                expected="left and right in [0, 1]",
            )
        if not rule.is_sided and left != right:
            raise SettingsError(
                f"AU{unit} ({ACTION_UNITS[unit]}) has no sides in this model",
                got=f"left {left}, right {right}",
                expected="the same strength on both",
            )
        if unit == 30 and left > 0.0 and right > 0.0:
            raise SettingsError(
                "the jaw cannot go to both sides at once",
                got=f"AU30 left {left}, right {right}",
                expected="0 on one side",
            )


def weights(model: FaceModel, units: Mapping[int, Sides]) -> NDArray[np.float32]:
    """The shape weights that show some action units.

    Args:
        model: The face.
        units: Strength of each unit on the subject's own left and right side; units left out are 0.

    Returns:
        (S,) float32, most of them 0.

    Raises:
        SettingsError: as `check`.
    """
    check(units)
    result = np.zeros(len(model.shapes.names), dtype=np.float32)
    for unit, (left, right) in units.items():
        if unit == 27:
            # AU27 begins where AU26 ends: a little of it already needs the whole of the jaw drop.
            left = right = DROP_SHARE + (1 - DROP_SHARE) * left if left > 0 else 0.0
        for name, weight in UNITS[unit].terms:
            for shape, strength in _sides(name, left, right):
                number = model.shape_number[shape]
                if abs(weight * strength) > abs(result[number]):
                    result[number] = weight * strength
    return result


def face_weights(
    model: FaceModel, units: Mapping[int, Sides], gaze_deg: tuple[float, float]
) -> NDArray[np.float32]:
    """The shape weights of a whole face: its units, and lids that follow the eyes.

    A lid follows its eye only as far as AU43 or AU45 leaves it open: closed eyes are closed wherever they look.

    Args:
        model: The face.
        units: As in `weights`.
        gaze_deg: As in `gaze_weights`.

    Returns:
        (S,) float32; a compressed nostril is negative, every other weight is 0 or more.

    Raises:
        SettingsError: as `check`.
    """
    shown, following = weights(model, units), gaze_weights(model, gaze_deg)
    for side in ("L", "R"):
        closed = shown[model.shape_number[f"eyeBlink_{side}"]]
        for name in ("eyeLookOut", "eyeLookIn", "eyeLookUp", "eyeLookDown"):
            following[model.shape_number[f"{name}_{side}"]] *= 1 - closed
    # No unit moves the shapes of a gaze: the sum keeps both, and the sign of what is compressed.
    return shown + following


def _sides(name: str, left: float, right: float) -> tuple[tuple[str, float], ...]:
    if name.endswith("*"):
        return (name[:-1] + "_L", left), (name[:-1] + "_R", right)
    if "|" in name:
        to_left, to_right = name.split("|")
        return (to_left, left), (to_right, right)
    return ((name, max(left, right)),)


def gaze_weights(model: FaceModel, gaze_deg: tuple[float, float]) -> NDArray[np.float32]:
    """Weights of the lids that follow the eyes; the eyeballs themselves are turned by the renderer.

    Args:
        model: The face.
        gaze_deg: Yaw (positive: to the subject's own left) and pitch (positive: up) against the head.

    Returns:
        (S,) float32.
    """
    yaw, pitch = (float(np.clip(angle / _FULL_GAZE_DEG, -1, 1)) for angle in gaze_deg)
    result = np.zeros(len(model.shapes.names), dtype=np.float32)
    for name, strength in (
        ("eyeLookOut_L", yaw),
        ("eyeLookIn_R", yaw),
        ("eyeLookIn_L", -yaw),
        ("eyeLookOut_R", -yaw),
        ("eyeLookUp_L", pitch),
        ("eyeLookUp_R", pitch),
        ("eyeLookDown_L", -pitch),
        ("eyeLookDown_R", -pitch),
    ):
        result[model.shape_number[name]] = max(strength, 0.0)
    return result


# Where eyes stop turning and the head turns instead, about; the model's eyeLook shapes are lids at this angle.
_FULL_GAZE_DEG = 30.0
