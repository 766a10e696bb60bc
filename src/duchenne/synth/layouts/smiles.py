"""Smile videos with the phone's action units frame by frame (paper 000), and the other emotions of its table.

Takes a plan of `duchenne.synth.layouts.smile_plan`, gives its label files and the folder. The phone's files have a
little noise and lack frames on purpose; the script's own intensity stands beside, computed with the subject's true
maxima.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.layouts.files import fixed, table
from duchenne.synth.layouts.smile_plan import EMOTIONS, PosedVideo, SmilesOptions, plan
from duchenne.synth.layouts.study import TRUTH, LayoutStudy, Rendering, write_study

PHONE_UNITS: Final = tuple(sorted({unit for units in EMOTIONS.values() for unit in units}))
"""Units in the phone's files: all that figure 1 names."""
# Longest gap in the phone's files, frames; ours.
_LONGEST_GAP: Final = 5


def true_intensity(video: PosedVideo) -> NDArray[np.float64]:
    """What the script means to show: the share of the subject's own maximum in every frame.

    It is the paper's equation 2 with the subject's true maxima, except while a blink lets AU5 go: the lid falls,
    the emotion does not. Equation 1, as printed, is equation 2 for happiness.

    Returns:
        (T,) in [0, 1].
    """
    levels = [
        [level * act.share_at(float(time_s)) for time_s in video.clip.times_s] for level, act in video.acts
    ]
    return np.asarray(np.max(levels, axis=0), dtype=np.float64)


def seen_by_phone(video: PosedVideo, options: SmilesOptions) -> NDArray[np.bool_]:
    """Frames in which the phone found a face.

    Returns:
        (T,) bool; gaps are 1 to 5 frames long, and at least one frame is seen.
    """
    rng = np.random.default_rng((video.clip.noise_seed, 1))
    n = video.clip.n_frames
    starts = rng.random(n) < options.missing / ((1 + _LONGEST_GAP) / 2)
    seen = np.ones(n, dtype=bool)
    for start in np.flatnonzero(starts):
        seen[start : start + int(rng.integers(1, _LONGEST_GAP + 1))] = False
    if not seen.any():
        seen[0] = True
    return seen


def files(videos: Sequence[PosedVideo], options: SmilesOptions) -> Iterator[tuple[str, str]]:
    """The label files of a plan.

    Yields:
        Path relative to the layout's folder, and text.
    """
    for video in videos:
        yield video.clip.media.removesuffix(".mp4") + "_au.csv", _phone_file(video, options)
        truth = true_intensity(video)
        times = fixed(video.clip.times_s, 4)
        labels = np.floor(10 * truth + 0.5).astype(int)  # "rounded it to the nearest tenth"
        rows = zip(range(len(truth)), times, fixed(truth, 6), labels, strict=True)
        yield (
            f"{TRUTH}/intensity/{video.clip.name}.csv",
            table(("frame", "time_s", "intensity", "label"), rows),
        )
    yield "videos.csv", _videos_file(videos)
    yield f"{TRUTH}/maxima.csv", _maxima_file(videos)


def _phone_file(video: PosedVideo, options: SmilesOptions) -> str:
    exact = video.clip.strengths(PHONE_UNITS)
    rng = np.random.default_rng((video.clip.noise_seed, 2))
    values = np.clip(exact + rng.normal(0.0, options.phone_noise, exact.shape), 0.0, 1.0)
    flat = values.reshape(len(values), -1)
    times = fixed(video.clip.times_s, 4)
    header = ("frame", "time_s", *(f"AU_{unit}{side}" for unit in PHONE_UNITS for side in "LR"))
    rows = (
        (frame, times[frame], *fixed(flat[frame], 4))
        for frame in np.flatnonzero(seen_by_phone(video, options))
    )
    return table(header, rows)


def _videos_file(videos: Sequence[PosedVideo]) -> str:
    header = ("video", "dataset", "subject", "split", "emotion", "step", "instruction", "instructions_end_s")
    return table(
        (*header, "fps", "frames", "media", "action_units"),
        (
            (
                *(
                    video.clip.name,
                    video.dataset,
                    video.clip.person.name,
                    video.split,
                    video.emotion,
                    video.step,
                ),
                *(video.instruction, f"{video.instructions_end_s:.4f}", f"{video.clip.fps:g}"),
                *(video.clip.n_frames, video.clip.media, video.clip.media.removesuffix(".mp4") + "_au.csv"),
            )
            for video in videos
        ),
    )


def _maxima_file(videos: Sequence[PosedVideo]) -> str:
    rows = {
        (video.clip.person.name, video.emotion, unit, *fixed(np.array(sides), 6)): None
        for video in videos
        for unit, sides in video.maxima.items()
    }
    return table(("subject", "emotion", "au", "left", "right"), rows)


def write(options: SmilesOptions, folder: Path, *, seed: int = 0, rendering: Rendering | None = None) -> bool:
    """Write the layout; arguments, return value and errors as in `duchenne.synth.layouts.study.write_study`."""
    videos = plan(options, seed)
    clips = tuple(video.clip for video in videos)
    study = LayoutStudy("smiles", _ABOUT, options, seed, clips, lambda: files(videos, options))
    return write_study(study, folder, rendering)


_ABOUT: Final = (
    "Laid out as the data of 'Direct classification of emotional intensity'. dataset1/ goes from neutral "
    "to a peak in the middle and back; dataset2/ was recorded only while expressing. "
    "S01/happiness_1_au.csv: a row for each frame in which the phone found a face (frames are missing on "
    "purpose), a column for each unit and side, AU_6L being the subject's own left. videos.csv: until "
    "instructions_end_s instructions are read and the face is neutral. Data set 2 is for training, 1 for "
    "validation; no subject is in both.",
    "The phone's values are shares of displacement with a little noise. truth/intensity/ holds the "
    "script's own intensity: equation 2 of the paper with the subject's true maxima (truth/maxima.csv), "
    "and its label 0 to 10.",
)
