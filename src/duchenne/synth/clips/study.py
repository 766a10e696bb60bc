"""A study of synthetic clips from one seed: who, what they do, and where.

Takes `StudyOptions`, gives the specifications of its clips, or the whole folder. Every person and every clip has a
generator of its own, made from the seed and a number: clip 7 is the same in a study of 10 and of 1,000. Refuses
options outside their range.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from duchenne.errors import SettingsError
from duchenne.synth.acting import repertoire
from duchenne.synth.acting.script import ScriptKind
from duchenne.synth.clips.clip import ClipSpec, SubjectSpec
from duchenne.synth.clips.clip_set import ClipSet, Rendering, write_set
from duchenne.synth.clips.scenes import sample_scene
from duchenne.synth.head.model import FaceModel, find

# What a generator is for: the second number of its seed, so that people and clips never share one.
_PEOPLE, _CLIPS = 1, 2
# Names sort like numbers up to here.
_MOST_CLIPS: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyOptions:
    """What a study is made of.

    Attributes:
        clips: How many.
        seconds: Length of each.
        fps: Frames per second.
        size: Height and width in pixels.
        seed: Decides everything else.
        kind: What all scripts are examples of; None for a mixture of all kinds.
        clips_per_subject: How many clips in a row show the same person. A new one costs as much as ten frames, and
            a split by person needs several clips of each.
    """

    clips: int = 200
    seconds: float = 4.0
    fps: float = 25.0
    size: int = 256
    seed: int = 0
    kind: ScriptKind | None = None
    clips_per_subject: int = 4

    def __post_init__(self) -> None:
        for name, limit in (("clips", 1), ("seed", 0), ("clips_per_subject", 1)):
            if getattr(self, name) < limit:
                raise SettingsError(
                    f"a study's {name} must be at least {limit}", got=str(getattr(self, name))
                )
        if self.clips > _MOST_CLIPS:
            raise SettingsError(
                "a study has too many clips", got=str(self.clips), expected=f"at most {_MOST_CLIPS:,}"
            )
        if not 0.0 < self.seconds < float("inf"):
            raise SettingsError("a study's clips must last longer than 0 s", got=f"{self.seconds:g} s")


def kind_named(name: str) -> ScriptKind:
    """The kind of script of a name, however its words are joined.

    Raises:
        SettingsError: if there is none.
    """
    kinds = {_words(kind.value): kind for kind in ScriptKind}
    if _words(name) not in kinds:
        raise SettingsError(
            f"there is no kind of script called '{name}'",
            expected=", ".join(kind.value.replace(" ", "-") for kind in ScriptKind),
        )
    return kinds[_words(name)]


def _words(name: str) -> str:
    return name.lower().replace("-", " ").replace("_", " ")


def plan(model: FaceModel, options: StudyOptions) -> tuple[ClipSpec, ...]:
    """The clips of a study.

    Args:
        model: Only the number of its identity modes matters here.
        options: What the study is made of.

    Raises:
        SettingsError: if rate or size are outside their range.
    """
    specs: list[ClipSpec] = []
    person: SubjectSpec | None = None
    for number in range(options.clips):
        of_person, number_of_person = number % options.clips_per_subject, number // options.clips_per_subject
        if person is None or of_person == 0:
            rng = np.random.default_rng((options.seed, _PEOPLE, number_of_person))
            person = SubjectSpec.sample(model, rng, f"subject_{number_of_person:06d}")
        rng = np.random.default_rng((options.seed, _CLIPS, number))
        specs.append(
            ClipSpec(
                name=f"clip_{number:06d}",
                subject=person,
                script=repertoire.sample(rng, options.seconds, options.kind),
                scene=sample_scene(rng, person.look),
                fps=options.fps,
                size=options.size,
                seed=int(rng.integers(2**31)),
            )
        )
    return tuple(specs)


def make_study(folder: Path, options: StudyOptions, rendering: Rendering | None = None) -> ClipSet:
    """Render a study into a folder, or go on with it.

    Args:
        folder: Where; made if it does not exist.
        options: What the study is made of.
        rendering: How; None for the defaults.

    Raises:
        InputError: if there is no face model.
        OutputError: if the folder holds something else, or cannot be written.
        SettingsError: if it holds a study made with other options.
        DuchenneError: whatever a clip raised.
    """
    rendering = Rendering() if rendering is None else rendering
    specs = plan(FaceModel.load(find(rendering.face_model)), options)
    return write_set(specs, folder, dataclasses.asdict(options), rendering=rendering)
