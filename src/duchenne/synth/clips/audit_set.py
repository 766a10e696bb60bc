"""The set of an audit: the same people doing the same things, with one thing changed at a time.

Takes a number of subjects and a seed; gives one clip for each subject under each condition of
`duchenne.evaluation.conditions`, or the whole folder. At the baseline a face of middle skin tone, with lines and
without glasses, looks ahead in even light at a perfect camera. Every other condition changes that in one place and
leaves all else as it was, down to the camera's noise and the strength of the lights: each difference is paired.

The script shows every renderable unit, one at a time in each of three regions (around the eyes, nose and mouth, the
nostrils), so that a unit is never hidden behind another of its region. A subject shows a quarter of the units at
each of four strengths, and four subjects in a row show each unit at all four.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from duchenne.errors import SettingsError
from duchenne.evaluation.conditions import BASELINE, changes
from duchenne.synth.acting.motion import Gaze, HeadMotion
from duchenne.synth.acting.script import BLINK, Event, Script, ScriptKind
from duchenne.synth.clips.clip import ClipSpec, SubjectSpec
from duchenne.synth.clips.clip_set import ClipSet, Rendering, is_whole, write_set
from duchenne.synth.clips.scenes import Lighting, studio_scene
from duchenne.synth.head.action_units import RENDERABLE, Sides
from duchenne.synth.head.model import FaceModel, find
from duchenne.synth.people.look import Glasses, Look
from duchenne.synth.surroundings.scene import Cover, Scene

N_SUBJECTS: Final = 6
"""Enough for intervals to mean something, few enough to render in minutes."""
FPS: Final = 15.0
"""A movement of `_SLOT_S` then has nine frames; twice the rate would tell little more and take twice as long."""
SIZE: Final = 256

CONDITIONS: Final = ((BASELINE, ""), *changes())
"""Factor and level of a subject's clips, in their order."""
STRENGTHS: Final = (0.3, 0.55, 0.8, 1.0)
"""Peaks that are shown: from a trace, above the limit of what counts as shown, to the full movement."""

_EYE_REGION = (1, 2, 4, 5, 6, 7, 43, 45)
_NOSTRILS = (38, 39)
_MOUTH_REGION = tuple(unit for unit in RENDERABLE if unit not in (*_EYE_REGION, *_NOSTRILS))
# Onset, apex and offset: as quick as everyday expressions get, and slow enough for three frames each.
_PHASE_S: Final = 0.2
_SLOT_S: Final = 3 * _PHASE_S
_REST_S: Final = 0.4  # neutral face before and after, which some tools calibrate on
_BLINK_S: Final = (0.1, 0.05, 0.15)  # of a blink: VanderWerf et al. 2003, J. Neurophysiol. 89, 2784, Table 1
_SKIN: Final = {"light": 0.1, "middle": 0.5, "dark": 0.9}
_WRINKLES: Final = 0.8
# A third of the sway of a person who sits and talks: the pose is the factor, not the sway.
_SWAY: Final = 0.3


def plan(model: FaceModel, *, n_subjects: int = N_SUBJECTS, seed: int = 0) -> tuple[ClipSpec, ...]:
    """Every clip of a set; the same arguments give the same clips.

    Args:
        model: Only the number of its identity modes matters here.
        n_subjects: How many people; a larger set begins with the people of a smaller one.
        seed: Of people, scripts and noise.

    Raises:
        SettingsError: if there are fewer than two subjects: no interval could be given.
    """
    if n_subjects < 2:
        raise SettingsError(
            "an audit needs several subjects, to tell people from conditions",
            got=str(n_subjects),
            expected="at least 2; 4 show each unit at every strength",
        )
    specs: list[ClipSpec] = []
    for number in range(n_subjects):
        rng = np.random.default_rng((seed, number))
        person = SubjectSpec.sample(model, rng, f"subject{number:02d}")
        person = replace(person, look=_plain(person.look))
        script = show_every_unit(rng, number)
        noise_seed = int(rng.integers(2**31))
        for factor, level in CONDITIONS:
            changed, scene, seen = under(factor, level, person, script)
            name = clip_name(person.name, factor, level)
            specs.append(ClipSpec(name, changed, seen, scene, FPS, SIZE, noise_seed))
    return tuple(specs)


def make_set(
    folder: Path, *, n_subjects: int = N_SUBJECTS, seed: int = 0, rendering: Rendering | None = None
) -> ClipSet:
    """Render a set into a folder, or go on with it.

    Its clip table has two more columns than others: ``factor`` and ``level``.

    Args:
        folder: Where; made if it does not exist.
        n_subjects: As in `plan`.
        seed: As in `plan`.
        rendering: How; None for the defaults. A whole set of the same settings is left as it is even if it may be
            overwritten: a tool may have read its videos, and they would be the same again.

    Raises:
        InputError: if there is no face model.
        OutputError: if the folder holds something else, or cannot be written.
        SettingsError: as `plan`, or if the folder holds a set made with other settings.
        DuchenneError: whatever a clip raised.
    """
    rendering = Rendering() if rendering is None else rendering
    model = FaceModel.load(find(rendering.face_model))
    specs = plan(model, n_subjects=n_subjects, seed=seed)
    settings = {"study": "audit", "subjects": n_subjects, "seed": seed}
    if rendering.overwrite and is_whole(specs, folder, settings, rendering.face_model):
        rendering = replace(rendering, overwrite=False)
    shown = CONDITIONS * n_subjects
    extra = {"factor": [factor for factor, _ in shown], "level": [level for _, level in shown]}
    return write_set(specs, folder, settings, rendering=rendering, extra=extra)


def clip_name(subject: str, factor: str, level: str) -> str:
    """The name of a clip and its files: ``subject00_yaw_-40``, ``subject00_resolution_1of8``."""
    return "_".join(part for part in (subject, factor, level.replace("/", "of")) if part)


def show_every_unit(rng: np.random.Generator, number: int) -> Script:
    """The script of a subject.

    Args:
        rng: Draws the order of the units and the head's sway.
        number: Of the subject; decides which unit is shown at which strength, and the side of AU30.
    """
    mouth = _in_order(rng, _MOUTH_REGION, 1)
    slots = len(mouth)
    duration_s = 2 * _REST_S + slots * _SLOT_S
    events = [_event(unit, number, place, 0) for place, unit in enumerate(mouth)]
    # The other regions have fewer units: they are shown twice, spread over the same time.
    for region in (_EYE_REGION, _NOSTRILS):
        units = _in_order(rng, region, 2)
        places = np.linspace(0, slots - 1, len(units))
        shown: set[int] = set()
        for place, unit in zip(places, units, strict=True):
            events.append(_event(unit, number, float(place), 2 if unit in shown else 0))
            shown.add(unit)
    motion = HeadMotion.sample(rng, duration_s, spread=_SWAY, gestures_per_min=0.0).facing()
    # Eyes that go with the head, so that a turned head is all that changes with it.
    return Script(ScriptKind.RECORDING, "every unit", duration_s, tuple(events), motion, Gaze(steadiness=0.0))


def under(factor: str, level: str, person: SubjectSpec, script: Script) -> tuple[SubjectSpec, Scene, Script]:
    """Person, scene and script under a condition: the baseline's, but for one change."""
    look = person.look
    # The light is the baseline's: a camera that meters each skin anew would change the rest of the picture with it.
    scene = studio_scene(look, Lighting(level) if factor == "light" else Lighting.FRONT)
    if factor == "skin":
        look = replace(look, skin=_SKIN[level])
    elif factor == "wrinkles":
        look = replace(look, wrinkles=0.0)
    elif (factor, level) == ("cover", "glasses"):
        look = replace(look, glasses=Glasses.RECTANGLE)
    if factor == "resolution":
        scene = replace(scene, sensor=replace(scene.sensor, resolution=1 / int(level.partition("/")[2])))
    elif factor == "noise":
        scene = replace(scene, sensor=replace(scene.sensor, noise=float(level)))
    elif factor == "cover" and level != "glasses":
        scene = replace(scene, cover=Cover(level))
    if factor in ("yaw", "pitch"):
        script = replace(script, motion=script.motion.facing(**{f"{factor}_deg": float(level)}))
    return replace(person, look=look), scene, script


def _plain(look: Look) -> Look:
    return replace(look, skin=_SKIN["middle"], wrinkles=_WRINKLES, glasses=Glasses.NONE)


def _in_order(rng: np.random.Generator, units: Sequence[int], times: int) -> list[int]:
    """The units in random order, so often; a round ends before the next begins."""
    return [int(unit) for _ in range(times) for unit in rng.permutation(np.array(units))]


def _event(unit: int, subject: int, place: float, later: int) -> Event:
    """A unit in the slot of a place; ``later`` moves on in the strengths when it is shown again."""
    strength = STRENGTHS[(RENDERABLE.index(unit) + subject + later) % len(STRENGTHS)]
    start_s = _REST_S + place * _SLOT_S
    if unit == BLINK:
        # A blink closes the eyes wholly: half a blink would be something else.
        return Event(unit, (1.0, 1.0), start_s, *_BLINK_S)
    peak: Sides = (strength, strength)
    if unit == 30:
        peak = (strength, 0.0) if subject % 2 == 0 else (0.0, strength)
    return Event(unit, peak, start_s, _PHASE_S, _PHASE_S, _PHASE_S)
