"""Measure the reference head of `duchenne.faces.pose` on photographs of many people.

Takes a parquet table of photographs (column ``jpeg``, ``image_id``) and, to set the zero of pitch, a table of
MediaPipe poses of the same images (``image_id``, ``pose_00`` to ``pose_22``). Gives ``pose_reference.npy``:
(468, 4) float32, x, y, z and weight of each mesh point. Only the average over many faces is kept.

The shape is the generalised Procrustes mean (Gower 1975) of the meshes of faces that look at the camera, made
symmetric, so that yaw and roll have their zero by symmetry. A point's weight is the inverse of its variance
around the mean: brows, lips and jaw, which expressions move, weigh little. Pitch has no natural zero; it is set
so that the median pitch over the photographs equals MediaPipe's.

Run: ``python tools/fit_pose_reference.py --photos faces.parquet --poses faces_blendshapes.parquet``
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import cv2
import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from duchenne.faces import Detector, FaceFinder, Mesh
from duchenne.faces.pose import angles, rotation
from duchenne.models.session import Session
from duchenne.records import Picture

OUTPUT = Path(__file__).parents[1] / "src/duchenne/faces/pose_reference.npy"
N_ROUNDS = 8
MAX_FRONTAL_DEG = 15.0


def main() -> None:
    """Measure, compare with the given poses, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--poses", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=2000, help="how many photographs to use")
    options = parser.parse_args()
    poses = given_poses(options.poses)
    photos = pq.read_table(options.photos, columns=["image_id", "jpeg"]).to_pylist()
    photos = [photo for photo in photos if photo["image_id"] in poses]
    order = np.random.default_rng(0).permutation(len(photos))[: options.limit]
    meshes, given = [], []
    finder = FaceFinder(
        Detector(Session.open("face_detector_full")),
        Detector(Session.open("face_detector_short")),
        Mesh(Session.open("face_mesh")),
    )
    for i in order:
        bgr = cv2.imdecode(np.frombuffer(photos[i]["jpeg"], np.uint8), cv2.IMREAD_COLOR)
        faces = finder.find(Picture.from_rgb(np.ascontiguousarray(bgr[..., ::-1])), tiles_per_side=1)
        if len(faces) == 1:
            meshes.append(faces[0].landmarks.astype(np.float64))
            given.append(poses[photos[i]["image_id"]])
    truth = np.array(given)
    frontal = (np.abs(truth[:, :2]) < MAX_FRONTAL_DEG).all(axis=1)
    print(f"{len(meshes)} faces with one mesh, {frontal.sum()} of them frontal")
    shape, weights = fit([m for m, keep in zip(meshes, frontal, strict=True) if keep])
    pitch = np.median([truth[i, 1] - estimate(shape, mesh, weights)[1] for i, mesh in enumerate(meshes)])
    shape = shape @ nod(float(pitch)).T
    measured = np.array([estimate(shape, mesh, weights) for mesh in meshes])
    for k, name in enumerate(("yaw", "pitch", "roll")):
        error = measured[:, k] - truth[:, k]
        r = np.corrcoef(measured[:, k], truth[:, k])[0, 1]
        print(
            f"{name}: median difference {np.median(error):+.2f} deg, MAE {np.abs(error).mean():.2f}, r {r:.3f}"
        )
    np.save(OUTPUT, np.column_stack([shape, weights]).astype(np.float32))


def given_poses(path: Path) -> dict[str, tuple[float, float, float]]:
    """MediaPipe's poses by image; its axes (x right, y up, z to the camera) are turned into image axes."""
    flip = np.diag([1.0, -1.0, -1.0])
    result = {}
    for row in pq.read_table(path).to_pylist():
        matrix = np.array([[row[f"pose_{i}{j}"] for j in range(3)] for i in range(3)])
        u, _, vt = np.linalg.svd(matrix)
        pose = angles(flip @ (u @ vt) @ flip)
        result[row["image_id"]] = (pose.yaw_deg, pose.pitch_deg, pose.roll_deg)
    return result


def fit(meshes: list[NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The symmetric weighted mean shape, (468, 3) of unit size, and the weights, (468,) of mean 1."""
    weights = np.ones(len(meshes[0]))
    shape = unit(meshes[0], weights)
    mirror = None
    for _ in range(N_ROUNDS):
        laid = np.array([unit(m, weights) @ rotation(shape, unit(m, weights), weights) for m in meshes])
        shape = laid.mean(axis=0)
        if mirror is None:
            mirror = pairs(upright(shape))
        shape = upright(shape)
        shape = unit((shape + shape[mirror] * [-1, 1, 1]) / 2, weights)
        laid = np.array([unit(m, weights) @ rotation(shape, unit(m, weights), weights) for m in meshes])
        variance = ((laid - shape) ** 2).sum(axis=2).mean(axis=0)
        variance = (variance + variance[mirror]) / 2
        weights = 1 / variance
        weights /= weights.mean()
    return shape, weights


def unit(mesh: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mesh around its weighted centre, at a weighted size of 1."""
    share = weights[:, None] / weights.sum()
    centred = mesh - (share * mesh).sum(axis=0)
    return np.asarray(centred / math.sqrt(float((share * centred**2).sum())))


def upright(shape: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn a shape so that the outer eye corners (33, 263) lie level and face the camera."""
    across = shape[263] - shape[33]
    across /= np.linalg.norm(across)
    depth = np.cross(across, [0.0, 1.0, 0.0])
    depth /= np.linalg.norm(depth)
    return shape @ np.column_stack([across, np.cross(depth, across), depth])


def pairs(shape: NDArray[np.float64]) -> NDArray[np.intp]:
    """For each point the one that mirrors it, found by matching the shape to its mirror image."""
    mirrored = shape * [-1, 1, 1]
    distances = np.linalg.norm(shape[:, None] - mirrored[None], axis=2)
    return np.asarray(linear_sum_assignment(distances)[1])


def nod(pitch_deg: float) -> NDArray[np.float64]:
    """The rotation about x that makes a head look up by ``pitch_deg``, the inverse for the reference."""
    a = math.radians(pitch_deg)
    return np.array([[1, 0, 0], [0, math.cos(a), -math.sin(a)], [0, math.sin(a), math.cos(a)]])


def estimate(
    shape: NDArray[np.float64], mesh: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Yaw, pitch, roll of one mesh in degrees."""
    pose = angles(rotation(shape, mesh, weights))
    return pose.yaw_deg, pose.pitch_deg, pose.roll_deg


if __name__ == "__main__":
    main()
