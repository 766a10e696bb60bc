"""One expression for a whole video: Top-1, and the rule of equation (1) of paper 004.

Takes how many frames were read as each label, gives a `Representative`. Only frames that were read count: a frame
without a face, too poor or damaged, is no evidence for anything, neutral included. A video in which nothing was
read gets no answer, never neutral. Refuses a threshold outside (0, 1].
Source: Yang, Lee & Park, "Develop method to efficiently apply image-based facial emotion classification models to
video data", section 2.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from duchenne.emotion.grouping import NEUTRAL
from duchenne.errors import SettingsError


class Fallback(StrEnum):
    """What is answered where no expression reaches the threshold.

    The paper says "the most frequent emotion or neutral is selected", which can be read in two ways. They differ
    only where the most frequent label is not neutral and yet stays below the threshold; with K labels the most
    frequent one has at least one frame in K, so never at a threshold of 1/K or less.

    Attributes:
        MOST_FREQUENT: Top-1: the most frequent label, which may be neutral.
        NEUTRAL: Neutral, whatever was most frequent.
    """

    MOST_FREQUENT = "most_frequent"
    NEUTRAL = "neutral"


class Decision(StrEnum):
    """How a representative expression came about."""

    THRESHOLD = "threshold"
    FALLBACK = "fallback"
    NO_FRAMES_READ = "no_frames_read"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentativeOptions:
    """When an expression stands for a whole video.

    Attributes:
        threshold: Least share of the frames read that the most frequent expression other than neutral must have,
            above 0 and at most 1. 0.10 is the best of the sweep for the network `rec_joint` on clips of real
            stills, in all label settings (docs/methods/threshold.md); the paper's best ones lie between 0.05 and
            0.30, on short clips of children. ``duchenne threshold fit`` finds the one for other recordings.
        fallback: What is answered below it. The most frequent label by default: it is the reading the paper names
            first, and a video of many expressions, none of them frequent, is not called neutral.
    """

    threshold: float = 0.10
    fallback: Fallback = Fallback.MOST_FREQUENT

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise SettingsError(
                "threshold must lie above 0 and be at most 1",
                got=str(self.threshold),
                expected="a share of the frames that were read, such as 0.2",
            )


@dataclass(frozen=True, slots=True)
class Representative:
    """The expression that stands for a video: an estimate of what was shown, not of what was felt.

    Attributes:
        expression: By the rule; None if no frame was read.
        decided_by: Whether an expression reached the threshold, the fallback spoke, or nothing was read.
        strongest: The most frequent label other than neutral; None if there is no such frame.
        strongest_share: Its share of the frames read; 0 if all were neutral, None if no frame was read.
        top_1: The most frequent label, neutral included; None if no frame was read.
        n_frames: Frames read, the denominator of the share.
    """

    expression: str | None
    decided_by: Decision
    strongest: str | None
    strongest_share: float | None
    top_1: str | None
    n_frames: int


def top_1(counts: Mapping[str, int]) -> str | None:
    """The most frequent label, neutral included ("Top 1", section 2.4); None if no frame was read.

    Among labels that are equally frequent an expression goes before neutral, and among expressions the one that
    stands first in ``counts``. So Top-1 is as willing to name an expression as a tie allows.

    Args:
        counts: Frames read as each label, none negative.

    Raises:
        ValueError: if a count is negative.
    """
    return _most_frequent(counts, [*_expressions(counts), NEUTRAL])


def represent(counts: Mapping[str, int], options: RepresentativeOptions | None = None) -> Representative:
    """Choose the expression that stands for a video, by equation (1).

    The most frequent label other than neutral is the answer if its share of the frames read is at least the
    threshold; otherwise the fallback decides. Ties as in `top_1`.

    Args:
        counts: Frames read as each label, none negative; the order of the labels settles ties.
        options: Threshold and fallback.

    Raises:
        ValueError: if a count is negative.
    """
    options = options or RepresentativeOptions()
    most_frequent = top_1(counts)
    n_frames = sum(counts.values())
    if most_frequent is None:
        return Representative(None, Decision.NO_FRAMES_READ, None, None, None, 0)
    strongest = _most_frequent(counts, _expressions(counts))
    # A quotient, not a product: 11 of 20 frames are 0.55 exactly as it is typed, but 0.55 * 20 is above 11.
    share = 0.0 if strongest is None else counts[strongest] / n_frames
    if share >= options.threshold:
        return Representative(strongest, Decision.THRESHOLD, strongest, share, most_frequent, n_frames)
    below = NEUTRAL if options.fallback is Fallback.NEUTRAL else most_frequent
    return Representative(below, Decision.FALLBACK, strongest, share, most_frequent, n_frames)


def _expressions(counts: Mapping[str, int]) -> list[str]:
    return [label for label in counts if label != NEUTRAL]


def _most_frequent(counts: Mapping[str, int], labels: list[str]) -> str | None:
    """The first of the most frequent of some labels; None if they have no frames."""
    if any(n_frames < 0 for n_frames in counts.values()):
        raise ValueError(f"counts must not be negative, got {dict(counts)}")
    best = max(labels, key=lambda label: counts.get(label, 0), default=None)
    return best if best is not None and counts.get(best, 0) > 0 else None
