"""Compare a tool with what was rendered: by action unit, under every condition, and against the baseline.

Takes a `Truth` and a tool's `Readings`, gives an `Audit`. **The headline is the agreement on the frames in which
the tool saw a face**, with the share of such frames (coverage) beside it: a frame without a face is missing, not
0. Differences to the baseline are paired: the same subjects do the same things at the same frames, and only frames
seen under both conditions are compared. Intervals come from resampling subjects, all conditions with the same
draws, and are widened where subjects are few (`duchenne.evaluation.few_subjects`). Refuses readings that do not fit
the set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from duchenne.evaluation import agreement
from duchenne.evaluation.audit_record import (
    ALL,
    Audit,
    DetectionScore,
    Estimate,
    Origin,
    PoseScore,
    UnitScore,
)
from duchenne.evaluation.bootstrap import N_RESAMPLES
from duchenne.evaluation.conditions import BASELINE, changes
from duchenne.evaluation.few_subjects import ends
from duchenne.evaluation.tool_tables import Outcome, Readings, check_fit
from duchenne.evaluation.truth_tables import POSE, Truth
from duchenne.facs import column

_TOOL: Final = "tool_"  # before the tool's columns, where the set has the same name
_NOTHING = Estimate(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True, slots=True, eq=False)
class _Condition:
    """The joined rows of one condition, in the order of subject and frame; ``key`` is that pair as one number."""

    factor: str
    level: str
    rows: pd.DataFrame
    subject: NDArray[np.int64]
    key: NDArray[np.int64]

    def known(self, name: str) -> NDArray[np.float64]:
        return self.rows[name].to_numpy(np.float64)

    def estimated(self, name: str) -> NDArray[np.float64]:
        return self.rows[_TOOL + name].to_numpy(np.float64)


def run_audit(truth: Truth, readings: Readings, origin: Origin) -> Audit:
    """Score a tool.

    Args:
        truth: The set.
        readings: What the tool measured on it.
        origin: Where both come from; passed through.

    Raises:
        DataError: if the readings do not fit the set.
    """
    check_fit(readings, dict(zip(truth.clips["clip"].astype(str), truth.clips["frames"], strict=True)))
    joined, subjects = _join(truth, readings)
    conditions = list(_conditions(joined))
    baseline = next(condition for condition in conditions if condition.factor == BASELINE)
    counts = _counts(len(subjects))
    measured = [unit for unit in readings.units if unit in truth.renderable]
    return Audit(
        origin=origin,
        n_subjects=len(subjects),
        n_clips=len(truth.clips),
        n_frames=len(truth.frames),
        positive=agreement.POSITIVE,
        not_measured=tuple(unit for unit in truth.renderable if unit not in measured),
        not_renderable=truth.not_renderable,
        notes=(*readings.notes, *_gaps(joined)),
        units=tuple(
            _unit(unit, condition, baseline, counts) for unit in measured for condition in conditions
        ),
        detection=tuple(_detection(condition, baseline, counts) for condition in conditions),
        pose=tuple(_pose(axis, condition, counts) for axis in POSE for condition in conditions)
        if readings.has_pose
        else (),
    )


def _join(truth: Truth, readings: Readings) -> tuple[pd.DataFrame, list[str]]:
    """Every frame of the set with what the tool said about it, and the subjects by number."""
    names = {
        name: _TOOL + name for name in readings.frames.columns if name not in ("clip", "frame", "outcome")
    }
    joined = truth.frames.merge(readings.frames.rename(columns=names), on=["clip", "frame"], how="left")
    # A tool that writes rows for faces alone leaves out frames; one that never saw the clip leaves out all.
    silent = np.where(joined["clip"].isin(set(readings.frames["clip"])), Outcome.NOT_DETECTED, Outcome.FAILED)
    joined["outcome"] = joined["outcome"].where(joined["outcome"].notna(), pd.Series(silent, joined.index))
    subjects = sorted(set(joined["subject"]))
    joined["subject"] = joined["subject"].map({name: number for number, name in enumerate(subjects)})
    return joined.sort_values(["subject", "frame"], kind="stable"), subjects


def _counts(n_subjects: int) -> NDArray[np.int64]:
    """(1 + B, S) how often each subject is drawn; row 0 is the sample itself. B is 0 for a single subject."""
    sample = np.ones((1, n_subjects), dtype=np.int64)
    if n_subjects < 2:
        return sample  # every resample would be the sample again, which says nothing about other people
    # The same data give the same interval, run after run.
    chances = np.full(n_subjects, 1 / n_subjects)
    drawn = np.random.default_rng(0).multinomial(n_subjects, chances, size=N_RESAMPLES)
    return np.concatenate([sample, drawn])


def _gaps(joined: pd.DataFrame) -> Iterator[str]:
    failed = joined.loc[joined["outcome"] == Outcome.FAILED, "clip"]
    if len(failed):
        yield f"no answer from the tool on {len(failed)} frames of {failed.nunique()} clips: they count neither way"


def _conditions(joined: pd.DataFrame) -> Iterator[_Condition]:
    step = int(joined["frame"].max()) + 1
    for factor, level in ((ALL, ""), (BASELINE, ""), *changes()):
        mine = (joined["factor"] == factor) & (joined["level"] == level)
        rows = joined if factor == ALL else joined[mine]
        if len(rows):
            subject = rows["subject"].to_numpy(np.int64)
            yield _Condition(factor, level, rows, subject, subject * step + rows["frame"].to_numpy(np.int64))


def _unit(unit: int, here: _Condition, baseline: _Condition, counts: NDArray[np.int64]) -> UnitScore:
    name = column(unit)
    estimated = here.estimated(name)
    seen = ~np.isnan(estimated)
    drawn = _draw(here, name, seen, counts)
    differences: dict[str, Estimate] = {}
    if here.factor not in (ALL, BASELINE):
        _, ours, theirs = np.intersect1d(here.key, baseline.key, assume_unique=True, return_indices=True)
        both = seen[ours] & ~np.isnan(baseline.estimated(name)[theirs])
        mine, base = _mask(len(seen), ours[both]), _mask(len(baseline.key), theirs[both])
        change = (drawn if (mine == seen).all() else _draw(here, name, mine, counts)) - _draw(
            baseline, name, base, counts
        )
        differences = _estimates(change, counts.shape[1])
    return UnitScore(
        unit=unit,
        factor=here.factor,
        level=here.level,
        n_frames=len(seen),
        n_seen=int(seen.sum()),
        prevalence=float((here.known(name)[seen] >= agreement.POSITIVE).mean())
        if seen.any()
        else float("nan"),
        measures=_estimates(drawn, counts.shape[1]),
        differences=differences,
    )


def _draw(
    here: _Condition, name: str, rows: NDArray[np.bool_], counts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(1 + B, 5) measures on some rows: the sample's, then those of the resamples."""
    subject = here.subject[rows]
    sums = agreement.sums(here.known(name)[rows], here.estimated(name)[rows], subject, counts.shape[1])
    return _for_several(agreement.measures(sums, counts), subject)


def _for_several(drawn: NDArray[np.float64], subject: NDArray[np.int64]) -> NDArray[np.float64]:
    """No resamples where all rows are of one subject: their spread would be 0 and would look like certainty."""
    if len(np.unique(subject)) < 2:
        drawn[1:] = np.nan
    return drawn


def _mask(length: int, places: NDArray[np.intp]) -> NDArray[np.bool_]:
    mask = np.zeros(length, dtype=np.bool_)
    mask[places] = True
    return mask


def _estimates(drawn: NDArray[np.float64], n_subjects: int) -> dict[str, Estimate]:
    return {name: _estimate(drawn[:, number], n_subjects) for number, name in enumerate(agreement.MEASURES)}


def _estimate(drawn: NDArray[np.float64], n_subjects: int) -> Estimate:
    """The first value, and the interval of the others; a resample in which it is not defined counts for nothing."""
    value, resampled = float(drawn[0]), drawn[1:][~np.isnan(drawn[1:])]
    if np.isnan(value) or resampled.size < 2:
        return Estimate(value, float("nan"), float("nan"))
    low, high = np.percentile(resampled, ends(n_subjects))
    return Estimate(value, float(low), float(high))


def _ratio(
    values: NDArray[np.floating | np.bool_], subject: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(1 + B,) means over the drawn subjects' rows; NaN where they have none."""
    total = counts @ np.bincount(subject, weights=values, minlength=counts.shape[1])
    n = counts @ np.bincount(subject, minlength=counts.shape[1])
    means = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    return _for_several(np.asarray(means), subject)


def _detection(here: _Condition, baseline: _Condition, counts: NDArray[np.int64]) -> DetectionScore:
    rate, n_subjects = _seen_rate(here, counts), counts.shape[1]
    difference = (
        _NOTHING
        if here.factor in (ALL, BASELINE)
        else _estimate(rate - _seen_rate(baseline, counts), n_subjects)
    )
    n_failed = int((here.rows["outcome"] == Outcome.FAILED).sum())
    return DetectionScore(
        here.factor, here.level, len(here.rows) - n_failed, n_failed, _estimate(rate, n_subjects), difference
    )


def _seen_rate(here: _Condition, counts: NDArray[np.int64]) -> NDArray[np.float64]:
    answered = (here.rows["outcome"] != Outcome.FAILED).to_numpy()
    seen = (here.rows["outcome"] == Outcome.SEEN).to_numpy()
    return _ratio(seen[answered], here.subject[answered], counts)


def _pose(axis: str, here: _Condition, counts: NDArray[np.int64]) -> PoseScore:
    known, estimated = here.known(axis), here.estimated(axis)
    seen = ~np.isnan(estimated)
    error = estimated[seen] - known[seen]
    subject = here.subject[seen]
    return PoseScore(
        axis=axis,
        factor=here.factor,
        level=here.level,
        n_seen=int(seen.sum()),
        error=_estimate(_ratio(np.abs(error), subject, counts), counts.shape[1]),
        bias=_estimate(_ratio(error, subject, counts), counts.shape[1]),
        correlation=agreement.agreement(known[seen], estimated[seen])["pcc"],
    )


def table(audit: Audit) -> list[Mapping[str, object]]:
    """The audit's unit scores as flat rows, one a unit and condition: what ``audit.csv`` holds."""
    rows: list[Mapping[str, object]] = []
    for score in audit.units:
        row: dict[str, object] = {
            "unit": column(score.unit),
            "factor": score.factor,
            "level": score.level,
            "n_frames": score.n_frames,
            "n_seen": score.n_seen,
            "coverage": score.coverage,
            "prevalence": score.prevalence,
        }
        for prefix, estimates in (("", score.measures), ("change_", score.differences)):
            for name in agreement.MEASURES:
                estimate = estimates.get(name, _NOTHING)
                row[f"{prefix}{name}"] = estimate.value
                row[f"{prefix}{name}_low"], row[f"{prefix}{name}_high"] = estimate.low, estimate.high
        rows.append(row)
    return rows
