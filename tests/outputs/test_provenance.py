from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from duchenne.errors import DataError
from duchenne.models.store import load_card, names
from duchenne.outputs import provenance
from duchenne.outputs.provenance import ModelRecord, Run, SourceRecord, collect_versions, hash_file
from duchenne.video.info import SourceInfo, SourceKind
from made_results import run_of


def info(path: Path | None) -> SourceInfo:
    kind = SourceKind.CAMERA if path is None else SourceKind.VIDEO
    return SourceInfo("clip.mp4", kind, path, 320, 180, 25.0, 100, 4.0, True, "h264", 90, "yuv420p")


def test_source_is_described_with_hash_and_size_but_without_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"moving pictures")
    record = SourceRecord.of(info(path))
    assert record.sha256 == hashlib.sha256(b"moving pictures").hexdigest()
    assert record.size_bytes == 15
    assert (record.name, record.kind, record.width, record.height) == ("clip.mp4", "video", 320, 180)
    assert str(tmp_path) not in replace(run_of(), source=record).to_json()


def test_a_camera_has_no_hash() -> None:
    record = SourceRecord.of(info(None))
    assert (record.kind, record.sha256, record.size_bytes) == ("camera", None, None)


def test_hash_of_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert hash_file(tmp_path / "empty") == hashlib.sha256(b"").hexdigest()


def test_models_keep_hash_and_licence() -> None:
    card = load_card(names()[0])
    record = ModelRecord.of(card)
    assert (record.name, record.sha256, record.licence) == (card.name, card.sha256, card.licence)


def test_versions_are_those_installed() -> None:
    found = collect_versions()
    assert found["numpy"] == version("numpy")
    assert found["duchenne"] == version("duchenne")
    assert "unknown" not in found.values()
    assert set(found) >= {"python", "platform", "onnxruntime", "opencv", "av", "pyarrow"}


def test_a_package_that_is_not_installed_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "_PACKAGES", {"opencv": ("no-such-build", "nor-this-one")})
    assert collect_versions()["opencv"] == "unknown"


def test_record_goes_to_json_and_back() -> None:
    run = run_of(complete=False, reason="stopped")
    text = run.to_json()
    assert Run.from_json(text, "run.json") == run
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"


def test_times_are_rounded_and_the_rate_is_that_of_the_rounded_time() -> None:
    content = json.loads(replace(run_of(), seconds=1.23456, first_row_s=0.98765).to_json())
    assert (content["seconds"], content["first_row_s"]) == (1.235, 0.988)
    assert content["fps"] == round(100 / 1.235, 3)


def test_a_run_that_took_no_time_has_no_rate_and_one_without_rows_no_first_row() -> None:
    run = replace(run_of(), seconds=0.0, first_row_s=None)
    assert run.fps is None
    content = json.loads(run.to_json())
    assert (content["fps"], content["first_row_s"]) == (None, None)
    assert Run.from_json(run.to_json(), "run.json") == run


def spoilt(**changes: object) -> str:
    return json.dumps({**json.loads(run_of().to_json()), **changes})


def without(name: str) -> str:
    content = json.loads(run_of().to_json())
    del content[name]
    return json.dumps(content)


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("{", "Expecting property name"),
        ("[]", "no schema number"),
        (spoilt(schema=2), "no schema number, or another one"),
        (without("settings"), "no settings"),
        (spoilt(source={"nam": "a"}), "unexpected keyword argument 'nam'"),
    ],
)
def test_what_is_not_a_record_is_refused(text: str, got: str) -> None:
    with pytest.raises(DataError, match=rf"out/run.json is not a record of a run. Got: .*{got}"):
        Run.from_json(text, "out/run.json")
