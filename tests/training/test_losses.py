from __future__ import annotations

import numpy as np
import pytest
import torch

from duchenne.training.losses import soft_cross_entropy, squared_error, total_loss

LOGITS = torch.tensor([[2.0, 0.0, -1.0], [0.5, 0.5, 0.5], [0.0, 3.0, 1.0]])
TARGET = torch.tensor([[1.0, 0.0, 0.0], [0.2, 0.3, 0.5], [0.0, 0.0, 0.0]])
# float32 sums of a handful of terms.
TOLERANCE = 1e-6


def by_hand(weight: list[float]) -> float:
    logits, target = LOGITS.double().numpy(), TARGET.double().numpy()
    log = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return float(np.average(-(target * log).sum(axis=1), weights=weight))


@pytest.mark.parametrize("weight", [[1.0, 1.0, 1.0], [1.0, 0.5, 0.0], [0.0, 2.0, 0.0]])
def test_loss_is_the_weighted_mean_of_cross_entropies(weight: list[float]) -> None:
    got = soft_cross_entropy(LOGITS, TARGET, torch.tensor(weight))
    assert float(got) == pytest.approx(by_hand(weight), abs=TOLERANCE)


def test_certain_labels_give_the_usual_cross_entropy() -> None:
    labels = torch.tensor([0, 2, 1])
    target = torch.nn.functional.one_hot(labels, 3).float()
    got = soft_cross_entropy(LOGITS, target, torch.ones(3))
    assert float(got) == pytest.approx(
        float(torch.nn.functional.cross_entropy(LOGITS, labels)), abs=TOLERANCE
    )


def test_missing_target_teaches_nothing() -> None:
    logits = LOGITS.clone().requires_grad_()
    soft_cross_entropy(logits, TARGET, torch.tensor([1.0, 1.0, 0.0])).backward()
    assert logits.grad is not None
    assert torch.count_nonzero(logits.grad[2]) == 0
    assert torch.count_nonzero(logits.grad[:2]) == 6


def test_batch_without_any_target_has_loss_zero_and_a_gradient() -> None:
    logits = LOGITS.clone().requires_grad_()
    loss = soft_cross_entropy(logits, TARGET, torch.zeros(3))
    loss.backward()
    assert loss.item() == 0
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()


def test_total_is_the_sum_over_heads() -> None:
    ones = torch.ones(3)
    both = total_loss({"a": LOGITS, "b": -LOGITS}, {"a": TARGET, "b": TARGET}, {"a": ones, "b": ones})
    parts = soft_cross_entropy(LOGITS, TARGET, ones) + soft_cross_entropy(-LOGITS, TARGET, ones)
    assert float(both) == pytest.approx(float(parts), abs=TOLERANCE)


@pytest.mark.parametrize("weight", [[1.0, 1.0, 1.0], [1.0, 0.5, 0.0], [0.0, 2.0, 0.0]])
def test_squared_error_is_the_weighted_mean_over_faces_of_the_mean_over_values(weight: list[float]) -> None:
    got = squared_error(LOGITS, TARGET, torch.tensor(weight))
    error = ((LOGITS.double().numpy() - TARGET.double().numpy()) ** 2).mean(axis=1)
    assert float(got) == pytest.approx(float(np.average(error, weights=weight)), abs=TOLERANCE)


def test_value_without_a_target_teaches_nothing() -> None:
    values = LOGITS.clone().requires_grad_()
    squared_error(values, TARGET, torch.tensor([1.0, 0.0, 1.0])).backward()
    assert values.grad is not None
    assert torch.count_nonzero(values.grad[1]) == 0
    # The derivative of a mean over 2 faces and 3 values.
    torch.testing.assert_close(values.grad[0], 2 * (LOGITS - TARGET)[0] / 6, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("n", [0, 3])
def test_squared_error_without_any_target_is_zero_and_has_a_gradient(n: int) -> None:
    values = LOGITS[:n].clone().requires_grad_()
    loss = squared_error(values, TARGET[:n], torch.zeros(n))
    loss.backward()
    assert loss.item() == 0
    assert values.grad is not None
    assert torch.count_nonzero(values.grad) == 0


def test_total_takes_squared_error_for_the_heads_of_values_alone() -> None:
    ones = torch.ones(3)
    outputs, targets, weights = (
        {"a": LOGITS, "b": -LOGITS},
        {"a": TARGET, "b": TARGET},
        {"a": ones, "b": ones},
    )
    both = total_loss(outputs, targets, weights, values=["b"])
    parts = soft_cross_entropy(LOGITS, TARGET, ones) + squared_error(-LOGITS, TARGET, ones)
    assert float(both) == pytest.approx(float(parts), abs=TOLERANCE)
