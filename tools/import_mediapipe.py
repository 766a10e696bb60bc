"""Make the face detectors and the face mesh of this package from MediaPipe's own files.

    python tools/import_mediapipe.py [--wheel FILE] [--dry-run] [--check-litert] [--picture FILE ...]

Takes the PyPI wheel mediapipe==0.10.21 (fetched with pip if none is given; nothing in it is installed or
run), converts three TensorFlow Lite files, compares each result with its references, and writes
``models/weights`` and the hash, size and probe in ``models/cards``. Refuses files whose SHA-256 is not the
known one, and writes nothing at all if one output is off. Needs the packages onnx and tflite; the same
packages give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

import duchenne.models
from duchenne.errors import DuchenneError, InputError
from duchenne.records import Picture
from tflite_import import Imported, import_model, write

MODELS_FOLDER = Path(duchenne.models.__path__[0])
WHEEL = "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"
WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"


@dataclass(frozen=True, slots=True)
class Source:
    """A file inside the wheel and its SHA-256."""

    path: str
    sha256: str


SOURCES: Mapping[str, Source] = {
    "face_detector_short": Source(
        "mediapipe/modules/face_detection/face_detection_short_range.tflite",
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    ),
    "face_detector_full": Source(
        "mediapipe/modules/face_detection/face_detection_full_range_sparse.tflite",
        "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
    ),
    "face_mesh": Source(
        "mediapipe/modules/face_landmark/face_landmark.tflite",
        "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit code."""
    parser = argparse.ArgumentParser(description="Make the face models from MediaPipe's wheel.")
    parser.add_argument("--wheel", type=Path, help=f"{WHEEL}; fetched with pip if not given")
    parser.add_argument("--dry-run", action="store_true", help="compare, write nothing")
    parser.add_argument(
        "--check-litert", action="store_true", help="compare with Google's ai-edge-litert too"
    )
    parser.add_argument("--picture", type=Path, nargs="+", default=[], help="compare on these pictures too")
    options = parser.parse_args(arguments)
    try:
        pictures = [read_picture(path) for path in options.picture]
        with tempfile.TemporaryDirectory() as folder:
            wheel = options.wheel if options.wheel is not None else fetch_wheel(Path(folder))
            models = read_models(wheel)
        results = []
        for name, tflite in models.items():
            card_text = (MODELS_FOLDER / "cards" / f"{name}.toml").read_text(encoding="utf-8")
            results.append(import_model(card_text, tflite, pictures=pictures, litert=options.check_litert))
            print(report(results[-1], MODELS_FOLDER))
        if not options.dry_run:
            write(results, MODELS_FOLDER)
    except DuchenneError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def fetch_wheel(folder: Path) -> Path:
    """Fetch the wheel with pip, the same one on every platform: it is unzipped, never installed.

    Raises:
        InputError: if pip fails.
    """
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "mediapipe==0.10.21",
        "--no-deps",
        "--dest",
        str(folder),
    ]
    command += ["--only-binary=:all:", "--platform", "manylinux_2_28_x86_64", "--python-version", "3.11"]
    try:
        subprocess.run(command, check=True, stdout=sys.stderr)
    except subprocess.CalledProcessError as error:
        raise InputError(
            "pip could not fetch mediapipe==0.10.21",
            remedy=f"Fetch {WHEEL} yourself and pass it with --wheel",
        ) from error
    return folder / WHEEL


def read_models(wheel: Path) -> dict[str, bytes]:
    """The TensorFlow Lite files of the wheel, by the names of their cards.

    Raises:
        InputError: if the wheel is missing, or it or a file in it is not the known one.
    """
    if not wheel.is_file():
        raise InputError(f"there is no wheel at {wheel}", expected=WHEEL)
    _check_hash(wheel.name, wheel.read_bytes(), WHEEL_SHA256)
    models = {}
    with zipfile.ZipFile(wheel) as archive:
        for name, source in SOURCES.items():
            models[name] = archive.read(source.path)
            _check_hash(source.path, models[name], source.sha256)
    return models


def _check_hash(name: str, data: bytes, expected: str) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise InputError(
            f"{name} is not the known file", got=f"sha256 {found}", expected=f"sha256 {expected}"
        )


def read_picture(path: Path) -> Picture:
    """Read a picture file as RGB.

    Raises:
        InputError: if it is missing or no picture.
    """
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise InputError(f"{path} cannot be read as a picture")
    return Picture.from_rgb(np.asarray(bgr[..., ::-1], dtype=np.uint8))


def report(model: Imported, folder: Path) -> str:
    """A few lines on a converted network: its size, how it compares, whether it is the installed one."""
    card = model.card
    installed = folder / "weights" / card.weights
    same = installed.is_file() and installed.read_bytes() == model.weights
    lines = [
        f"{card.name}: {card.parameters} parameters, {len(model.weights)} bytes, "
        f"{'same as' if same else 'differs from'} the installed file"
    ]
    lines += [f"  {d.output} off {d.reference} by {d.value:.1e} on {d.inputs}" for d in model.differences]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
