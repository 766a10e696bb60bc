"""The one way through which loops are compiled."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from numba.core.errors import TypingError
from numpy.typing import NDArray

from duchenne.synth.rendering import compiled
from duchenne.synth.rendering.compiled import kernel


@kernel
def running_sum(values: NDArray[np.float64], out: NDArray[np.float64]) -> float:
    total = 0.0
    for i in range(values.shape[0]):
        total += values[i]
        out[i] = total
    return total


@kernel
def mean(values: NDArray[np.float64], out: NDArray[np.float64]) -> float:
    return running_sum(values, out) / values.shape[0]


@kernel
def makes_an_array(n: int) -> float:
    return float(np.ones(n).sum())


def test_machine_code_and_python_agree() -> None:
    values = np.array([1.0, 2.5, -4.0])
    fast, slow = np.zeros(3), np.zeros(3)
    assert running_sum(values, fast) == running_sum.py_func(values, slow) == -0.5
    assert fast.tolist() == slow.tolist() == [1.0, 3.5, -0.5]


def test_kernels_call_kernels() -> None:
    assert mean(np.array([1.0, 3.0]), np.zeros(2)) == 2.0


def test_nothing_divided_by_nothing_raises_no_error() -> None:
    assert not np.isfinite(mean(np.zeros(0), np.zeros(0)))


def test_a_kernel_cannot_make_an_array() -> None:
    assert makes_an_array.py_func(3) == 3.0
    with pytest.raises(TypingError, match="Only accept returning of array passed"):
        makes_an_array(3)


def test_a_kernel_keeps_the_name_and_words_of_its_function() -> None:
    assert kernel(running_sum.py_func).py_func is running_sum.py_func


def test_a_kept_kernel_is_stale_when_any_kernels_file_changes() -> None:
    # The digest is over the files that hold kernels, not over others that change more often.
    texts = [path.read_bytes() for path in sorted(Path(compiled.__file__).parent.glob("*.py"))]
    digest = hashlib.sha256(b"".join(text for text in texts if b"@kernel" in text)).hexdigest()
    assert any(b"@kernel" not in text for text in texts)
    assert mean._cache._cache_file._source_stamp[1] == digest
