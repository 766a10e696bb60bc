"""Hair covers the skull where its style says, and leaves the face free."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from duchenne.synth.head.mesh import Attachment, Material
from duchenne.synth.people.hair import grow, paint_scalp
from duchenne.synth.people.look import HairStyle, Look
from duchenne.synth.people.skull import angles, ears, measure_skull
from procedural_head import procedural_head

MODEL = procedural_head()
HEAD = MODEL.vertices
SKULL = measure_skull(MODEL, HEAD)
IS_EAR = ears(MODEL, HEAD)
GROWN = [style for style in HairStyle if style not in {HairStyle.BALD, HairStyle.BUZZ}]


def shell(style: HairStyle, **changes: object) -> Attachment:
    return grow(replace(Look(seed=3, hair_style=style), **changes), SKULL)[0]


def height(piece: Attachment) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Azimuth and angle down of every vertex, and how far it stands off the skin."""
    arms = piece.offsets - SKULL.center
    radii = np.linalg.norm(arms, axis=1)
    azimuth, down = angles(arms)
    return azimuth, down, radii - SKULL.distance(arms / radii[:, None])


def painted(style: HairStyle, **changes: object) -> np.ndarray:
    return paint_scalp(replace(Look(seed=3, hair_style=style), **changes), SKULL, HEAD, IS_EAR)


def test_the_bald_have_no_hair() -> None:
    assert painted(HairStyle.BALD).max() == 0.0
    assert grow(Look(hair_style=HairStyle.BALD), SKULL) == []


def test_a_buzz_cut_is_only_painted() -> None:
    assert painted(HairStyle.BUZZ).max() == 1.0
    assert grow(Look(hair_style=HairStyle.BUZZ), SKULL) == []


@pytest.mark.parametrize("style", list(HairStyle))
def test_no_hair_is_painted_on_the_face_or_the_ears(style: HairStyle) -> None:
    share = painted(style)
    assert share.dtype == np.float32
    # Below 0.2, under the lightest strands, nothing is drawn; the jaw's end lies next to the sideburn.
    assert share[MODEL.landmarks68].max() < 0.2
    assert share[MODEL.landmarks68[17:]].max() == 0.0
    assert share[IS_EAR].max() == 0.0


def test_the_crown_is_painted_and_the_hairline_moves_with_the_look() -> None:
    crown = HEAD[:, 1].argmax()
    assert painted(HairStyle.SHORT)[crown] == 1.0
    high, low = (painted(HairStyle.SHORT, hairline=line) for line in (-1.0, 1.0))
    assert low.sum() > high.sum()
    assert np.all(low >= high)
    assert painted(HairStyle.RECEDING).sum() < painted(HairStyle.SHORT).sum()


@pytest.mark.parametrize("style", GROWN)
def test_hair_covers_the_crown_and_sinks_at_the_forehead(style: HairStyle) -> None:
    piece = shell(style, fringe=False)
    azimuth, down, off = height(piece)
    on_top = down < 15
    assert off[on_top].min() > 0.1
    # Below the brows, ahead, there is no hair.
    ahead = (np.abs(azimuth) < 25) & (piece.offsets[:, 2] > SKULL.center[2])
    assert piece.offsets[ahead, 1].min() > SKULL.brow_y
    edge = ahead & (down > np.sort(down[ahead])[-40])
    assert off[edge].max() < 0.0


@pytest.mark.parametrize("style", GROWN)
def test_hair_is_a_piece_that_moves_with_the_skull(style: HairStyle) -> None:
    for piece in grow(Look(hair_style=style), SKULL):
        assert piece.material is Material.HAIR
        assert not piece.weights.any()
        n = len(piece.offsets)
        assert piece.offsets.shape == (n, 3)
        assert piece.uv.shape == (n, 2)
        assert piece.occlusion.shape == (n,)
        assert np.isfinite(piece.offsets).all()
        assert 0.0 <= piece.occlusion.min() <= piece.occlusion.max() <= 1.0
        assert piece.triangles.max() == n - 1


@pytest.mark.parametrize("style", [HairStyle.SHORT, HairStyle.AFRO, HairStyle.BUN])
def test_triangles_are_counter_clockwise_seen_from_outside(style: HairStyle) -> None:
    piece = shell(style)
    a, b, c = (piece.offsets[piece.triangles[:, k]].astype(np.float64) for k in range(3))
    normal = np.cross(b - a, c - a)
    outward = (normal * ((a + b + c) / 3 - SKULL.center)).sum(axis=1)
    # At the crown triangles have no area, and curls fold a few over.
    assert np.mean(outward >= -1e-9) > 0.97


def test_the_same_look_grows_the_same_hair() -> None:
    first, again, other = (shell(HairStyle.CURLS), shell(HairStyle.CURLS), shell(HairStyle.CURLS, seed=9))
    assert np.array_equal(first.offsets, again.offsets)
    assert not np.array_equal(first.offsets, other.offsets)


def test_long_hair_hangs_below_the_chin_and_a_bob_does_not() -> None:
    lowest = {
        style: float(shell(style).offsets[:, 1].min())
        for style in (HairStyle.SHORT, HairStyle.BOB, HairStyle.LONG)
    }
    assert lowest[HairStyle.LONG] < SKULL.chin_y - 4
    # A bob ends above the chin, give or take the ends' own centimetre or two.
    assert SKULL.chin_y - 1.5 < lowest[HairStyle.BOB] < SKULL.chin_y + 4
    assert lowest[HairStyle.SHORT] > lowest[HairStyle.BOB]


def test_hanging_hair_leaves_the_face_free() -> None:
    azimuth, _ = angles(shell(HairStyle.LONG, fringe=False).offsets - SKULL.center)
    below = shell(HairStyle.LONG, fringe=False).offsets[:, 1] < SKULL.brow_y - 2
    assert np.abs(azimuth[below]).min() > 40


def test_a_fringe_hangs_over_the_forehead() -> None:
    def lowest_ahead(fringe: bool) -> float:
        piece = shell(HairStyle.BOB, fringe=fringe)
        azimuth, _, off = height(piece)
        return float(piece.offsets[(np.abs(azimuth) < 20) & (off > 0.1), 1].min())

    assert lowest_ahead(True) < lowest_ahead(False) - 1.0


def test_an_afro_stands_off_further_than_short_hair() -> None:
    far = {style: float(np.median(height(shell(style))[2])) for style in (HairStyle.AFRO, HairStyle.SHORT)}
    assert far[HairStyle.AFRO] > 2 * far[HairStyle.SHORT]


def test_a_bun_is_a_second_piece_behind() -> None:
    cap, bun = grow(Look(hair_style=HairStyle.BUN), SKULL)
    assert bun.offsets[:, 2].mean() < SKULL.center[2]
    assert bun.offsets[:, 1].max() > cap.offsets[:, 1].mean()
