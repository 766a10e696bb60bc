"""One picture of a synthetic face: mesh, light, camera, and where every landmark went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.scene import FaceState, Scene
from duchenne.synth.subject import Subject

BACKGROUND = 255
"""In `Rendered.material`: nothing of the head is seen."""
COVER = 254
"""In `Rendered.material`: something is held before the face."""


@dataclass(frozen=True, slots=True, eq=False)
class Rendered:
    """A picture and what is known about it.

    Attributes:
        rgb: (H, W, 3) uint8.
        landmarks: (68, 2) float32, x and y in pixels of the picture; the centre of the first pixel is (0, 0). They
            may lie outside.
        visible: (68,) bool: inside the picture, not behind something, not covered.
        material: (H, W) uint8, the `duchenne.synth.mesh.Material` that fills most of each pixel, `BACKGROUND` or
            `COVER`.
        vertices: (V, 3) float32, the head with its expression before it is turned, cm.
    """

    rgb: NDArray[np.uint8]
    landmarks: NDArray[np.float32]
    visible: NDArray[np.bool_]
    material: NDArray[np.uint8]
    vertices: NDArray[np.float32]


class Renderer:
    """Draws frames of one size; keeps its buffers from frame to frame, and nothing that a frame could see."""

    def __init__(self, size: int = 256, *, supersample: int = 2) -> None:
        """Reserve the buffers.

        Args:
            size: Pixels on each side of the picture.
            supersample: Depth samples on each side of a pixel.
        """
        self.size = size
        self.supersample = supersample

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
        """
        raise NotImplementedError
