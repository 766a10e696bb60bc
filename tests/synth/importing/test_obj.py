"""Reading OBJ meshes: what is read, and that anything doubtful is refused with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from duchenne.errors import InputError
from duchenne.synth.importing.obj import NO_CORNER, read_obj, read_positions

MESH = """# a square and a triangle
mtllib some.mtl
v 0 0 0
v 1 0 0
  v 1 1 -2.5e-1
v 0 1 0.125
v 0.5 2 0
vt 0 0
vt 1 0
vt 1 1
vn 0 0 1
g piece
usemtl skin
s 1
f 1/1 2/2 3/3 4/1

f 4/1/1\t3/2/1 5/3/1
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "mesh.obj"
    path.write_text(text, encoding="utf-8")
    return path


def test_positions_texture_and_faces_are_read_with_numbers_from_zero(tmp_path: Path) -> None:
    mesh = read_obj(write(tmp_path, MESH))
    expected = [[0, 0, 0], [1, 0, 0], [1, 1, -0.25], [0, 1, 0.125], [0.5, 2, 0]]
    np.testing.assert_array_equal(mesh.vertices, expected)
    np.testing.assert_array_equal(mesh.uv, [[0, 0], [1, 0], [1, 1]])
    np.testing.assert_array_equal(mesh.faces, [[0, 1, 2, 3], [3, 2, 4, NO_CORNER]])
    np.testing.assert_array_equal(mesh.faces_uv, [[0, 1, 2, 0], [0, 1, 2, NO_CORNER]])


def test_lines_may_end_as_windows_ends_them(tmp_path: Path) -> None:
    path = tmp_path / "mesh.obj"
    path.write_bytes(MESH.replace("\n", "\r\n").encode())
    assert len(read_obj(path).faces) == 2


def test_positions_alone_are_those_of_the_whole_mesh(tmp_path: Path) -> None:
    path = write(tmp_path, MESH)
    np.testing.assert_array_equal(read_positions(path), read_obj(path).vertices)


def test_positions_are_read_whatever_the_faces_say(tmp_path: Path) -> None:
    assert read_positions(write(tmp_path, "v 1 2 3\nf nonsense\n")).tolist() == [[1, 2, 3]]


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    mesh = read_obj(write(tmp_path, ""))
    assert mesh.vertices.shape == (0, 3)
    assert mesh.uv.shape == (0, 2)
    assert mesh.faces.shape == mesh.faces_uv.shape == (0, 4)


@pytest.mark.parametrize(
    ("old", "new", "number", "expected"),
    [
        ("v 1 0 0", "v 1 0", 4, "3 finite numbers after v"),
        ("v 1 0 0", "v", 4, "3 finite numbers after v"),
        ("v 1 0 0", "v 1 0 0 1", 4, "3 finite numbers after v"),
        ("v 1 0 0", "v 1 0 zero", 4, "3 finite numbers after v"),
        ("v 1 0 0", "v 1 0 nan", 4, "3 finite numbers after v"),
        ("v 1 0 0", "v 1 0 1e999", 4, "3 finite numbers after v"),
        ("vt 1 1", "vt 1", 10, "2 finite numbers after vt"),
        ("f 1/1 2/2 3/3 4/1", "f 1/1 2/2", 15, "three or four corners like 12/7"),
        ("f 1/1 2/2 3/3 4/1", "f 1/1 2/2 3/3 4/1 5/1", 15, "three or four corners like 12/7"),
        ("f 1/1 2/2 3/3 4/1", "f 1 2 3", 15, "three or four corners like 12/7"),
        ("f 1/1 2/2 3/3 4/1", "f 1//1 2//1 3//1", 15, "three or four corners like 12/7"),
        ("f 1/1 2/2 3/3 4/1", "f 1/1/1/1 2/2 3/3", 15, "three or four corners like 12/7"),
        ("f 1/1 2/2 3/3 4/1", "f -1/1 2/2 3/3", 15, "counted from 1"),
        ("f 1/1 2/2 3/3 4/1", "f 0/1 2/2 3/3", 15, "counted from 1"),
        ("f 1/1 2/2 3/3 4/1", "f 1/0 2/2 3/3", 15, "counted from 1"),
        ("f 1/1 2/2 3/3 4/1", "f 99999999999/1 2/2 3/3", 15, "counted from 1"),
        ("f 1/1 2/2 3/3 4/1", "f 6/1 2/2 3/3", 15, "corners among the 5 vertices"),
        ("f 1/1 2/2 3/3 4/1", "f 1/1 2/4 3/3", 15, "corners among the 3 texture coordinates"),
        ("g piece", "curv 0 1", 12, "begins with v, vt, f or a comment"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, old: str, new: str, number: int, expected: str) -> None:
    path = write(tmp_path, MESH.replace(old, new))
    with pytest.raises(InputError) as caught:
        read_obj(path)
    assert caught.value.what == f"{path}, line {number} is malformed"
    assert repr(new) in caught.value.got
    assert expected in caught.value.expected


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.obj cannot be read.*No such file.*Wavefront OBJ"):
        read_positions(tmp_path / "none.obj")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mesh.obj"
    path.write_bytes(b"v \xff\xfe")
    with pytest.raises(InputError, match=r"mesh\.obj cannot be read.*utf-8"):
        read_obj(path)
