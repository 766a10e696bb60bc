"""An audit in sentences: what stands at the top of the page, on the terminal, and what the numbers do not mean.

Takes an `Audit`, gives short English text. Says how many units a sentence rests on, and says so where there is
nothing to say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import Final

from duchenne.evaluation.audit_charts import number
from duchenne.evaluation.audit_record import ALL, Audit, DetectionScore, UnitScore
from duchenne.evaluation.conditions import BASELINE, FACTORS
from duchenne.facs import ACTION_UNITS, column
from duchenne.outputs.wording import count, listing, percent


@dataclass(frozen=True, slots=True)
class Change:
    """The median fall or rise of r over the units under one condition."""

    factor: str
    level: str
    median: float
    n_units: int


def title(audit: Audit) -> str:
    """The tool, whose tables were read, and what it was audited on."""
    if not audit.origin.source:
        return f"{_tool(audit)} on synthetic faces"
    # Other programs write these columns too: only the file's name says whose numbers they are.
    return f"{audit.origin.source} (columns of {_tool(audit)}) on synthetic faces"


def _tool(audit: Audit) -> str:
    return TOOLS.get(audit.origin.tool, audit.origin.tool)


TOOLS: Final = {"openface": "OpenFace 2", "pyfeat": "Py-Feat", "duchenne": "Duchenne"}
"""What people call a tool whose columns were read."""


def condition(name: str, level: str) -> str:
    """A condition in words: ``yaw 40``, ``cover mask``."""
    if name == BASELINE:
        return "baseline"
    if name == ALL:
        return "all conditions"
    return f"{name} {level.replace('-', chr(0x2212))}"


def lede(audit: Audit) -> str:
    """What a reader in a hurry should take away."""
    said = [_units_sentence(audit)] if audit.measured else [_nothing_measured(audit)]
    worst = worst_change(audit)
    if worst is not None and worst.median < 0:
        said.append(
            f"Of all changes, {condition(worst.factor, worst.level)} costs most: r falls by "
            f"{number(-worst.median)} (median of {count(worst.n_units, 'unit')})."
        )
    said.append(_detection_sentence(audit))
    return " ".join([*said, *_pose_sentence(audit), *_failure_sentence(audit)])


def _units_sentence(audit: Audit) -> str:
    scored = [(s.unit, s.measures["pcc"].value) for s in baseline_scores(audit)]
    known = sorted((pair for pair in scored if not math.isnan(pair[1])), key=lambda pair: pair[1])
    if not known:
        return "No unit could be scored at the baseline."
    weakest = listing([f"AU{unit} ({number(value)})" for unit, value in known[:2]])
    return (
        f"At the baseline its values follow what was rendered with a median r of "
        f"{number(median(value for _, value in known))} over {count(len(known), 'action unit')}; "
        f"the weakest: {weakest}."
    )


def _nothing_measured(audit: Audit) -> str:
    return (
        f"{_tool(audit)} measured no action units here: what can be reported is whether it saw the face"
        + (" and how its head was turned." if audit.pose else ".")
    )


def _detection_sentence(audit: Audit) -> str:
    found = {(score.factor, score.level): score for score in audit.detection}
    base = found[BASELINE, ""]
    changed = [s for s in audit.detection if s.factor not in (ALL, BASELINE) and not math.isnan(s.rate.value)]
    text = f"It saw the face in {_rate(base)} of the baseline's frames"
    worst = min(changed, key=lambda score: score.rate.value, default=None)
    if worst is None:
        return text + "."
    if worst.rate.value >= base.rate.value:
        return text + ", and in no fewer under any change."
    return text + f", least often under {condition(worst.factor, worst.level)} ({_rate(worst)})."


def _pose_sentence(audit: Audit) -> list[str]:
    """How far the pose is off at the baseline; nothing where there is none."""
    errors = [
        f"{number(score.error.value, 1)}° in {score.axis.removesuffix('_deg')}"
        for score in audit.pose
        if score.factor == BASELINE and not math.isnan(score.error.value)
    ]
    return [f"At the baseline its head pose was off by {listing(errors)}."] if errors else []


def _failure_sentence(audit: Audit) -> list[str]:
    n_failed = next(score.n_failed for score in audit.detection if score.factor == ALL)
    if not n_failed:
        return []
    return [
        f"The tool gave no answer on {percent(n_failed / audit.n_frames)} of the set: they count neither way."
    ]


def _rate(score: DetectionScore) -> str:
    return percent(None if math.isnan(score.rate.value) else score.rate.value)


def baseline_scores(audit: Audit) -> list[UnitScore]:
    """The scores of the units at the baseline."""
    return [score for score in audit.units if score.factor == BASELINE]


def median_changes(audit: Audit) -> dict[tuple[str, str], Change]:
    """For each condition the median difference of r to the baseline over the units that have one."""
    found: dict[tuple[str, str], list[float]] = {}
    for score in audit.units:
        change = score.differences.get("pcc")
        if change is not None and not math.isnan(change.value):
            found.setdefault((score.factor, score.level), []).append(change.value)
    return {where: Change(*where, median(values), len(values)) for where, values in found.items()}


def worst_change(audit: Audit) -> Change | None:
    """The condition that costs most; None where nothing can be compared."""
    return min(median_changes(audit).values(), key=lambda change: change.median, default=None)


def suffers_most(audit: Audit, unit: int) -> UnitScore | None:
    """The condition under which a unit's r falls most beyond doubt; None if there is none."""
    falls = [
        score
        for score in audit.units
        if score.unit == unit and score.differences and score.differences["pcc"].high < 0
    ]
    return min(falls, key=lambda score: score.differences["pcc"].value, default=None)


def units(numbers: tuple[int, ...]) -> str:
    """Units by column and name: ``AU11 (nasolabial deepener)``."""
    return listing([f"{column(unit)} ({ACTION_UNITS[unit]})" for unit in numbers])


def level_title(name: str, level: str) -> str:
    """A level as the axis says it."""
    return level.replace("-", "\N{MINUS SIGN}") if name in ("yaw", "pitch") else level


def meanings() -> tuple[tuple[str, str], ...]:
    """What every factor's levels say."""
    levels = {known.name: [level_title(known.name, level) for level in known.levels] for known in FACTORS}
    return tuple((known.title, f"{', '.join(levels[known.name])}: {known.meaning}") for known in FACTORS)


def baseline_words() -> str:
    """What the baseline is."""
    return ", ".join(f"{known.name} {known.baseline}" for known in FACTORS)


MEASURE_TITLES: Final = {
    "pcc": "Pearson r",
    "icc": "ICC(3,1)",
    "mae": "Mean absolute error",
    "ap": "Average precision",
    "auc": "ROC AUC",
}

CAUTIONS: Final = (
    (
        "Labels are shares of displacement",
        "0.5 means that the skin of a parametric face moved half as far as at the unit's full movement. No "
        "certified coder has scored these faces, and no intensity from A to E is implied.",
    ),
    (
        "Faces are synthetic",
        "A tool can do worse here than on people because the faces are computer graphics, or better because a "
        "drawn line gives a unit away; 'wrinkles off' shows how much of the latter there is. Differences between "
        "conditions are worth more than heights.",
    ),
    (
        "Missing frames are not zeros",
        "Agreement is computed where the tool saw a face; the share of such frames stands beside it, and points "
        "resting on less than half of their frames are drawn hollow. A tool that gives up early looks better than "
        "one that tries: read both numbers.",
    ),
    (
        "Differences are paired",
        "The same subjects do the same things at the same frames under every condition, and only frames seen "
        "under both are compared. Intervals say how far a number would move with other people; they resample "
        "subjects and are widened where those are few, but six people remain six. Among hundreds of differences "
        "some look clear by chance.",
    ),
    (
        "What each measure punishes",
        "r ignores scale and offset. ICC(3,1) ignores offset, not scale. The absolute error ignores nothing: a "
        "tool with another scale than 0 to 1 pays for it. Average precision and AUC only ask for the order, with "
        "the unit counted as shown from 0.2 on; average precision depends on how rarely a unit is shown.",
    ),
    (
        "Sides and lids",
        "A tool gives one value a unit; it is compared with the larger of the two sides. AU43 and AU45 are both "
        "compared with the closure of the lids, because one picture cannot tell a blink from closed eyes.",
    ),
)
"""What a reader must know before believing the numbers."""
