"""Which points of the 468-point face mesh form the lines of a face.

Gives tuples of indices in MediaPipe's mesh order (`duchenne.records.Face.landmarks`), each to be joined in
turn. Left and right are the subject's own.
"""

from __future__ import annotations

from typing import Final

OVAL: Final = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
LEFT_EYE: Final = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
RIGHT_EYE: Final = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
LEFT_BROW: Final = (276, 283, 282, 295, 285, 336, 296, 334, 293, 300)
RIGHT_BROW: Final = (46, 53, 52, 65, 55, 107, 66, 105, 63, 70)
OUTER_LIPS: Final = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185),
)
INNER_LIPS: Final = (
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191),
)
CLOSED: Final = (OVAL, LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, OUTER_LIPS, INNER_LIPS)
"""Lines that end where they begin."""

NOSE_BRIDGE: Final = (168, 6, 197, 195, 5, 4)
NOSE_BASE: Final = (48, 64, 98, 97, 2, 326, 327, 294, 278)
OPEN: Final = (NOSE_BRIDGE, NOSE_BASE)
"""Lines with two ends."""
