"""From depth samples to a picture: what each pixel sees, lit in linear light.

Deferred: a pixel's samples are first sorted into surfaces (same material, about the same depth) and each surface
is shaded once, at the mean place of its samples. Most pixels see one surface, so four samples cost little more
than one, while edges stay smooth.

Light is a hemisphere of ambient light dimmed by occlusion, and up to a few distant lights with a soft diffuse
part and a Blinn highlight. Skin lets light creep around the edge, red furthest. Only the first light casts shadows.
Everything is in the head's own coordinates: the lights are turned against the head, not the head's normals.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.head.mesh import Material
from duchenne.synth.rendering.compiled import kernel
from duchenne.synth.rendering.shadow import reached
from duchenne.synth.rendering.surfaces import (
    Paint,
    Triple,
    between_texels,
    carve,
    eyeball,
    painted_hair,
    ramp,
    strand,
    texel,
    unit,
    weigh,
    weigh3,
)

_SKIN, _SCALP, _MOUTH = int(Material.SKIN), int(Material.SCALP), int(Material.MOUTH)
_SOCKET, _TEETH = int(Material.SOCKET), int(Material.TEETH)
_EYEBALL_L, _EYEBALL_R = int(Material.EYEBALL_L), int(Material.EYEBALL_R)
_HAIR, _CLOTH, _LENS = int(Material.HAIR), int(Material.CLOTH), int(Material.LENS)
_COLLAR_EDGE_CM = 0.1
# The model's occlusion is that of a closed mouth; from behind the lips of a wide open one, this share of the sky
# is seen, and less towards the throat (z in the head's coordinates, cm).
_LIT_MOUTH, _LIT_TEETH = 0.55, 0.95
_THROAT_TO_LIPS_CM = (5.0, 11.5)
# Lids and lashes shade an eye more than the model's occlusion, made without lashes, says.
_EYE_OPENNESS = 0.7
STRANDS = 64.0
"""Across a piece of hair, for each unit of u."""
STRAND_LENGTH = 8.0
"""Along a piece of hair: how much of the strands' pattern a unit of v takes."""


class Mesh(NamedTuple):
    """What `duchenne.synth.head.mesh.SubjectMesh` and the frame say about triangles and vertices.

    Attributes:
        triangles: (F, 3) int32.
        triangles_uv: (F, 3) int32.
        uv: (U, 2) float32.
        material: (F,) uint8.
        neutral: (N, 3) float32.
        hair: (N,) float32.
        occlusion: (N,) float32.
        vertices: (N, 3) float32 with the expression.
        normals: (N, 3) float32 of those.
        screen: (N, 3) float32 in samples, as from `duchenne.synth.rendering.raster.project`.
    """

    triangles: NDArray[np.int32]
    triangles_uv: NDArray[np.int32]
    uv: NDArray[np.float32]
    material: NDArray[np.uint8]
    neutral: NDArray[np.float32]
    hair: NDArray[np.float32]
    occlusion: NDArray[np.float32]
    vertices: NDArray[np.float32]
    normals: NDArray[np.float32]
    screen: NDArray[np.float32]


class Lights(NamedTuple):
    """Light and view, in the head's coordinates.

    Attributes:
        towards: (L, 3) float64 unit vectors to the lights.
        halfway: (L, 3) float64 unit vectors between those and the camera.
        colour: (L, 3) float64.
        ambient: (2, 3) float64, from below and from above.
        axes: (3, 3) float64, the picture's right and up and the direction to the camera, as rows.
        pinhole: (3,) float64, as in `duchenne.synth.rendering.raster.project`.
        from_light: (3, 4) float64 view of the first light, as from `duchenne.synth.rendering.shadow.frame_towards`.
        nearest: (Y, X) float32, its depth map.
    """

    towards: NDArray[np.float64]
    halfway: NDArray[np.float64]
    colour: NDArray[np.float64]
    ambient: NDArray[np.float64]
    axes: NDArray[np.float64]
    pinhole: NDArray[np.float64]
    from_light: NDArray[np.float64]
    nearest: NDArray[np.float32]


@kernel
def within(screen: NDArray[np.float32], corners: tuple[int, int, int], x: float, y: float) -> Triple:
    """Barycentric coordinates of a place in the picture, moved into the triangle where it lies outside."""
    a, b, c = corners
    x0, y0, x1, y1 = screen[a, 0] - x, screen[a, 1] - y, screen[b, 0] - x, screen[b, 1] - y
    x2, y2 = screen[c, 0] - x, screen[c, 1] - y
    area0, area1, area2 = x1 * y2 - x2 * y1, x2 * y0 - x0 * y2, x0 * y1 - x1 * y0
    scale = 1.0 / (area0 + area1 + area2)
    b0 = min(max(area0 * scale, 0.0), 1.0)
    b1 = min(max(area1 * scale, 0.0), 1.0 - b0)
    return b0, b1, 1.0 - b0 - b1


@kernel
def illuminate(
    normal: Triple,
    colour: Triple,
    finish: tuple[float, float, float],
    occlusion: float,
    unshaded: float,
    lights: Lights,
) -> Triple:
    """The light that a surface sends to the camera.

    Args:
        normal: Unit vector.
        colour: Of the surface.
        finish: Gloss, sharpness of the highlight and softness.
        occlusion: Share of the sky that is seen.
        unshaded: Share of the first light that is not in shadow.
        lights: The lights.
    """
    nx, ny, nz = normal
    gloss, sharpness, softness = finish
    axes = lights.axes
    above = 0.5 + 0.5 * (nx * axes[1, 0] + ny * axes[1, 1] + nz * axes[1, 2])
    r = occlusion * (lights.ambient[0, 0] + above * (lights.ambient[1, 0] - lights.ambient[0, 0]))
    g = occlusion * (lights.ambient[0, 1] + above * (lights.ambient[1, 1] - lights.ambient[0, 1]))
    b = occlusion * (lights.ambient[0, 2] + above * (lights.ambient[1, 2] - lights.ambient[0, 2]))
    shine_r, shine_g, shine_b = 0.0, 0.0, 0.0
    open_share = 0.35 + 0.65 * occlusion
    wrap_g, wrap_b = 0.6 * softness, 0.45 * softness
    scale_r, scale_g, scale_b = 1.0 / (1.0 + softness), 1.0 / (1.0 + wrap_g), 1.0 / (1.0 + wrap_b)
    for k in range(lights.towards.shape[0]):
        share = open_share * (unshaded if k == 0 else 1.0)
        towards, halfway = lights.towards, lights.halfway
        facing = nx * towards[k, 0] + ny * towards[k, 1] + nz * towards[k, 2]
        red, green, blue = lights.colour[k, 0], lights.colour[k, 1], lights.colour[k, 2]
        # Light scattered under the skin reddens the edge of a cast shadow too.
        bled = share * (1.0 + 0.5 * softness * (1.0 - unshaded)) if k == 0 else share
        r += max(facing + softness, 0.0) * scale_r * red * bled
        g += max(facing + wrap_g, 0.0) * scale_g * green * share
        b += max(facing + wrap_b, 0.0) * scale_b * blue * share
        if facing > 0.0:
            # (1 - s (1 - c) / 8)^8 stands in for c^s: as round, and made of products.
            near = 1.0 - nx * halfway[k, 0] - ny * halfway[k, 1] - nz * halfway[k, 2]
            lobe = max(1.0 - 0.125 * sharpness * near, 0.0)
            lobe *= lobe
            lobe *= lobe
            lobe *= lobe * gloss * share
            shine_r += lobe * red
            shine_g += lobe * green
            shine_b += lobe * blue
    return r * colour[0] + shine_r, g * colour[1] + shine_g, b * colour[2] + shine_b


@kernel
def skin(
    normal: Triple, t: int, corners: tuple[int, int, int], at: Triple, mesh: Mesh, paint: Paint
) -> tuple[Triple, Triple, float]:
    """Normal, colour and gloss of the face: texture and relief."""
    p, q, r = mesh.triangles_uv[t, 0], mesh.triangles_uv[t, 1], mesh.triangles_uv[t, 2]
    u = at[0] * mesh.uv[p, 0] + at[1] * mesh.uv[q, 0] + at[2] * mesh.uv[r, 0]
    v = at[0] * mesh.uv[p, 1] + at[1] * mesh.uv[q, 1] + at[2] * mesh.uv[r, 1]
    row, column, share = between_texels(u, v, paint.relief.shape[0])
    slope_u = texel(paint.relief, row, column, share, 0)
    slope_v = texel(paint.relief, row, column, share, 1)
    light = max(1.0 - texel(paint.relief, row, column, share, 2), 0.3)
    if slope_u * slope_u + slope_v * slope_v > 1e-6:
        normal = carve(normal, (slope_u, slope_v), mesh.vertices, corners, mesh.uv, (p, q, r))
    row, column, share = between_texels(u, v, paint.texture.shape[0])
    # A fold is lit through skin: it loses less red than green and blue.
    colour = (
        light * texel(paint.texture, row, column, share, 0),
        light * light * texel(paint.texture, row, column, share, 1),
        light * light * texel(paint.texture, row, column, share, 2),
    )
    return normal, colour, texel(paint.texture, row, column, share, 3)


@kernel
def shade(t: int, x: float, y: float, mesh: Mesh, paint: Paint, lights: Lights) -> Triple:
    """The linear colour of a triangle at a place in the picture, in samples."""
    corners = (mesh.triangles[t, 0], mesh.triangles[t, 1], mesh.triangles[t, 2])
    at = within(mesh.screen, corners, x, y)
    material = int(mesh.material[t])
    nx, ny, nz = weigh3(mesh.normals, corners, at)
    smooth = unit(nx, ny, nz)
    normal = smooth
    own = paint.palette
    colour = (float(own[material, 0]), float(own[material, 1]), float(own[material, 2]))
    gloss, sharpness, softness = float(own[material, 3]), float(own[material, 4]), float(own[material, 5])
    if material == _SKIN:
        normal, colour, factor = skin(normal, t, corners, at, mesh, paint)
        gloss *= factor
    if material <= _SCALP:
        place = weigh3(mesh.neutral, corners, at)
        hair = weigh(mesh.hair, corners, at)
        over = _HAIR if place[1] > paint.collar_cm + _COLLAR_EDGE_CM else _CLOTH
        share, lightness = ramp(place[1], paint.collar_cm + _COLLAR_EDGE_CM, paint.collar_cm), 1.0
        if over == _HAIR:
            share, lightness = painted_hair(hair, place, paint) if hair > 0.02 else (0.0, 1.0)
        colour = (
            colour[0] + share * (lightness * own[over, 0] - colour[0]),
            colour[1] + share * (lightness * own[over, 1] - colour[1]),
            colour[2] + share * (lightness * own[over, 2] - colour[2]),
        )
        gloss += share * (lightness * own[over, 3] - gloss)
        sharpness += share * (own[over, 4] - sharpness)
        softness += share * (own[over, 5] - softness)
    elif material in (_EYEBALL_L, _EYEBALL_R):
        colour = eyeball(weigh3(mesh.neutral, corners, at), paint.eyes[material - _EYEBALL_L], colour)
    else:
        normal = smooth = towards_camera(normal, x, y, lights)
        if material == _HAIR:
            p, q, r = mesh.triangles_uv[t, 0], mesh.triangles_uv[t, 1], mesh.triangles_uv[t, 2]
            across = at[0] * mesh.uv[p, 0] + at[1] * mesh.uv[q, 0] + at[2] * mesh.uv[r, 0]
            along = at[0] * mesh.uv[p, 1] + at[1] * mesh.uv[q, 1] + at[2] * mesh.uv[r, 1]
            lightness = 0.95 + 0.25 * strand(across * STRANDS, along * STRAND_LENGTH, paint.strands)
            colour = (colour[0] * lightness, colour[1] * lightness, colour[2] * lightness)
            gloss *= lightness * lightness
    place, occlusion = weigh3(mesh.vertices, corners, at), weigh(mesh.occlusion, corners, at)
    unshaded = reached(place, smooth, lights.from_light, lights.nearest)
    if material in (_EYEBALL_L, _EYEBALL_R):
        unshaded = 0.3 + 0.7 * unshaded  # a wet eye glints from under the brow too
        occlusion *= _EYE_OPENNESS
    elif _MOUTH <= material <= _TEETH and material != _SOCKET:
        share = paint.mouth_open * ramp(place[2], *_THROAT_TO_LIPS_CM)
        occlusion += share * ((_LIT_TEETH if material == _TEETH else _LIT_MOUTH) - occlusion)
        unshaded += 0.6 * share * (1.0 - unshaded)  # light from lip to tooth and back, and through the lip
    return illuminate(normal, colour, (gloss, sharpness, softness), occlusion, unshaded, lights)


@kernel
def towards_camera(normal: Triple, x: float, y: float, lights: Lights) -> Triple:
    """The normal of a thin sheet's side that is seen at a place in the picture."""
    right, up = (lights.pinhole[2] - x) / lights.pinhole[1], (y - lights.pinhole[2]) / lights.pinhole[1]
    facing = 0.0
    for axis in range(3):
        view = right * lights.axes[0, axis] + up * lights.axes[1, axis] + lights.axes[2, axis]
        facing += normal[axis] * view
    return normal if facing >= 0.0 else (-normal[0], -normal[1], -normal[2])


@kernel
def through_glass(
    behind: Triple, t: int, x: float, y: float, mesh: Mesh, paint: Paint, lights: Lights
) -> Triple:
    """What is seen through a lens: a little darker, with a reflection of the surroundings and the lights.

    The share of light reflected follows Schlick's approximation, with 1.5 % at right angles as coated glass has.
    """
    corners = (mesh.triangles[t, 0], mesh.triangles[t, 1], mesh.triangles[t, 2])
    nx, ny, nz = weigh3(mesh.normals, corners, within(mesh.screen, corners, x, y))
    normal = towards_camera(unit(nx, ny, nz), x, y, lights)
    axes, ambient = lights.axes, lights.ambient
    facing = min(max(normal[0] * axes[2, 0] + normal[1] * axes[2, 1] + normal[2] * axes[2, 2], 0.0), 1.0)
    away = 1.0 - facing
    share = 0.015 + 0.985 * away * away * away * away * away
    # Up in the mirrored view: the camera's direction has no part along the picture's own up.
    above = 0.5 + facing * (normal[0] * axes[1, 0] + normal[1] * axes[1, 1] + normal[2] * axes[1, 2])
    above = min(max(above, 0.0), 1.0)
    gloss, sharpness = float(paint.palette[_LENS, 3]), float(paint.palette[_LENS, 4])
    shine = illuminate(normal, (0.0, 0.0, 0.0), (gloss, sharpness, 0.0), 1.0, 1.0, lights)
    passed = 0.98 - share
    return (
        behind[0] * passed + share * (ambient[0, 0] + above * (ambient[1, 0] - ambient[0, 0])) + shine[0],
        behind[1] * passed + share * (ambient[0, 1] + above * (ambient[1, 1] - ambient[0, 1])) + shine[1],
        behind[2] * passed + share * (ambient[0, 2] + above * (ambient[1, 2] - ambient[0, 2])) + shine[2],
    )
