"""A clip that is planned but not yet rendered: what all layouts have in common.

Takes seeds and names, gives `PlannedClip`, the strengths of its units frame by frame, and splits by subject. A plan
needs no face model, so that labels can be written and tested without one.
"""

from __future__ import annotations

import dataclasses
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import SettingsError
from duchenne.synth.acting.script import Script
from duchenne.synth.clips.clip import ClipSpec, SubjectSpec
from duchenne.synth.clips.scenes import SceneShares, sample_scene
from duchenne.synth.head.action_units import RENDERABLE
from duchenne.synth.head.model import FaceModel
from duchenne.synth.people.look import Beard, Look

# Apparent age whose painted skin has no lasting lines and whose hair has no grey.
_SMOOTH_AGE: Final = 18.0
_SEEDS: Final = 2**31
# Nothing is held before a face: the data sets were recorded with the face in view.
_UNCOVERED: Final = SceneShares(covered=0.0)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is seen, and where.

    Attributes:
        name: Unique in a layout.
        seed: Of face and look.
        scene_seed: Of lights, background and camera: all clips of a person are taken in one sitting. Nothing covers
            the face.
        has_smooth_skin: Whether lines, grey hair and beard are left away, as on a young face. The proportions stay
            an adult's: the face model knows no ages.
    """

    name: str
    seed: int
    scene_seed: int
    has_smooth_skin: bool = False

    @classmethod
    def sample(cls, rng: np.random.Generator, name: str, *, has_smooth_skin: bool = False) -> Person:
        """Draw the seeds of somebody."""
        return cls(name, draw_seed(rng), draw_seed(rng), has_smooth_skin)


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """Everything that decides a clip but the face model and the picture's size.

    Attributes:
        name: Unique in its layout.
        person: Who is seen, and where.
        media: Where it goes, relative to the layout's folder: a video, or a folder of pictures if it has no ending.
        script: What the face does.
        fps: Frames per second.
        noise_seed: Of the camera's noise.
    """

    name: str
    person: Person
    media: str
    script: Script
    fps: float
    noise_seed: int

    @property
    def n_frames(self) -> int:
        """Frames whose time lies before the script's end."""
        return math.ceil(round(self.script.duration_s * self.fps, 6))

    @property
    def is_video(self) -> bool:
        """Whether it becomes one file rather than a folder of pictures."""
        return "." in self.media.rpartition("/")[2]

    @property
    def times_s(self) -> NDArray[np.float64]:
        """(T,) seconds at which its frames are shown."""
        return np.arange(self.n_frames) / self.fps

    def strengths(self, units: Sequence[int]) -> NDArray[np.float64]:
        """How strong units are in every frame.

        Args:
            units: K numbers of action units.

        Returns:
            (T, K, 2) shares of displacement on the subject's own left and right, in [0, 1]; NaN for units that
            cannot be rendered.
        """
        result = np.zeros((self.n_frames, len(units), 2))
        result[:, [unit not in RENDERABLE for unit in units]] = np.nan
        place = {unit: number for number, unit in enumerate(units) if unit in RENDERABLE}
        for frame, time_s in enumerate(self.times_s):
            for unit, sides in self.script.units(float(time_s)).items():
                if unit in place:
                    result[frame, place[unit]] = sides
        return result

    def specify(self, model: FaceModel, size: int) -> ClipSpec:
        """The clip with its subject and scene.

        Raises:
            SettingsError: as `ClipSpec`.
        """
        person = self.person
        subject = SubjectSpec.sample(model, np.random.default_rng(person.seed), person.name)
        if person.has_smooth_skin:
            subject = dataclasses.replace(subject, look=_smooth(subject.look))
        scene = sample_scene(np.random.default_rng(person.scene_seed), subject.look, _UNCOVERED)
        return ClipSpec(self.name, subject, self.script, scene, self.fps, size, self.noise_seed)


def _smooth(look: Look) -> Look:
    return dataclasses.replace(
        look, age=min(look.age, _SMOOTH_AGE), grey=0.0, wrinkles=0.0, beard=Beard.NONE, eye_shade=0.0
    )


def generator(layout: str, *numbers: int) -> np.random.Generator:
    """A generator for a part of a plan.

    Args:
        layout: Its name, so that the same seed gives other people in every layout: who trains on one and tests on
            another must not meet the same faces.
        numbers: The plan's seed and what numbers the part, each at least 0.
    """
    return np.random.default_rng((zlib.crc32(layout.encode()), *numbers))


def draw_seed(rng: np.random.Generator) -> int:
    """A seed for a generator of its own."""
    return int(rng.integers(_SEEDS))


def split_counts(n: int, shares: Sequence[float]) -> tuple[int, ...]:
    """Divide ``n`` things by shares: each gets the whole part, the largest remainders get what is left.

    Args:
        n: At least 0.
        shares: Positive weights in any scale.

    Returns:
        As many counts as shares; they sum to ``n``.
    """
    exact = np.array(shares, dtype=np.float64) / np.sum(shares) * n
    counts = np.floor(exact + 1e-9).astype(int)
    # Stable, so that equal remainders go to the first; rounding keeps float noise from breaking a tie.
    order = np.argsort(-np.round(exact - counts, 9), kind="stable")
    counts[order[: n - int(counts.sum())]] += 1
    return tuple(int(count) for count in counts)


def check_whole(name: str, value: int, least: int) -> None:
    """Refuse a count below its least value.

    Raises:
        SettingsError: if it is.
    """
    if value < least:
        raise SettingsError(f"a layout needs more {name}", got=str(value), expected=f"at least {least}")


def check_share(name: str, value: float) -> None:
    """Refuse a share outside [0, 1].

    Raises:
        SettingsError: if it is.
    """
    if not 0.0 <= value <= 1.0:
        raise SettingsError(f"the share '{name}' is outside its range", got=str(value), expected="0 to 1")


def check_seconds(seconds: float | None, least: float) -> None:
    """Refuse a length that no script of the layout fits into; None stands for the layout's own.

    Raises:
        SettingsError: if it is too short or not finite.
    """
    if seconds is not None and not least <= seconds < math.inf:
        raise SettingsError(
            "the recordings of a layout are too short for what happens in them",
            got=f"{seconds} s",
            expected=f"at least {least:g} s",
        )
