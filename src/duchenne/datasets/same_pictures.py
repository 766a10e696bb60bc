"""One picture under two labels, or on both sides of a split: found by its bytes, whatever its name.

Takes samples, gives nothing. Refuses a set in which the same file stands twice with different labels or in
different parts. The same file twice with one label in one part is harmless and passes. A picture that was
saved anew has other bytes and is not found.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from duchenne.datasets.sample import Sample
from duchenne.errors import DataError


def check_same_pictures(samples: Iterable[Sample], what: str) -> None:
    """Refuse a set that contradicts itself or would be tested on what it was trained on.

    Only files of one size are read, so that a large set costs little.

    Args:
        samples: Of one set; their files are there.
        what: What lists or holds them, for the message.

    Raises:
        DataError: if a picture stands under two labels or in two parts; tells how many and names the first.
    """
    by_size: defaultdict[int, list[Sample]] = defaultdict(list)
    for sample in samples:
        by_size[_size(sample)].append(sample)
    wrong = [
        group
        for candidates in by_size.values()
        if len({(sample.label, sample.split) for sample in candidates}) > 1
        for group in _same(candidates)
        if len({(sample.label, sample.split) for sample in group}) > 1
    ]
    if wrong:
        first = " and ".join(
            " ".join(filter(None, (s.sample, f"({s.label}", s.split))) + ")" for s in wrong[0]
        )
        raise DataError(
            f"{len(wrong)} pictures of {what} are there twice, under two labels or in two parts",
            got=first,
            expected="each picture under one label, in one part",
            remedy="Remove all but one of each",
        )


def _same(candidates: Sequence[Sample]) -> list[list[Sample]]:
    """Samples of equal bytes, together."""
    groups: defaultdict[bytes, list[Sample]] = defaultdict(list)
    for sample in candidates:
        groups[hashlib.sha256(sample.read()).digest()].append(sample)
    return list(groups.values())


def _size(sample: Sample) -> int:
    return len(sample.encoded) if isinstance(sample.encoded, bytes) else sample.encoded.stat().st_size
