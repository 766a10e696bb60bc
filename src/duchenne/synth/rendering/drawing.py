"""A subject in the renderer's hands: buffers for its vertices, and its geometry brought to one frame.

Takes a `Subject` once, then weights, lights and a camera for each frame; fills the arrays that the shading reads.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.synth.head.mesh import Material
from duchenne.synth.people.subject import Subject
from duchenne.synth.rendering import raster, shadow
from duchenne.synth.rendering.camera import Camera
from duchenne.synth.rendering.resolve import Samples
from duchenne.synth.rendering.shading import Mesh

# The texture spans about this much of the head, cm: it says how many texels fall on a pixel.
_TEXTURE_CM: Final = 17.0
# Texels to a pixel: with more, those between are skipped and the picture flickers, so a smaller texture is taken.
_DENSEST: Final = 2.2
_SMALLEST_TEXTURE: Final = 64
_STRANDS_SIZE: Final = 256
_INNER_LIPS: Final = [62, 66]
"""Landmarks at the middle of the upper and the lower lip."""
_WIDE_OPEN_CM: Final = 4.0
_LIDS: Final = {"eyeBlink_L": ((43, 47), (44, 46)), "eyeBlink_R": ((37, 41), (38, 40))}
"""Upper and lower landmarks that each blink brings together."""
# Halfway through a blink, a lid that moves along straight lines cuts through the round eye by about this much.
_EYE_BEHIND_CM: Final = 0.12
_OVERLAP_CM: Final = 0.03
# Beyond, a lid would be drawn out of shape. Of 200 random persons half need 1.15, nine in ten less than 1.3.
_FARTHEST_REACH: Final = 1.4
_LEAST_CLOSING_CM: Final = 0.1


class Drawing:
    """Everything of a subject that is worked out once, and room for what a frame changes."""

    def __init__(self, subject: Subject) -> None:
        """Reserve buffers for a subject's vertices.

        Args:
            subject: Who is drawn; ``subject`` afterwards.
        """
        self.subject = subject
        mesh = subject.mesh
        n = len(mesh.neutral)
        self.mesh = Mesh(
            mesh.triangles,
            mesh.triangles_uv,
            mesh.uv,
            mesh.material,
            mesh.neutral,
            subject.hair,
            mesh.occlusion,
            vertices=np.empty((n, 3), dtype=np.float32),
            normals=np.empty((n, 3), dtype=np.float32),
            screen=np.empty((n, 3), dtype=np.float32),
        )
        self.head: NDArray[np.float32] = self.mesh.vertices[: mesh.n_head]
        self.strands = strands()
        self._reach = lid_reach(subject)
        self._eyeballs = [subject.model.parts[f"eyeball_{side}"].vertices for side in ("l", "r")]
        self._opaque = _numbers(mesh.material != Material.LENS)
        self._glass = _numbers(mesh.material == Material.LENS)
        self._casting = _numbers(np.isin(mesh.material, shadow.CASTING))
        self._textures = _smaller_and_smaller(subject.texture)
        self._reliefs = [np.empty((*level.shape[:2], 3), dtype=np.float32) for level in self._textures]
        self._seen = np.empty((n, 3), dtype=np.float32)
        self._nearest = np.empty((shadow.MAP_SIZE, shadow.MAP_SIZE), dtype=np.float32)
        self._caster = np.empty((shadow.MAP_SIZE, shadow.MAP_SIZE), dtype=np.int32)

    def express(self, weights: NDArray[np.float32]) -> None:
        """Give the head an expression, and carry along what is attached to it.

        Args:
            weights: (S,) of the model's shapes; a closed lid meets the other one, see `lid_reach`.
        """
        mesh, shapes = self.subject.mesh, self.subject.model.shapes
        reaching = weights * self._reach
        raster.blend(mesh.neutral, shapes.start, shapes.index, shapes.delta, reaching, self.head)
        raster.attach(mesh.anchors, mesh.weights, mesh.offsets, mesh.n_head, self.mesh.vertices)
        raster.average_normals(self.mesh.vertices, mesh.triangles, self.mesh.normals)

    def mouth_open(self) -> float:
        """How much of the light that a wide open mouth lets in comes between the lips, in [0, 1].

        The root of the gap: a narrow slit already shows the teeth, which lie right behind the lips.
        """
        upper, lower = self.head[self.subject.model.landmarks68[_INNER_LIPS]]
        return math.sqrt(min(float(np.linalg.norm(upper - lower)) / _WIDE_OPEN_CM, 1.0))

    def cast_shadows(self, view: NDArray[np.float64]) -> NDArray[np.float32]:
        """Draw the depth map of a light.

        Args:
            view: (3, 4) as from `duchenne.synth.rendering.shadow.frame_towards`.

        Returns:
            (Y, X) float32 nearness to the light, cm; valid until the next frame.
        """
        shadow.light_view(self.mesh.vertices, view, self._seen)
        self._nearest[:] = -np.float32(1e3)
        triangles, culled = self.mesh.triangles, self.subject.mesh.culled
        raster.rasterize(self._seen, triangles, culled, self._casting, self._nearest, self._caster)
        return self._nearest

    def sample(self, camera: Camera, samples: Samples) -> None:
        """Find what is seen at each sample of a picture.

        Args:
            camera: Where from.
            samples: Overwritten.
        """
        mesh = self.mesh
        raster.project(mesh.vertices, camera.turn, camera.pinhole, mesh.screen)
        for eye in self._eyeballs:
            # To first order, this much farther from the camera.
            mesh.screen[eye, 2] -= _EYE_BEHIND_CM * mesh.screen[eye, 2] ** 2
        samples.depth[:] = 0.0
        samples.owner[:] = raster.NOTHING
        samples.glass[:] = raster.NOTHING
        culled = self.subject.mesh.culled
        raster.rasterize(mesh.screen, mesh.triangles, culled, self._opaque, samples.depth, samples.owner)
        if len(self._glass):
            before = samples.depth.copy()
            raster.rasterize(mesh.screen, mesh.triangles, culled, self._glass, before, samples.glass)

    def painted(
        self, weights: NDArray[np.float32], pixels_per_cm: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The subject's texture and relief, as large as a picture of some scale can show.

        Args:
            weights: (S,) of the model's shapes.
            pixels_per_cm: Scale of the picture at the head's distance.

        Returns:
            (X, X, 4) and (X, X, 3) float32; valid until the next frame.
        """
        fits = [len(t) / (_TEXTURE_CM * pixels_per_cm) <= _DENSEST for t in self._textures]
        level = fits.index(True) if True in fits else len(fits) - 1
        relief = self._reliefs[level]
        cv2.resize(self.subject.relief(weights), relief.shape[:2], dst=relief, interpolation=cv2.INTER_AREA)
        return self._textures[level], relief


def lid_reach(subject: Subject) -> NDArray[np.float32]:
    """(S,) factors on shape weights that let a person's lids meet when their blink is complete.

    The model's blink closes the mean face's eyes; on a person with larger ones it leaves a gap of up to 2 mm. All
    other factors are 1, and so are a blink's where it is enough.
    """
    model, neutral = subject.model, subject.mesh.neutral[: subject.mesh.n_head]
    factors = np.ones(len(model.shapes.names), dtype=np.float32)
    for shape, pairs in _LIDS.items():
        number = model.shape_number[shape]
        index, delta = model.shapes.entries(number)
        moved = neutral[:, 1].copy()
        moved[index] += delta[:, 1]
        upper, lower = model.landmarks68[np.array(pairs)].T
        gap, left = neutral[upper, 1] - neutral[lower, 1], moved[upper] - moved[lower]
        needed = (gap + _OVERLAP_CM) / np.maximum(gap - left, _LEAST_CLOSING_CM)
        factors[number] = np.clip(needed.max(), 1.0, _FARTHEST_REACH)
    return factors


def strands() -> NDArray[np.float32]:
    """(256, 256) float32 pattern of hair: rough across, smooth along, within 2 standard deviations of 0."""
    noise = np.random.default_rng(0).standard_normal((_STRANDS_SIZE, _STRANDS_SIZE)).astype(np.float32)
    tiled = np.tile(noise, (3, 3))
    smooth = cv2.GaussianBlur(tiled, (0, 0), sigmaX=1.0, sigmaY=9.0)
    middle = smooth[_STRANDS_SIZE : 2 * _STRANDS_SIZE, _STRANDS_SIZE : 2 * _STRANDS_SIZE]
    return np.ascontiguousarray(np.clip(0.8 * middle / middle.std(), -1.6, 1.6), dtype=np.float32)


def _numbers(chosen: NDArray[np.bool_]) -> NDArray[np.int32]:
    return np.flatnonzero(chosen).astype(np.int32)


def _smaller_and_smaller(texture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """A texture, its half, its quarter, as long as a face can still be told."""
    levels = [texture]
    while len(levels[-1]) > _SMALLEST_TEXTURE:
        half = len(levels[-1]) // 2
        levels.append(np.asarray(cv2.resize(levels[-1], (half, half), interpolation=cv2.INTER_AREA)))
    return levels
