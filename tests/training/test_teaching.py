from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.errors import ModelError, SettingsError
from duchenne.models.card import InputSpec
from duchenne.models.session import Session
from duchenne.training import networks, teaching
from duchenne.training.networks import Head, Kind
from duchenne.training.patches import TrainingSet
from duchenne.training.recipe import Teacher
from duchenne.training.teaching import taught
from tiny_networks import GREY_INPUT, RGB_INPUT, Output, build

# float32 means and quotients of a few numbers below one.
TOLERANCE = 1e-6
TEACHER = Teacher("wise", "letters", "two", 0.25)
ANSWERS = (0.1, 0.5, 0.2, 0.2)


@dataclasses.dataclass(frozen=True)
class Pupil:
    """A definition as a file of `duchenne.training.networks` gives it, without a network."""

    INPUT: InputSpec = GREY_INPUT
    HEADS: tuple[Head, ...] = (Head("two", ("d", "b"), "two of four"), Head("else", ("x", "y"), "not taught"))


PUPIL: Any = Pupil()


@pytest.fixture(autouse=True)
def wise(monkeypatch: pytest.MonkeyPatch) -> None:
    """A teacher that answers every grey face with `ANSWERS` for the labels a, b, c, d."""
    session = Session(
        *build([Output("letters", ANSWERS, labels=tuple("abcd"))], name="wise", spec=GREY_INPUT)
    )
    open_models(monkeypatch, session)


def open_models(monkeypatch: pytest.MonkeyPatch, session: Any) -> None:
    monkeypatch.setattr(teaching.Session, "open", lambda _: session)


def faces(n: int = 3) -> TrainingSet:
    return TrainingSet(
        patches=np.random.default_rng(0).integers(0, 256, (n, 8, 8), np.uint8),
        targets={name: np.eye(2, dtype=np.float32)[np.arange(n) % 2] for name in ("two", "else")},
        weights={name: np.full(n, 0.5, np.float32) for name in ("two", "else")},
        shares=np.ones(n, np.float32),
    )


def test_answers_of_the_head_s_labels_are_scaled_to_one_and_mixed_in() -> None:
    data = faces()
    got = taught(data, TEACHER, PUPIL)
    answer = np.array([0.2, 0.5]) / 0.7  # the labels d and b, in the head's order
    expected = 0.75 * data.targets["two"] + 0.25 * answer
    np.testing.assert_allclose(got.targets["two"], expected, atol=TOLERANCE)
    np.testing.assert_allclose(got.targets["two"].sum(axis=1), 1, atol=TOLERANCE)
    assert got.targets["two"].dtype == np.float32


def test_teacher_alone_replaces_the_labels() -> None:
    got = taught(faces(), dataclasses.replace(TEACHER, share=1.0), PUPIL)
    np.testing.assert_allclose(got.targets["two"], np.tile([2 / 7, 5 / 7], (3, 1)), atol=TOLERANCE)


def test_everything_but_the_taught_head_stays_and_the_argument_is_not_written_to() -> None:
    data, untouched = faces(), faces()
    got = taught(data, TEACHER, PUPIL)
    np.testing.assert_array_equal(got.targets["else"], data.targets["else"])
    for name, values in untouched.targets.items():
        np.testing.assert_array_equal(data.targets[name], values)
    assert (got.patches is data.patches, got.weights is data.weights) == (True, True)


def test_face_without_a_target_is_given_none_and_not_shown_to_the_teacher(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    teacher = LeftRight()
    open_models(monkeypatch, teacher)
    data = faces()
    data.weights["two"][1], data.targets["two"][1] = 0, 0
    got = taught(data, TEACHER, PUPIL)
    assert got.targets["two"][1].tolist() == [0, 0]
    np.testing.assert_allclose(got.targets["two"][[0, 2]].sum(axis=1), 1, atol=TOLERANCE)
    assert sum(teacher.batches) == 2 * 2  # two faces and their mirror images
    data.weights["two"][:] = 0
    assert not taught(data, TEACHER, PUPIL).targets["two"].any()


def test_set_without_faces_comes_back_empty() -> None:
    assert taught(faces(0), TEACHER, PUPIL).targets["two"].shape == (0, 2)


def test_teacher_that_knows_none_of_the_labels_takes_its_share_and_gives_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sure = Session(*build([Output("letters", [1.0, 0, 0, 0], labels=tuple("abcd"))], spec=GREY_INPUT))
    open_models(monkeypatch, sure)
    got = taught(faces(), TEACHER, PUPIL).targets["two"]
    np.testing.assert_allclose(got, 0.75 * faces().targets["two"], atol=TOLERANCE)


class LeftRight:
    """A teacher that says how bright the left and the right half are: its answers depend on the side."""

    def __init__(self) -> None:
        self.card, _ = build([Output("letters", [0.5, 0.5], labels=("b", "d"))], spec=GREY_INPUT)
        self.batches: list[int] = []

    def run(self, batch: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        self.batches.append(len(batch))
        bright = np.stack([batch[..., :4].mean(axis=(1, 2, 3)), batch[..., 4:].mean(axis=(1, 2, 3))], axis=1)
        return {"letters": (bright + 1) / 2}


def test_answer_is_the_mean_over_the_face_and_its_mirror_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching, "_BATCH", 2)
    teacher = LeftRight()
    open_models(monkeypatch, teacher)
    data = faces(5)
    data.patches[:, :, :4] //= 4  # left and right differ, their mean over both views does not
    got = taught(data, dataclasses.replace(TEACHER, share=1.0), PUPIL)
    np.testing.assert_allclose(got.targets["two"], np.full((5, 2), 0.5), atol=TOLERANCE)
    assert sorted(teacher.batches) == [1, 1, 2, 2, 2, 2]  # each face once, each mirror image once


def test_head_of_values_cannot_be_taught() -> None:
    values = Pupil(HEADS=(Head("two", ("b",), "a value", kind=Kind.VALUES),))
    with pytest.raises(SettingsError, match=r"the head 'two' gives values.*Expected: a head of classes"):
        taught(faces(), TEACHER, values)


@pytest.mark.parametrize(
    ("pupil", "words"),
    [
        (
            Pupil(HEADS=(Head("two", ("b", "e"), ""),)),
            r"'wise' cannot teach the head 'two'\. Got: .*labels a, b, c, d\. Expected: .*labels b, e",
        ),
        (Pupil(INPUT=RGB_INPUT), r"Got: grey patches.*Expected: rgb patches"),
    ],
)
def test_teacher_of_other_patches_or_labels_is_refused(pupil: Any, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        taught(faces(), TEACHER, pupil)


def test_teacher_of_another_width_sees_the_same_faces_at_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = LeftRight()
    open_models(monkeypatch, teacher)
    data = faces()
    wide = dataclasses.replace(data, patches=data.patches.repeat(2, axis=1).repeat(2, axis=2))
    narrow = dataclasses.replace(data, patches=np.full((3, 4, 4), 80, np.uint8))
    same = taught(data, dataclasses.replace(TEACHER, share=1.0), PUPIL).targets["two"]
    # Each pixel four times, and the mean of four is the pixel again.
    got = taught(wide, dataclasses.replace(TEACHER, share=1.0), PUPIL).targets["two"]
    np.testing.assert_allclose(got, same, atol=TOLERANCE)
    got = taught(narrow, dataclasses.replace(TEACHER, share=1.0), PUPIL).targets["two"]
    np.testing.assert_allclose(got, 0.5, atol=TOLERANCE)


def test_teacher_without_that_output_is_named() -> None:
    with pytest.raises(ModelError, match=r"model 'wise' has no output 'numbers'\. Expected: letters"):
        taught(faces(), dataclasses.replace(TEACHER, output="numbers"), PUPIL)


def test_teacher_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with pytest.raises(ModelError, match="no model is called 'wise'"):
        taught(faces(), TEACHER, PUPIL)


def test_expression_network_can_teach_four_labels_to_the_quadrant_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    definition = networks.find("quadrant")
    data = TrainingSet(
        np.random.default_rng(0).integers(0, 256, (2, 48, 48), np.uint8),
        {"four": np.eye(4, dtype=np.float32)[:2]},
        {"four": np.ones(2, np.float32)},
        np.ones(2, np.float32),
    )
    got = taught(data, Teacher("expression", "fer2013", "four", 0.5), definition).targets["four"]
    np.testing.assert_allclose(got.sum(axis=1), 1, atol=TOLERANCE)
    assert (got[[0, 1], [0, 1]] >= 0.5).all()
