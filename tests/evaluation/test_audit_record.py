from __future__ import annotations

import json
import math
from pathlib import Path

from audit_tables import audited, blind_when_turned
from duchenne.evaluation.audit_record import NOTE, Audit, Estimate, Origin, UnitScore

NAN = float("nan")


def test_a_difference_is_clear_when_its_interval_leaves_out_nothing() -> None:
    assert Estimate(-0.2, -0.3, -0.1).is_clear
    assert Estimate(0.2, 0.1, 0.3).is_clear
    assert not Estimate(0.2, -0.1, 0.3).is_clear
    assert not Estimate(0.2, NAN, NAN).is_clear


def test_coverage_of_no_frames_is_unknown() -> None:
    assert math.isnan(UnitScore(1, "yaw", "40", 0, 0, NAN, {}, {}).coverage)
    assert UnitScore(1, "yaw", "40", 4, 1, NAN, {}, {}).coverage == 0.25


def test_json_has_null_for_what_is_not_known_and_says_what_labels_are(tmp_path: Path) -> None:
    audit = audited(blind_when_turned)
    content = json.loads(audit.to_json())
    assert content["note"] == NOTE
    assert "not coder scores" in NOTE
    turned = [s for s in content["units"] if (s["unit"], s["factor"], s["level"]) == (1, "yaw", "40")]
    assert turned[0]["measures"]["pcc"] == {"high": None, "low": None, "value": None}
    assert turned[0]["n_seen"] == 0
    assert content["origin"]["source"] == "openface.csv"


def test_a_score_that_is_not_there_is_none() -> None:
    empty = Audit(Origin("x", "", {}, {}, {}, "", {}), 0, 0, 0, 0.2, (), (), (), (), (), ())
    assert empty.unit(1, "yaw", "40") is None
    assert empty.measured == ()
