from __future__ import annotations

from collections.abc import Iterator

import pytest

from duchenne.evaluation.protocols.outcome import Table
from duchenne.evaluation.protocols.setting_fits import FitOptions, fit_settings
from duchenne.evaluation.protocols.threshold_tables import (
    TABLE_1,
    TABLE_2,
    TABLE_3,
    signed_interval,
    tables,
)
from duchenne.evaluation.threshold_fit import LabelledVideo


@pytest.fixture(scope="module", autouse=True)
def few_resamples() -> Iterator[None]:
    """Intervals are looked at elsewhere; a thousand resamples of each would take a minute here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("duchenne.evaluation.bootstrap.N_RESAMPLES", 20)
        yield


def world() -> list[LabelledVideo]:
    """Five people, each with a smile, a surprise and a neutral video.

    Smiles take a quarter of the frames and surprises all; neutral ones show anger in a tenth. Top-1 misses the
    smiles alone, and the rule, at 0.15 to 0.25, nothing.
    """
    kinds = (
        ("happiness", {"happiness": 5, "neutral": 15}),
        ("surprise", {"surprise": 20}),
        ("neutral", {"anger": 2, "neutral": 18}),
    )
    return [LabelledVideo(f"{label}{k}", f"s{k}", label, counts) for k in range(5) for label, counts in kinds]


@pytest.fixture(scope="module")
def made() -> tuple[Table, ...]:
    return tables([fit_settings("Ours", world(), FitOptions())])


def row_of(table: Table, *start: str) -> dict[str, str]:
    (row,) = [row for row in table.rows if row[: len(start)] == start]
    return dict(zip(table.columns, row, strict=True))


def test_the_papers_numbers_are_as_it_prints_them() -> None:
    assert [(row.accuracy, row.threshold, row.top_1, row.difference) for row in TABLE_1] == [
        (0.8545, 0.15, 0.8087, 0.0458),
        (0.7468, 0.05, 0.4944, 0.2474),
        (0.7813, 0.05, 0.6211, 0.1602),
    ]
    assert [(row.accuracy, row.threshold, row.top_1, row.difference) for row in TABLE_3] == [
        (0.6635, 0.30, 0.6440, 0.0195),
        (0.4216, 0.05, 0.3222, 0.0994),
        (0.5153, 0.20, 0.4519, 0.0634),
    ]


def test_printed_differences_are_differences_but_for_one_slip() -> None:
    wrong = [
        row
        for row in (*TABLE_1, *TABLE_3)
        if round(row.accuracy - row.top_1, 4) != pytest.approx(row.difference, abs=1e-9)
    ]
    assert wrong == [TABLE_1[1]]
    assert wrong[0].accuracy - wrong[0].top_1 == pytest.approx(0.2524, abs=1e-9)


def test_the_papers_average_accuracies_are_means_and_its_f1_scores_are_not() -> None:
    (_, accuracies), (_, scores) = TABLE_2
    for method in (0, 1):
        # Printed to four digits each, so a mean may be off by half a digit and its rounding.
        assert accuracies[6 + method] == pytest.approx(sum(accuracies[method:6:2]) / 3, abs=1.5e-4)
        assert abs(scores[6 + method] - sum(scores[method:6:2]) / 3) > 0.02
        pooled = (TABLE_1[2].accuracy, TABLE_1[2].top_1)[method]
        assert scores[6 + method] == pytest.approx(pooled, abs=2.5e-4)


def test_tables_come_in_the_papers_order_with_both_places_of_surprise(made: tuple[Table, ...]) -> None:
    assert [table.title for table in made] == [
        "As Table 1: Top-1 and the threshold, 3 labels, surprise negative",
        "As Table 1: Top-1 and the threshold, 3 labels, surprise positive",
        "As Table 2: each label against the others, Ours, 3 labels, surprise negative",
        "As Table 2: each label against the others, Ours, 3 labels, surprise positive",
        "As Table 3: Top-1 and the threshold, 7 labels",
        "Each label against the others, Ours, 7 labels",
    ]


@pytest.mark.parametrize(("place", "published"), [(0, TABLE_1), (1, TABLE_1), (4, TABLE_3)])
def test_the_papers_rows_stand_first_and_are_marked(
    place: int, published: tuple[object, ...], made: tuple[Table, ...]
) -> None:
    table = made[place]
    titles = [row[0] for row in table.rows]
    assert titles[:3] == [
        "DuckEES (the paper's)",
        "LIRIS-CSE (the paper's)",
        "DuckEES+LIRIS-CSE (the paper's)",
    ]
    assert titles[3:] == ["Ours", "Ours"]
    printed = row_of(table, "LIRIS-CSE (the paper's)")
    assert printed["difference"] == ("+0.0994" if place == 4 else "+0.2474")
    assert printed["Threshold, pooled (95 %)"] == "-", "the paper gives no intervals"


@pytest.mark.parametrize("fallback", ["most_frequent", "neutral"])
def test_our_rows_hold_means_of_folds_and_pooled_scores(fallback: str, made: tuple[Table, ...]) -> None:
    row = row_of(made[4], "Ours", fallback)
    assert (row["Threshold accuracy"], row["optimal threshold"]) == ("1.0000", "0.20")
    assert (row["Top 1 accuracy"], row["difference"]) == ("0.6667", "+0.3333")
    assert row["Threshold, pooled (95 %)"] == "1.000 (1.000 to 1.000)"
    assert row["difference, pooled (95 %)"] == "+0.333 (+0.333 to +0.333)", "everybody gains the same"
    assert row["thresholds of the folds"] == "0.20 0.20 0.20 0.20 0.20"
    assert row["always the most frequent label"] == "0.3333"


def test_table_2_follows_from_counts_by_hand(made: tuple[Table, ...]) -> None:
    # Surprise positive: no video is negative. Top-1 calls 5 of 10 positive ones neutral, besides 5 neutral ones.
    accuracy = row_of(made[3], "Accuracy, fallback most_frequent")
    scores = row_of(made[3], "F1-score, fallback most_frequent")
    assert (accuracy["positive, Top 1"], accuracy["neutral, Top 1"]) == ("0.6667", "0.6667")
    assert (scores["positive, Top 1"], scores["neutral, Top 1"]) == ("0.6667", "0.6667")
    assert (accuracy["negative, Threshold"], scores["negative, Top 1"]) == ("-", "-"), (
        "no video: nothing known"
    )
    assert (accuracy["average, Threshold"], accuracy["average, Top 1"]) == ("1.0000", "0.6667")
    paper = row_of(made[3], "F1-score (the paper's)")
    assert (paper["neutral, Threshold"], paper["average, Top 1"]) == ("0.4054", "0.6213")


def test_each_of_seven_labels_is_set_against_the_others(made: tuple[Table, ...]) -> None:
    table = made[5]
    assert [row[0] for row in table.rows if row[1] == "neutral"] == [
        "happiness",
        "surprise",
        "neutral",
        "average",
    ]
    smile = row_of(table, "happiness", "neutral")
    assert (smile["videos"], smile["accuracy, Top 1"], smile["F1-score, Top 1"]) == ("5", "0.6667", "0.0000")
    # Top-1's F1: happiness 0, surprise 1, neutral 2 * 5 / (5 + 10).
    average = row_of(table, "average", "neutral")
    assert (average["videos"], average["F1-score, Top 1"]) == ("15", f"{(0 + 1 + 2 / 3) / 3:.4f}")


def test_table_2_is_about_all_sets_together() -> None:
    fitted = [fit_settings(name, world(), FitOptions()) for name in ("A", "B", "A+B")]
    made = tables(fitted)
    assert "A+B" in made[2].title
    assert [row[0] for row in made[0].rows[3:]] == ["A", "A", "B", "B", "A+B", "A+B"]


def test_a_difference_without_an_interval_stands_alone() -> None:
    assert signed_interval(0.25, (float("nan"), float("nan"))) == "+0.250"
    assert signed_interval(-0.25, (-0.5, 0.125)) == "-0.250 (-0.500 to +0.125)"
    assert signed_interval(float("nan"), (float("nan"), float("nan"))) == "-"
