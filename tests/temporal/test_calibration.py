from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from duchenne.errors import SettingsError
from duchenne.temporal.calibration import CalibrationOptions, NeutralFace


@pytest.mark.parametrize("word", ["auto", "none"])
def test_words_are_understood(word: str) -> None:
    assert CalibrationOptions.parse(word) == CalibrationOptions(neutral_face=NeutralFace(word))


@pytest.mark.parametrize(
    ("text", "begin_s", "end_s"), [("2-4", 2.0, 4.0), ("0.5-.75", 0.5, 0.75), ("3.-3", 3.0, 3.0)]
)
def test_two_times_are_a_stretch(text: str, begin_s: float, end_s: float) -> None:
    found = CalibrationOptions.parse(text)
    assert (found.neutral_face, found.begin_s, found.end_s) == (NeutralFace.STRETCH, begin_s, end_s)


@pytest.mark.parametrize("name", ["frames.csv", "2-4"])
def test_file_that_exists_is_a_recording_even_if_it_is_called_like_a_stretch(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).touch()
    found = CalibrationOptions.parse(name)
    assert (found.neutral_face, found.recording) == (NeutralFace.RECORDING, name)


@pytest.mark.parametrize("text", ["", "automatic", "2", "2-", "-2-4", "1e3-2e3", "no/such.csv"])
def test_other_words_are_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(
        SettingsError, match=r"cannot be understood\. Got: '.*'\. Expected: auto, none, two times"
    ):
        CalibrationOptions.parse(text)


def test_stretch_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"outside its range\. Got: from 4\.0 s to 2\.0 s"):
        CalibrationOptions.parse("4-2")


@pytest.mark.parametrize(
    "fields",
    [
        {"neutral_face": NeutralFace.STRETCH},
        {"neutral_face": NeutralFace.STRETCH, "begin_s": -1.0, "end_s": 1.0},
        {"neutral_face": NeutralFace.STRETCH, "begin_s": 0.0, "end_s": float("inf")},
        {"begin_s": 0.0, "end_s": 1.0},
        {"recording": "a.csv"},
        {"neutral_face": NeutralFace.RECORDING},
    ],
)
def test_fields_that_do_not_go_together_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        dataclasses.replace(CalibrationOptions(), **fields)  # type: ignore[arg-type]  # known by the parameters
