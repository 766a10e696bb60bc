"""Place indivisible things into parts so that each part holds its share of every kind of content.

Takes counts of each thing and the shares of the parts, gives the part of each thing; numpy only. First the
things that weigh most are placed, each where it does least harm; then single moves and exchanges are made
while they help. The result is not always the best of all divisions, whose search would take forever, but no
move and no exchange of two things betters it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

MAX_REFINED: Final = 500
"""Things up to which exchanges are tried: their cost grows with the square, and many need little mending."""

_LACKING: Final = 1e4
"""Harm of a part that lacks a kind: more than any unevenness, at most the number of kinds over the least share."""

_DIGITS: Final = 9
"""Harm this close is the same, so that rounding on another machine cannot change a division."""


def spread(
    counts: NDArray[np.int64], shares: NDArray[np.float64], order: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Place each of S things into one of P parts.

    Made small are, first, the number of times that a part lacks a kind; then the sum, over kinds and parts,
    of (the part's share of the kind)^2 / (the share it should have), which is 1 for a kind that is spread
    exactly. A rare kind so counts as much as a common one.

    Args:
        counts: (S, K) how much of each kind a thing holds; each kind is held by one thing or more, and the
            first kind by all, so that no part stays empty.
        shares: (P,) positive, summing to one. P is at most S.
        order: (S,) a permutation of the things, which decides between equals.

    Returns:
        (S,) parts; no part is empty.
    """
    totals = counts.sum(axis=0)
    weight = np.round(((counts / totals) ** 2).sum(axis=1), _DIGITS)
    by_weight = order[np.argsort(-weight[order], kind="stable")]
    place = np.full(len(counts), -1, dtype=np.intp)
    held = np.zeros((len(shares), len(totals)), dtype=np.int64)
    for thing in by_weight:
        more = _harm(held + counts[thing], shares, totals) - _harm(held, shares, totals)
        place[thing] = np.argmin(np.round(more, _DIGITS))
        held[place[thing]] += counts[thing]
    if len(counts) <= MAX_REFINED:
        while _improve(place, counts, shares, by_weight):
            pass
    return place


def _harm(
    held: NDArray[np.int64], shares: NDArray[np.float64], totals: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(R,) of R parts that hold (R, K) and should hold (R,) shares."""
    uneven = ((held / totals) ** 2).sum(axis=1) / shares
    return np.asarray(uneven + _LACKING * (held == 0).sum(axis=1))


def _improve(
    place: NDArray[np.intp], counts: NDArray[np.int64], shares: NDArray[np.float64], order: NDArray[np.intp]
) -> bool:
    """For each thing in turn make the move or exchange that helps most; False if none did."""
    has_changed = False
    totals = counts.sum(axis=0)
    # The last rows stand for no thing at all, one in each part: exchanging with it is a move.
    others = np.concatenate([counts, np.zeros((len(shares), len(totals)), dtype=np.int64)])
    for thing in order:
        here = place[thing]
        there = np.concatenate([place, np.arange(len(shares))])
        held = np.stack([counts[place == part].sum(axis=0) for part in range(len(shares))])
        before = _harm(held, shares, totals)
        change = others - counts[thing]
        gain = before[here] - _harm(held[here] + change, np.full(len(there), shares[here]), totals)
        gain += before[there] - _harm(held[there] - change, shares[there], totals)
        gain[there == here] = 0.0
        best = int(np.argmax(np.round(gain, _DIGITS)))
        if gain[best] > 10.0**-_DIGITS:
            place[thing] = there[best]
            if best < len(counts):
                place[best] = here
            has_changed = True
    return has_changed
