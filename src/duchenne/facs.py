"""The Facial Action Coding System as data: names of action units, and the units of emotional expressions.

Takes nothing, gives constants, and spells column names. An action unit (AU) is a visible movement of the face
by one muscle or a few that act together (Ekman & Friesen 1978; Ekman, Friesen & Hager 2002). The tables say
which units observers found in faces that *pose* or *label* an emotion; they do not say what a person feels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

LEFT: Final = "L"
"""The subject's own left side: to the right in an unmirrored picture."""
RIGHT: Final = "R"
"""The subject's own right side."""

ACTION_UNITS: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "inner brow raiser",
        2: "outer brow raiser",
        4: "brow lowerer",
        5: "upper lid raiser",
        6: "cheek raiser",
        7: "lid tightener",
        9: "nose wrinkler",
        10: "upper lip raiser",
        11: "nasolabial deepener",
        12: "lip corner puller",
        13: "sharp lip puller",
        14: "dimpler",
        15: "lip corner depressor",
        16: "lower lip depressor",
        17: "chin raiser",
        18: "lip pucker",
        19: "tongue show",
        20: "lip stretcher",
        22: "lip funneler",
        23: "lip tightener",
        24: "lip pressor",
        25: "lips part",
        26: "jaw drop",
        27: "mouth stretch",
        28: "lip suck",
        29: "jaw thrust",
        30: "jaw sideways",
        32: "lip bite",
        34: "cheek puff",
        38: "nostril dilator",
        39: "nostril compressor",
        43: "eyes closed",
        45: "blink",
    }
)
"""Number and name of every unit that this package knows, in ascending order (FACS manual, 2002)."""


def column(unit: int, side: str = "") -> str:
    """The column of a unit: ``AU01``, or ``AU01_L`` for one side.

    Raises:
        ValueError: if there is no such unit or side.
    """
    if unit not in ACTION_UNITS or side not in {"", LEFT, RIGHT}:
        raise ValueError(f"no column for unit {unit!r} and side {side!r}")
    return f"AU{unit:02d}" + (f"_{side}" if side else "")


UNIT_COLUMNS: Final = tuple(
    column(unit)
    for unit in (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 18, 20, 22, 23, 24, 25, 26, 27, 28, 34, 45)
)
"""The units that have a column in the frame table: those that a network of this package gives."""


@dataclass(frozen=True, slots=True)
class EmotionUnits:
    """The units that went with one category of expression in a study.

    Attributes:
        name: Of the category, in this package's words.
        prototypical: Units that at least 70 % of the subjects used.
        variants: Units that at least 20 % (rounded) and fewer than 70 % used, with that share in (0, 1).
    """

    name: str
    prototypical: tuple[int, ...]
    variants: Mapping[int, float]

    @property
    def shares(self) -> dict[int, float]:
        """Every unit with the share of subjects that used it; 1 stands for "at least 70 %"."""
        return {**dict.fromkeys(self.prototypical, 1.0), **self.variants}


def _units(name: str, prototypical: tuple[int, ...], **percent: int) -> EmotionUnits:
    variants = {int(key.removeprefix("au")): value / 100 for key, value in percent.items()}
    return EmotionUnits(name, prototypical, MappingProxyType(variants))


DU_2014: Final[tuple[EmotionUnits, ...]] = (
    _units("happiness", (12, 25), au6=51),
    _units("sadness", (4, 15), au1=60, au6=50, au11=26, au17=67),
    _units("fear", (1, 4, 20, 25), au2=57, au5=63, au26=33),
    _units("anger", (4, 7, 24), au10=26, au17=52, au23=29),
    _units("surprise", (1, 2, 25, 26), au5=66),
    _units("disgust", (9, 10, 17), au4=31, au24=26),
    _units("happily surprised", (1, 2, 12, 25), au5=64, au26=67),
    _units("happily disgusted", (10, 12, 25), au4=32, au6=61, au9=59),
    _units("sadly fearful", (1, 4, 20, 25), au2=46, au5=24, au6=34, au15=30),
    _units("sadly angry", (4, 15), au6=26, au7=48, au11=20, au17=50),
    _units("sadly surprised", (1, 4, 25, 26), au2=27, au6=31),
    _units("sadly disgusted", (4, 10), au1=49, au6=61, au9=20, au11=35, au15=54, au17=47, au25=43),
    _units("fearfully angry", (4, 20, 25), au5=40, au7=39, au10=30, au11=33),
    _units("fearfully surprised", (1, 2, 5, 20, 25), au4=47, au10=35, au11=22, au26=51),
    _units("fearfully disgusted", (1, 4, 10, 20, 25), au2=64, au5=50, au6=26, au9=28, au15=33),
    _units("angrily surprised", (4, 25, 26), au5=35, au7=50, au10=34),
    _units("angrily disgusted", (4, 10, 17), au7=60, au9=57, au24=36),
    _units("disgustedly surprised", (1, 2, 5, 10), au4=45, au9=37, au17=66, au24=33),
    _units("appalled", (4, 10), au6=25, au9=56, au17=67, au24=36),
    _units("hatred", (4, 10), au7=57, au9=27, au17=63, au24=37),
    _units("awed", (1, 2, 5, 25), au4=21, au20=62, au26=56),
)
"""Units of six basic and fifteen compound categories, posed by 230 subjects.

Source: Du, Tao & Martinez 2014, "Compound facial expressions of emotion", PNAS 111(15), E1454, Table 1. The
percentages were transcribed from secondary copies of that table and not checked against the printed page.

Another list is often quoted in its place, without shares, and not mixed in here. In it, sadly fearful has AU15
for AU20; AU7 is prototypical of sadly angry and hatred, AU9 of appalled; and there are two categories more,
happily sad (4, 6, 12, 25) and happily fearful (1, 2, 12, 25, 26). It is said to come from EmotioNet (Benitez-
Quiroz, Srinivasan & Martinez 2016, CVPR), which was not checked either.
"""

BASIC_EMOTIONS: Final = ("happiness", "sadness", "fear", "anger", "surprise", "disgust")
"""The six of `DU_2014` that are single words in the label sets."""
