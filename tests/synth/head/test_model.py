"""The parametric face: sums of displacements, and files that are none or no face model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.errors import InputError
from duchenne.synth.head.model import MODEL_VARIABLE, PARTS, FaceModel, Shapes, default_path, find
from procedural_head import arrays, procedural_head, write_head


def dense(model: FaceModel) -> NDArray[np.float64]:
    """(S, V, 3) displacements of every shape, written out."""
    result = np.zeros((len(model.shapes.names), len(model.vertices), 3))
    for number in range(len(model.shapes.names)):
        index, delta = model.shapes.entries(number)
        result[number, index] = delta
    return result


def test_nothing_asked_for_is_the_mean_neutral_face(head: FaceModel) -> None:
    nobody = head.identity(np.zeros(0))
    np.testing.assert_array_equal(nobody, head.vertices)
    neutral = head.express(nobody, np.zeros(len(head.shapes.names)))
    np.testing.assert_array_equal(neutral, head.vertices)
    assert neutral is not nobody


def test_a_face_is_the_sum_of_its_displacements(head: FaceModel) -> None:
    rng = np.random.default_rng(1)
    coefficients = rng.normal(size=3)
    weights = rng.uniform(-1, 1, len(head.shapes.names)) * (rng.random(len(head.shapes.names)) < 0.3)
    neutral = head.vertices + np.einsum(
        "i,ivx->vx", coefficients, head.identity_deltas[:3].astype(np.float64)
    )
    expected = neutral + np.einsum("s,svx->vx", weights, dense(head))
    found = head.express(head.identity(coefficients), weights)
    # Sums of some ten displacements up to 4 cm on places up to 20 cm, in single precision.
    np.testing.assert_allclose(found, expected, atol=2e-5)
    assert found.dtype == np.float32


def test_missing_coefficients_are_zero() -> None:
    head = procedural_head()
    np.testing.assert_array_equal(head.identity(np.array([0.5])), head.identity(np.array([0.5, 0.0, 0.0])))


def test_arguments_are_left_as_they_were() -> None:
    head = procedural_head()
    weights = np.ones(len(head.shapes.names))
    before = head.vertices.copy()
    head.express(head.vertices, weights)
    np.testing.assert_array_equal(head.vertices, before)


@pytest.mark.parametrize("coefficients", [np.zeros(4), np.zeros((1, 3))])
def test_identity_refuses_other_sizes(coefficients: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match=r"expected up to 3 identity coefficients, got \("):
        procedural_head().identity(coefficients)


def test_expressions_refuse_other_sizes() -> None:
    head = procedural_head()
    weights = np.zeros(len(head.shapes.names))
    for neutral, other in ((head.vertices[1:], weights), (head.vertices, weights[1:])):
        with pytest.raises(ValueError, match=r"vertices and .* weights, got"):
            head.express(neutral, other)


def test_sparse_shapes_hold_what_dense_ones_do() -> None:
    deltas = np.zeros((3, 5, 3), dtype=np.float32)
    deltas[0, 4] = (0.0, -1.0, 0.0)
    deltas[2, 1] = (0.5, -0.5, 0.0)  # its sum is 0, but it moves
    deltas[2, 3] = (0.0, 0.0, 2.0)
    shapes = Shapes.from_dense(("one", "none", "two"), deltas)
    assert shapes.start.tolist() == [0, 1, 1, 3]
    assert shapes.index.tolist() == [4, 1, 3]
    for number in range(3):
        index, delta = shapes.entries(number)
        again = np.zeros((5, 3))
        again[index] = delta
        np.testing.assert_array_equal(again, deltas[number])


def test_shapes_keep_the_order_of_the_file_and_end_with_hand_made_ones(head: FaceModel) -> None:
    assert head.shapes.names[-3:] == ("nostrilDilate_L", "nostrilDilate_R", "tongueOut")
    assert [head.shape_number[name] for name in head.shapes.names] == list(range(len(head.shapes.names)))


def test_parts_lie_one_after_the_other(head: FaceModel) -> None:
    assert tuple(head.parts) == PARTS
    for spans, total in (
        ([part.vertices for part in head.parts.values()], len(head.vertices)),
        ([part.triangles for part in head.parts.values()], len(head.triangles)),
    ):
        assert [span.start for span in spans] == [0, *(span.stop for span in spans[:-1])]
        assert spans[-1].stop == total


def test_the_mirror_image_of_a_vertex_lies_on_the_other_side(head: FaceModel) -> None:
    image = head.vertices[head.mirror] * [-1, 1, 1]
    # The real head is not quite symmetric.
    np.testing.assert_allclose(image, head.vertices, atol=1e-5 if head.name == "procedural" else 0.03)


def test_left_is_where_x_is_positive_and_landmarks_lie_in_the_face(head: FaceModel) -> None:
    assert (head.vertices[head.parts["eyeball_l"].vertices, 0] > 0).all()
    assert (head.vertices[head.parts["eyeball_r"].vertices, 0] < 0).all()
    right_eye, left_eye = head.vertices[head.landmarks68[36]], head.vertices[head.landmarks68[45]]
    assert right_eye[0] < 0 < left_eye[0]
    assert (head.landmarks68 < head.parts["face"].vertices.stop).all()


def test_a_file_is_read_with_its_name_and_hash(tmp_path: Path) -> None:
    path = write_head(tmp_path)
    model = FaceModel.load(path)
    assert model.name == "head.npz"
    assert model.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    np.testing.assert_array_equal(model.vertices, procedural_head().vertices)
    np.testing.assert_array_equal(model.shapes.delta, procedural_head().shapes.delta)


def test_the_given_file_comes_before_the_variable_and_that_before_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, named = tmp_path / "given.npz", tmp_path / "named.npz"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    default = tmp_path / "duchenne" / "face_model.npz"
    default.parent.mkdir()
    for path in (given, named, default):
        path.touch()
    monkeypatch.setenv(MODEL_VARIABLE, str(named))
    assert find(given) == given
    assert find() == named
    for nothing in ("", None):
        if nothing is None:
            monkeypatch.delenv(MODEL_VARIABLE)
        else:
            monkeypatch.setenv(MODEL_VARIABLE, nothing)
        assert find() == default


def test_the_default_lies_in_the_users_own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert default_path() == tmp_path / ".local" / "share" / "duchenne" / "face_model.npz"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_path() == tmp_path / "data" / "duchenne" / "face_model.npz"


def test_a_missing_file_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MODEL_VARIABLE, str(tmp_path / "none.npz"))
    for path in (None, tmp_path / "none.npz", tmp_path):
        with pytest.raises(InputError, match=r"is no face model\. Got: there is no such file") as caught:
            FaceModel.load(path)
        for word in ("git clone", "duchenne synth import-facekit", "--face-model", MODEL_VARIABLE):
            assert word in caught.value.remedy


def damaged_in_the_middle(path: Path) -> None:
    data = bytearray(write_head(path.parent).read_bytes())
    # Of the first array's compressed data; its header stays whole.
    data[200:400] = bytes(200)
    path.write_bytes(data)


def cut_off(path: Path) -> None:
    data = write_head(path.parent).read_bytes()
    path.write_bytes(data[: len(data) // 2])


def a_single_array(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.zeros(3))


def pickled(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, **{**arrays(), "part_names": np.array([{}], dtype=object)})


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (Path.touch, "No data left in file"),
        (lambda path: path.write_text("a letter"), "pickle"),
        (damaged_in_the_middle, ""),
        (cut_off, "zip file"),
        (a_single_array, "context manager"),
        (lambda path: np.savez(path, vertices=np.zeros((3, 3))), "triangles"),
        (pickled, "Object arrays cannot be loaded"),
    ],
)
def test_another_or_a_damaged_file_is_refused(
    write: Callable[[Path], object], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "model.npz"
    write(path)
    with pytest.raises(InputError, match=r"model\.npz is no face model.*import-facekit") as caught:
        FaceModel.load(path)
    assert words in caught.value.got


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("landmarks68", None, "no array landmarks68"),
        ("vertices", np.array(1.0), "no array vertices"),
        ("vertices", np.zeros((5, 2)), r"array vertices is \(5, 2\), not \(5, 3\)"),
        ("triangles_uv", np.zeros((1, 3), dtype=int), r"array triangles_uv is \(1, 3\), not"),
        ("expression_deltas", np.zeros((2, 2, 3)), "array expression_deltas is"),
        ("identity_deltas", np.zeros((1, 2, 3)), "array identity_deltas is"),
        ("landmarks68", np.zeros(67, dtype=int), r"array landmarks68 is \(67,\), not \(68,\)"),
        ("mirror_vertex", np.zeros(3, dtype=int), "array mirror_vertex is"),
        ("part_names", np.array(["face"]), r"array part_names is \(1,\)"),
        ("part_names", np.array(sorted(PARTS)), "its parts are eye_socket_l, eye_socket_r"),
        ("landmarks68", np.full(68, 99_999), "array landmarks68 points outside 0 to"),
        ("landmarks68", np.full(68, -1), "array landmarks68 points outside 0 to"),
        ("part_vertex_ranges", np.full((12, 2), 99_999), "array part_vertex_ranges points outside"),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(
    name: str, value: NDArray[Any] | None, words: str
) -> None:
    made = {key: array for key, array in arrays().items() if key != name or value is not None}
    if value is not None:
        made[name] = value
    with pytest.raises(InputError, match=words):
        FaceModel.from_arrays(made, name="wrong.npz")
