"""Paper 003's Table 2 and what belongs beside it, as tables of text.

Takes scores by method; gives `Table`s. The paper's own rows are numbers on RECOLA and are marked as such: what is
measured on other recordings stands below them, not against them.
Source: Tran, Mayhew & Kaplan, "Deciphering emotions using convolutional neural networks on video data", Table 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from duchenne.evaluation.protocols.outcome import MISSING, Table, interval, number
from duchenne.evaluation.protocols.rater_agreement import RaterAgreement
from duchenne.evaluation.protocols.valence_scores import Interval, ValenceScore
from duchenne.evaluation.protocols.value_networks import N_RATERS

_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A row of the paper's Table 2; None where it prints no number.

    Attributes:
        method: As printed.
        rmse: One number.
        pcc: Of six raters.
        ccc: Of six raters.
        mean_pcc: Against the average of the raters, which the cited methods predict.
        mean_ccc: Likewise.
    """

    method: str
    rmse: float
    pcc: tuple[float, ...] | None = None
    ccc: tuple[float, ...] | None = None
    mean_pcc: float | None = None
    mean_ccc: float | None = None


PUBLISHED: Final = (
    PublishedRow("LSTM [1]", 0.117, mean_pcc=0.358, mean_ccc=0.273),
    PublishedRow("LGBP-TOP + LSTM [2]", 0.114, mean_pcc=0.430, mean_ccc=0.354),
    PublishedRow("LGBP-TOP + Deep Bi-Dir. LSTM [3]", 0.105, mean_pcc=0.501, mean_ccc=0.346),
    PublishedRow("Single Frame CNN + D [4]", 0.114, mean_pcc=0.468, mean_ccc=0.326),
    PublishedRow(
        "CNN + Fine Tuning Kaggle's EmoNets - Ours",
        0.189,
        pcc=(0.292, 0.193, 0.325, 0.201, 0.048, 0.152),
        ccc=(0.221, 0.146, 0.246, 0.152, 0.036, 0.115),
    ),
    PublishedRow(
        "CNN + Fine Tuning - Ours",
        0.187,
        pcc=(0.273, 0.169, 0.265, 0.169, 0.154, 0.082),
        ccc=(0.220, 0.136, 0.213, 0.136, 0.124, 0.066),
    ),
)
"""Table 2. Rater 1 of the first row of "Ours" is printed as .0292; a concordance of 0.221 cannot exceed the
correlation, so 0.292 is meant."""

_MISPRINT: Final = (
    'The rows marked RECOLA are the paper\'s, on recordings that are not here. Its "Rater 1: .0292" is read as '
    "0.292: no correlation is smaller than the concordance, which it gives as 0.221."
)


def table_2(scores: Mapping[str, ValenceScore], data: str) -> Table:
    """Table 2: RMSE, correlation and concordance with each rater, and with the mean of the raters.

    Args:
        scores: By method, in the order in which they are shown.
        data: What the measured rows were measured on.
    """
    raters = [str(n) for n in range(1, N_RATERS + 1)]
    columns = ("method", "data", "RMSE", *(f"PCC {who}" for who in (*raters, "mean")))
    columns += tuple(f"CCC {who}" for who in (*raters, "mean"))
    rows = [_published(row) for row in PUBLISHED]
    for name, score in scores.items():
        cells = (score.rmse, *score.pcc, *score.ccc)
        rows.append((name, data, *(number(value, _DIGITS) for value in cells)))
    note = (
        "1 to 6 are the raters, mean is their average, which is what the cited methods predict; RMSE is over all "
        f"six raters and all frames, in the cited rows against the average. {_MISPRINT}"
    )
    return Table("Table 2: valence, rater by rater", columns, tuple(rows), note)


def intervals_table(scores: Mapping[str, ValenceScore]) -> Table:
    """Concordance with each rater, with intervals."""
    rows = [
        (
            name,
            *(
                interval(value, bounds, _DIGITS)
                for value, bounds in zip(score.ccc, score.ccc_intervals, strict=True)
            ),
        )
        for name, score in scores.items()
    ]
    columns = ("method", *(f"CCC {n}" for n in range(1, N_RATERS + 1)), "CCC mean")
    note = "In brackets 95 % intervals over subjects, which are too narrow where subjects are few."
    return Table("Concordance with intervals", columns, tuple(rows), note)


def mean_table(
    scores: Mapping[str, ValenceScore], gains: Mapping[str, tuple[float, Interval]], other: str
) -> Table:
    """Everything against the mean of the raters.

    Args:
        scores: By method.
        gains: By method, how much its concordance is above another's, with the interval; methods may lack.
        other: What the other is called.
    """
    rows = []
    for name, score in scores.items():
        place = len(score.ccc) - 1
        gain = interval(*gains[name], digits=_DIGITS) if name in gains else MISSING
        rows.append(
            (
                name,
                interval(score.mean_rmse, score.mean_rmse_interval, _DIGITS),
                interval(score.pcc[place], score.pcc_intervals[place], _DIGITS),
                interval(score.ccc[place], score.ccc_intervals[place], _DIGITS),
                gain,
            )
        )
    columns = ("method", "RMSE (95 %)", "PCC (95 %)", "CCC (95 %)", f"CCC less that of the {other} (95 %)")
    return Table("Against the mean of the raters", columns, tuple(rows))


def agreement_table(agreement: RaterAgreement, raters: Sequence[str]) -> Table:
    """How well the raters agree: the mean of each with the others, and of all pairs."""
    rows = [
        (name, number(one_ccc, _DIGITS), number(one_pcc, _DIGITS), MISSING)
        for name, one_ccc, one_pcc in zip(
            raters, agreement.with_others_ccc, agreement.with_others_pcc, strict=True
        )
    ]
    rows.append(
        (
            "all pairs",
            number(agreement.mean_ccc, _DIGITS),
            number(agreement.mean_pcc, _DIGITS),
            number(agreement.icc, _DIGITS),
        )
    )
    return Table(
        "How well the raters agree with one another, on the same frames",
        ("rater", "CCC with the others", "PCC with the others", "ICC(3,1)"),
        tuple(rows),
        "A reading that agrees with each rater as well as the others do reads as well as a rater.",
    )


def _published(row: PublishedRow) -> tuple[str, ...]:
    absent = (None,) * N_RATERS
    cells = (row.rmse, *(row.pcc or absent), row.mean_pcc, *(row.ccc or absent), row.mean_ccc)
    return (row.method, "RECOLA (the paper's)", *(number(value, _DIGITS) for value in cells))
