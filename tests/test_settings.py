from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import pytest

from duchenne.errors import SettingsError
from duchenne.settings import (
    BaselineOptions,
    CalibrationOptions,
    NeutralFace,
    QualityOptions,
    RepresentativeOptions,
    Settings,
    TrackOptions,
)


def test_every_setting_is_in_the_run_record() -> None:
    settings = Settings(
        track=TrackOptions(patience_s=2.0), quality=QualityOptions(min_face_px=40.0), still_tiles_per_side=2
    )
    plain = json.loads(json.dumps(settings.as_dict()))
    assert plain == {
        "track": {**dataclasses.asdict(TrackOptions()), "patience_s": 2.0},
        "quality": {"min_face_px": 40.0, "max_yaw_deg": 60.0, "max_pitch_deg": 45.0, "min_inside": 0.7},
        "still_tiles_per_side": 2,
        "representative": {"threshold": 0.1, "fallback": "most_frequent"},
        "calibration": {
            "neutral_face": "auto",
            "begin_s": None,
            "end_s": None,
            "recording": "",
            "stretch": dataclasses.asdict(BaselineOptions()),
        },
        "smoothing": None,
    }


def test_equal_settings_are_equal() -> None:
    assert Settings() == Settings(track=TrackOptions(), quality=QualityOptions(), still_tiles_per_side=3)
    assert Settings() != Settings(quality=QualityOptions(min_face_px=33.0))


@pytest.mark.parametrize("record", [Settings(), QualityOptions(), TrackOptions(), RepresentativeOptions()])
def test_settings_cannot_be_changed(record: Any) -> None:
    name = dataclasses.fields(record)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, name, None)


@pytest.mark.parametrize("name", ["min_face_px", "max_yaw_deg", "max_pitch_deg"])
@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf])
def test_a_limit_that_is_no_length_or_angle_is_refused(name: str, value: float) -> None:
    with pytest.raises(SettingsError, match=rf"{name} must be a number of at least 0\. Got: {value}\."):
        QualityOptions(**{name: value})


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan])
def test_a_share_outside_0_and_1_is_refused(value: float) -> None:
    with pytest.raises(SettingsError, match=rf"min_inside must lie between 0 and 1\. Got: {value}\."):
        QualityOptions(min_inside=value)


def test_limits_may_be_switched_off() -> None:
    assert (
        QualityOptions(min_face_px=0.0, max_yaw_deg=180.0, max_pitch_deg=180.0, min_inside=0.0).min_inside
        == 0.0
    )


@pytest.mark.parametrize("value", [0, -1])
def test_a_still_is_searched_in_at_least_one_tile(value: int) -> None:
    with pytest.raises(SettingsError, match=rf"still_tiles_per_side must be at least 1\. Got: {value}\."):
        Settings(still_tiles_per_side=value)


def test_the_folder_of_a_neutral_recording_is_not_told(tmp_path: Path) -> None:
    options = CalibrationOptions(neutral_face=NeutralFace.RECORDING, recording=str(tmp_path / "neutral"))
    told = Settings(calibration=options).as_dict()["calibration"]
    assert isinstance(told, dict)
    assert told["recording"] == "neutral"
