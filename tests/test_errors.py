from __future__ import annotations

import pickle

import pytest

from duchenne.errors import (
    DataError,
    DeviceError,
    DuchenneError,
    InputError,
    MissingExtraError,
    ModelError,
    OutputError,
    SettingsError,
)


def test_message_has_four_parts_in_order() -> None:
    error = InputError("clip.mp4 is empty", got="0 bytes", expected="a video", remedy="Copy it again")

    assert str(error) == "clip.mp4 is empty. Got: 0 bytes. Expected: a video. Copy it again."


def test_message_leaves_out_what_is_not_known() -> None:
    assert str(InputError("clip.mp4 is missing")) == "clip.mp4 is missing."
    assert str(InputError("a", remedy="b")) == "a. b."


def test_message_ends_each_part_with_one_full_stop() -> None:
    error = DataError("a column is missing.", got="x.", expected="y.", remedy="Add y.")

    assert str(error) == "a column is missing. Got: x. Expected: y. Add y."


@pytest.mark.parametrize(
    "kind", [InputError, OutputError, SettingsError, DeviceError, ModelError, DataError, MissingExtraError]
)
def test_error_crosses_a_process_border_whole(kind: type[DuchenneError]) -> None:
    error = kind("what", got="got", expected="expected", remedy="remedy")

    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is kind
    assert (copy.what, copy.got, copy.expected, copy.remedy) == ("what", "got", "expected", "remedy")
    assert str(copy) == str(error)


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (InputError, DuchenneError),
        (OutputError, DuchenneError),
        (SettingsError, DuchenneError),
        (DeviceError, SettingsError),
        (ModelError, DuchenneError),
        (DataError, DuchenneError),
        (MissingExtraError, DuchenneError),
    ],
)
def test_tree_is_the_one_drawn(kind: type[DuchenneError], parent: type[DuchenneError]) -> None:
    assert kind.__bases__ == (parent,)


def test_missing_extra_gives_the_command_to_type() -> None:
    error = MissingExtraError.of("torch", "train")

    assert (
        str(error) == "the package 'torch' is not installed. Install it with: pip install 'duchenne[train]'."
    )
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
