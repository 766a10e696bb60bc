from __future__ import annotations

import numpy as np
import pytest
import torch

from duchenne.evaluation import continuous_metrics
from duchenne.training.losses import (
    concordance_loss,
    distribution_matching,
    soft_cross_entropy,
    squared_error,
    unit_cross_entropy,
)

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


INTENSITY = torch.tensor([[0.0, 0.3, torch.nan], [1.0, torch.nan, torch.nan], [0.5, 0.25, 0.75]])


@pytest.mark.parametrize("weight", [[1.0, 1.0, 1.0], [1.0, 0.5, 0.0], [0.0, 2.0, 0.0]])
def test_unit_loss_is_the_weighted_mean_over_the_units_that_are_known(weight: list[float]) -> None:
    got = unit_cross_entropy(LOGITS, INTENSITY, torch.tensor(weight))
    p = 1 / (1 + np.exp(-LOGITS.double().numpy()))
    target = INTENSITY.double().numpy()
    entropy = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    known = np.isfinite(target)
    of_face = np.broadcast_to(np.array(weight)[:, None], target.shape)
    assert float(got) == pytest.approx(
        float(np.average(entropy[known], weights=of_face[known])), abs=TOLERANCE
    )


def test_unit_loss_is_least_where_the_sigmoid_is_the_intensity() -> None:
    target = torch.tensor([[0.1, 0.5, 0.9]])
    logits = torch.logit(target).requires_grad_()
    unit_cross_entropy(logits, target, torch.ones(1)).backward()
    assert logits.grad is not None
    torch.testing.assert_close(logits.grad, torch.zeros(1, 3), rtol=0, atol=TOLERANCE)


def test_unknown_unit_teaches_nothing() -> None:
    logits = LOGITS.clone().requires_grad_()
    unit_cross_entropy(logits, INTENSITY, torch.tensor([1.0, 1.0, 0.0])).backward()
    assert logits.grad is not None
    assert (logits.grad != 0).tolist() == [[True, True, False], [True, False, False], [False] * 3]


VALUES = torch.tensor([[0.1, -0.5], [0.4, 0.2], [-0.3, 0.9], [0.8, 0.1], [0.0, 0.0]])
RATINGS = torch.tensor([[0.2, -0.1], [0.3, 0.4], [-0.6, 0.5], [0.4, 0.4], [9.0, -9.0]])


def test_concordance_loss_is_one_minus_the_mean_coefficient_of_the_faces_with_ratings() -> None:
    got = concordance_loss(VALUES, RATINGS, torch.tensor([2.0, 2.0, 2.0, 2.0, 0.0]))
    value, rating = VALUES.double().numpy()[:4], RATINGS.double().numpy()[:4]
    expected = [continuous_metrics.ccc(rating[:, k], value[:, k]) for k in range(2)]
    assert float(got) == pytest.approx(1 - float(np.mean(expected)), abs=TOLERANCE)


def test_weight_of_two_counts_a_face_twice() -> None:
    twice = torch.tensor([0, 1, 1, 2, 3])
    got = concordance_loss(VALUES[:4], RATINGS[:4], torch.tensor([1.0, 2.0, 1.0, 1.0]))
    expected = concordance_loss(VALUES[twice], RATINGS[twice], torch.ones(5))
    assert float(got) == pytest.approx(float(expected), abs=TOLERANCE)


def test_concordance_is_best_for_the_ratings_themselves_and_worst_for_their_opposite() -> None:
    centred = RATINGS[:4] - RATINGS[:4].mean(dim=0)
    for values, expected in ((centred, 0.0), (-centred, 2.0), (torch.zeros(4, 2), 1.0)):
        assert float(concordance_loss(values, centred, torch.ones(4))) == pytest.approx(
            expected, abs=TOLERANCE
        )


@pytest.mark.parametrize("weight", [[0.0] * 5, [1.0, 0.0, 0.0, 0.0, 0.0]])
def test_fewer_than_two_ratings_have_no_concordance_and_teach_nothing(weight: list[float]) -> None:
    values = VALUES.clone().requires_grad_()
    loss = concordance_loss(values, RATINGS, torch.tensor(weight))
    loss.backward()
    assert loss.item() == 0
    assert values.grad is not None
    assert torch.count_nonzero(values.grad) == 0


def test_concordance_of_what_agrees_is_one_in_half_precision_too() -> None:
    # A deviation of 0.04, whose square is below the smallest step of bfloat16 at 1.
    values = torch.tensor([[-0.04], [0.04], [-0.04], [0.04]])
    loss = concordance_loss(values.bfloat16(), values.bfloat16().float(), torch.ones(4))
    assert float(loss) == pytest.approx(0, abs=1e-3)


def test_values_and_ratings_that_are_one_and_the_same_number_have_a_loss_of_one_and_a_finite_gradient() -> (
    None
):
    values = torch.full((3, 1), 0.5, requires_grad=True)
    loss = concordance_loss(values, torch.full((3, 1), 0.5), torch.ones(3))
    loss.backward()
    assert loss.item() == pytest.approx(1, abs=TOLERANCE)
    assert values.grad is not None
    assert torch.isfinite(values.grad).all()


UNITS = torch.tensor([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.5, 0.0], [torch.nan] * 4])
UNIT_LOGITS = torch.tensor([[1.0, -1.0, 0.0, 2.0], [0.5, 0.5, -2.0, 0.0], [3.0, 0.0, 1.0, 1.0]])


def test_distribution_matching_is_the_cross_entropy_with_the_mixture_of_the_expressions_units() -> None:
    weight = np.array([[1.0, 1.0, 0.0, 1.0], [0.5, 0.0, 0.5, 0.5], [0.0, 0.0, 0.0, 0.0]])
    got = distribution_matching(LOGITS, UNIT_LOGITS, UNITS, torch.tensor(weight, dtype=torch.float32))
    # Equation (1) with the third expression, of which nothing is known, left out: a softmax over the other two.
    p_emo = np.exp(LOGITS.double().numpy()[:, :2])
    p_emo /= p_emo.sum(axis=1, keepdims=True)
    wanted = np.einsum("ne,ek->nk", p_emo, UNITS.double().numpy()[:2])
    p = 1 / (1 + np.exp(-UNIT_LOGITS.double().numpy()))
    entropy = -(wanted * np.log(p) + (1 - wanted) * np.log(1 - p))
    assert float(got) == pytest.approx(float(np.average(entropy, weights=weight)), abs=TOLERANCE)


def test_distribution_matching_moves_the_units_and_not_the_expressions() -> None:
    classes, units = LOGITS.clone().requires_grad_(), UNIT_LOGITS.clone().requires_grad_()
    distribution_matching(
        classes, units, UNITS, torch.tensor([1.0, 1.0, 0.0])[:, None].expand(3, 4)
    ).backward()
    assert classes.grad is None
    assert units.grad is not None
    assert torch.count_nonzero(units.grad[:2]) == 8
    assert torch.count_nonzero(units.grad[2]) == 0


def test_nobody_to_match_is_a_loss_of_zero() -> None:
    units = UNIT_LOGITS.clone().requires_grad_()
    loss = distribution_matching(LOGITS, units, UNITS, torch.zeros(3, 4))
    loss.backward()
    assert loss.item() == 0
    assert units.grad is not None
    assert torch.count_nonzero(units.grad) == 0
