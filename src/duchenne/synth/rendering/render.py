"""One picture of a synthetic face: mesh, light, camera, and where every landmark went.

`Renderer.frame` takes a subject, what its face does and the scene, and gives a `Rendered`. Refuses expressions that
the model cannot show and framings without room. The same arguments give the same bytes, whatever was drawn
before.

The order of work: shapes and attachments, normals, the depth map of the strongest light, depth samples, shading
once per surface and pixel, then what covers the face, then the camera's faults.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.head.action_units import face_weights
from duchenne.synth.people.subject import Subject
from duchenne.synth.people.texture import blended_hair
from duchenne.synth.rendering.camera import Camera, direction
from duchenne.synth.rendering.drawing import Drawing
from duchenne.synth.rendering.resolve import BACKGROUND, Samples, Surfaces, resolve, tone_curve
from duchenne.synth.rendering.shading import Lights
from duchenne.synth.rendering.shadow import frame_towards
from duchenne.synth.rendering.surfaces import Paint
from duchenne.synth.surroundings import backgrounds, occluders, sensor
from duchenne.synth.surroundings.scene import Background, Cover, FaceState, Light, Scene

__all__ = ["BACKGROUND", "COVER", "Rendered", "Renderer"]

COVER = 254
"""In `Rendered.material`: something is held before the face."""
# A landmark lies on the surface that its triangles draw, and a lid's under the lashes: nearer things hide it only
# if they are nearer by this much, cm.
_HIDING_CM = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Rendered:
    """A picture and what is known about it.

    Attributes:
        rgb: (H, W, 3) uint8.
        landmarks: (68, 2) float32, x and y in pixels of the picture; the centre of the first pixel is (0, 0). They
            may lie outside.
        visible: (68,) bool: inside the picture, not behind something, not covered.
        material: (H, W) uint8, the `duchenne.synth.head.mesh.Material` that fills most of each pixel,
            `BACKGROUND` or `COVER`.
        vertices: (V, 3) float32, the head with its expression before it is turned, cm.
    """

    rgb: NDArray[np.uint8]
    landmarks: NDArray[np.float32]
    visible: NDArray[np.bool_]
    material: NDArray[np.uint8]
    vertices: NDArray[np.float32]


class Renderer:
    """Draws frames of one size; keeps its buffers from frame to frame, and nothing that a frame could see."""

    def __init__(
        self, size: int = 256, *, supersample: int = 2, watch: Callable[[str], None] | None = None
    ) -> None:
        """Reserve the buffers.

        Args:
            size: Pixels on each side of the picture.
            supersample: Depth samples on each side of a pixel.
            watch: Called with the name of each stage of a frame when it ends; for measuring.

        Raises:
            ValueError: if there is no pixel or no sample.
        """
        if size < 1 or supersample < 1:
            raise ValueError(f"expected at least one pixel and sample, got {size} and {supersample}")
        self.size = size
        self.supersample = supersample
        n = size * supersample
        self._samples = Samples(
            np.empty((n, n), np.float32), np.empty((n, n), np.int32), np.empty((n, n), np.int32)
        )
        self._tone = tone_curve()
        self._found = Surfaces.room(supersample)
        self._watch = watch if watch is not None else _ignore
        self._drawing: Drawing | None = None
        self._background: tuple[Background, NDArray[np.float32]] | None = None

    def frame(
        self,
        subject: Subject,
        state: FaceState,
        scene: Scene,
        rng: np.random.Generator | None = None,
    ) -> Rendered:
        """Draw a subject in a state and a scene.

        Args:
            subject: Who.
            state: Expression, pose and gaze.
            scene: Light, background, framing, camera and cover.
            rng: For the noise of the camera; needed where ``scene.sensor.noise`` is above 0.

        Raises:
            SettingsError: if the expression cannot be rendered, or the framing leaves no room for a camera.
            ValueError: if there is noise but no ``rng``.
        """
        weights = face_weights(subject.model, state.units, state.gaze_deg)
        camera = Camera.place(state.pose, scene.framing, state.shift_cm, self.size * self.supersample)
        drawing = self._drawing_of(subject)
        drawing.express(weights)
        self._watch("shapes and normals")
        lights = light_up(scene, camera, drawing)
        self._watch("shadows")
        drawing.sample(camera, self._samples)
        landmarks, visible = self._find_landmarks(drawing, camera)
        self._watch("depth samples")
        paint = Paint(
            *drawing.painted(weights, self.size / scene.framing.width_cm),
            subject.palette,
            _eyes(subject, state.gaze_deg),
            drawing.strands,
            float(subject.collar_cm),
            drawing.mouth_open(),
        )
        self._watch("relief")
        rgb, material = self._shade(drawing, paint, lights, scene.background)
        self._watch("shading")
        if scene.cover is not Cover.NONE:
            hair = blended_hair(subject.look)
            rgb, covered = occluders.draw(rgb, scene.cover, landmarks, subject.key, hair=hair)
            material[covered] = COVER
            visible &= ~_at(covered, landmarks)
        self._watch("cover")
        rgb = sensor.apply(rgb, scene.sensor, rng)
        self._watch("camera")
        return Rendered(rgb, landmarks, visible, material, drawing.head.copy())

    def _drawing_of(self, subject: Subject) -> Drawing:
        if self._drawing is None or self._drawing.subject is not subject:
            self._drawing = Drawing(subject)
        return self._drawing

    def _shade(
        self, drawing: Drawing, paint: Paint, lights: Lights, background: Background
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        if self._background is None or self._background[0] != background:
            self._background = (background, backgrounds.paint(background, self.size))
        rgb = np.empty((self.size, self.size, 3), dtype=np.uint8)
        material = np.empty((self.size, self.size), dtype=np.uint8)
        wall = self._background[1]
        resolve(self._samples, drawing.mesh, paint, lights, wall, self._tone, self._found, rgb, material)
        return rgb, material

    def _find_landmarks(
        self, drawing: Drawing, camera: Camera
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Where the landmarks are, in pixels, and which of them nothing hides."""
        screen = drawing.mesh.screen[drawing.subject.model.landmarks68]
        side = self.supersample
        landmarks = np.asarray((screen[:, :2] + 0.5) / side - 0.5, dtype=np.float32)
        inside = np.all((landmarks >= -0.5) & (landmarks < self.size - 0.5), axis=1)
        n = self.size * side
        column, row = np.clip(np.rint(screen[:, :2]), 0, n - 1).astype(np.intp).T
        # At an outline, half of the samples around a landmark see past it: one that reaches it is enough.
        around = [
            self._samples.depth[np.clip(row + dy, 0, n - 1), np.clip(column + dx, 0, n - 1)]
            for dy in (-1, 0, 1)
            for dx in (-1, 0, 1)
        ]
        farthest = np.min(around, axis=0)
        return landmarks, inside & (farthest <= screen[:, 2] * (1.0 + _HIDING_CM * screen[:, 2]))


def light_up(scene: Scene, camera: Camera, drawing: Drawing) -> Lights:
    """A scene's lights as the head sees them, the strongest first, with the shadows of that one."""
    towards_camera = np.array([0.0, 0.0, 1.0])
    strongest_first = sorted(scene.lights, key=_strength, reverse=True)
    towards = np.array([direction(light.azimuth_deg, light.elevation_deg) for light in strongest_first])
    towards = towards.reshape(-1, 3)
    halfway = towards + towards_camera
    halfway /= np.maximum(np.linalg.norm(halfway, axis=1, keepdims=True), 1e-6)
    towards = np.ascontiguousarray(towards @ camera.rotation)
    # Without a light there is no shadow to see either, whichever way it falls.
    view = frame_towards(towards[0] if len(towards) else towards_camera)
    return Lights(
        towards=towards,
        halfway=np.ascontiguousarray(halfway @ camera.rotation),
        colour=np.array([light.colour for light in strongest_first], dtype=np.float64).reshape(-1, 3),
        ambient=np.array([scene.ambient_below, scene.ambient_above], dtype=np.float64),
        axes=np.ascontiguousarray(camera.rotation),
        pinhole=camera.pinhole,
        from_light=view,
        nearest=drawing.cast_shadows(view),
    )


def _strength(light: Light) -> float:
    return sum(light.colour)


def _eyes(subject: Subject, gaze_deg: tuple[float, float]) -> NDArray[np.float64]:
    eyes = subject.eyes
    painted = [eyes.iris_radius, eyes.pupil_radius / eyes.iris_radius, *eyes.iris]
    return np.array([[*center, *direction(*gaze_deg), *painted] for center in eyes.centers])


def _at(mask: NDArray[np.bool_], points: NDArray[np.float32]) -> NDArray[np.bool_]:
    """A (H, W) mask's values at (N, 2) places; outside the picture, the nearest pixel's."""
    height, width = mask.shape
    columns, rows = np.rint(points).astype(np.intp).T
    return np.asarray(mask[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)])


def _ignore(stage: str) -> None:
    """Nobody measures."""
