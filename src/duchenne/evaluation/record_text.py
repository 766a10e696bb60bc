"""Records as JSON text: the same numbers give the same bytes.

Takes nested mappings, tuples and lists of plain values, gives text with sorted keys, six digits, and null for
what is not known.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final

_DIGITS: Final = 6  # beyond what any of these samples can resolve, and the same on every machine


def record_text(content: Mapping[str, Any], *, indent: int = 2) -> str:
    """The JSON text of a record, a newline at its end.

    Args:
        content: Its values; a float that is not finite becomes null.
        indent: Blanks a level.
    """
    return (
        json.dumps(_plain(content), indent=indent, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return round(value, _DIGITS) if math.isfinite(value) else None
    return value
