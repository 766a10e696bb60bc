from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from audit_tables import write_set
from contracts.source_tree import ROOT
from duchenne.evaluation.audit import run_audit
from duchenne.evaluation.audit_record import Origin
from duchenne.evaluation.conditions import BASELINE
from duchenne.evaluation.tool_files import read_tool
from duchenne.evaluation.tool_tables import Layout
from duchenne.evaluation.truth_tables import read_set


def test_the_audit_finds_what_was_put_into_the_made_up_tool(tmp_path: Path) -> None:
    folder, table = write_set(tmp_path / "set"), tmp_path / "simulated.csv"
    script = ROOT / "demo" / "simulate_tool.py"
    subprocess.run([sys.executable, str(script), str(folder), str(table)], check=True, timeout=120)
    readings = read_tool(Layout.OPENFACE, table)
    audit = run_audit(read_set(folder), readings, Origin("openface", "", {}, {}, {}, "", {}))

    rates = {(score.factor, score.level): score.rate.value for score in audit.detection}
    assert rates[BASELINE, ""] == rates["yaw", "20"] == 1.0
    # 0.9 * (40 - 28) / 18 of the frames are lost, give or take three standard errors of 72 frames.
    assert rates["yaw", "40"] == pytest.approx(0.4, abs=0.18)

    for unit, factor, level in ((1, "skin", "dark"), (1, "cover", "fringe"), (12, "cover", "mask")):
        score = audit.unit(unit, factor, level)
        assert score is not None
        assert score.differences["pcc"].value < 0
        assert score.differences["pcc"].is_clear
    yaw = next(score for score in audit.pose if (score.axis, score.level) == ("yaw_deg", "40"))
    assert yaw.bias.value == pytest.approx(
        -0.05 * 40, abs=0.8
    )  # it sees 95 % of a turn, with a degree of noise
