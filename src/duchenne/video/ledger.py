"""Which promised frames never came: packets that went into a decoder, struck off as pictures come out.

Takes timestamps in ticks, gives those that were lost. Decoders show pictures in the order of time, so a packet
whose time is passed without a picture of its own is lost, whether the decoder said so or not.
"""

from __future__ import annotations

import heapq


class Ledger:
    """Pairs packets with pictures by their timestamps.

    Not every packet without a picture is a loss. Three kinds are ordinary, and are forgotten rather than reported
    as long as the decoder has not complained: packets before the first picture (the leading pictures of a
    recording cut out of a longer one), second fields of interlaced video and hidden reference pictures.

    Args:
        one_to_one: Whether each packet of this codec holds exactly one picture that is shown.
    """

    def __init__(self, *, one_to_one: bool) -> None:
        self._one_to_one = one_to_one
        self._pending: list[int] = []
        self._began = False
        self._complained = False

    def sent(self, ticks: int | None) -> None:
        """Note a packet that went to the decoder; one without a timestamp cannot be followed."""
        if ticks is not None:
            heapq.heappush(self._pending, ticks)

    def withheld(self, ticks: int | None) -> None:
        """Note a packet that is known to be damaged and did not go to the decoder."""
        self._complained = True
        self.sent(ticks)

    def complained(self) -> None:
        """Note that the decoder reported an error, which it does not tie to a packet."""
        self._complained = True

    def came(self, ticks: int | None, *, interlaced: bool = False) -> list[int]:
        """Strike off a picture.

        Returns:
            The timestamps before it whose pictures were lost, in order.
        """
        passed: list[int] = []
        if ticks is None:
            return passed
        while self._pending and self._pending[0] <= ticks:
            if (earlier := heapq.heappop(self._pending)) < ticks:
                passed.append(earlier)
        is_loss = self._complained or (self._began and self._one_to_one and not interlaced)
        self._began = True
        self._complained = self._complained and not passed
        return passed if is_loss else []

    def restarted(self) -> None:
        """Forget what is pending: the container's clock was set anew."""
        self._pending.clear()

    def rest(self) -> list[int]:
        """The timestamps still without a picture when the decoder is empty, in order."""
        rest = [heapq.heappop(self._pending) for _ in range(len(self._pending))]
        return rest if self._complained or (self._began and self._one_to_one) else []
