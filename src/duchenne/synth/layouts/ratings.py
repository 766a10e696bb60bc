"""Long recordings that six raters judged every 40 ms (paper 003): the layout of RECOLA as in AVEC 2016.

Takes options and a seed, gives a plan, its label files, and the folder. The script's posed emotions define a latent
curve of valence and arousal; six raters follow it, each late and on a scale of their own, and a gold standard is
made of them. The latent curve and the raters' numbers stand beside: no real recording has those.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.acting.expressions import emotion as emotion_of
from duchenne.synth.acting.timing import Pace, draw_phases
from duchenne.synth.layouts.acting import Act, perform
from duchenne.synth.layouts.affect import DIMENSIONS, LEXICAL, PosedEmotion, latent_affect
from duchenne.synth.layouts.files import fixed, table
from duchenne.synth.layouts.planned import (
    Person,
    PlannedClip,
    check_seconds,
    check_whole,
    draw_seed,
    generator,
)
from duchenne.synth.layouts.raters import Rater, gold_standard, rate, sample_raters
from duchenne.synth.layouts.study import TRUTH, LayoutStudy, Rendering, write_study

FPS: Final = 25.0
SECONDS: Final = 300.0
"""Five minutes; with both ends, 7,501 ratings."""
STEP_S: Final = 0.04
PARTITIONS: Final = ("train", "dev")
# Pause between two posed emotions and length of an apex, seconds; ours. Slow enough for a rater to follow.
_PAUSE_S: Final = (2.0, 12.0)
_HELD_S: Final = (1.0, 8.0)
_WEAKEST: Final = 0.3
_LEAST_S: Final = 2.0
# Digits of a rating, as the poster's table 1 prints them.
_DIGITS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingsOptions:
    """What is laid out.

    Attributes:
        subjects: One recording each, divided between train and dev; AVEC 2016 gives labels of nine in each.
        seconds: Of every recording; None for five minutes.
    """

    subjects: int = 4
    seconds: float | None = None

    def __post_init__(self) -> None:
        check_whole("subjects", self.subjects, 2)
        check_seconds(self.seconds, _LEAST_S)


@dataclass(frozen=True, slots=True)
class RatedRecording:
    """One subject's recording.

    Attributes:
        clip: What is rendered; its name is the partition and a number, ``train_1``.
        partition: One of `PARTITIONS`.
        posed: The emotions of the script.
        rating_seed: Of what the raters do besides following the curve.
    """

    clip: PlannedClip
    partition: str
    posed: tuple[PosedEmotion, ...]
    rating_seed: int


@dataclass(frozen=True, slots=True)
class RatedStudy:
    """All recordings, and the six raters who judged every one of them."""

    recordings: tuple[RatedRecording, ...]
    raters: tuple[Rater, ...]


def plan(options: RatingsOptions, seed: int) -> RatedStudy:
    """Decide what happens in every recording, and who rates.

    Args:
        options: What is laid out.
        seed: The same one gives the same plan.
    """
    seconds = SECONDS if options.seconds is None else options.seconds
    recordings = []
    for number in range(options.subjects):
        rng = generator("ratings", seed, number)
        partition = PARTITIONS[number % 2]
        name = f"{partition}_{number // 2 + 1}"
        posed = tuple(_posed(rng, seconds))
        script = perform(rng, f"{len(posed)} posed emotions", seconds, [one.act for one in posed])
        person = Person.sample(rng, f"P{number + 1:02d}")
        clip = PlannedClip(name, person, f"recordings_video/{name}.mp4", script, FPS, draw_seed(rng))
        recordings.append(RatedRecording(clip, partition, posed, draw_seed(rng)))
    raters = sample_raters(generator("ratings", seed, options.subjects))
    return RatedStudy(tuple(recordings), raters)


def _posed(rng: np.random.Generator, seconds: float) -> Iterator[PosedEmotion]:
    """Emotions one after the other with pauses between, until the time is up."""
    # Short recordings have short pauses, so that something happens in them.
    scale = min(1.0, seconds / 30.0)
    time_s = scale * float(rng.uniform(*_PAUSE_S)) / 2
    while True:
        emotion = str(rng.choice(tuple(LEXICAL)))
        strength = float(rng.uniform(_WEAKEST, 1.0))
        shown = emotion_of(rng, emotion, strength=strength)
        phases = draw_phases(rng, Pace.EXPRESSION, seconds)
        apex = scale * float(rng.uniform(*_HELD_S))
        act = Act(shown.peaks, time_s, phases.onset_s, apex, phases.offset_s)
        if act.end_s > seconds:
            return
        yield PosedEmotion(emotion, strength, act)
        time_s = act.end_s + scale * float(rng.uniform(*_PAUSE_S))


def rating_times_s(recording: RatedRecording) -> NDArray[np.float64]:
    """(T,) seconds at which raters are read: every 40 ms, both ends included."""
    n = round(recording.clip.script.duration_s / STEP_S)
    return np.arange(n + 1, dtype=np.float64) * STEP_S


def ratings_of(study: RatedStudy, recording: RatedRecording) -> dict[str, NDArray[np.float64]]:
    """What all raters wrote down for a recording.

    Returns:
        For each of `duchenne.synth.layouts.affect.DIMENSIONS`, (T, 6) in [-1, 1], rounded as the files have it.
    """
    latent = latent_affect(recording.posed, rating_times_s(recording))
    result: dict[str, NDArray[np.float64]] = {}
    for column, dimension in enumerate(DIMENSIONS):
        curves = [
            rate(
                rater,
                latent[:, column],
                STEP_S,
                np.random.default_rng((recording.rating_seed, column, number)),
            )
            for number, rater in enumerate(study.raters)
        ]
        result[dimension] = np.asarray(np.round(np.stack(curves, axis=1), _DIGITS), dtype=np.float64)
    return result


def files(study: RatedStudy) -> Iterator[tuple[str, str]]:
    """The label files of a plan.

    Yields:
        Path relative to the layout's folder, and text.
    """
    for recording in study.recordings:
        name, times = recording.clip.name, rating_times_s(recording)
        latent = latent_affect(recording.posed, times)
        rows = zip(fixed(times, 2), *(fixed(column, 6) for column in latent.T), strict=True)
        yield f"{TRUTH}/latent/{name}.csv", table(("time_s", *DIMENSIONS), rows)
        for dimension, ratings in ratings_of(study, recording).items():
            yield f"ratings_individual/{dimension}/{name}.csv", _individual_file(study, times, ratings)
            gold = gold_standard(ratings)
            yield f"ratings_gold_standard/{dimension}/{name}.arff", _arff(dimension, name, times, gold)
    header = ("rater", "delay_s", "gain", "offset", "smoothing_s", "noise")
    yield f"{TRUTH}/raters.csv", table(header, (dataclasses.astuple(rater) for rater in study.raters))
    yield "recordings.csv", _recordings_file(study)


def _individual_file(study: RatedStudy, times: NDArray[np.float64], ratings: NDArray[np.float64]) -> str:
    header = ("time", *(rater.name for rater in study.raters))
    rows = zip(fixed(times, 2), *(fixed(curve, _DIGITS) for curve in ratings.T), strict=True)
    return table(header, rows, separator=";")


def _arff(dimension: str, name: str, times: NDArray[np.float64], gold: NDArray[np.float64]) -> str:
    """Nine header lines with the names that AVEC's files have, then instance, time and value."""
    header = (
        f"@relation GOLDSTANDARD_{dimension}",
        "",
        "@attribute Instance_name string",
        "@attribute frameTime numeric",
        "@attribute GoldStandard numeric",
        "",
        "% SYNTHETIC: six simulated raters of a computed face",
        "@data",
        "",
    )
    rows = zip([f"'{name}'"] * len(times), fixed(times, 2), fixed(gold, 6), strict=True)
    return "".join(f"{line}\n" for line in header) + table(None, rows)


def _recordings_file(study: RatedStudy) -> str:
    return table(
        ("recording", "partition", "subject", "fps", "frames", "media"),
        (
            (
                *(recording.clip.name, recording.partition, recording.clip.person.name),
                *(f"{recording.clip.fps:g}", recording.clip.n_frames, recording.clip.media),
            )
            for recording in study.recordings
        ),
    )


def write(
    options: RatingsOptions, folder: Path, *, seed: int = 0, rendering: Rendering | None = None
) -> bool:
    """Write the layout; arguments, return value and errors as in `duchenne.synth.layouts.study.write_study`."""
    rated = plan(options, seed)
    clips = tuple(recording.clip for recording in rated.recordings)
    study = LayoutStudy("ratings", _ABOUT, options, seed, clips, lambda: files(rated))
    return write_study(study, folder, rendering)


_ABOUT: Final = (
    "Laid out as RECOLA in AVEC 2016 (paper: Deciphering emotions using convolutional neural networks on "
    "video data). ratings_individual/valence/train_1.csv: time and six raters, separated by semicolons, "
    "every 0.04 s with both ends. ratings_gold_standard/valence/train_1.arff: nine lines of header, then "
    "instance, time, value. recordings_video/ holds the videos, one subject each. There is no sound, and "
    "nobody speaks.",
    "Nobody rated these faces. truth/latent/ holds the curve of valence and arousal that the script's "
    "posed emotions stand for, by positions of words (Russell & Mehrabian 1977): lexical and posed, not "
    "felt. The raters of truth/raters.csv follow it with a delay, gain and offset of their own, smoothly "
    "and with a slow wander.",
)
