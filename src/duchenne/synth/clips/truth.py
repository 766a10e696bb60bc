"""What is true of one rendered frame: units, pose, gaze, lip gap, eye opening, landmarks.

Takes a subject, what was rendered and the state that was asked for; gives a `FrameTruth`. What the mesh can tell is
measured on it, before the head is turned: how far the lips are apart and how open the eyes are.

Labels are shares of displacement: 0.5 moves the skin half as far as 1. They are **not** a coder's scores. A unit
that the model cannot show is NaN, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duchenne.records import Pose
from duchenne.synth.acting.script import JAW_DROP, MOUTH_STRETCH, jaw_units
from duchenne.synth.head.action_units import UNITS, Kind, Sides, weights
from duchenne.synth.head.model import FaceModel
from duchenne.synth.people.subject import Subject
from duchenne.synth.rendering.render import Rendered
from duchenne.synth.surroundings.scene import FaceState

LIPS_PART = 25
# Pairs of the Multi-PIE points, one above the other: the red of the lips, then the lids of each eye.
_UPPER_LIP, _LOWER_LIP = (61, 62, 63), (67, 66, 65)
_LIDS = {"left": ((43, 44), (47, 46)), "right": ((37, 38), (41, 40))}


@dataclass(frozen=True, slots=True, eq=False)
class FrameTruth:
    """Everything known about one frame.

    Attributes:
        time_s: Since the script's begin.
        units: Left and right strength of every unit in `duchenne.synth.head.action_units.UNITS`, each in [0, 1], or
            NaN where the model cannot show it. AU25 is measured: see `lips_part`. AU26 and AU27 are the jaw's
            way, whatever opened it. AU43 is a held closure and AU45 a blink.
        pose: Of the head.
        gaze_deg: Yaw and pitch of the eyes against the head.
        lip_gap_cm: Height of the gap between the lips, mean of three places; 0 if they meet or overlap.
        eye_opening_cm: Height between the lids, left and right eye, mean of two places; 0 if they meet or overlap.
        landmarks: (68, 2) float32, pixels of the picture, as in `duchenne.synth.rendering.render.Rendered`.
        visible: (68,) bool.
        visible_share: Share of the landmarks that are visible, in [0, 1].
    """

    time_s: float
    units: Mapping[int, Sides]
    pose: Pose
    gaze_deg: tuple[float, float]
    lip_gap_cm: float
    eye_opening_cm: Sides
    landmarks: NDArray[np.float32]
    visible: NDArray[np.bool_]
    visible_share: float


def measure(subject: Subject, rendered: Rendered, state: FaceState, time_s: float) -> FrameTruth:
    """Measure one frame.

    Args:
        subject: Who was rendered.
        rendered: What came out.
        state: What was asked for.
        time_s: Since the script's begin.
    """
    model = subject.model
    neutral = subject.mesh.neutral[: subject.mesh.n_head]
    return FrameTruth(
        time_s=time_s,
        units=_labels(model, state, lips_part(model, neutral, rendered.vertices)),
        pose=state.pose,
        gaze_deg=state.gaze_deg,
        lip_gap_cm=lip_gap_cm(model, rendered.vertices),
        eye_opening_cm=eye_opening_cm(model, rendered.vertices),
        landmarks=rendered.landmarks,
        visible=rendered.visible,
        visible_share=float(rendered.visible.mean()),
    )


def lip_gap_cm(model: FaceModel, vertices: NDArray[np.float32]) -> float:
    """Height of the gap between the lips.

    The height and not the distance: lips that slide over each other (AU17, AU29) move apart without a gap.

    Args:
        model: Whose landmarks they are.
        vertices: (V, 3) float32, a head that is not turned, cm.
    """
    return _height_cm(model, vertices, _UPPER_LIP, _LOWER_LIP)


def eye_opening_cm(model: FaceModel, vertices: NDArray[np.float32]) -> Sides:
    """Height between the lids of the subject's own left and right eye; arguments as in `lip_gap_cm`."""
    left, right = (_height_cm(model, vertices, *_LIDS[side]) for side in ("left", "right"))
    return left, right


def lips_part(model: FaceModel, neutral: NDArray[np.float32], vertices: NDArray[np.float32]) -> float:
    """The label of AU25: the gap beyond the person's neutral one, as a share of what AU25 alone can do.

    The full gap is the one that AU25 at strength 1 adds to the model's mean face (0.34 cm on ICT-FaceKit). Where
    lips only touch at rest, AU25 alone has the label that was asked for; where they overlap, some of it is spent
    before they part, and the label is smaller (0.85 to 1 at full strength over 100 random people, half of them
    above 0.96). Whatever else parts the lips further (the jaw, a raised upper lip) counts as 1;
    `FrameTruth.lip_gap_cm` keeps what lies beyond.

    Args:
        model: The head.
        neutral: (V, 3) float32, the person without an expression, cm.
        vertices: (V, 3) float32, with one.

    Returns:
        In [0, 1].
    """
    opened = _middle_gap_cm(model, vertices) - max(_middle_gap_cm(model, neutral), 0.0)
    alone = model.express(model.vertices, weights(model, {LIPS_PART: (1.0, 1.0)}))
    full = _middle_gap_cm(model, alone) - _middle_gap_cm(model, model.vertices)
    return min(max(opened / full, 0.0), 1.0)


def _labels(model: FaceModel, state: FaceState, lips: float) -> dict[int, Sides]:
    jaw = float(weights(model, state.units)[model.shape_number["jawOpen"]])
    measured = {JAW_DROP: (0.0, 0.0), MOUTH_STRETCH: (0.0, 0.0), **jaw_units(jaw), LIPS_PART: (lips, lips)}
    labels: dict[int, Sides] = {}
    for unit, rule in UNITS.items():
        if rule.kind is Kind.NOT_RENDERABLE:
            labels[unit] = (math.nan, math.nan)
        else:
            labels[unit] = measured.get(unit, state.units.get(unit, (0.0, 0.0)))
    return labels


def _height_cm(
    model: FaceModel, vertices: NDArray[np.float32], upper: tuple[int, ...], lower: tuple[int, ...]
) -> float:
    return max(_signed_height_cm(model, vertices, upper, lower), 0.0)


def _signed_height_cm(
    model: FaceModel, vertices: NDArray[np.float32], upper: tuple[int, ...], lower: tuple[int, ...]
) -> float:
    places = model.landmarks68
    apart = vertices[places[list(upper)], 1] - vertices[places[list(lower)], 1]
    return float(apart.mean(dtype=np.float64))


def _middle_gap_cm(model: FaceModel, vertices: NDArray[np.float32]) -> float:
    """As `lip_gap_cm`, but negative where the lips overlap."""
    return _signed_height_cm(model, vertices, _UPPER_LIP, _LOWER_LIP)
