"""Clips small enough to be rendered in a test: the procedural head at 48 pixels for a few frames."""

from __future__ import annotations

import dataclasses

from duchenne.synth.acting.motion import Fixation, Gaze, HeadMotion
from duchenne.synth.acting.script import Event, Script, ScriptKind
from duchenne.synth.clips.clip import ClipSpec, SubjectSpec
from duchenne.synth.people.look import HairStyle, Look
from duchenne.synth.surroundings.scene import Cover, Framing, Scene, Sensor

SIZE = 48
PERSON = SubjectSpec("ada", (0.5, -0.25), Look(hair_style=HairStyle.BALD, skin=0.4))
SMILE = Event(12, (0.9, 0.6), 0.0, 0.2, 0.1, 0.1)
JAW = Event(26, (0.5, 0.5), 0.1, 0.1, 0.1, 0.1)
SCRIPT = Script(
    ScriptKind.ASYMMETRIC,
    "AU12",
    0.4,
    (JAW, SMILE),
    HeadMotion().facing(yaw_deg=5.0),
    Gaze((Fixation(0.0, 4.0, -2.0),)),
)
SCENE = Scene(
    framing=Framing(width_cm=36.0), sensor=Sensor(noise=3.0, jpeg_quality=80), cover=Cover.MICROPHONE
)


def tiny_spec(name: str = "clip", **changes: object) -> ClipSpec:
    """Four frames in which somebody smiles more on the left."""
    spec = ClipSpec(name, PERSON, SCRIPT, SCENE, fps=10.0, size=SIZE, seed=5)
    return dataclasses.replace(spec, **changes)  # type: ignore[arg-type]
