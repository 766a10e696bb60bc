"""Score the action units of a network that was just exported, and turn the scores into lines of its card.

Takes an open `Session` and the folder of data files, gives `Result`s: how the units follow known ones of synthetic
people, what they say of real faces of a labelled expression, and what throws them off, skin tone included. The
evaluations are those of `duchenne.evaluation`, so the card's numbers are the ones the command line prints. A number
that is not defined has no line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from duchenne.datasets.fer2013 import read_fer2013
from duchenne.datasets.made_clips import MADE
from duchenne.evaluation.audit import run_audit
from duchenne.evaluation.audit_files import origin_of
from duchenne.evaluation.audit_record import Audit, Estimate
from duchenne.evaluation.conditions import BASELINE, changes
from duchenne.evaluation.expressions import predict
from duchenne.evaluation.own_readings import read_with_duchenne
from duchenne.evaluation.protocols.frame_model import DRILL, FACES, SYNTHETIC
from duchenne.evaluation.protocols.unit_faces import followings, separations, units_of_cut_faces
from duchenne.evaluation.protocols.unit_truth import mean_scores, read_units, score_units, units_of
from duchenne.evaluation.register import check_split
from duchenne.evaluation.tool_tables import Layout
from duchenne.evaluation.truth_tables import read_set
from duchenne.facs import column
from duchenne.models.card import Result
from duchenne.models.session import Session
from duchenne.pipeline import Networks

AUDIT: Final = "audit"
"""Below the folder of data files: the ``set`` that ``duchenne audit`` made."""

_SPLIT: Final = "PublicTest"
_STEP_S: Final = 0.4
_DIGITS: Final = 4


def score_known_units(session: Session, data: Path, part: str = SYNTHETIC) -> Iterator[Result]:
    """Each unit's r on synthetic people without drawn lines, and the means of r and of average precision.

    Args:
        session: The network.
        data: The folder of data files.
        part: Below it, a set of ``duchenne synth make``.

    Raises:
        ModelError: if the network gives no units.
        DataError: if the set does not fit.
    """
    split = Path(part).name
    check_split(session.card, MADE, split)
    readings = read_units(session, data / part, Networks.around(session), step_s=_STEP_S)
    plain = readings.where(readings.wrinkles == 0)
    scores = score_units(plain)
    mean_pcc, mean_ap = mean_scores(scores)
    n_pcc, n_ap = (int(np.isfinite(v).sum()) for v in ([s.pcc for s in scores], [s.ap for s in scores]))
    numbers = {
        f"mean r of {n_pcc} units (N = {len(plain.subjects)})": mean_pcc,
        f"mean average precision at 0.2 of {n_ap} units (N = {len(plain.subjects)})": mean_ap,
    }
    numbers |= {f"r of {score.unit}": score.pcc for score in scores}
    yield from _lines(
        numbers, f"{MADE} {split}, no drawn lines, {len(set(plain.subjects))} people", _command(session)
    )


def score_units_of_faces(session: Session, data: Path) -> Iterator[Result]:
    """Units of FER2013's faces by their expression, and within one expression against a peer.

    Raises:
        ModelError: if the network gives no units.
        DataError: if the table does not fit or the network learned from it.
    """
    check_split(session.card, "fer2013", _SPLIT)
    samples = read_fer2013(data / FACES, _SPLIT)
    faces = units_of_cut_faces(samples, predict(session, samples), units_of(session), data / FACES)
    numbers: dict[str, float] = {}
    for row in separations(faces)[1]:
        found = row["auc"]
        what = f"AUC of {row['unit']}, {row['expression']} against neutral (N = {found['n_faces']})"
        numbers[what] = found["value"]
    for row in followings(faces)[1]:
        found, peer = row["r"], " and ".join(row["peer"])
        what = (
            f"r of {row['unit']} with MediaPipe's {peer} among {row['expression']} (N = {found['n_faces']})"
        )
        numbers[what] = found["value"]
    yield from _lines(numbers, f"fer2013 {_SPLIT}", _command(session))


def score_audit(session: Session, data: Path) -> Iterator[Result]:
    """Each unit's r at the baseline of an audit, and how their mean moves with every change.

    Raises:
        DataError: if the set does not fit.
        InputError: if none of its videos can be read.
    """
    command = f"duchenne audit --network {session.card.name}"
    truth = read_set(data / AUDIT)
    networks = Networks.around(session)
    readings = read_with_duchenne(truth, networks)
    if readings is None:
        raise KeyboardInterrupt
    weights = {card.name: card.sha256 for card in networks.cards}
    audit = run_audit(truth, readings, origin_of(truth, Layout.DUCHENNE, None, weights, command=command))
    yield from audit_lines(audit, command)


def audit_lines(audit: Audit, command: str) -> Iterator[Result]:
    """The card's lines for an audit.

    Args:
        audit: What was found.
        command: What repeats it.
    """
    baseline = {
        unit: score.measures["pcc"] for unit in audit.measured if (score := audit.unit(unit, BASELINE))
    }
    numbers = {f"mean r at the baseline, {_finite(baseline)} units": _mean(baseline)}
    numbers |= {f"r of {column(unit)} at the baseline": found.value for unit, found in baseline.items()}
    for factor, level in changes():
        moved = {
            unit: score.differences["pcc"]
            for unit in audit.measured
            if (score := audit.unit(unit, factor, level)) and "pcc" in score.differences
        }
        numbers[f"change of the mean r, {factor} {level}, {_finite(moved)} units"] = _mean(moved)
    yield from _lines(numbers, f"audit set, {audit.n_subjects} synthetic people", command)


UNIT_EVALUATIONS: Mapping[str, Callable[[Session, Path], Iterator[Result]]] = {
    "known_units": score_known_units,
    "drilled_units": partial(score_known_units, part=DRILL),
    "unit_faces": score_units_of_faces,
    "audit": score_audit,
}
"""What a recipe for a network with units can name under ``evaluate``, beside `duchenne.training.scoring`."""

NEEDED_FOR_UNITS: Final[Mapping[str, str]] = {
    "known_units": SYNTHETIC,
    "drilled_units": DRILL,
    "unit_faces": FACES,
    "audit": AUDIT,
}
"""What each of them reads below the folder of data files."""


def _finite(found: Mapping[int, Estimate]) -> int:
    return sum(bool(np.isfinite(one.value)) for one in found.values())


def _mean(found: Mapping[int, Estimate]) -> float:
    values = [one.value for one in found.values() if np.isfinite(one.value)]
    return float(np.mean(values)) if values else float("nan")


def _command(session: Session) -> str:
    return f"duchenne evaluate frame-model --data DATA --model {session.card.name}"


def _lines(numbers: Mapping[str, float], data: str, command: str) -> Iterator[Result]:
    for measure, value in numbers.items():
        if np.isfinite(value):
            yield Result(measure, round(value, _DIGITS), data, command)
