"""One synthetic person: the shape of the head, its look, and all that does not change from frame to frame.

Takes a model, identity coefficients and a `Look`; gives a `Subject` that the renderer draws: mesh with hair,
lashes and glasses attached, painted texture, colours, eyes, and the relief of the skin for an expression. The
same three inputs always give the same person.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.look import Look
from duchenne.synth.mesh import Material, SubjectMesh, assemble
from duchenne.synth.model import FaceModel
from duchenne.synth.scene import Colour

TEXTURE_SIZE = 512


@dataclass(frozen=True, slots=True, eq=False)
class Eyes:
    """Where the eyeballs are and what is painted on them.

    Attributes:
        centers: (2, 3) float32, left then right eyeball's centre in the neutral head, cm.
        iris_radius: Sine of the angle at the eyeball's centre.
        pupil_radius: Sine of the angle at the eyeball's centre.
        iris: Its colour, linear RGB.
    """

    centers: NDArray[np.float32]
    iris_radius: float
    pupil_radius: float
    iris: Colour


@dataclass(frozen=True, eq=False)
class Subject:
    """A person, ready to be drawn.

    Attributes:
        model: The head it is made from.
        identity: (K,) float32 coefficients in standard deviations.
        look: Its appearance.
        mesh: Head with hair, lashes and glasses.
        texture: (512, 512, 4) float32, linear RGB and a factor on the palette's gloss; row 0 is v = 1.
        hair: (N,) float32 in [0, 1]: share of painted hair at a vertex of the skin or scalp.
        palette: (len(Material), 6) float32: linear R, G, B, gloss, sharpness of the highlight, softness (how far
            light creeps around the edge, as under skin).
        collar_cm: Scalp below this neutral height is cloth.
        eyes: The eyeballs.
    """

    model: FaceModel
    identity: NDArray[np.float32]
    look: Look
    mesh: SubjectMesh
    texture: NDArray[np.float32]
    hair: NDArray[np.float32]
    palette: NDArray[np.float32]
    collar_cm: float
    eyes: Eyes

    @classmethod
    def make(cls, model: FaceModel, identity: NDArray[np.floating[Any]], look: Look) -> Subject:
        """Build a person.

        Args:
            model: The head.
            identity: (up to K,) coefficients in standard deviations.
            look: Its appearance.

        Raises:
            ValueError: if there are more coefficients than the model has.
        """
        coefficients = np.asarray(identity, dtype=np.float32)
        mesh = assemble(model, model.identity(coefficients))
        texture = np.ones((TEXTURE_SIZE, TEXTURE_SIZE, 4), dtype=np.float32)
        texture[..., :3] = (0.6, 0.35, 0.25)
        palette = np.tile(np.array([0.5, 0.3, 0.2, 0.05, 14, 0.3], dtype=np.float32), (len(Material), 1))
        centers = np.stack([_center(mesh.neutral[model.parts[f"eyeball_{s}"].vertices]) for s in "lr"])
        return cls(
            model,
            coefficients,
            look,
            mesh,
            texture,
            np.zeros(len(mesh.neutral), dtype=np.float32),
            palette,
            -13.5,
            Eyes(centers, look.iris_radius, look.pupil_radius, look.iris),
        )

    @classmethod
    def sample(cls, model: FaceModel, rng: np.random.Generator) -> Subject:
        """Draw a person: coefficients from a normal of 0.75 standard deviations, then a look."""
        identity = 0.75 * rng.standard_normal(len(model.identity_deltas))
        return cls.make(model, identity, Look.sample(rng))

    @property
    def key(self) -> str:
        """12 hex digits that name identity and look."""
        said = json.dumps(asdict(self.look), sort_keys=True).encode()
        return hashlib.sha256(self.identity.astype("<f4").tobytes() + said).hexdigest()[:12]

    def relief(self, weights: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """The skin's fine shape with an expression.

        Args:
            weights: (S,) shape weights.

        Returns:
            (512, 512, 3) float32: slope along u and along v (height per texture pixel), and darkening in [0, 1].
        """
        return np.zeros((TEXTURE_SIZE, TEXTURE_SIZE, 3), dtype=np.float32)


def _center(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """The centre of the sphere that fits points best in the least-squares sense."""
    system = np.column_stack([2.0 * points.astype(np.float64), np.ones(len(points))])
    solved = np.linalg.lstsq(system, (points.astype(np.float64) ** 2).sum(axis=1), rcond=None)[0]
    return np.asarray(solved[:3], dtype=np.float32)
