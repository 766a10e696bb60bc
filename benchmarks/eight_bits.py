"""Does a network read as well, and faster, in 8-bit integers than in 32-bit floats?

Takes an installed network with expressions and units and the folder of data files; quantises its weights and what
flows between its layers (ONNX Runtime's static quantisation, calibrated on faces that it learned from, channels
of weights apart), and prints for both forms size, time for a face on one core in turns, FER2013's two accuracies
on PublicTest, the mean r with the units of synthetic people without drawn lines, and by how much the answers for
PublicTest's faces move.

Run: ``python benchmarks/eight_bits.py --data DATA`` (DATA as docs/training.md makes it)
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from duchenne.datasets.fer2013 import read_fer2013
from duchenne.evaluation.expressions import score_outputs
from duchenne.evaluation.protocols.frame_model import FACES, SYNTHETIC
from duchenne.evaluation.protocols.unit_truth import mean_scores, score_units, units_of
from duchenne.models.preprocess import to_tensor
from duchenne.models.session import Session
from duchenne.models.store import load_card, load_weights
from duchenne.training.patches import resized
from plain_faces import plain_faces

_BATCH, _N_CALIBRATE, _N_RUNS, _SEED = 64, 512, 300, 0

TITLES = ("expression head against the FER+ majority", "fer2013 head against FER2013's own label")

Images = NDArray[np.float32]


class _Faces(CalibrationDataReader):  # type: ignore[misc]  # the library has no types
    """Hands out calibration faces one by one."""

    def __init__(self, name: str, images: Images) -> None:
        self._feeds: Iterator[dict[str, Images]] = iter({name: image[None]} for image in images)

    def get_next(self) -> dict[str, Images] | None:
        return next(self._feeds, None)


def main() -> None:
    """Quantise, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="rec_joint")
    options = parser.parse_args()
    session = Session.open(options.model)
    with tempfile.TemporaryDirectory() as folder:
        files = _both(options.model, options.data, Path(folder))
        sizes = {name: path.stat().st_size / 1e6 for name, path in files.items()}
        opened = {name: _open(path) for name, path in files.items()}
    sizes["32 bits"] = len(load_weights(session.card)) / 1e6  # stored in 16
    times = _times(opened, session)
    print(f"{'':10}{'MB':>8}{'ms a face':>12}{'of 32 bits':>12}{'FER+':>8}{'seven':>8}{'mean r':>8}", end="")
    print(f"{'expression moves by: mean':>28}{'most':>8}{'unit: mean':>14}{'most':>8}")
    samples = read_fer2013(options.data / FACES, "PublicTest")
    patches = np.stack([resized(sample.grey(), session.card.input.size) for sample in samples])
    people, readings = plain_faces(options.data / SYNTHETIC, session.card.input, units_of(session))
    plain: dict[str, Images] = {}
    for name, network in opened.items():
        ratio = float(np.median(times[name] / times["32 bits"]))
        answers = _answers(network, patches, session)
        plain = plain or answers
        scores = {score.title: score.accuracy for score in score_outputs(samples, answers)}
        estimated = _answers(network, people, session)["units"].astype(np.float64)
        r = mean_scores(score_units(replace(readings, estimated=estimated)))[0]
        median = float(np.median(times[name]))
        print(f"{name:10}{sizes[name]:8.2f}{median:12.2f}{ratio:12.2f}", end="")
        print("".join(f"{scores[title]:8.3f}" for title in TITLES) + f"{r:8.3f}", end="")
        for output, width in (("expression", 28), ("units", 14)):
            moved = np.abs(answers[output] - plain[output])
            print(f"{moved.mean():{width}.4f}{moved.max():8.3f}", end="")
        print()


def _both(model: str, data: Path, folder: Path) -> dict[str, Path]:
    """The network with weights of 32 bits, and in integers."""
    card = load_card(model)
    stored, plain, small = (folder / f"{name}.onnx" for name in ("stored", "plain", "small"))
    stored.write_bytes(load_weights(card))
    quant_pre_process(str(stored), str(plain), skip_symbolic_shape=True)
    samples = read_fer2013(data / FACES, "Training")
    chosen = np.random.default_rng(_SEED).choice(len(samples), _N_CALIBRATE, replace=False)
    faces = np.stack([resized(samples[index].grey(), card.input.size) for index in chosen])
    name = onnx.load(plain).graph.input[0].name
    quantize_static(
        str(plain),
        str(small),
        _Faces(name, to_tensor(faces, card.input)),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["Conv", "Gemm", "Add"],
    )
    return {"32 bits": plain, "8 bits": small}


def _open(path: Path) -> ort.InferenceSession:
    """As the product opens it: one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])


def _times(opened: dict[str, ort.InferenceSession], session: Session) -> dict[str, NDArray[np.float64]]:
    """Milliseconds for one face, in turns."""
    spec = session.card.input
    face = np.zeros((1, spec.channels, spec.size, spec.size), dtype=np.float32)
    found: dict[str, list[float]] = {name: [] for name in opened}
    for run in range(_N_RUNS + _N_RUNS // 10):
        for name, network in opened.items():
            begin = time.perf_counter()
            network.run(None, {network.get_inputs()[0].name: face})
            if run >= _N_RUNS // 10:
                found[name].append((time.perf_counter() - begin) * 1000)
    return {name: np.asarray(values) for name, values in found.items()}


def _answers(
    network: ort.InferenceSession, patches: NDArray[np.uint8], session: Session
) -> dict[str, Images]:
    names = [output.name for output in network.get_outputs()]
    feed = network.get_inputs()[0].name
    parts = [
        network.run(None, {feed: to_tensor(patches[start : start + _BATCH], session.card.input)})
        for start in range(0, len(patches), _BATCH)
    ]
    return {name: np.concatenate([part[place] for part in parts]) for place, name in enumerate(names)}


if __name__ == "__main__":
    main()
