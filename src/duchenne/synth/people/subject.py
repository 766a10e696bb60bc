"""One synthetic person: the shape of the head, its look, and all that does not change from frame to frame.

Takes a model, identity coefficients and a `Look`; gives a `Subject` that the renderer draws: mesh with hair,
lashes and glasses attached, painted texture, colours, eyes, and the relief of the skin for an expression. The
same three inputs always give the same person.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.head.mesh import SubjectMesh, assemble
from duchenne.synth.head.model import FaceModel
from duchenne.synth.people.brushes import landmark_pixels
from duchenne.synth.people.glasses import wear
from duchenne.synth.people.hair import grow, paint_scalp
from duchenne.synth.people.lashes import attach_lashes
from duchenne.synth.people.look import Look
from duchenne.synth.people.palette import make_palette
from duchenne.synth.people.skull import ears, measure_skull
from duchenne.synth.people.texture import paint
from duchenne.synth.people.wrinkles import Relief, make_relief
from duchenne.synth.surroundings.scene import Colour

IDENTITY_SPREAD: Final = 0.75
"""Standard deviation of drawn coefficients: at the modes' own 1, many heads look like nobody."""
_LEAST_CLOSING_CM: Final = 1.0
"""What mouthClose moves the lips together at weight 1, at least: it undoes a whole jawOpen."""
_COLLAR_BELOW_CHIN_CM: Final = 6.0


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


@dataclass(frozen=True, slots=True, eq=False)
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
        fine_relief: Pores and lines.
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
    fine_relief: Relief

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
        neutral = close_lips(model, model.identity(coefficients))
        skull, landmarks = measure_skull(model, neutral), landmark_pixels(model)
        attachments = [attach_lashes(look, model, neutral), *grow(look, skull), *wear(look, model, neutral)]
        mesh = assemble(model, neutral, attachments)
        hair = np.zeros(len(mesh.neutral), dtype=np.float32)
        hair[: mesh.n_head] = paint_scalp(look, skull, neutral, ears(model, neutral))
        return cls(
            model=model,
            identity=coefficients,
            look=look,
            mesh=mesh,
            texture=paint(look, landmarks),
            hair=hair,
            palette=make_palette(look),
            collar_cm=skull.chin_y - _COLLAR_BELOW_CHIN_CM,
            eyes=_eyes(look, model, neutral),
            fine_relief=make_relief(look, landmarks, model.shape_number),
        )

    @classmethod
    def sample(cls, model: FaceModel, rng: np.random.Generator) -> Subject:
        """Draw a person: coefficients from a normal of `IDENTITY_SPREAD`, then a look."""
        identity = IDENTITY_SPREAD * rng.standard_normal(len(model.identity_deltas))
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
            Not to be written to.
        """
        return self.fine_relief.at(weights)


def close_lips(model: FaceModel, neutral: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bring lips together that a person's coefficients leave open at rest.

    The scans were taken with relaxed lips: over random people the gap is 0.09 cm. The widest of the three gaps
    between the inner lips is closed by the share of the model's shape mouthClose that does it, the lower lip
    moving up. Truth is measured against the resulting neutral face.

    Args:
        model: For its shape.
        neutral: (V, 3) float32, the person's vertices.

    Returns:
        (V, 3) float32 vertices; where the lips touch, the given ones.
    """
    upper, lower = model.landmarks68[[61, 62, 63]], model.landmarks68[[67, 66, 65]]
    index, delta = model.shapes.entries(model.shape_number["mouthClose"])
    moved = np.zeros_like(neutral)
    moved[index] = delta
    gap = neutral[upper, 1] - neutral[lower, 1]
    closing = moved[lower, 1] - moved[upper, 1]
    share = float(np.max(gap / np.maximum(closing, _LEAST_CLOSING_CM)))
    return np.asarray(neutral + np.float32(share) * moved) if share > 0 else neutral


def _eyes(look: Look, model: FaceModel, neutral: NDArray[np.float32]) -> Eyes:
    centers = np.stack([_center(neutral[model.parts[f"eyeball_{side}"].vertices]) for side in ("l", "r")])
    return Eyes(centers, look.iris_radius, look.pupil_radius, look.iris)


def _center(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """The centre of the sphere that fits points best in the least-squares sense."""
    places = points.astype(np.float64)
    system = np.column_stack([2.0 * places, np.ones(len(places))])
    solved = np.linalg.lstsq(system, (places**2).sum(axis=1), rcond=None)[0]
    return np.asarray(solved[:3], dtype=np.float32)
