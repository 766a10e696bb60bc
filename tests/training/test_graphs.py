from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from duchenne.training.graphs import mirrored, store_halved

N_WEIGHTS = 1024


def graph(rows: int = 2, columns: int = 3) -> onnx.ModelProto:
    """Two outputs of a (N, 1, rows, columns) picture: its left column's sum and the picture itself."""
    made = helper.make_graph(
        [
            helper.make_node("Slice", ["image", "zero", "one", "width"], ["left"]),
            helper.make_node("ReduceSum", ["left", "axes"], ["sum"], keepdims=0),
            helper.make_node("Identity", ["image"], ["copy"]),
        ],
        "left",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, rows, columns])],
        [
            helper.make_tensor_value_info("sum", TensorProto.FLOAT, ["N", 1]),
            helper.make_tensor_value_info("copy", TensorProto.FLOAT, ["N", 1, rows, columns]),
        ],
        [
            numpy_helper.from_array(np.array(values, dtype=np.int64), name)
            for name, values in (("zero", [0]), ("one", [1]), ("width", [3]), ("axes", [2, 3]))
        ],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run(model: onnx.ModelProto, image: np.ndarray) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(model.SerializeToString())
    names = [out.name for out in session.get_outputs()]
    return dict(zip(names, session.run(names, {"image": image}), strict=True))


@pytest.mark.parametrize("n", [1, 4])
def test_mirrored_model_gives_the_mean_of_both_views(n: int) -> None:
    image = np.random.default_rng(0).random((n, 1, 2, 3), dtype=np.float32)
    got = run(mirrored(graph(), 3), image)
    # Each number is the sum of two or four float32 values below 1.
    np.testing.assert_allclose(got["sum"][:, 0], (image[..., 0] + image[..., 2]).sum((1, 2)) / 2, atol=1e-6)
    np.testing.assert_allclose(got["copy"], (image + image[..., ::-1]) / 2, atol=1e-6)


def test_another_axis_is_mirrored_if_asked() -> None:
    image = np.random.default_rng(0).random((2, 1, 2, 3), dtype=np.float32)
    got = run(mirrored(graph(), 2), image)
    np.testing.assert_allclose(got["copy"], (image + image[:, :, ::-1]) / 2, atol=1e-6)


def test_model_given_stays_as_it_was() -> None:
    model = graph()
    before = model.SerializeToString(deterministic=True)
    mirrored(model, 3)
    store_halved(model)
    assert model.SerializeToString(deterministic=True) == before


def weighted(n: int) -> onnx.ModelProto:
    """A model that adds a constant of ``n`` values."""
    made = helper.make_graph(
        [helper.make_node("Add", ["image", "constant"], ["sum"])],
        "add",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", n])],
        [helper.make_tensor_value_info("sum", TensorProto.FLOAT, ["N", n])],
        [numpy_helper.from_array(np.linspace(1, 2, n, dtype=np.float32), "constant")],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.mark.parametrize(
    ("n", "kind"), [(N_WEIGHTS, TensorProto.FLOAT16), (N_WEIGHTS - 1, TensorProto.FLOAT)]
)
def test_only_large_constants_are_halved_and_none_loses_more_than_half_precision(n: int, kind: int) -> None:
    model = store_halved(weighted(n))
    assert [constant.data_type for constant in model.graph.initializer] == [kind]
    got = run(model, np.zeros((1, n), dtype=np.float32))["sum"][0]
    # Half precision between 1 and 2: steps of 2 ** -10, rounded to the nearest.
    np.testing.assert_allclose(got, np.linspace(1, 2, n), atol=2**-11 + 1e-6)
