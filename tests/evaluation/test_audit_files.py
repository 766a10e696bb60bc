from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from audit_tables import audited, perfect, write_set
from duchenne.errors import OutputError
from duchenne.evaluation.audit_files import FILES, check_place, origin_of, write_audit
from duchenne.evaluation.tool_tables import Layout
from duchenne.evaluation.truth_tables import read_set


def test_the_three_files_hold_the_same_audit(tmp_path: Path) -> None:
    audit = audited(perfect)
    write_audit(audit, tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FILES)
    content = json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8"))
    table = pd.read_csv(tmp_path / "out" / "audit.csv", dtype={"level": str})
    assert len(table) == len(content["units"])
    assert table["pcc"].tolist() == [score["measures"]["pcc"]["value"] for score in content["units"]]
    assert "<!DOCTYPE html>" in (tmp_path / "out" / "audit.html").read_text(encoding="utf-8")


def test_the_same_audit_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_audit(audited(perfect), tmp_path / name)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_results_that_are_there_are_kept_unless_told_otherwise(tmp_path: Path) -> None:
    check_place(tmp_path, overwrite=False)
    (tmp_path / "audit.json").write_text("{}")
    with pytest.raises(OutputError, match=r"audit.json exists already.*--overwrite"):
        check_place(tmp_path, overwrite=False)
    check_place(tmp_path, overwrite=True)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match=r"the audit .*audit.json cannot be written"):
        write_audit(audited(perfect), tmp_path / "out")


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            '{"generator": "duchenne 1", "settings": {"seed": 3, "a": 1}}',
            {"generator": "duchenne 1", "settings": "a 1, seed 3"},
        ),
        ("no JSON", {}),
        ("[1]", {}),
        (None, {}),
    ],
    ids=["a record", "no JSON", "no record", "nothing"],
)
def test_the_set_says_about_itself_what_it_can(
    tmp_path: Path, record: str | None, expected: dict[str, str]
) -> None:
    truth = read_set(write_set(tmp_path))
    if record is not None:
        (tmp_path / "study.json").write_text(record)
    origin = origin_of(truth, Layout.OPENFACE, tmp_path / "t.csv", {"t.csv": "ff"}, command="duchenne audit")
    assert origin.set_facts == expected
    assert origin.source == "t.csv"
    assert origin.set_sha256 == truth.sha256
    assert origin_of(truth, Layout.DUCHENNE, None, {}, command="").source == ""
