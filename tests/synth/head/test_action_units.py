"""What each action unit does to the mesh, on the head of formulas and on the real one."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from duchenne.errors import SettingsError
from duchenne.facs import ACTION_UNITS
from duchenne.synth.head.action_units import (
    DROP_SHARE,
    RENDERABLE,
    UNITS,
    Kind,
    Sides,
    check,
    face_weights,
    gaze_weights,
    weights,
)
from duchenne.synth.head.model import FaceModel
from procedural_head import procedural_head

ONE_SIDED = 30
"""The jaw goes to one side at a time."""
STRENGTHS = st.floats(0.01, 1.0)


def sides(unit: int, strength: float) -> Sides:
    return (strength, 0.0) if unit == ONE_SIDED else (strength, strength)


def displacement(head: FaceModel, shape_weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """(V, 3) of the neutral mean face."""
    return (head.express(head.vertices, shape_weights) - head.vertices).astype(np.float64)


@cache
def length(head: FaceModel, unit: int, strength: float) -> NDArray[np.float64]:
    """(V,) how far each vertex goes, cm."""
    moved = displacement(head, weights(head, {unit: sides(unit, strength)}))
    return np.asarray(np.linalg.norm(moved, axis=1))


def test_every_named_unit_has_a_rule_in_the_order_of_the_columns() -> None:
    assert list(UNITS) == list(ACTION_UNITS)
    assert set(UNITS) - set(RENDERABLE) == {11, 13, 32}
    for unit, rule in UNITS.items():
        assert bool(rule.terms) == (unit in RENDERABLE)
        assert rule.note or rule.kind in {Kind.NATIVE, Kind.COMPOSITE}


def test_every_term_is_a_shape_of_the_model(head: FaceModel) -> None:
    for rule in UNITS.values():
        for name, _ in rule.terms:
            shapes = (name[:-1] + "_L", name[:-1] + "_R") if name.endswith("*") else name.split("|")
            assert set(shapes) <= set(head.shapes.names)


def test_no_unit_at_all_is_neutral(head: FaceModel) -> None:
    assert not weights(head, {}).any()
    nothing = weights(head, dict.fromkeys(RENDERABLE, (0.0, 0.0)))
    assert not nothing.any()
    np.testing.assert_array_equal(head.express(head.vertices, nothing), head.vertices)


@pytest.mark.parametrize("unit", RENDERABLE)
@given(strengths=st.tuples(STRENGTHS, STRENGTHS))
@settings(max_examples=8, deadline=None)
def test_a_stronger_label_moves_every_vertex_further(
    head: FaceModel, unit: int, strengths: tuple[float, float]
) -> None:
    weaker, stronger = (length(head, unit, strength) for strength in sorted(strengths))
    assert (stronger >= weaker - 1e-5).all()  # single precision on places up to 20 cm
    assert weaker.max() > 0
    if max(strengths) > min(strengths) + 1e-3:
        assert stronger.sum() > weaker.sum()


@pytest.mark.parametrize("unit", [unit for unit in RENDERABLE if unit != 27])
def test_half_the_label_is_half_the_way(head: FaceModel, unit: int) -> None:
    # AU27 begins beyond the jaw drop; the others are shares of their own way.
    np.testing.assert_allclose(length(head, unit, 0.5), length(head, unit, 1.0) / 2, atol=1e-5)


@pytest.mark.parametrize("unit", [unit for unit in RENDERABLE if UNITS[unit].is_sided])
@pytest.mark.parametrize("strength", [1.0, 0.3])
def test_the_other_side_is_the_mirror_image(head: FaceModel, unit: int, strength: float) -> None:
    on_left = displacement(head, weights(head, {unit: (strength, 0.0)}))
    on_right = displacement(head, weights(head, {unit: (0.0, strength)}))
    # The real head's two sides differ by up to 0.06 cm, its eyelids by 0.12 cm. The lining of its mouth differs by
    # 0.28 cm where a puffed cheek (AU34) stretches it; nobody sees it.
    tolerance = 1e-5 if head.name == "procedural" else 0.15
    seen = np.delete(np.arange(len(head.vertices)), head.parts["mouth_socket"].vertices)
    np.testing.assert_allclose((on_left[head.mirror] * [-1, 1, 1])[seen], on_right[seen], atol=tolerance)


@pytest.mark.parametrize("unit", [unit for unit in RENDERABLE if UNITS[unit].is_sided and unit != ONE_SIDED])
def test_a_side_moves_its_own_half_more(head: FaceModel, unit: int) -> None:
    moved = np.linalg.norm(displacement(head, weights(head, {unit: (1.0, 0.0)})), axis=1)
    assert moved[head.vertices[:, 0] > 0].sum() > moved[head.vertices[:, 0] < 0].sum()


@pytest.mark.parametrize("unit", [unit for unit in RENDERABLE if not UNITS[unit].is_sided])
def test_a_unit_without_sides_moves_both_alike(head: FaceModel, unit: int) -> None:
    moved = displacement(head, weights(head, {unit: (1.0, 1.0)}))
    tolerance = 1e-5 if head.name == "procedural" else 0.15
    np.testing.assert_allclose(moved[head.mirror] * [-1, 1, 1], moved, atol=tolerance)


def test_units_go_where_their_names_say(head: FaceModel) -> None:
    landmarks = head.landmarks68

    def moved(unit: int, landmark: int) -> NDArray[np.float64]:
        return np.asarray(displacement(head, weights(head, {unit: sides(unit, 1.0)}))[landmarks[landmark]])

    right, up, forward = np.eye(3)
    assert moved(1, 21) @ up > 0.2
    assert moved(4, 21) @ up < -0.2
    assert moved(12, 54) @ up > 0.2
    assert moved(15, 54) @ up < -0.2
    assert moved(20, 54) @ right > 0.2
    assert moved(26, 8) @ up < -0.5
    assert moved(29, 8) @ forward > 0.5
    assert moved(30, 8) @ right > 0.2, "to the subject's own left, which is right in the picture"
    assert moved(38, 35) @ right > 0.05
    assert moved(39, 35) @ right < -0.05
    assert moved(45, 44) @ up < -0.3


def jaw(head: FaceModel, units: dict[int, Sides]) -> float:
    return float(weights(head, units)[head.shape_number["jawOpen"]])


def test_the_jaw_goes_on_where_its_drop_ends() -> None:
    head = procedural_head()
    assert jaw(head, {26: (1.0, 1.0)}) == pytest.approx(DROP_SHARE)
    assert jaw(head, {26: (1.0, 1.0), 27: (1e-6, 1e-6)}) == pytest.approx(DROP_SHARE, abs=1e-5)
    assert jaw(head, {26: (1.0, 1.0), 27: (1.0, 1.0)}) == pytest.approx(1.0)
    assert jaw(head, {26: (0.2, 0.2), 27: (0.5, 0.5)}) == jaw(head, {27: (0.5, 0.5)})


@given(st.floats(0.0, 2.0), st.floats(0.0, 2.0))
@settings(deadline=None)
def test_one_opening_drives_the_jaw_without_a_jump(opening: float, other: float) -> None:
    head = procedural_head()

    def at(value: float) -> float:
        drop, stretch = min(value, 1.0), max(value - 1.0, 0.0)
        return jaw(head, {26: (drop, drop), 27: (stretch, stretch)})

    # Each unit's own way is at most 0.55 of the jaw's.
    assert abs(at(opening) - at(other)) <= 0.55 * abs(opening - other) + 1e-6
    assert (at(opening) - at(other)) * (opening - other) >= 0


def test_units_that_move_one_shape_do_not_add_up() -> None:
    head = procedural_head()
    press = head.shape_number["mouthPress_L"]
    # AU24 asks for 0.5 of it, AU23 for 0.6 and AU28 for 0.35: the largest decides.
    both = weights(head, {24: (0.5, 0.5), 23: (1.0, 1.0), 28: (1.0, 1.0)})
    assert both[press] == pytest.approx(0.6)
    in_other_order = weights(head, {28: (1.0, 1.0), 23: (1.0, 1.0), 24: (0.5, 0.5)})
    np.testing.assert_array_equal(both, in_other_order)
    lid = head.shape_number["eyeBlink_L"]
    assert weights(head, {43: (0.3, 0.3), 45: (0.8, 0.8)})[lid] == pytest.approx(0.8)


@given(
    st.dictionaries(
        st.sampled_from([unit for unit in RENDERABLE if unit not in (27, 30)]),
        st.floats(0.0, 1.0),
        max_size=6,
    )
)
@settings(deadline=None, max_examples=60)
def test_weights_are_the_largest_share_that_any_unit_asks_for(strengths: dict[int, float]) -> None:
    head = procedural_head()
    expected: dict[str, float] = {}
    for unit, strength in strengths.items():
        for name, share in UNITS[unit].terms:
            for shape in [name[:-1] + side for side in ("_L", "_R")] if name.endswith("*") else [name]:
                asked = share * strength
                expected[shape] = max(expected.get(shape, 0.0), asked, key=abs)
    found = weights(head, {unit: (strength, strength) for unit, strength in strengths.items()})
    named = dict(zip(head.shapes.names, found.tolist(), strict=True))
    assert {name for name, weight in named.items() if weight} <= set(expected)
    for name, weight in expected.items():
        # 38 and 39 pull a wing both ways; where they pull alike, either may win.
        assert abs(named[name]) == pytest.approx(abs(weight), abs=1e-6)


@pytest.mark.parametrize(
    ("units", "words"),
    [
        ({3: (0.5, 0.5)}, r"knows no AU3\. Expected: AU1, AU2, AU4"),
        ({11: (0.5, 0.5)}, r"AU11 \(nasolabial deepener\) cannot be rendered: .*0\.98.*AU10.*never scored"),
        ({13: (0.0, 0.0)}, r"AU13 \(sharp lip puller\) cannot be rendered"),
        ({32: (0.5, 0.5)}, r"AU32 \(lip bite\) cannot be rendered: upper teeth"),
        (
            {12: (1.01, 0.5)},
            r"the strength of AU12 is outside its range\. Got: 1\.01, 0\.5\. Expected: .*\[0, 1\]",
        ),
        ({12: (0.5, -0.1)}, r"the strength of AU12 is outside its range"),
        ({12: (float("nan"), 0.5)}, r"the strength of AU12 is outside its range\. Got: nan"),
        ({17: (0.5, 0.4)}, r"AU17 \(chin raiser\) has no sides in this model\. Got: left 0\.5, right 0\.4"),
        ({30: (0.5, 0.4)}, r"the jaw cannot go to both sides at once\. Got: AU30 left 0\.5, right 0\.4"),
    ],
)
def test_what_cannot_be_shown_is_refused(units: dict[int, Sides], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        check(units)
    with pytest.raises(SettingsError, match=words):
        weights(procedural_head(), units)


def test_the_refused_unit_names_no_refused_one_as_choice() -> None:
    with pytest.raises(SettingsError) as caught:
        check({99: (0.0, 0.0)})
    named = {int(word.removeprefix("AU")) for word in caught.value.expected.split(", ")}
    assert named == set(RENDERABLE)


def test_looking_straight_ahead_moves_no_lid(head: FaceModel) -> None:
    assert not gaze_weights(head, (0.0, 0.0)).any()


@pytest.mark.parametrize(
    ("gaze_deg", "expected"),
    [
        ((30.0, 0.0), {"eyeLookOut_L": 1.0, "eyeLookIn_R": 1.0}),
        ((-15.0, 0.0), {"eyeLookIn_L": 0.5, "eyeLookOut_R": 0.5}),
        ((0.0, 15.0), {"eyeLookUp_L": 0.5, "eyeLookUp_R": 0.5}),
        ((0.0, -60.0), {"eyeLookDown_L": 1.0, "eyeLookDown_R": 1.0}),
        (
            (6.0, -3.0),
            {"eyeLookOut_L": 0.2, "eyeLookIn_R": 0.2, "eyeLookDown_L": 0.1, "eyeLookDown_R": 0.1},
        ),
    ],
)
def test_lids_follow_the_eyes(
    head: FaceModel, gaze_deg: tuple[float, float], expected: dict[str, float]
) -> None:
    found = gaze_weights(head, gaze_deg)
    named = {name: float(found[number]) for name, number in head.shape_number.items() if found[number]}
    assert named == pytest.approx(expected)
    assert found.dtype == np.float32


@pytest.mark.parametrize("unit", RENDERABLE)
def test_a_whole_face_shows_each_unit_as_the_unit_alone_does(head: FaceModel, unit: int) -> None:
    shown = {unit: sides(unit, 0.7)}
    np.testing.assert_array_equal(face_weights(head, shown, (0.0, 0.0)), weights(head, shown))


def test_a_whole_face_shows_units_and_gaze_together(head: FaceModel) -> None:
    shown, gaze_deg = {12: (0.4, 0.9), 39: (0.5, 0.5)}, (12.0, -9.0)
    expected = displacement(head, weights(head, shown)) + displacement(head, gaze_weights(head, gaze_deg))
    # Sums of float32 centimetres.
    np.testing.assert_allclose(displacement(head, face_weights(head, shown, gaze_deg)), expected, atol=1e-5)


@pytest.mark.parametrize("unit", [43, 45])
@pytest.mark.parametrize("gaze_deg", [(20.0, 20.0), (-20.0, -20.0)])
def test_a_closed_lid_does_not_follow_its_eye(
    head: FaceModel, unit: int, gaze_deg: tuple[float, float]
) -> None:
    winking = face_weights(head, {unit: (1.0, 0.5)}, gaze_deg)
    following = gaze_weights(head, gaze_deg)
    for name in ("eyeLookOut", "eyeLookIn", "eyeLookUp", "eyeLookDown"):
        left, right = head.shape_number[f"{name}_L"], head.shape_number[f"{name}_R"]
        assert winking[left] == 0.0
        assert winking[right] == pytest.approx(0.5 * following[right])


def cosine(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float((one * other).sum() / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        *((9, 10, 0.88), (18, 22, 0.88), (23, 24, 0.88), (18, 34, 0.87), (16, 26, 0.82), (17, 24, 0.81)),
        *((12, 14, 0.76), (22, 34, 0.76), (19, 26, 1.0), (26, 27, 1.0), (43, 45, 1.0)),
        *((17, 26, -0.91), (16, 17, -0.86), (5, 43, -0.85), (18, 20, -0.78), (17, 25, -0.43)),
    ],
)
def test_units_resemble_and_oppose_each_other_as_documented(
    real_head: FaceModel, one: int, other: int, expected: float
) -> None:
    skin = real_head.parts["face"].vertices
    moved = [displacement(real_head, weights(real_head, {unit: (1.0, 1.0)}))[skin] for unit in (one, other)]
    # The documents round to two digits.
    assert cosine(*moved) == pytest.approx(expected, abs=0.006)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("terms", "neighbour"),
    [
        ({"mouthUpperUp": 0.30, "noseSneer": 0.15}, 10),
        ({"mouthSmile": 0.5, "cheekSquint": 0.3, "mouthPress": 0.4}, 12),
    ],
    ids=["AU11", "AU13"],
)
def test_what_would_be_a_unit_cannot_be_told_from_its_neighbour(
    real_head: FaceModel, terms: dict[str, float], neighbour: int
) -> None:
    mixed = np.zeros(len(real_head.shapes.names), dtype=np.float32)
    for name, weight in terms.items():
        for side in ("L", "R"):
            mixed[real_head.shape_number[f"{name}_{side}"]] = weight
    skin = real_head.parts["face"].vertices
    its = displacement(real_head, weights(real_head, {neighbour: (1.0, 1.0)}))[skin]
    assert cosine(displacement(real_head, mixed)[skin], its) == pytest.approx(0.98, abs=0.006)
