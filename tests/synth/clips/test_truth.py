"""Labels equal what the mesh does."""

from __future__ import annotations

import math
import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.records import Pose
from duchenne.synth.acting.cooccurrence import draw
from duchenne.synth.acting.repertoire import sample
from duchenne.synth.clips.truth import FrameTruth, eye_opening_cm, lip_gap_cm, lips_part, measure
from duchenne.synth.head.action_units import (
    DROP_SHARE,
    RENDERABLE,
    UNITS,
    Sides,
    face_weights,
    weights,
)
from duchenne.synth.head.mesh import SubjectMesh, assemble
from duchenne.synth.head.model import FaceModel
from duchenne.synth.rendering.render import Rendered
from duchenne.synth.surroundings.scene import FaceState
from procedural_head import EYE, procedural_head

# Displacements are sums of float32 products: relative errors of 1e-6, and the labels are of the order of 1.
ROUNDING = 1e-4
NOT_RENDERABLE = (11, 13, 32)


@dataclass(frozen=True)
class Person:
    """What `measure` needs of a subject: nothing painted."""

    model: FaceModel
    mesh: SubjectMesh

    @classmethod
    def of(cls, model: FaceModel, seed: int | None = None) -> Person:
        coefficients = np.zeros(0)
        if seed is not None:
            coefficients = 0.8 * np.random.default_rng(seed).standard_normal(len(model.identity_deltas))
        return cls(model, assemble(model, model.identity(coefficients)))

    @property
    def neutral(self) -> NDArray[np.float32]:
        return self.mesh.neutral[: self.mesh.n_head]

    def vertices(self, state: FaceState) -> NDArray[np.float32]:
        return self.model.express(self.neutral, face_weights(self.model, state.units, state.gaze_deg))

    def truth(self, state: FaceState) -> FrameTruth:
        rendered = Rendered(
            rgb=np.zeros((4, 4, 3), dtype=np.uint8),
            landmarks=np.arange(136, dtype=np.float32).reshape(68, 2),
            visible=np.arange(68) < 17,
            material=np.zeros((4, 4), dtype=np.uint8),
            vertices=self.vertices(state),
        )
        return measure(self, rendered, state, 1.25)  # type: ignore[arg-type]

    def displacement(self, units: dict[int, Sides]) -> NDArray[np.float64]:
        moved = self.model.express(self.neutral, weights(self.model, units)) - self.neutral
        return moved.ravel().astype(np.float64)


@pytest.fixture(scope="module")
def person() -> Person:
    return Person.of(procedural_head())


@pytest.fixture(scope="module")
def real(shared: Path) -> FaceModel:
    return FaceModel.load(shared / "data" / "ict_facekit.npz")


def full_directions(person: Person, unit: int) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    """Where the unit starts from, and how its left and right side (or all of it) move at strength 1."""
    if unit == 27:
        # The stretch goes on where the drop ends.
        drop = person.displacement({26: (1.0, 1.0)})
        return drop, [person.displacement({27: (1.0, 1.0)}) - drop]
    start = np.zeros(person.neutral.size)
    if unit == 30:
        # To the right is the same way back.
        return start, [person.displacement({30: (1.0, 0.0)})]
    if UNITS[unit].is_sided:
        return start, [person.displacement({unit: peak}) for peak in ((1.0, 0.0), (0.0, 1.0))]
    return start, [person.displacement({unit: (1.0, 1.0)})]


def check_alone(person: Person, unit: int, strength: float) -> None:
    peak = (strength, 0.5 * strength) if UNITS[unit].is_sided else (strength, strength)
    if unit == 30:
        peak = (strength, 0.0)
    state = FaceState({26: (1.0, 1.0), 27: peak} if unit == 27 else {unit: peak})
    start, directions = full_directions(person, unit)
    moved = (person.vertices(state) - person.neutral).ravel() - start
    projected, *_ = np.linalg.lstsq(np.stack(directions, axis=1), moved, rcond=None)
    assert person.truth(state).units[unit][: len(projected)] == pytest.approx(projected, abs=ROUNDING)
    assert projected == pytest.approx(peak[: len(projected)], abs=ROUNDING)


@pytest.mark.parametrize("unit", RENDERABLE)
@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_the_label_of_a_unit_alone_is_the_share_of_its_displacement(
    person: Person, unit: int, strength: float
) -> None:
    check_alone(person, unit, strength)


@pytest.mark.shared
@pytest.mark.parametrize("unit", RENDERABLE)
def test_on_the_real_model_the_label_of_a_unit_alone_is_the_share_of_its_displacement(
    real: FaceModel, unit: int
) -> None:
    check_alone(Person.of(real, seed=unit), unit, 0.4)


def check_mixture(person: Person, seed: int) -> None:
    """Recover the weights of all shapes from the mesh, and compare with what each label promises."""
    rng = np.random.default_rng(seed)
    units: dict[int, Sides] = {}
    for unit in draw(rng, 4):
        left, right = rng.uniform(0.2, 1.0, 2).tolist()
        units[unit] = (left, 0.0) if unit == 30 else (left, right if UNITS[unit].is_sided else left)
    if 27 in units:
        units[26] = (1.0, 1.0)
    model, state = person.model, FaceState(units)
    moved = (person.vertices(state) - person.neutral).ravel().astype(np.float64)
    used = np.flatnonzero(weights(model, units))
    columns = [
        (model.express(np.zeros_like(person.neutral), np.eye(len(model.shapes.names))[n])) for n in used
    ]
    solved, *_ = np.linalg.lstsq(np.stack([c.ravel() for c in columns], axis=1), moved, rcond=None)
    recovered = dict(zip((model.shapes.names[n] for n in used), solved, strict=True))
    labels = person.truth(state).units
    for unit in units:
        if unit == 25:
            continue  # its label is the gap, whatever made it
        for name, weight in UNITS[unit].terms:
            for shape, side in shapes_of(name):
                promised = weight * labels[unit][side]
                if unit == 27:
                    promised = DROP_SHARE + (1 - DROP_SHARE) * labels[27][side]
                if promised:
                    assert abs(recovered[shape]) >= abs(promised) - ROUNDING


def shapes_of(name: str) -> list[tuple[str, int]]:
    if name.endswith("*"):
        return [(name[:-1] + "_L", 0), (name[:-1] + "_R", 1)]
    if "|" in name:
        left, right = name.split("|")
        return [(left, 0), (right, 1)]
    return [(name, 0)]


@pytest.mark.parametrize("seed", range(12))
def test_in_a_mixture_no_unit_moves_less_than_its_label(person: Person, seed: int) -> None:
    check_mixture(person, seed)


@pytest.mark.shared
@pytest.mark.parametrize("seed", range(3))
def test_on_the_real_model_no_unit_of_a_mixture_moves_less_than_its_label(real: FaceModel, seed: int) -> None:
    check_mixture(Person.of(real, seed), seed)


def test_a_neutral_face_has_zero_for_every_unit_that_can_be_shown_and_nan_for_the_others(
    person: Person,
) -> None:
    labels = person.truth(FaceState()).units
    assert list(labels) == list(UNITS)
    for unit, sides in labels.items():
        if unit in NOT_RENDERABLE:
            assert all(math.isnan(side) for side in sides)
        else:
            assert sides == (0.0, 0.0)


def test_the_truth_keeps_what_was_asked_for_and_what_was_rendered(person: Person) -> None:
    state = FaceState({12: (0.5, 0.25)}, pose=Pose(10.0, -5.0, 2.0), gaze_deg=(4.0, -3.0))
    truth = person.truth(state)
    assert (truth.time_s, truth.pose, truth.gaze_deg) == (1.25, state.pose, (4.0, -3.0))
    assert truth.units[12] == (0.5, 0.25)
    assert truth.landmarks[3].tolist() == [6.0, 7.0]
    assert truth.visible.sum() == 17
    assert truth.visible_share == 0.25


def test_truth_travels_between_processes(person: Person) -> None:
    truth = person.truth(FaceState({12: (0.5, 0.25)}))
    came = pickle.loads(pickle.dumps(truth))
    assert came.units[12] == (0.5, 0.25)
    assert came.lip_gap_cm == truth.lip_gap_cm
    assert np.array_equal(came.landmarks, truth.landmarks)


def test_blinks_and_held_closures_are_told_apart(person: Person) -> None:
    labels = person.truth(FaceState({45: (0.7, 0.7)})).units
    assert (labels[43], labels[45]) == ((0.0, 0.0), (0.7, 0.7))
    labels = person.truth(FaceState({43: (0.7, 0.7)})).units
    assert (labels[43], labels[45]) == ((0.7, 0.7), (0.0, 0.0))


def test_a_shown_tongue_lowers_the_jaw_and_the_label_says_so(person: Person) -> None:
    labels = person.truth(FaceState({19: (1.0, 1.0)})).units
    # 0.3 of the jaw's way, of which the drop is the first 0.45.
    assert labels[26] == pytest.approx((0.3 / DROP_SHARE,) * 2)
    assert labels[27] == (0.0, 0.0)


def test_the_jaws_label_does_not_depend_on_which_of_two_units_opened_it(person: Person) -> None:
    labels = person.truth(FaceState({19: (1.0, 1.0), 26: (0.9, 0.9)})).units
    assert labels[26] == pytest.approx((0.9, 0.9))


def flat(model: FaceModel, **heights: float) -> NDArray[np.float32]:
    """All vertices at height 0, the named landmarks elsewhere: ``p61=0.5``."""
    vertices = np.zeros_like(model.vertices)
    for name, height in heights.items():
        vertices[model.landmarks68[int(name[1:])], 1] = height
    return vertices


def test_the_lip_gap_is_the_mean_height_of_three_places() -> None:
    model = procedural_head()
    vertices = flat(model, p61=0.3, p62=0.6, p63=0.3, p65=-0.1, p66=-0.4, p67=-0.1)
    assert lip_gap_cm(model, vertices) == pytest.approx((0.4 + 1.0 + 0.4) / 3)


def test_lips_that_overlap_have_no_gap_and_lips_that_slide_open_none() -> None:
    model = procedural_head()
    assert lip_gap_cm(model, flat(model, p62=-0.2)) == 0.0
    slid = flat(model)
    slid[model.landmarks68[[61, 62, 63]], 2] = 1.0
    assert lip_gap_cm(model, slid) == 0.0


def test_the_eye_opening_is_the_mean_height_of_two_places_left_eye_first() -> None:
    model = procedural_head()
    vertices = flat(model, p43=0.5, p44=0.7, p46=-0.1, p47=-0.1, p37=0.2, p38=0.2)
    assert eye_opening_cm(model, vertices) == pytest.approx((0.7, 0.2))
    assert model.vertices[model.landmarks68[43], 0] == pytest.approx(EYE[0] - 0.5)


def test_the_eye_opening_shrinks_with_a_wink_on_its_side_only(person: Person) -> None:
    left, right = person.truth(FaceState({45: (1.0, 0.0)})).eye_opening_cm
    neutral_left, neutral_right = person.truth(FaceState()).eye_opening_cm
    assert left < neutral_left - 0.2
    assert right == pytest.approx(neutral_right)


def test_lids_follow_the_gaze(person: Person) -> None:
    down, ahead, up = (
        person.truth(FaceState(gaze_deg=(0.0, pitch))).eye_opening_cm for pitch in (-20.0, 0.0, 20.0)
    )
    assert down < ahead < up


def test_whatever_parts_the_lips_counts_and_full_is_full(person: Person) -> None:
    truth = person.truth(FaceState({26: (1.0, 1.0)}))
    assert truth.units[25] == (1.0, 1.0)
    assert truth.lip_gap_cm > person.truth(FaceState({25: (1.0, 1.0)})).lip_gap_cm
    assert 0 < person.truth(FaceState({10: (0.2, 0.2)})).units[25][0] < 1


def test_lips_pressed_together_are_not_parted(person: Person) -> None:
    assert person.truth(FaceState({17: (1.0, 1.0)})).units[25] == (0.0, 0.0)


def test_a_person_whose_lips_are_always_a_little_open_has_no_parted_lips() -> None:
    model = procedural_head()
    neutral = flat(model, p61=0.1, p62=0.1, p63=0.1)
    assert lips_part(model, neutral, neutral) == 0.0


def test_a_person_whose_lips_overlap_begins_to_part_them_where_a_gap_begins() -> None:
    model = procedural_head()
    overlapping, touching = flat(model, p61=-0.1, p62=-0.1, p63=-0.1), flat(model)
    assert lips_part(model, overlapping, touching) == 0.0


def check_labels(truth: FrameTruth) -> None:
    for unit, sides in truth.units.items():
        assert unit in NOT_RENDERABLE or all(0.0 <= side <= 1.0 for side in sides)
    if truth.units[27][0] > 0:
        assert truth.units[26] == (1.0, 1.0)


@pytest.mark.parametrize("seed", range(10))
def test_labels_of_sampled_scripts_stay_in_their_range(person: Person, seed: int) -> None:
    script = sample(np.random.default_rng(seed), 2.0)
    for time_s in np.linspace(0, 2, 9).tolist():
        check_labels(person.truth(script.state(time_s)))


@pytest.mark.shared
def test_on_the_real_model_parted_lips_and_closed_eyes_are_what_they_look_like(real: FaceModel) -> None:
    person = Person.of(real, seed=1)

    def asked(units: dict[int, Sides]) -> FrameTruth:
        return person.truth(FaceState(units))

    neutral = asked({})
    # Lids of a grown person stand about a centimetre apart; a closed eye is closed to the width of a lash line.
    assert 0.6 < min(neutral.eye_opening_cm) <= max(neutral.eye_opening_cm) < 1.2
    assert max(asked({43: (1.0, 1.0)}).eye_opening_cm) < 0.1
    assert min(asked({5: (1.0, 1.0)}).eye_opening_cm) > max(neutral.eye_opening_cm)
    assert neutral.lip_gap_cm < 0.3
    assert asked({26: (1.0, 1.0)}).lip_gap_cm > 1.0
    assert asked({25: (0.5, 0.5)}).units[25] == pytest.approx((0.5, 0.5), abs=ROUNDING)
    assert asked({12: (1.0, 1.0)}).units[25] == (0.0, 0.0)
