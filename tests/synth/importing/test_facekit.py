"""Importing a clone of ICT-FaceKit: a tiny one made of the head of formulas, broken ones, and the real sizes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.errors import InputError, OutputError, SettingsError
from duchenne.synth.head.model import FaceModel
from duchenne.synth.importing import facekit_mesh
from duchenne.synth.importing.facekit import LEAST_CM, STEP_CM, import_facekit, licence_line
from duchenne.synth.importing.facekit_layout import ICT_LIGHT, Layout
from facekit_tree import LICENCE, layout_of, write_tree
from procedural_head import arrays

MODES = 2
Arrays = Mapping[str, NDArray[Any]]


@pytest.fixture(scope="module")
def head() -> Arrays:
    """The head of formulas, with one vertex that a shape and an identity mode move by less than noise."""
    made = arrays()
    for name in ("expression_deltas", "identity_deltas"):
        made[name][0, 0] = (0.0006, 0.0, 0.0)
    return made


@pytest.fixture(scope="module")
def layout(head: Arrays) -> Layout:
    return layout_of(head)


@pytest.fixture(scope="module")
def clone(head: Arrays, layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tree(tmp_path_factory.mktemp("kit") / "clone", head, layout, modes=MODES)


@pytest.fixture(scope="module")
def written(clone: Path, layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return import_facekit(clone, tmp_path_factory.mktemp("out") / "head.npz", modes=MODES, layout=layout)


@pytest.fixture(scope="module")
def imported(written: Path) -> Arrays:
    with np.load(written) as archive:
        return {name: archive[name] for name in archive.files}


@pytest.fixture
def broken(clone: Path, tmp_path: Path) -> Path:
    """A copy of the clone to break: links, so that it costs nothing; a test replaces the file it breaks."""
    copy = tmp_path / "clone"
    (copy / "FaceXModel").mkdir(parents=True)
    (copy / "LICENSE").hardlink_to(clone / "LICENSE")
    for path in (clone / "FaceXModel").iterdir():
        (copy / "FaceXModel" / path.name).hardlink_to(path)
    return copy


def replace(path: Path, text: str) -> None:
    path.unlink()  # the link, not the clone that other tests read
    path.write_text(text, encoding="utf-8")


EXACT = (
    *("vertices", "triangles", "part_names", "part_vertex_ranges", "part_triangle_ranges"),
    *("expression_names", "landmarks68"),
)


@pytest.mark.parametrize("name", EXACT)
def test_the_mesh_comes_back_as_it_was(name: str, head: Arrays, imported: Arrays) -> None:
    np.testing.assert_array_equal(imported[name], head[name])
    assert imported[name].dtype == head[name].dtype


def test_texture_coordinates_come_back_at_every_corner(head: Arrays, imported: Arrays) -> None:
    # Their numbers may change: those that no face uses are dropped.
    corners = imported["uv"][imported["triangles_uv"]]
    np.testing.assert_array_equal(corners, head["uv"][head["triangles_uv"]])
    assert len(np.unique(imported["triangles_uv"])) == len(imported["uv"]) < len(head["uv"])


def test_dropped_vertices_are_gone_and_kept_ones_know_their_number(imported: Arrays, layout: Layout) -> None:
    expected = [number for _, first, end in layout.pieces for number in range(first, end)]
    assert imported["source_vertex_index"].tolist() == expected
    assert len(expected) < layout.n_vertices


def test_rigid_vertices_on_dropped_pieces_are_left_out(imported: Arrays) -> None:
    assert imported["rigid_vertices"].tolist() == [0, 2]
    assert imported["jaw_right"].tolist() == [3, 4]
    assert imported["jaw_left"].tolist() == [6, 5]


def test_expressions_are_steps_and_noise_is_none(head: Arrays, imported: Arrays) -> None:
    exact = head["expression_deltas"].astype(np.float64)
    stepped = np.array([round(float(value) / STEP_CM) * STEP_CM for value in exact[exact != 0]])
    expected = np.zeros_like(exact)
    expected[exact != 0] = stepped
    expected[np.sqrt((exact**2).sum(axis=2)) < LEAST_CM] = 0
    assert exact[0, 0].any()
    assert not expected[0, 0].any()
    np.testing.assert_array_equal(imported["expression_deltas"], expected.astype(np.float16))


def test_short_displacements_of_identity_are_kept(imported: Arrays, head: Arrays) -> None:
    # Half a step, and half of half precision's own step beyond 1 cm.
    np.testing.assert_allclose(
        imported["identity_deltas"], head["identity_deltas"][:MODES], atol=STEP_CM / 2 + 2**-11, rtol=0
    )
    assert imported["identity_deltas"][0, 0].tolist() == [STEP_CM, 0, 0]


def test_mirror_images_are_as_near_as_they_were(head: Arrays, imported: Arrays) -> None:
    # Places, not numbers: some vertices lie on the same place.
    places = head["vertices"]
    np.testing.assert_allclose(places[imported["mirror_vertex"]], places[head["mirror_vertex"]], atol=1e-6)


def test_occlusion_is_a_share_the_same_on_both_sides(imported: Arrays) -> None:
    occlusion = imported["ambient_occlusion"].astype(np.float64)
    assert occlusion.min() >= 0.0
    assert occlusion.max() <= 1.0
    nose = imported["landmarks68"][30]
    assert occlusion[nose] > 0.9
    mirror = imported["mirror_vertex"]
    twins = mirror[mirror] == np.arange(len(mirror))
    np.testing.assert_allclose(occlusion[mirror][twins], occlusion[twins], atol=1e-3)  # half precision


def test_the_file_loads_as_a_face_model(written: Path, head: Arrays) -> None:
    model = FaceModel.load(written)
    assert model.sha256 == hashlib.sha256(written.read_bytes()).hexdigest()
    np.testing.assert_array_equal(model.vertices, head["vertices"])
    assert len(model.identity_deltas) == MODES


def test_licence_and_source_travel_with_it(imported: Arrays, written: Path, clone: Path) -> None:
    assert str(imported["licence"]) == LICENCE
    sha256 = hashlib.sha256((clone / "FaceXModel" / "generic_neutral_mesh.obj").read_bytes()).hexdigest()
    assert str(imported["source"]).endswith(f"generic_neutral_mesh.obj with SHA-256 {sha256}")
    assert licence_line(written) == "MIT License, Copyright (c) 2020 Somebody"


def test_the_same_clone_gives_the_same_bytes(
    clone: Path, layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facekit_mesh, "bake", lambda vertices, _: np.ones(len(vertices), dtype=np.float32))
    first, second = (
        import_facekit(clone, tmp_path / name, modes=1, layout=layout).read_bytes() for name in ("a", "b")
    )
    assert first == second
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


NEUTRAL = "FaceXModel/generic_neutral_mesh.obj"
INDEX = "FaceXModel/vertex_indices.json"
LANDMARKS = "idx_to_landmark_verts"


def missing(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink()


def holding(path: str, text: str) -> Callable[[Path], None]:
    return lambda folder: replace(folder / path, text)


def changed(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / path).read_text()
        assert old in text
        replace(folder / path, text.replace(old, new, 1))

    return change


def with_index(key: str, value: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        content = json.loads((folder / INDEX).read_text())
        replace(folder / INDEX, json.dumps({**content, key: value}))

    return change


def without_faces_of_the_last_piece(folder: Path) -> None:
    lines = (folder / NEUTRAL).read_text().splitlines()
    last = max(index for index, line in enumerate(lines) if line.startswith("f ")) - 2  # two are of no piece
    replace(folder / NEUTRAL, "\n".join(lines[: last - 7]))


@pytest.mark.parametrize(
    ("breaking", "words"),
    [
        (
            missing("LICENSE"),
            r"is no clone of ICT-FaceKit\. Got: no LICENSE in it\. Get a whole clone: git clone",
        ),
        (missing(NEUTRAL), r"generic_neutral_mesh\.obj cannot be read.*No such file"),
        (missing(INDEX), r"no readable vertex_indices\.json at"),
        (missing("FaceXModel/jawOpen.obj"), r"jawOpen\.obj cannot be read"),
        (missing("FaceXModel/identity001.obj"), r"identity001\.obj cannot be read"),
        (holding(INDEX, "{"), r"vertex_indices\.json is no JSON.*line 1"),
        (holding(INDEX, "[1, 2]"), r"vertex_indices\.json has no list of vertices 'idx_to_landmark_verts'"),
        (with_index(LANDMARKS, None), r"Got: NoneType.*Expected: a list of whole numbers"),
        (with_index(LANDMARKS, [1.5] * 68), r"has no list of vertices"),
        (with_index("idx_to_rigid_verts", {}), r"no list of vertices 'idx_to_rigid_verts'\. Got: dict"),
        (with_index(LANDMARKS, [1, 2, 3]), r"another number of landmarks\. Got: 3\. Expected: 68"),
        (with_index(LANDMARKS, [10**6] * 68), r"a landmark that is no vertex of the head\. Got: 1000000"),
        (with_index(LANDMARKS, [-1] * 68), r"a landmark that is no vertex of the head\. Got: -1"),
        (changed(NEUTRAL, "v -7.5", "v x"), r"generic_neutral_mesh\.obj, line 2 is malformed\. Got: 'v x"),
        (changed("FaceXModel/mouthSmile_L.obj", "v -7.5", "v"), r"mouthSmile_L\.obj, line 2 is malformed"),
        (
            changed("FaceXModel/mouthSmile_L.obj", "# a mesh", "v 0 0 0"),
            r"mouthSmile_L\.obj is not of this face model\. Got: \d+ vertices\. Expected: \d+\.",
        ),
        (changed(NEUTRAL, "# a mesh", "v 0 0 0"), r"generic_neutral_mesh\.obj is not of this face model"),
        (without_faces_of_the_last_piece, r"no faces for a piece of the head\. Got: nothing for lashes_r"),
    ],
)
def test_a_broken_clone_is_refused_and_nothing_is_left(
    breaking: Callable[[Path], None], words: str, broken: Path, layout: Layout, tmp_path: Path
) -> None:
    breaking(broken)
    out = tmp_path / "out" / "head.npz"
    with pytest.raises(InputError, match=words) as caught:
        import_facekit(broken, out, modes=MODES, layout=layout)
    assert "git clone https://github.com/ICT-VGL/ICT-FaceKit" in caught.value.remedy
    assert not out.parent.exists()


def test_an_unfinished_file_is_never_left(
    clone: Path, layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(facekit_mesh, "bake", lambda vertices, _: np.ones(len(vertices), dtype=np.float32))
    monkeypatch.setattr(np, "savez_compressed", full)
    out = tmp_path / "head.npz"
    out.write_text("what was there")
    with pytest.raises(OutputError, match=r"the face model .*head\.npz cannot be written.*No space left"):
        import_facekit(clone, out, modes=1, layout=layout)
    assert out.read_text() == "what was there"
    assert [path.name for path in tmp_path.iterdir()] == ["head.npz"]


def test_a_model_without_identity_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"needs identity modes\. Got: 0\. Expected: 1 or more"):
        import_facekit(tmp_path, tmp_path / "head.npz", modes=0)


@pytest.mark.shared
def test_the_real_head_comes_back_from_its_meshes(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facekit_mesh, "bake", lambda vertices, _: np.ones(len(vertices), dtype=np.float32))
    with np.load(shared / "data" / "ict_facekit.npz") as archive:
        real = {name: archive[name] for name in archive.files}
    # Two shapes and one mode: the other 105 meshes are read by the same lines.
    shapes = ("jawOpen", "mouthSmile_L")
    chosen = [real["expression_names"].tolist().index(name) for name in shapes]
    real["expression_names"] = real["expression_names"][chosen]
    real["expression_deltas"] = real["expression_deltas"][chosen]
    layout = dataclasses.replace(ICT_LIGHT, expressions=shapes)
    clone = write_tree(tmp_path / "clone", real, layout, modes=1)
    out = import_facekit(clone, tmp_path / "head.npz", modes=1, layout=layout)
    with np.load(out) as archive:
        again = {name: archive[name] for name in archive.files}
    assert set(real) <= set(again)
    for name in (*EXACT, "uv", "triangles_uv", "source_vertex_index", "jaw_right", "jaw_left"):
        np.testing.assert_array_equal(again[name], real[name], err_msg=name)
    # Already rounded shapes lose those of their displacements that rounding made shorter than the least.
    np.testing.assert_allclose(again["expression_deltas"], real["expression_deltas"], atol=LEAST_CM, rtol=0)
    np.testing.assert_array_equal(again["identity_deltas"], real["identity_deltas"][:1])
    places = real["vertices"]
    np.testing.assert_array_equal(places[again["mirror_vertex"]], places[real["mirror_vertex"]])
