from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from audit_tables import SUBJECTS, audited, perfect, weak_on_dark_skin
from duchenne.errors import DataError, ModelError
from duchenne.evaluation import bootstrap
from duchenne.evaluation.audit_record import Audit
from duchenne.evaluation.conditions import changes
from duchenne.evaluation.protocols.frame_model import FACES
from duchenne.evaluation.register import TRAINED
from duchenne.evaluation.tool_tables import Layout
from duchenne.labels import EXPRESSIONS
from duchenne.models.card import Result, TrainingSource
from duchenne.models.session import Session
from duchenne.training import unit_scoring
from duchenne.training.unit_scoring import (
    UNIT_EVALUATIONS,
    audit_lines,
    score_audit,
    score_known_units,
    score_units_of_faces,
)
from labelled_faces import ballot, fer2013_row, write_table
from rated_folders import FPS
from synthetic_sets import write_set
from tiny_networks import GREY_INPUT, Output, build


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "N_RESAMPLES", 50)


def session(*, units: tuple[str, ...] = ("AU12", "AU04")) -> Session:
    """Bright faces have AU12, dark ones AU04."""
    outputs = [Output("expression", [1.0, *[0.0] * 7], labels=EXPRESSIONS)]
    if units:
        outputs.append(Output("units", [0.0] * len(units), [1.0, -1.0][: len(units)], units))
    return Session(*build(outputs, name="frame", spec=GREY_INPUT))


def values(results: list[Result]) -> dict[str, float]:
    return {result.measure: result.value for result in results}


def test_units_of_real_faces_are_told_from_neutral_ones(tmp_path: Path) -> None:
    rows = [fer2013_row(n, "happiness", ballot(happiness=9)) for n in (190, 200)]
    rows += [fer2013_row(n, "neutral", ballot(neutral=9)) for n in (40, 195)]
    write_table(tmp_path / FACES, rows)
    results = list(score_units_of_faces(session(), tmp_path))
    # Of the four pairs of a happy and a neutral face one is the wrong way round. Nobody is angry: no line for AU04.
    assert values(results) == {"AUC of AU12, happiness against neutral (N = 4)": 0.75}
    assert results[0].data == "fer2013 PublicTest"
    assert results[0].command == "duchenne evaluate frame-model --data DATA --model frame"


def test_faces_that_the_network_learned_from_are_refused(tmp_path: Path) -> None:
    write_table(tmp_path / FACES, [fer2013_row(1, "neutral", ballot(neutral=9))])
    card, weights = build([Output("units", [0.0], [1.0], ("AU12",))], spec=GREY_INPUT)
    pupil = dataclasses.replace(card, training=(TrainingSource("fer2013", "PublicTest", TRAINED, "", 1),))
    with pytest.raises(DataError, match="PublicTest"):
        list(score_units_of_faces(Session(pupil, weights), tmp_path))


def test_known_units_are_followed_on_faces_without_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_scoring, "_STEP_S", 1 / FPS)
    write_set(tmp_path, "dev", wrinkles=(0.0, 0.7))
    results = list(score_known_units(session(), tmp_path))
    # The set knows AU12 alone, which grows with the light, and half of its people have no lines.
    assert len({result.data for result in results}) == 1
    assert results[0].data.endswith("dev, no drawn lines, 1 people")
    found = values(results)
    mean = next(value for name, value in found.items() if name.startswith("mean r of 1 units (N = "))
    assert found["r of AU12"] == mean > 0.8
    assert "r of AU04" not in found


def test_people_in_a_drill_have_lines_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_scoring, "_STEP_S", 1 / FPS)
    write_set(tmp_path, "drill_dev", wrinkles=(0.0, 0.7))
    results = list(UNIT_EVALUATIONS["drilled_units"](session(), tmp_path))
    assert results[0].data == "synthetic_faces drill_dev, no drawn lines, 1 people"
    assert values(results)["r of AU12"] > 0.8


def test_a_network_without_units_is_refused(tmp_path: Path) -> None:
    write_set(tmp_path, "dev")
    with pytest.raises(ModelError, match="gives no action units"):
        list(score_known_units(session(units=()), tmp_path))


def lines(audit: Audit) -> dict[str, float]:
    return values(list(audit_lines(audit, "again")))


def test_a_perfect_tool_has_an_r_of_one_which_nothing_moves() -> None:
    audit = audited(perfect, layout=Layout.PYFEAT)  # which has no unit that is only there or not
    found = lines(audit)
    n_units = sum(name.startswith("r of AU") for name in found)
    assert found[f"mean r at the baseline, {n_units} units"] == pytest.approx(1, abs=1e-4)
    moved = {name: value for name, value in found.items() if name.startswith("change of the mean r")}
    assert len(moved) == len(changes())
    assert np.abs(list(moved.values())).max() <= 1e-4
    (one, *_) = audit_lines(audit, "again")
    assert (one.data, one.command) == (f"audit set, {len(SUBJECTS)} synthetic people", "again")


def test_a_tool_that_reads_dark_skin_badly_has_it_on_its_card() -> None:
    found = lines(audited(weak_on_dark_skin))
    moved = {name.split(", ")[1]: value for name, value in found.items() if name.startswith("change")}
    assert moved["skin dark"] < -0.05
    assert moved["skin light"] == pytest.approx(0, abs=1e-4)


def test_an_audit_needs_its_set(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="audit"):
        list(score_audit(session(), tmp_path))


def test_recipes_name_these_evaluations() -> None:
    assert set(UNIT_EVALUATIONS) == {"known_units", "drilled_units", "unit_faces", "audit"}
