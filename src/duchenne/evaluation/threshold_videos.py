"""Read labelled videos with this tool, for `duchenne.evaluation.threshold_fit`.

Takes clips with labels and loaded networks; gives a `LabelledVideo` for each. The face that is seen longest is the
one that counts. Nothing is written. A video that cannot be decoded is left out and named; one in which no face is
read stays, with no frames, because the tool's silence about it is an answer of a kind.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from duchenne.datasets.clips import LabelledClip
from duchenne.errors import DataError, InputError
from duchenne.evaluation.threshold_fit import LabelledVideo
from duchenne.offline import OutputOptions, analyze_source
from duchenne.pipeline import Networks
from duchenne.settings import Settings
from duchenne.video.limit import LimitedSource
from duchenne.video.source import open_source

_NOTHING = OutputOptions(annotated=False, report=False, thumbnails=False)


@dataclass(frozen=True, slots=True)
class ReadVideos:
    """What became of a list of clips.

    Attributes:
        videos: Those that were read, in the order of the list.
        unreadable: Name and reason of those that could not be decoded.
        is_complete: False if the user stopped it.
    """

    videos: tuple[LabelledVideo, ...]
    unreadable: tuple[tuple[str, str], ...]
    is_complete: bool


def read_videos(
    clips: Sequence[LabelledClip],
    networks: Networks,
    *,
    seconds: float | None = None,
    on_progress: Callable[[int, int], None] = lambda n_done, n_total: None,
    stopped: Callable[[], bool] = lambda: False,
) -> ReadVideos:
    """Read every clip.

    Args:
        clips: With labels. Where no clip names a subject, each is taken for a person of its own.
        networks: Loaded once, used for every clip.
        seconds: Read only so much of the beginning of each; None for all.
        on_progress: Told how many clips are done, of how many.
        stopped: Asked after every frame; once true, reading ends.

    Raises:
        SettingsError: if ``seconds`` is not above 0.
        DataError: if some clips name a subject and others do not.
        InputError: if not one clip can be decoded.
    """
    videos: list[LabelledVideo] = []
    unreadable: list[tuple[str, str]] = []
    for number, clip in enumerate(as_people(clips)):
        on_progress(number, len(clips))
        try:
            counts = _read(clip, networks, seconds, stopped)
        except InputError as error:
            # The reason goes into a record that is passed on: folders are nobody's business.
            unreadable.append((clip.clip, str(error).replace(str(clip.path), clip.clip)))
            continue
        if stopped():
            return ReadVideos(tuple(videos), tuple(unreadable), is_complete=False)
        videos.append(LabelledVideo(clip.clip, clip.subject, clip.label, counts))
    on_progress(len(clips), len(clips))
    if clips and not videos:
        raise InputError(f"none of the {len(clips)} videos can be read", got=unreadable[0][1])
    return ReadVideos(tuple(videos), tuple(unreadable), is_complete=True)


def as_people(clips: Sequence[LabelledClip]) -> tuple[LabelledClip, ...]:
    """The clips, each with a subject: where none names one, each is taken for a person of its own.

    Raises:
        DataError: if some clips name a subject and others do not.
    """
    n_named = sum(bool(clip.subject) for clip in clips)
    if 0 < n_named < len(clips):
        raise DataError(
            "some videos name a subject and others do not, so people cannot be kept apart",
            got=f"{len(clips) - n_named} of {len(clips)} without",
            expected="a subject for each, or for none",
        )
    return tuple(clips) if n_named else tuple(dataclasses.replace(clip, subject=clip.clip) for clip in clips)


def _read(
    clip: LabelledClip, networks: Networks, seconds: float | None, stopped: Callable[[], bool]
) -> dict[str, int]:
    """How many frames of the face seen longest were read as each expression; empty if there is no face."""
    with open_source(clip.path) as source:
        chosen = source if seconds is None else LimitedSource(source, seconds)
        analysis = analyze_source(chosen, networks, settings=Settings(), options=_NOTHING, stopped=stopped)
    return dict(analysis.people[0].n_frames_by_expression) if analysis.people else {}
