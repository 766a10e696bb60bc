"""Training data in memory: patches, targets and weights, and the batches drawn from them.

Takes uint8 patches with one target distribution and one weight per head; gives batches of tensors, augmented
and made by `duchenne.models.preprocess`, and the order in which an epoch visits them. Refuses parts whose
lengths or heads differ.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, distributed
from torch.utils.data import Dataset, Sampler

from duchenne.models.card import InputSpec
from duchenne.models.preprocess import to_tensor
from duchenne.training.augment import Augmentation, augment


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """N labelled patches.

    Attributes:
        patches: (N, size, size) grey or (N, size, size, 3) RGB uint8.
        targets: For each head (N, K) float32 distributions; rows of weight 0 are all zero.
        weights: For each head (N,) float32, 0 where the target is missing.
        shares: (N,) float32 in (0, 1], the chance of being drawn in an epoch.
    """

    patches: NDArray[np.uint8]
    targets: Mapping[str, NDArray[np.float32]]
    weights: Mapping[str, NDArray[np.float32]]
    shares: NDArray[np.float32]

    def __post_init__(self) -> None:
        lengths = {len(a) for a in (*self.targets.values(), *self.weights.values(), self.shares)}
        if lengths != {len(self.patches)} or set(self.targets) != set(self.weights):
            raise ValueError(
                f"{len(self.patches)} patches with targets for {sorted(self.targets)}, weights for "
                f"{sorted(self.weights)} and lengths {sorted(lengths)}: they do not belong together"
            )

    def __len__(self) -> int:
        return len(self.patches)

    @classmethod
    def concatenate(cls, parts: Sequence[TrainingSet]) -> TrainingSet:
        """Put sets with the same heads end to end; at least one.

        Raises:
            ValueError: if their heads differ.
        """
        if len({frozenset(part.targets) for part in parts}) != 1:
            raise ValueError(f"sets with different heads: {[sorted(part.targets) for part in parts]}")
        return cls(
            patches=np.concatenate([p.patches for p in parts]),
            targets={name: np.concatenate([p.targets[name] for p in parts]) for name in parts[0].targets},
            weights={name: np.concatenate([p.weights[name] for p in parts]) for name in parts[0].weights},
            shares=np.concatenate([p.shares for p in parts]),
        )


class Batch(NamedTuple):  # a tuple, because Lightning moves tuples to the device and refuses frozen records
    """What one step sees: (N, ...) images in the network's range, targets and weights by head."""

    images: Tensor
    targets: dict[str, Tensor]
    weights: dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Early:
    """The first epochs may see smaller pictures: cheaper by the square, for networks that pool to any size.

    Attributes:
        epochs: How many epochs; 0 for none.
        size: Width of a patch in these epochs, in pixels.
    """

    epochs: int = 0
    size: int = 0


NO_EARLY: Final = Early()


class Patches(Dataset[Batch]):
    """Hands out whole batches; an index above N means the same sample in a later epoch.

    Each sample's augmentation is drawn from (seed, index), so a run that is stopped and resumed sees the same
    images as one that was not, however many workers load them.
    """

    def __init__(
        self,
        data: TrainingSet,
        spec: InputSpec,
        augmentation: Augmentation | None = None,
        seed: int = 0,
        early: Early = NO_EARLY,
    ) -> None:
        self.data = data
        self._spec = spec
        self._augmentation = augmentation
        self._seed = seed
        self._early = early

    def __len__(self) -> int:
        return len(self.data)

    def __getitems__(self, indices: Sequence[int]) -> Batch:
        rows = np.asarray(indices) % len(self.data)
        patches = self.data.patches[rows]
        if self._augmentation is not None:
            patches = np.stack(
                [
                    augment(patch, self._augmentation, np.random.default_rng((self._seed, index)))
                    for patch, index in zip(patches, indices, strict=True)
                ]
            )
        spec = self._spec
        if indices[0] // len(self.data) < self._early.epochs:
            spec = replace(spec, size=self._early.size)
            patches = np.stack([resized(patch, spec.size) for patch in patches])
        return Batch(
            torch.from_numpy(to_tensor(patches, spec)),
            {name: torch.from_numpy(values[rows]) for name, values in self.data.targets.items()},
            {name: torch.from_numpy(values[rows]) for name, values in self.data.weights.items()},
        )


def resized(patch: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """A patch at another width: means of what a pixel covers where it shrinks, cubic where it grows."""
    if patch.shape[:2] == (size, size):
        return patch
    method = cv2.INTER_AREA if max(patch.shape[:2]) > size else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(patch, (size, size), interpolation=method), dtype=np.uint8)


class EpochSampler(Sampler[int]):
    """A fresh order every epoch; of the samples of share s, the part s is drawn.

    Gives ``epoch * N + row`` so that `Patches` augments the same face differently each time. The number drawn
    is the same in every epoch, which a schedule counted in steps relies on. Where several processes train one
    network, each takes its share of that order, so that together they see the batches that one alone would.
    """

    def __init__(self, shares: NDArray[np.float32], seed: int) -> None:
        # Rows of one share are drawn together, so that each epoch has the same number of them.
        self._n = len(shares)
        # A share of 0.2 is a hair more as float32, which must not draw one row more.
        self._rows = {round(float(share), 6): np.flatnonzero(shares == share) for share in np.unique(shares)}
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the order; Lightning calls this at the start of each epoch."""
        self._epoch = epoch

    def __len__(self) -> int:
        n_drawn = sum(math.ceil(share * len(rows)) for share, rows in self._rows.items())
        return n_drawn // _place()[1]

    def __iter__(self) -> Iterator[int]:
        rng = np.random.default_rng((self._seed, self._epoch))
        drawn = np.concatenate(
            [rng.permutation(rows)[: math.ceil(share * len(rows))] for share, rows in self._rows.items()]
        )
        place, n_places = _place()
        # As many for each: one that had a batch more would wait for the others for ever.
        order = rng.permutation(drawn)[: len(drawn) // n_places * n_places]
        yield from (self._epoch * self._n + order[place::n_places]).tolist()


def _place() -> tuple[int, int]:
    """Which of how many processes that train one network this is; known only once they have met."""
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_rank(), distributed.get_world_size()
    return 0, 1
