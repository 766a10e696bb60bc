from __future__ import annotations

import json
import math
from types import MappingProxyType

from duchenne.evaluation.record_text import record_text


def test_keys_are_sorted_numbers_rounded_and_what_is_not_known_is_null() -> None:
    text = record_text({"b": (1 / 3, 2), "a": MappingProxyType({"x": math.nan, "y": [math.inf, "é", None]})})
    assert (
        text
        == json.dumps(
            {"a": {"x": None, "y": [None, "é", None]}, "b": [0.333333, 2]}, indent=2, ensure_ascii=False
        )
        + "\n"
    )


def test_an_empty_record_is_empty() -> None:
    assert record_text({}) == "{}\n"


def test_the_indent_is_the_callers() -> None:
    assert record_text({"a": 1}, indent=1) == '{\n "a": 1\n}\n'
