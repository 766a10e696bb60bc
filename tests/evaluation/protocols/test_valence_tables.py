from __future__ import annotations

import math

import numpy as np

from duchenne.evaluation.protocols.rater_agreement import agreement_of
from duchenne.evaluation.protocols.valence_scores import ValenceScore
from duchenne.evaluation.protocols.valence_tables import (
    PUBLISHED,
    agreement_table,
    intervals_table,
    mean_table,
    table_2,
)

NAN = (math.nan, math.nan)
SCORE = ValenceScore(
    rmse=0.25,
    mean_rmse=0.2,
    pcc=(0.1, 0.2, 0.3, 0.4, 0.5, math.nan, 0.7),
    ccc=(0.01, 0.02, 0.03, 0.04, 0.05, 0.0, 0.07),
    rmse_interval=(0.2, 0.3),
    mean_rmse_interval=(0.15, 0.25),
    pcc_intervals=(NAN,) * 6 + ((0.6, 0.8),),
    ccc_intervals=((0.0, 0.1),) * 7,
)


def test_the_papers_rows_come_first_and_are_marked_as_its_own() -> None:
    table = table_2({"tiny": SCORE}, "synthetic")
    assert [row[0] for row in table.rows] == [*(row.method for row in PUBLISHED), "tiny"]
    assert {row[1] for row in table.rows[:-1]} == {"RECOLA (the paper's)"}
    assert table.columns[:3] == ("method", "data", "RMSE")
    assert table.columns[3:10] == ("PCC 1", "PCC 2", "PCC 3", "PCC 4", "PCC 5", "PCC 6", "PCC mean")
    assert ".0292" in table.note


def test_a_measured_row_has_every_rater_and_shows_what_is_missing() -> None:
    row = table_2({"tiny": SCORE}, "synthetic").rows[-1]
    assert row[1:3] == ("synthetic", "0.250")
    assert row[3:10] == ("0.100", "0.200", "0.300", "0.400", "0.500", "-", "0.700")
    assert row[10:] == ("0.010", "0.020", "0.030", "0.040", "0.050", "0.000", "0.070")


def test_cited_methods_stand_under_the_mean_and_the_papers_own_under_the_raters() -> None:
    rows = table_2({}, "").rows
    assert rows[0][2:] == ("0.117", *["-"] * 6, "0.358", *["-"] * 6, "0.273")
    assert rows[4][2:] == (
        *("0.189", "0.292", "0.193", "0.325", "0.201", "0.048", "0.152", "-"),
        *("0.221", "0.146", "0.246", "0.152", "0.036", "0.115", "-"),
    )


def test_no_published_concordance_exceeds_its_correlation() -> None:
    # |CCC| <= |PCC| always (Lin 1989), which is how the misprint of rater 1 shows itself.
    for row in PUBLISHED:
        pairs = zip(row.pcc or (row.mean_pcc,), row.ccc or (row.mean_ccc,), strict=True)
        assert all(ccc is not None and pcc is not None and ccc <= pcc for pcc, ccc in pairs)


def test_intervals_stand_in_brackets() -> None:
    (row,) = intervals_table({"tiny": SCORE}).rows
    assert row[1] == "0.010 (0.000 to 0.100)"
    (row,) = mean_table({"tiny": SCORE}, {"tiny": (0.3, (0.1, 0.5))}, "words").rows
    assert row == (
        *("tiny", "0.200 (0.150 to 0.250)", "0.700 (0.600 to 0.800)"),
        *("0.070 (0.000 to 0.100)", "0.300 (0.100 to 0.500)"),
    )
    assert mean_table({"tiny": SCORE}, {}, "words").rows[0][-1] == "-"


def test_agreement_has_a_row_a_rater_and_one_for_all() -> None:
    ratings = np.random.default_rng(0).normal(size=(30, 2))
    agreement = agreement_of(ratings)
    table = agreement_table(agreement, ("FM1", "FF1"))
    assert [row[0] for row in table.rows] == ["FM1", "FF1", "all pairs"]
    assert table.rows[2][3] == f"{agreement.icc:.3f}"
    assert table.rows[0][3] == "-"
