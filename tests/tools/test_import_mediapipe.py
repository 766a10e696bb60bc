from __future__ import annotations

import hashlib
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import import_mediapipe
from duchenne.errors import InputError
from duchenne.models import store
from import_mediapipe import (
    SOURCES,
    WHEEL,
    WHEEL_SHA256,
    Source,
    fetch_wheel,
    main,
    read_models,
    read_picture,
)
from tiny_graphs import one_operator, to_flatbuffer
from tiny_networks import Output, build, install

FILE = to_flatbuffer(one_operator("RELU", (1, 8, 8, 3), (1, 8, 8, 3)))


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel with one network in it, known by its hashes as the real one is."""
    path = tmp_path / "tiny.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("modules/tiny.tflite", FILE)
    source = Source("modules/tiny.tflite", hashlib.sha256(FILE).hexdigest())
    monkeypatch.setattr(import_mediapipe, "SOURCES", {"tiny": source})
    monkeypatch.setattr(import_mediapipe, "WHEEL_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder with the card of that network and weights of an older one."""
    install(tmp_path / "models", build([Output("value", np.zeros((64, 3)))])[0], b"old")
    monkeypatch.setattr(import_mediapipe, "MODELS_FOLDER", tmp_path / "models")
    return tmp_path / "models"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}


def test_run_writes_weights_that_their_card_describes(
    wheel: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--wheel", str(wheel)]) == 0

    out = capsys.readouterr().out
    assert out.startswith("tiny: 0 parameters, ")
    assert "differs from the installed file" in out
    assert "value off numpy by 0.0e+00 on noise" in out
    monkeypatch.setattr(store, "_root", lambda: folder)
    assert len(store.load_weights(store.load_card("tiny"))) > 100


def test_second_run_writes_the_same_bytes(
    wheel: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--wheel", str(wheel)])
    first = contents(folder)

    assert main(["--wheel", str(wheel)]) == 0

    assert contents(folder) == first
    assert "same as the installed file" in capsys.readouterr().out


def test_dry_run_writes_nothing(wheel: Path, folder: Path) -> None:
    before = contents(folder)

    assert main(["--wheel", str(wheel), "--dry-run"]) == 0

    assert contents(folder) == before


def test_failed_comparison_writes_nothing(
    wheel: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(folder)
    monkeypatch.setattr("tflite_import.run_graph", lambda _, batch: [batch.reshape(len(batch), -1) + 1])

    assert main(["--wheel", str(wheel)]) == 1

    assert contents(folder) == before
    assert "the converted 'tiny' does not give what the original gives" in capsys.readouterr().err


def test_picture_is_compared_too(
    wheel: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "face.png"
    cv2.imwrite(str(path), np.full((4, 6, 3), 90, np.uint8))

    assert main(["--wheel", str(wheel), "--picture", str(path)]) == 0

    assert "value off numpy by 0.0e+00 on pictures" in capsys.readouterr().out


def test_wheel_is_fetched_when_none_is_given(
    wheel: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_mediapipe, "fetch_wheel", lambda _: wheel)

    assert main(["--dry-run"]) == 0


def test_pip_is_asked_for_the_one_known_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: asked.append(command))

    assert fetch_wheel(tmp_path) == tmp_path / WHEEL
    assert asked[0][1:5] == ["-m", "pip", "download", "mediapipe==0.10.21"]
    assert {"--no-deps", str(tmp_path), "manylinux_2_28_x86_64", "3.11"} <= set(asked[0])


def test_failing_pip_is_named_with_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str], **_: Any) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", fail)

    with pytest.raises(InputError, match=rf"pip could not fetch mediapipe==0\.10\.21.* {WHEEL} .* --wheel"):
        fetch_wheel(tmp_path)


def test_missing_wheel_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"there is no wheel at .*absent\.whl\. Expected: mediapipe-0\.10\.21"
    ):
        read_models(tmp_path / "absent.whl")


def test_another_wheel_is_refused(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_mediapipe, "WHEEL_SHA256", WHEEL_SHA256)

    with pytest.raises(
        InputError, match=rf"tiny\.whl is not the known file.* Expected: sha256 {WHEEL_SHA256}"
    ):
        read_models(wheel)


def test_another_network_in_the_wheel_is_refused(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_mediapipe, "SOURCES", {"tiny": Source("modules/tiny.tflite", "0" * 64)})

    with pytest.raises(InputError, match=r"modules/tiny\.tflite is not the known file"):
        read_models(wheel)


def test_picture_is_read_as_rgb(tmp_path: Path) -> None:
    path = tmp_path / "red.png"
    cv2.imwrite(str(path), np.full((4, 6, 3), (0, 0, 255), np.uint8))

    assert read_picture(path).planes[0][0, 0].tolist() == [255, 0, 0]


def test_file_that_is_no_picture_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    path.write_text("not a picture")

    with pytest.raises(InputError, match=r"notes\.png cannot be read as a picture"):
        read_picture(path)


@pytest.mark.parametrize("name", SOURCES)
def test_card_names_the_file_that_it_was_made_from(name: str) -> None:
    card, source = store.load_card(name), SOURCES[name]

    assert source.path in card.source
    assert source.sha256 in card.source


@pytest.mark.parametrize("name", SOURCES)
def test_notice_and_documentation_name_the_same_file_and_size(name: str) -> None:
    card, source = store.load_card(name), SOURCES[name]
    repository = Path(__file__).parents[2]
    notice = (repository / "NOTICE").read_text(encoding="utf-8")
    documentation = (repository / "docs" / "models.md").read_text(encoding="utf-8")

    assert f"{card.weights}\n      from {source.path}\n      sha256 {source.sha256}\n" in notice
    row = next(line for line in documentation.splitlines() if line.startswith(f"| `{name}` |"))
    numbers = [str(card.parameters), str(len(store.load_weights(card))), card.licence]
    assert [cell.strip() for cell in row.strip("|").split("|")][3:] == numbers
