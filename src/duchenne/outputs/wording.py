"""Numbers in words, the same on the page, in figures and on video frames.

Takes seconds and shares, gives short English text. Missing is said, never shown as 0.
"""

from __future__ import annotations

import math


def clock(time_s: float) -> str:
    """Seconds as ``m:ss.cc``, or ``h:mm:ss.cc`` from one hour on; ``-:--`` for NaN."""
    if math.isnan(time_s):
        return "-:--"
    hundredths = round(time_s * 100)
    sign, hundredths = ("-", -hundredths) if hundredths < 0 else ("", hundredths)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest // 100:02d}.{rest % 100:02d}"
    return f"{sign}{hours}:{minutes:02d}:{seconds}" if hours else f"{sign}{minutes}:{seconds}"


def percent(share: float | None) -> str:
    """A share of 0 to 1 in whole percent; almost none and almost all say so; ``–`` for None."""
    if share is None:
        return "–"
    whole = round(share * 100)
    if whole == 0 and share > 0:
        return "< 1 %"
    if whole == 100 and share < 1:
        return "> 99 %"
    return f"{whole} %"


def span(seconds: float) -> str:
    """A length of time: ``12.4 s``, ``3 min 20 s``, ``1 h 02 min``."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def count(number: int, singular: str, plural: str = "") -> str:
    """``1 frame``, ``1,500 frames``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listing(items: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``; empty for no items."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]
