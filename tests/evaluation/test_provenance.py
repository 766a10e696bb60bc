from __future__ import annotations

import hashlib
from pathlib import Path

from duchenne.evaluation.provenance import hash_of, report_of
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


def test_a_folder_is_pinned_by_the_names_and_bytes_of_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.png").write_bytes(b"1")
    (tmp_path / "b.png").write_bytes(b"2")
    one, two = hashlib.sha256(b"1").hexdigest(), hashlib.sha256(b"2").hexdigest()
    assert hash_of(tmp_path) == hashlib.sha256(f"{two}  b.png\n{one}  sub/a.png\n".encode()).hexdigest()
    before = hash_of(tmp_path)
    (tmp_path / "b.png").rename(tmp_path / "c.png")
    assert hash_of(tmp_path) != before


def test_an_empty_folder_has_the_hash_of_nothing(tmp_path: Path) -> None:
    assert hash_of(tmp_path) == hashlib.sha256(b"").hexdigest()


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(b"abc")
    # FIPS 180-2, appendix B.1.
    assert hash_of(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
