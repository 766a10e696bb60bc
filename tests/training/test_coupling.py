from __future__ import annotations

import numpy as np
import pytest

from duchenne.errors import SettingsError
from duchenne.training.coupling import Coupling, units_of

UNITS = ("AU01", "AU04", "AU06", "AU12", "AU15", "AU17", "AU25", "AU45")


def test_prototypical_and_observational_units_count_as_one() -> None:
    # Du, Tao & Martinez 2014, Table 1: happiness 12, 25 and 6 (51 %); sadness 4, 15 and 1 (60 %), 6, 11, 17.
    table = units_of(("happiness", "sadness"), UNITS, shares=False)
    assert table.tolist() == [[0, 0, 1, 1, 0, 0, 1, 0], [1, 1, 1, 0, 1, 1, 0, 0]]


def test_observational_units_count_with_their_share_if_asked() -> None:
    table = units_of(("happiness", "sadness"), UNITS, shares=True)
    expected = [[0, 0, 0.51, 1, 0, 0, 1, 0], [0.6, 1, 0.5, 0, 1, 0.67, 0, 0]]
    np.testing.assert_allclose(table, expected, atol=1e-6)  # float32


def test_neutral_has_no_units_and_contempt_no_row() -> None:
    table = units_of(("neutral", "contempt"), UNITS, shares=False)
    assert table[0].tolist() == [0] * len(UNITS)
    assert np.isnan(table[1]).all()
    assert units_of((), UNITS, shares=False).shape == (0, len(UNITS))


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan")])
def test_weight_must_be_above_zero(weight: float) -> None:
    with pytest.raises(SettingsError, match=r"coupling's weight.*above 0"):
        Coupling("expression", "units", weight)


def test_an_epoch_before_the_first_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"first epoch is outside its range\. Got: -1"):
        Coupling("expression", "units", from_epoch=-1)
