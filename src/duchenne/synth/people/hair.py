"""Hair of the head: painted where it is short, a surface around the skull where it is longer.

Takes a look and a `Skull`; gives the share of painted hair at each vertex of the head and pieces of mesh with
strands along their second texture coordinate. A surface sinks into the skin at the hairline, so the line where
hair begins is where both meet and needs no transparency. Hair moves with the skull alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from duchenne.synth.head.mesh import Attachment, Material
from duchenne.synth.people.look import HairStyle, Look
from duchenne.synth.people.skull import Skull, angles, unit_directions

_LINE_AZIMUTH: Final = (0, 25, 42, 54, 64, 74, 82, 92, 116, 132, 180)
_LINE_DOWN: Final = (52, 53, 56, 64, 77, 99, 107, 100, 102, 128, 137)
"""The hairline: degrees down from the crown at an azimuth, by eye on the mean head; the ear is at 92 to 116."""
_RECEDED: Final = (43, 36, 35, 46, 70, 99, 107, 100, 102, 128, 137)
_N_COLUMNS: Final = 121
_N_ROWS: Final = 34
_U_PER_CM: Final = 0.17
"""Of the strands' pattern, across them: the renderer draws 64 strands to a unit, so about 11 to a centimetre."""
_V_PER_CM: Final = 0.35
"""Along the strands."""
_BEHIND_DEG: Final = 3.0
"""Surfaces rise so far behind the hairline, whose edge is painted, soft."""
_RAGGED_DEG: Final = 0.35
"""By how much single strands begin before or behind that; three times as much at the end of a fringe."""
_FRINGE_DEG: Final = 19.0
"""A fringe reaches so far beyond the hairline, to a finger's width above the brows."""
_WITH_FRINGE: Final = (HairStyle.SHORT, HairStyle.BOB, HairStyle.LONG)
_SINK_DEG: Final = 7.0
"""Surfaces go on so far below the skin past the hairline."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A style in numbers, in cm.

    Attributes:
        top: Thickness above.
        side: Thickness at the sides and behind.
        rise_deg: Angle behind the hairline over which the hair reaches its thickness.
        lock: How far single locks stand out.
        curl: How far curls stand out.
        fall: How far below the chin hair at the sides and behind hangs; None for hair that ends at the line.
    """

    top: float
    side: float
    rise_deg: float
    lock: float = 0.0
    curl: float = 0.0
    fall: float | None = None


_CUTS: Final = {
    HairStyle.RECEDING: _Cut(0.45, 0.30, 22, lock=0.08),
    HairStyle.SHORT: _Cut(1.15, 0.32, 20, lock=0.20),
    HairStyle.SIDE_PARTING: _Cut(1.25, 0.38, 14, lock=0.15),
    HairStyle.BOB: _Cut(1.0, 1.5, 12, lock=0.15, fall=-1.5),
    HairStyle.LONG: _Cut(0.9, 1.3, 12, lock=0.16, fall=7.0),
    HairStyle.CURLS: _Cut(2.0, 1.5, 18, curl=0.40),
    HairStyle.AFRO: _Cut(3.6, 3.0, 28, curl=0.28),
    HairStyle.BUN: _Cut(0.45, 0.35, 12, lock=0.06),
}


def paint_scalp(
    look: Look, skull: Skull, head: NDArray[np.float32], is_ear: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Where hair is painted on the skin.

    Args:
        look: For the style.
        skull: The person's.
        head: (V, 3) float32 neutral vertices.
        is_ear: (V,) bool; there is none on ears.

    Returns:
        (V,) float32 in [0, 1]; the hairline is at 0.4.
    """
    if look.hair_style is HairStyle.BALD:
        return np.zeros(len(head), dtype=np.float32)
    azimuth, down = angles(head - skull.center)
    inside = _hairline(look, azimuth) - down
    painted = np.clip(0.4 + 0.06 * inside, 0.0, 1.0)
    return np.where(is_ear, 0.0, painted).astype(np.float32)


def grow(look: Look, skull: Skull) -> list[Attachment]:
    """Build the hair that stands off the head.

    Args:
        look: All randomness comes from its seed.
        skull: The person's.
    """
    cut = _CUTS.get(look.hair_style)
    if cut is None:
        return []
    rng = np.random.default_rng([look.seed, 20])
    pieces = [_shell(look, cut, skull, rng)]
    if look.hair_style is HairStyle.BUN:
        pieces.append(_bun(skull, rng))
    return pieces


def _hairline(look: Look, azimuth_deg: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    away = np.abs(azimuth_deg)
    downs = _RECEDED if look.hair_style is HairStyle.RECEDING else _LINE_DOWN
    ahead = 1 - _smoothstep((away - 40.0) / 30.0)
    # How far back the corners above the temples lie, and a peak in the middle, differ between people.
    corner, peak = np.random.default_rng([look.seed, 21]).uniform([0.0, -1.0], [9.0, 3.0])
    shape = peak * np.exp(-((away / 9.0) ** 2)) - corner * np.exp(-(((away - 38.0) / 12.0) ** 2))
    return np.asarray(np.interp(away, _LINE_AZIMUTH, downs) + ahead * (4.0 * look.hairline + shape))


def _shell(look: Look, cut: _Cut, skull: Skull, rng: np.random.Generator) -> Attachment:
    style = look.hair_style
    azimuth = np.linspace(-180.0, 180.0, _N_COLUMNS)[None, :]
    share = np.linspace(0.0, 1.0, _N_ROWS)[:, None] ** 0.9
    has_fringe = look.fringe and style in _WITH_FRINGE
    ragged = _RAGGED_DEG * (3.0 if has_fringe else 1.0) * rng.standard_normal(azimuth.shape)
    line = _hairline(look, azimuth) - _BEHIND_DEG + ragged
    if has_fringe:
        line = line + _FRINGE_DEG * (1 - _smoothstep((np.abs(azimuth) - 34.0) / 20.0))
    down = share * (line + _SINK_DEG)
    falls = np.zeros_like(azimuth)
    if cut.fall is not None:
        # From the temples back hair hangs down, the more the further from the parting; ahead it ends at its line.
        parting = float(rng.choice([-9.0, 0.0, 9.0]))
        falls = _smoothstep((np.abs(azimuth - parting * (np.abs(azimuth) < 120)) - 46.0) / 24.0)
        down = (1 - falls) * down + falls * np.minimum(share / 0.55, 1.0) * 92.0
    directions = unit_directions(azimuth, down)
    inside = line - down + 90.0 * falls
    thickness = _thickness(style, cut, directions, inside, rng)
    radius = skull.distance(directions) + thickness
    places = skull.center + radius[..., None] * directions
    if cut.fall is not None:
        _hang(places, falls, share, skull, cut.fall, rng)
    across = np.broadcast_to(np.radians(azimuth) * radius.mean(), radius.shape)
    along = np.cumsum(np.linalg.norm(np.diff(places, axis=0, prepend=places[:1]), axis=-1), axis=0)
    if style is HairStyle.SIDE_PARTING:
        across, along = places[..., 2], places[..., 0]
    if cut.curl > 0:
        # Curls have no direction: the strands' pattern is stirred.
        across = across + 0.5 * gaussian_filter(rng.standard_normal(radius.shape), 0.7) * cut.curl * 10
        along = along * 2.5
    occlusion = np.clip(0.55 + 0.05 * inside, 0.45, 1.0) * (1.0 - 0.25 * falls * share)
    return _piece(places, np.stack([across, along], axis=-1), occlusion)


def _thickness(
    style: HairStyle,
    cut: _Cut,
    directions: NDArray[np.float64],
    inside_deg: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """(rows, columns) cm above the skin; negative past the hairline."""
    upward = _smoothstep((directions[..., 1] + 0.15) / 0.9)
    full = cut.side + (cut.top - cut.side) * upward
    if style is HairStyle.SIDE_PARTING:
        parted = float(rng.choice([-1.0, 1.0])) * directions[..., 0]
        ahead = np.clip(directions[..., 2] + 0.4, 0, 1)
        full = full * (1 + 0.55 * ahead * _smoothstep((0.35 - parted) / 0.5))
        full = full * (1 - 0.85 * np.exp(-(((parted - 0.36) / 0.06) ** 2)) * (directions[..., 2] > -0.5))
    shape = full.shape
    locks = gaussian_filter(rng.standard_normal(shape), (5.0, 1.0), mode=("nearest", "wrap"))
    curls = gaussian_filter(rng.standard_normal(shape), (0.9, 0.9), mode=("nearest", "wrap"))
    # The first and the last column are the same place; rows near the crown share it too.
    grown = _smoothstep(inside_deg / cut.rise_deg)
    rough = cut.lock * locks / locks.std() + cut.curl * curls / curls.std()
    rough[:, -1] = rough[:, 0]
    calm = np.linspace(0.0, 1.0, shape[0])[:, None] ** 0.5
    return np.asarray(
        np.where(inside_deg > 0, grown * (full + rough * calm), 0.0)
        - 0.3 * (inside_deg < 0)
        + 0.04 * np.minimum(inside_deg, 0.0)
    )


def _hang(
    places: NDArray[np.float64],
    falls: NDArray[np.float64],
    share: NDArray[np.float64],
    skull: Skull,
    fall_cm: float,
    rng: np.random.Generator,
) -> None:
    """Let the lower rows hang straight down; changes ``places``."""
    ends = skull.chin_y - fall_cm + gaussian_filter(rng.standard_normal(falls.shape), (0, 1.0), mode="wrap")
    below = np.clip((share - 0.55) / 0.45, 0.0, 1.0)
    drop = falls * below * (places[..., 1] - ends)
    places[..., 1] -= drop
    # A little inwards at the ends, as hair does around a neck.
    inward = 1.0 - 0.13 * falls * below**2
    places[..., 0] *= inward
    places[..., 2] = skull.center[2] + (places[..., 2] - skull.center[2]) * inward


def _bun(skull: Skull, rng: np.random.Generator) -> Attachment:
    azimuth, down = np.linspace(-180.0, 180.0, 33)[None, :], np.linspace(0.0, 180.0, 17)[:, None]
    ball = unit_directions(azimuth, down)
    direction = unit_directions(np.array(180.0), np.array(float(rng.uniform(25, 50))))
    radius = float(rng.uniform(2.2, 3.0))
    center = skull.center + direction * (skull.distance(direction) + 0.75 * radius)
    wound = 1.0 + 0.06 * np.sin(np.radians(3 * azimuth + 2 * down))
    places = center + radius * ball * wound[..., None]
    along = np.broadcast_to(np.radians(azimuth) * radius, wound.shape)
    across = np.broadcast_to(np.radians(down) * radius, wound.shape)
    return _piece(places, np.stack([across, along], axis=-1), np.full(wound.shape, 0.85))


def _piece(
    places: NDArray[np.float64], across_along_cm: NDArray[np.float64], occlusion: NDArray[np.float64]
) -> Attachment:
    """A grid of (rows, columns, 3) places that moves with the skull; rows go down, columns to the left."""
    uv = across_along_cm
    rows, columns = places.shape[:2]
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None, :]).ravel()
    right, under = corner + 1, corner + columns
    triangles = np.concatenate(
        [np.stack([corner, under, right], axis=1), np.stack([right, under, under + 1], axis=1)]
    )
    n = rows * columns
    return Attachment(
        anchors=np.zeros((n, 3), dtype=np.int32),
        weights=np.zeros((n, 3), dtype=np.float32),
        offsets=places.reshape(n, 3).astype(np.float32),
        triangles=triangles.astype(np.int32),
        uv=(uv.reshape(n, 2) * [_U_PER_CM, _V_PER_CM]).astype(np.float32),
        material=Material.HAIR,
        occlusion=occlusion.ravel().astype(np.float32),
    )


def _smoothstep(value: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    t = np.clip(value, 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t))
