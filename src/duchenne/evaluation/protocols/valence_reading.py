"""Rated recordings, read frame by frame: what raters said, and what networks and words say of the same faces.

Takes a `RatedRecording`, the product's networks, valence networks and a `RatingSampling`; gives a
`ReadRecording`. A frame without a readable face and a frame whose rating lies beyond the end are left out, and
counted apart. Refuses recordings without a video, without ratings of valence, or with other than six raters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.rating_shifts import RatingSampling, ratings_at
from duchenne.datasets.recordings import RatedRecording
from duchenne.emotion.lexical import DIMENSIONS, lexical_affect
from duchenne.errors import DataError
from duchenne.evaluation.protocols.value_networks import N_RATERS, OUTPUTS, ValueNetwork
from duchenne.evaluation.recording_faces import sampled_faces
from duchenne.pipeline import Networks

DIMENSION: Final = "valence"
LEXICAL: Final = "lexical mapping"
"""`duchenne.emotion.lexical` on the probabilities of the network that reads the faces."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadRecording:
    """What is known of the N frames of a recording that have a face and ratings.

    Attributes:
        recording: Its name.
        subject: Who is shown.
        times_s: (N,) of the frames.
        rated: (N, 7) ratings in the order of `duchenne.evaluation.protocols.value_networks.OUTPUTS`; the last is
            the plain mean of the six.
        read: For each network, and for `LEXICAL`, (N, 7). The words know no raters: seven times the same.
        n_frames: Frames that were looked at.
        n_without_face: Of these, frames without a readable face.
        n_without_rating: Of the rest, frames whose ratings would lie beyond the end.
    """

    recording: str
    subject: str
    times_s: NDArray[np.float64]
    rated: NDArray[np.float64]
    read: Mapping[str, NDArray[np.float64]]
    n_frames: int
    n_without_face: int
    n_without_rating: int


def check_recording(recording: RatedRecording) -> None:
    """Refuse what cannot be learned from or scored.

    Raises:
        DataError: if there is no video, no rating of valence, or another number of raters than six.
    """
    name = recording.recording
    if recording.media is None:
        raise DataError(f"the recording {name} has no video", remedy="Unpack the videos of the data set too")
    if DIMENSION not in recording.ratings:
        raise DataError(
            f"the recording {name} has no ratings of {DIMENSION}",
            got=f"ratings of {', '.join(recording.ratings)}",
        )
    raters = recording.ratings[DIMENSION].raters
    if len(raters) != N_RATERS:
        raise DataError(
            f"the recording {name} has {len(raters)} raters",
            got=", ".join(raters),
            expected=f"{N_RATERS}, for each of whom a network has an output",
        )


def read_recording(
    recording: RatedRecording,
    product: Networks,
    networks: Sequence[ValueNetwork],
    sampling: RatingSampling,
) -> ReadRecording:
    """Read one recording to its end.

    Args:
        recording: With a video and six raters; see `check_recording`.
        product: The networks that find, align and read faces.
        networks: Any number, each of another name.
        sampling: Which frames, and which ratings go with them.

    Raises:
        InputError: if the video cannot be read.
    """
    assert recording.media is not None, "check_recording refuses this"
    times: list[float] = []
    rows: dict[str, list[NDArray[np.float64]]] = {name: [] for name in (*_names(networks), LEXICAL)}
    n_frames = 0
    for frame in sampled_faces(recording.media, product, sampling.step_s):
        n_frames += 1
        if frame.seen is None:
            continue
        times.append(frame.time_s)
        for network in networks:
            rows[network.card.name].append(network.read(frame.seen.picture, frame.seen.face.landmarks))
        valence = lexical_affect(frame.seen.reading.expressions)[DIMENSIONS.index(DIMENSION)]
        rows[LEXICAL].append(np.full(len(OUTPUTS), valence))
    seen_s = np.array(times, dtype=np.float64)
    rated = ratings_at(
        recording.ratings[DIMENSION], seen_s, delay_s=sampling.delay_s, smoothing_s=sampling.smoothing_s
    )
    known = np.isfinite(rated).all(axis=1)
    return ReadRecording(
        recording=recording.recording,
        subject=recording.subject,
        times_s=seen_s[known],
        rated=np.column_stack([rated, rated.mean(axis=1)])[known],
        read={name: np.reshape(read, (len(times), len(OUTPUTS)))[known] for name, read in rows.items()},
        n_frames=n_frames,
        n_without_face=n_frames - len(times),
        n_without_rating=int(np.count_nonzero(~known)),
    )


def _names(networks: Sequence[ValueNetwork]) -> list[str]:
    return [network.card.name for network in networks]
