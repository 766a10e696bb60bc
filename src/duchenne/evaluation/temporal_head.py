"""One temporal head for any features: statistics over a video, then ridge regression.

Takes what was read of each frame of each video, gives one vector of intensities a video. It has a closed form, so
that a comparison of features compares features and not the luck of a training. The strength of the penalty is
chosen on folds of the training people.

Source: Hoerl & Kennard 1970, "Ridge regression", Technometrics 12(1). Departure from paper 002, which learns a GRU:
`duchenne.training` is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.evaluation.continuous_metrics import pcc
from duchenne.evaluation.splits import SplitRules, k_fold

Values = NDArray[np.float64]

PENALTIES: Final = (0.1, 1.0, 10.0, 100.0, 1000.0)
_N_FOLDS: Final = 5
_STATISTICS: Final = 5


def statistics(frames: Values) -> Values:
    """Mean, deviation, 90th percentile, largest value and mean step of each feature.

    Args:
        frames: (F, K) of the frames in which a face was read, in the order of time.

    Returns:
        (5 K,); all NaN of a video in which nothing was read.
    """
    if not len(frames):
        return np.full(_STATISTICS * frames.shape[1], np.nan)
    steps = np.abs(np.diff(frames, axis=0))
    return np.concatenate(
        [
            frames.mean(axis=0),
            frames.std(axis=0),
            np.percentile(frames, 90, axis=0),
            frames.max(axis=0),
            steps.mean(axis=0) if len(steps) else np.zeros(frames.shape[1]),
        ]
    )


@dataclass(frozen=True, slots=True, eq=False)
class Ridge:
    """A fitted head: features are brought to mean 0 and deviation 1; one that never moves counts for nothing.

    A feature counts as far as the learned-from videos had it: a unit that hardly moved in them and is shown once
    in another would lie 60 deviations out, and that one number would decide the answer.
    """

    lowest: Values
    highest: Values
    means: Values
    deviations: Values
    weights: Values
    offsets: Values

    @classmethod
    def fit(cls, features: Values, targets: Values, penalty: float) -> Ridge:
        """Least squares with a penalty on the squared weights.

        Args:
            features: (N, D).
            targets: (N, K).
            penalty: Above 0.
        """
        means, deviations = features.mean(axis=0), features.std(axis=0)
        deviations = np.where(deviations > 1e-12, deviations, np.inf)
        scaled, offsets = (features - means) / deviations, targets.mean(axis=0)
        gram = scaled.T @ scaled + penalty * np.eye(scaled.shape[1])
        lowest, highest = features.min(axis=0), features.max(axis=0)
        weights = np.linalg.solve(gram, scaled.T @ (targets - offsets))
        return cls(lowest, highest, means, deviations, weights, offsets)

    def predict(self, features: Values) -> Values:
        """(N, K) for (N, D) features."""
        known = np.clip(features, self.lowest, self.highest)
        return np.asarray((known - self.means) / self.deviations @ self.weights + self.offsets)


def fit_head(features: Values, targets: Values, subjects: Sequence[str], *, seed: int = 0) -> Ridge:
    """Fit with the penalty whose mean correlation over folds of people is highest.

    Args:
        features: (N, D).
        targets: (N, K).
        subjects: N names; nobody is in two folds. At least two people.
        seed: Of the folds.

    Raises:
        DataError: if there are fewer people than folds, of which there are 5 or as many as people.
    """
    n_folds = min(_N_FOLDS, len(set(subjects)))
    folds = k_fold(subjects, None, n_folds=n_folds, seed=seed, rules=SplitRules(max_imbalance=np.inf))
    scores = []
    for penalty in PENALTIES:
        predicted = np.empty_like(targets)
        for fold in folds:
            head = Ridge.fit(features[fold.training], targets[fold.training], penalty)
            predicted[fold.test] = head.predict(features[fold.test])
        scores.append(mean_pcc(targets, predicted))
    best = int(np.nanargmax(scores)) if np.isfinite(scores).any() else len(PENALTIES) - 1
    return Ridge.fit(features, targets, PENALTIES[best])


def mean_pcc(targets: Values, predicted: Values) -> float:
    """The mean over columns of Pearson's r, as paper 002 scores; NaN if one column has none."""
    return float(np.mean([pcc(a, b) for a, b in zip(targets.T, predicted.T, strict=True)]))
