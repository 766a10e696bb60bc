"""What a clone of ICT-FaceKit looks like: which vertices are which piece of the head, and which files there are.

Data alone. Source: the tables of the kit's README and its ``vertex_indices.json`` (github.com/ICT-VGL/ICT-FaceKit,
MIT licence); the kept ranges were checked against a model file made from commit da5f95a.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

URL: Final = "https://github.com/ICT-VGL/ICT-FaceKit"
LICENCE_FILE: Final = "LICENSE"
MESH_FOLDER: Final = "FaceXModel"
NEUTRAL_FILE: Final = "generic_neutral_mesh.obj"
INDEX_FILE: Final = "vertex_indices.json"
LANDMARKS_KEY: Final = "idx_to_landmark_verts"
RIGID_KEY: Final = "idx_to_rigid_verts"


def identity_file(mode: int) -> str:
    """The mesh of the neutral head moved by one standard deviation along a mode, counted from 0."""
    return f"identity{mode:03d}.obj"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the meshes of a kit are numbered.

    Attributes:
        n_vertices: Of every mesh.
        pieces: Name in `duchenne.synth.head.model.PARTS` and its vertices, first and one past the last, in
            ascending order. What lies between them is dropped.
        expressions: Name of each shape and, with ``.obj``, of its file.
        jaw_right: Vertices that may stand for landmarks 0 to 7 where the contour is seen from the front.
        jaw_left: Likewise for landmarks 9 to 16.
    """

    n_vertices: int
    pieces: tuple[tuple[str, int, int], ...]
    expressions: tuple[str, ...]
    jaw_right: tuple[int, ...] = ()
    jaw_left: tuple[int, ...] = ()


ICT_LIGHT: Final = Layout(
    n_vertices=26719,
    # Not kept: molars further back than the first, the inner iris meshes (the iris is painted on the eyeball),
    # lacrimal fluid, and the blend and occlusion meshes around the eye, which need transparency.
    pieces=(
        ("face", 0, 9409),
        ("head_neck", 9409, 11248),
        ("mouth_socket", 11248, 13294),
        ("eye_socket_l", 13294, 13678),
        ("eye_socket_r", 13678, 14062),
        ("gums_tongue", 14062, 17039),
        ("teeth_upper", 17416, 18870),
        ("teeth_lower", 19602, 21096),
        ("eyeball_l", 21451, 22221),
        ("eyeball_r", 23021, 23791),
        ("lashes_l", 25351, 26035),
        ("lashes_r", 26035, 26719),
    ),
    # The 53 that the kit lists, then four that lie beside them unlisted.
    expressions=(
        *("browDown_L", "browDown_R", "browInnerUp_L", "browInnerUp_R", "browOuterUp_L", "browOuterUp_R"),
        *("cheekPuff_L", "cheekPuff_R", "cheekSquint_L", "cheekSquint_R", "eyeBlink_L", "eyeBlink_R"),
        *("eyeLookDown_L", "eyeLookDown_R", "eyeLookIn_L", "eyeLookIn_R", "eyeLookOut_L", "eyeLookOut_R"),
        *("eyeLookUp_L", "eyeLookUp_R", "eyeSquint_L", "eyeSquint_R", "eyeWide_L", "eyeWide_R"),
        *("jawForward", "jawLeft", "jawOpen", "jawRight", "mouthClose", "mouthDimple_L", "mouthDimple_R"),
        *("mouthFrown_L", "mouthFrown_R", "mouthFunnel", "mouthLeft", "mouthLowerDown_L"),
        *("mouthLowerDown_R", "mouthPress_L", "mouthPress_R", "mouthPucker", "mouthRight"),
        *("mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmile_L"),
        *("mouthSmile_R", "mouthStretch_L", "mouthStretch_R", "mouthUpperUp_L", "mouthUpperUp_R"),
        *("noseSneer_L", "noseSneer_R", "PupilDilate_L", "PupilDilate_R", "cheekRaiser_L", "cheekRaiser_R"),
    ),
    jaw_right=(1278, 1272, 12, 1834, 243, 781, 2199, 1447),
    jaw_left=(3661, 4390, 3022, 2484, 4036, 2253, 3490, 3496),
)
"""The light version of the ICT face model, in its present numbering (2020 and later)."""
