"""Where on the face each action unit acts, as regions of the 468-point mesh.

Gives, by column of the frame table, groups of indices in MediaPipe's mesh order; a region is the convex hull of its
points. Where a movement is seen, not where the muscle lies (FACS manual 2002, "appearance changes"); the choice of
points is ours. Units that act on both sides have a region each.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from duchenne.facs import UNIT_COLUMNS, column
from duchenne.outputs.mesh_lines import LEFT_EYE, OUTER_LIPS, RIGHT_EYE

Region = tuple[int, ...]

_INNER_BROWS: Final[tuple[Region, ...]] = (
    (105, 66, 107, 55, 65, 52, 108),
    (334, 296, 336, 285, 295, 282, 337),
)
_OUTER_BROWS: Final[tuple[Region, ...]] = (
    (70, 63, 105, 52, 53, 46, 104),
    (300, 293, 334, 282, 283, 276, 333),
)
_GLABELLA: Final[tuple[Region, ...]] = ((66, 107, 9, 336, 296, 285, 168, 55),)
_EYES: Final[tuple[Region, ...]] = (RIGHT_EYE, LEFT_EYE)
_CHEEKS: Final[tuple[Region, ...]] = ((111, 119, 120, 101, 50, 123, 116), (340, 348, 349, 330, 280, 352, 345))
_NOSE: Final[tuple[Region, ...]] = ((193, 417, 420, 198, 168, 5),)
_NASOLABIAL: Final[tuple[Region, ...]] = ((98, 203, 206, 92, 167), (327, 423, 426, 322, 393))
_CORNERS: Final[tuple[Region, ...]] = ((61, 40, 186, 216, 212, 43, 91), (291, 270, 410, 436, 432, 273, 321))
_LIPS: Final[tuple[Region, ...]] = (OUTER_LIPS,)
_LOWER_LIP: Final[tuple[Region, ...]] = ((61, 14, 291, 405, 18, 181),)
_CHIN: Final[tuple[Region, ...]] = ((201, 421, 262, 377, 152, 148, 32),)
_JAW: Final[tuple[Region, ...]] = ((201, 421, 262, 369, 377, 152, 148, 140, 32),)
_BLOWN_CHEEKS: Final[tuple[Region, ...]] = (
    (50, 205, 207, 214, 192, 213, 147),
    (280, 425, 427, 434, 416, 433, 376),
)

_BY_UNIT: Final = {
    1: _INNER_BROWS,
    2: _OUTER_BROWS,
    4: _GLABELLA,
    5: _EYES,
    6: _CHEEKS,
    7: _EYES,
    9: _NOSE,
    10: _NASOLABIAL,
    12: _CORNERS,
    14: _CORNERS,
    15: _CORNERS,
    16: _LOWER_LIP,
    17: _CHIN,
    18: _LIPS,
    20: _CORNERS,
    22: _LIPS,
    23: _LIPS,
    24: _LIPS,
    25: _LIPS,
    26: _JAW,
    27: _JAW,
    28: _LIPS,
    34: _BLOWN_CHEEKS,
    45: _EYES,
}

REGIONS: Final[Mapping[str, tuple[Region, ...]]] = MappingProxyType(
    {column(unit): regions for unit, regions in _BY_UNIT.items() if column(unit) in UNIT_COLUMNS}
)
"""By column, ``AU01`` and so on: at least one region for each unit of the frame table."""
