"""What stands around a face: lights, background, framing, the camera's faults, and what covers the face.

Frozen records of plain numbers: a scene can be written to a table and made again from it. Sampled by
`duchenne.synth.clips.scenes`, drawn by `duchenne.synth.rendering.render`,
`duchenne.synth.surroundings.backgrounds`, `duchenne.synth.surroundings.occluders` and
`duchenne.synth.surroundings.sensor`. Colours are linear RGB in [0, 1].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from duchenne.records import Pose
from duchenne.synth.head.action_units import Sides

Colour = tuple[float, float, float]
_FRONTAL = Pose(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Light:
    """A distant light.

    Attributes:
        azimuth_deg: Where it comes from: 0 from the camera, positive from the right of the picture.
        elevation_deg: Positive from above.
        colour: Linear RGB, 1 being a full light.
    """

    azimuth_deg: float
    elevation_deg: float
    colour: Colour


class Wall(StrEnum):
    """Kinds of background."""

    PLAIN = "plain"
    GRADIENT = "gradient"
    BLOCKS = "blocks"
    CLOUDS = "clouds"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Background:
    """What is seen behind the head; the same record always paints the same picture."""

    wall: Wall = Wall.PLAIN
    colours: tuple[Colour, Colour] = ((0.2, 0.2, 0.2), (0.3, 0.3, 0.3))
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Framing:
    """Where the camera stands.

    Attributes:
        distance_cm: From the camera to the middle of the head: short ones exaggerate the nose.
        width_cm: How many centimetres at the head's distance fit across the picture.
        shift_cm: Of the head's middle from the picture's, right and up.
    """

    distance_cm: float = 80.0
    width_cm: float = 30.0
    shift_cm: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Sensor:
    """The camera's faults, in the order in which they are applied.

    Attributes:
        gain: Factor on the finished picture's values, exposure being off.
        blur_px: Standard deviation of a Gaussian blur, pixels of the picture.
        resolution: Share of the pixels' side kept: 0.25 is shrunk to a quarter and enlarged again.
        noise: Standard deviation of noise, grey levels of 255.
        jpeg_quality: 1 to 100, or None for no compression.
    """

    gain: float = 1.0
    blur_px: float = 0.0
    resolution: float = 1.0
    noise: float = 0.0
    jpeg_quality: int | None = None


class Cover(StrEnum):
    """What may hide a part of the face."""

    NONE = "none"
    HAND = "hand"
    MASK = "mask"
    FRINGE = "fringe"
    MICROPHONE = "microphone"


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything about a picture that is not the face."""

    lights: tuple[Light, ...] = (Light(20.0, 30.0, (0.8, 0.8, 0.8)),)
    ambient_below: Colour = (0.2, 0.2, 0.2)
    ambient_above: Colour = (0.4, 0.4, 0.4)
    background: Background = field(default_factory=Background)
    framing: Framing = field(default_factory=Framing)
    sensor: Sensor = field(default_factory=Sensor)
    cover: Cover = Cover.NONE


@dataclass(frozen=True, slots=True)
class FaceState:
    """What a face does at one moment.

    Attributes:
        units: Strength of each action unit on the subject's own left and right side; others are 0.
        pose: Turn of the head, with the signs of `duchenne.faces.pose`.
        gaze_deg: Yaw and pitch of the eyes against the head, positive to the subject's own left and up.
        shift_cm: Of the head from where the framing puts it, right and up in the picture.
    """

    units: Mapping[int, Sides] = field(default_factory=dict)
    pose: Pose = _FRONTAL
    gaze_deg: tuple[float, float] = (0.0, 0.0)
    shift_cm: tuple[float, float] = (0.0, 0.0)
