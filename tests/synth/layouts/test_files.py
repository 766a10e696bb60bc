"""Text of label files."""

from __future__ import annotations

import numpy as np
import pytest

from duchenne.synth.layouts.files import fixed, table


def test_a_table_has_a_line_a_row_and_ends_with_a_line_break() -> None:
    assert table(("a", "b"), [(1, "x"), (2.5, None)]) == "a,b\n1,x\n2.5,\n"


def test_a_table_may_have_no_header_and_another_separator() -> None:
    assert table(None, [(1, 2)], separator=";") == "1;2\n"


def test_a_table_without_rows_is_its_header() -> None:
    assert table(("a",), []) == "a\n"


@pytest.mark.parametrize("cell", ["a,b", "a\nb"])
def test_a_cell_that_would_need_quotes_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="would need quotes"):
        table(None, [(cell,)])


def test_numbers_have_fixed_digits_and_no_negative_zero() -> None:
    assert fixed(np.array([0.125, -0.001, 1.0, -2.346]), 2) == ["0.12", "0.00", "1.00", "-2.35"]


def test_no_numbers_give_no_texts() -> None:
    assert fixed(np.array([]), 2) == []
