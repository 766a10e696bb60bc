from __future__ import annotations

import numpy as np
import pytest
import torch

from duchenne.training import kinds, losses
from duchenne.training.networks import Kind

NUMBERS = torch.tensor([[2.0, 0.0, -1.0], [0.5, 0.6, 0.4], [0.0, 3.0, 1.0]])
TARGET = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
WEIGHT = torch.tensor([1.0, 0.5, 0.0])
# float32 sums of a handful of terms.
TOLERANCE = 1e-6


def test_answers_are_in_the_range_of_their_kind() -> None:
    numbers = NUMBERS.double().numpy()
    power = np.exp(numbers)
    expected = {
        Kind.CLASSES: power / power.sum(axis=1, keepdims=True),
        Kind.UNITS: 1 / (1 + np.exp(-numbers)),
        Kind.AFFECT: np.tanh(numbers),
        Kind.VALUES: numbers,
    }
    assert set(expected) == set(Kind)
    for kind, values in expected.items():
        np.testing.assert_allclose(kinds.answer(kind, NUMBERS).numpy(), values, atol=TOLERANCE)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.CLASSES, losses.soft_cross_entropy(NUMBERS, TARGET, WEIGHT)),
        (Kind.UNITS, losses.unit_cross_entropy(NUMBERS, TARGET, WEIGHT)),
        (Kind.AFFECT, losses.concordance_loss(torch.tanh(NUMBERS), TARGET, WEIGHT)),
        (Kind.VALUES, losses.squared_error(NUMBERS, TARGET, WEIGHT)),
    ],
)
def test_each_kind_has_its_loss(kind: Kind, expected: torch.Tensor) -> None:
    assert float(kinds.loss(kind, NUMBERS, TARGET, WEIGHT)) == float(expected)


def test_classes_are_measured_by_accuracy_over_the_faces_with_a_label() -> None:
    first = kinds.outcome(Kind.CLASSES, NUMBERS, TARGET, WEIGHT)
    second = kinds.outcome(Kind.CLASSES, NUMBERS[2:], TARGET[2:], torch.ones(1))
    assert first.tolist() == [1, 0]
    name, value = kinds.measure(Kind.CLASSES, torch.cat([first, second]))
    assert (name, float(value)) == ("accuracy", pytest.approx(2 / 3))


@pytest.mark.parametrize("kind", [Kind.UNITS, Kind.AFFECT, Kind.VALUES])
def test_all_else_is_measured_by_its_error_over_known_values(kind: Kind) -> None:
    target = TARGET.clone()
    target[1, 1] = torch.nan
    target[2] = 100  # of weight 0: nobody's business
    name, value = kinds.measure(kind, kinds.outcome(kind, NUMBERS, target, WEIGHT))
    error = (kinds.answer(kind, NUMBERS) - target)[:2].double().numpy().ravel()
    assert name == "rmse"
    assert float(value) == pytest.approx(float(np.sqrt(np.nanmean(error**2))), abs=TOLERANCE)
