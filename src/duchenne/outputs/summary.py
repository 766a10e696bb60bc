"""The summary of a video: who was seen for how long, and which expressions their faces showed.

Gives frozen records, which `duchenne.outputs.summarise` makes, and the text of ``summary.json``. Never read is
None, not 0.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from duchenne.emotion.threshold import Representative, RepresentativeOptions
from duchenne.facs import UNIT_COLUMNS
from duchenne.outputs import schema
from duchenne.temporal.baseline import NOT_MEASURED, Baseline, NotCalibrated

_SECONDS_DECIMALS: Final = 3
_SHARE_DECIMALS: Final = 4

Shares = Mapping[str, float] | None
"""One number per expression, in the order of `EXPRESSIONS`; None where nothing was read."""


@dataclass(frozen=True, slots=True)
class PersonSummary:
    """One person, that is, one track.

    Attributes:
        face: Number of the track, as in the column ``face``.
        first_s: Time of the first frame with this face, in seconds.
        last_s: Time of the last frame with this face, in seconds.
        seconds_seen: How long the face was in view.
        seconds_read: How long it was in view and good enough to be read.
        n_frames_seen: Frames with this face.
        n_frames_read: Frames in which it was read.
        coverage_seen: ``seconds_seen`` as a share of the video; of its frames if it has no duration.
        coverage_read: ``seconds_read`` as a share of the video, likewise.
        share_of_time: Of the time that was read, the share in which each expression was the most probable
            one; sums to 1.
        mean_probability: The mean over the time that was read of each expression's probability; sums to 1.
            Says how sure the network was on average, not how strong the expression was.
        dominant: The expression that was the most probable one for longest; on a tie the one with the higher
            mean probability. None if the face was never read.
        n_frames_by_expression: Of ``n_frames_read``, those in which each expression was the most probable one.
        representative: The expression that stands for the video, by the rule of paper 004 and by Top-1, which
            count frames where ``dominant`` counts time.
        baseline: The neutral face that the calibrated action units are relative to, or why there is none.
    """

    face: int
    first_s: float
    last_s: float
    seconds_seen: float
    seconds_read: float
    n_frames_seen: int
    n_frames_read: int
    coverage_seen: float
    coverage_read: float
    share_of_time: Shares
    mean_probability: Shares
    dominant: str | None
    n_frames_by_expression: Mapping[str, int]
    representative: Representative
    baseline: Baseline | NotCalibrated = NOT_MEASURED


@dataclass(frozen=True, slots=True)
class Summary:
    """One video.

    Attributes:
        video: Name of the file.
        n_frames: Frames that the video has, read or not.
        n_failed: Frames that could not be decoded.
        n_no_face: Frames that were decoded and show no face.
        n_read: Frames in which at least one face was read.
        duration_s: From the first frame to the end of the last, in seconds; 0 for a still.
        coverage_seen: Share of the video with at least one face in view; None if it has no frames.
        coverage_read: Share of the video with at least one face read; None if it has no frames.
        rule: When an expression stands for the video.
        people: Longest seen first; those seen equally long by track number.
    """

    video: str
    n_frames: int
    n_failed: int
    n_no_face: int
    n_read: int
    duration_s: float
    coverage_seen: float | None
    coverage_read: float | None
    rule: RepresentativeOptions
    people: tuple[PersonSummary, ...]

    def with_baselines(self, baselines: Mapping[int, Baseline | NotCalibrated]) -> Summary:
        """The same summary with the neutral face of each track, known once the recording has ended."""
        people = (replace(p, baseline=baselines.get(p.face, p.baseline)) for p in self.people)
        return replace(self, people=tuple(people))

    def to_json(self) -> str:
        """The text of ``summary.json``: sorted keys, seconds to 0.001, shares to 0.0001."""
        content = {
            "schema": schema.VERSION,
            "note": schema.NOTE,
            "video": self.video,
            "n_frames": self.n_frames,
            "n_failed": self.n_failed,
            "n_no_face": self.n_no_face,
            "n_read": self.n_read,
            "duration_s": round(self.duration_s, _SECONDS_DECIMALS),
            "coverage": _coverage(self.coverage_seen, self.coverage_read),
            "rule": {"threshold": self.rule.threshold, "fallback": self.rule.fallback.value},
            "people": [_person_content(person) for person in self.people],
        }
        return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _person_content(person: PersonSummary) -> dict[str, object]:
    return {
        "face": person.face,
        "first_s": round(person.first_s, _SECONDS_DECIMALS),
        "last_s": round(person.last_s, _SECONDS_DECIMALS),
        "seconds_seen": round(person.seconds_seen, _SECONDS_DECIMALS),
        "seconds_read": round(person.seconds_read, _SECONDS_DECIMALS),
        "n_frames_seen": person.n_frames_seen,
        "n_frames_read": person.n_frames_read,
        "coverage": _coverage(person.coverage_seen, person.coverage_read),
        "share_of_time": _rounded_shares(person.share_of_time),
        "mean_probability": _rounded_shares(person.mean_probability),
        "dominant": person.dominant,
        "n_frames_by_expression": dict(person.n_frames_by_expression),
        "representative": _representative_content(person.representative),
        "baseline": _baseline_content(person.baseline),
    }


def _baseline_content(baseline: Baseline | NotCalibrated) -> dict[str, object]:
    if isinstance(baseline, NotCalibrated):
        return {"calibrated": False, "reason": baseline.reason}
    levels = {
        name: _rounded(level)
        for name, level in zip(UNIT_COLUMNS, baseline.levels.tolist(), strict=True)
        if not math.isnan(level)
    }
    return {
        "calibrated": True,
        "recording": baseline.recording or None,
        "recording_sha256": baseline.recording_sha256 or None,
        "begin_s": round(baseline.begin_s, _SECONDS_DECIMALS),
        "end_s": round(baseline.end_s, _SECONDS_DECIMALS),
        "levels": levels,
    }


def _representative_content(found: Representative) -> dict[str, object]:
    return {
        "expression": found.expression,
        "decided_by": found.decided_by.value,
        "strongest": found.strongest,
        "strongest_share": _rounded(found.strongest_share),
        "top_1": found.top_1,
    }


def _coverage(seen: float | None, read: float | None) -> dict[str, float | None]:
    return {"seen": _rounded(seen), "read": _rounded(read)}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, _SHARE_DECIMALS)


def _rounded_shares(shares: Shares) -> dict[str, float] | None:
    if shares is None:
        return None
    return {name: round(share, _SHARE_DECIMALS) for name, share in shares.items()}
