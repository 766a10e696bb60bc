from __future__ import annotations

import hashlib
from pathlib import Path

from duchenne.evaluation.provenance import report_of
from tiny_networks import Output, build


def test_report_is_pinned_by_the_hashes_of_weights_and_data(tmp_path: Path) -> None:
    card, weights = build([Output("expression", bias=[0.0])])
    path = tmp_path / "data.csv"
    path.write_bytes(b"a,b\n")
    report = report_of(
        "photos", card, path, dataset="faces", split="all", command="again", notes=["one"], scores=[]
    )
    assert report.weights_sha256 == hashlib.sha256(weights).hexdigest()
    assert report.data_sha256 == hashlib.sha256(b"a,b\n").hexdigest()
    assert (report.model, report.data, report.notes, report.scores) == ("tiny 1", "data.csv", ("one",), ())
