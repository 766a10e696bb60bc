"""Which frames never came: packets that went into a decoder, struck off as pictures come out.

Takes timestamps in ticks, gives those that were lost. Decoders show pictures in the order of time, so a
packet whose time is passed without a picture of its own is lost, whether the decoder said so or not.
"""

from __future__ import annotations

import heapq


class Ledger:
    """Pairs packets with pictures by their timestamps.

    Not every packet without a picture is a loss. Three kinds are ordinary and are forgotten, as long as the
    decoder has not complained: packets before the first picture (the leading pictures of a recording that was
    cut out of a longer one), second fields of interlaced video, and hidden reference pictures.

    Args:
        one_to_one: Whether each packet of this codec holds exactly one picture that is shown.
    """

    def __init__(self, *, one_to_one: bool) -> None:
        self._one_to_one = one_to_one
        self._pending: list[int] = []
        self._lost: set[int] = set()
        self._began = False
        self._complained = False

    def sent(self, ticks: int | None) -> None:
        """Note a packet that should give a picture; one without a timestamp cannot be followed."""
        if ticks is not None:
            heapq.heappush(self._pending, ticks)

    def complained(self) -> None:
        """Note that something is wrong with some packet; decoders do not say with which."""
        self._complained = True

    def came(self, ticks: int | None, *, interlaced: bool) -> list[int]:
        """Strike off a picture.

        Returns:
            The timestamps before it whose pictures were lost, in order.
        """
        if ticks is None:
            return []
        passed = []
        while self._pending and self._pending[0] <= ticks:
            if (earliest := heapq.heappop(self._pending)) < ticks:
                passed.append(earliest)
        is_loss = self._complained or (self._began and self._one_to_one and not interlaced)
        self._began = True
        if not passed or not is_loss:
            return []
        self._complained = False
        self._lost.update(passed)
        return passed

    def was_lost(self, ticks: int | None) -> bool:
        """Whether a picture was given up already: after an error, some come out late."""
        return ticks in self._lost

    def rest(self) -> list[int]:
        """The timestamps still without a picture when the decoder is empty, in order."""
        rest, self._pending = sorted(self._pending), []
        return rest if self._complained or (self._began and self._one_to_one) else []
