from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_trees import write_tree
from duchenne.datasets.rating_files import read_gold, read_individual
from duchenne.errors import DataError

HEADER = "time;FM1;FM2\n"
ARFF = "@relation x\n\n@attribute Instance_name string\n@attribute frameTime numeric\n@ATTRIBUTE g numeric\n@DATA\n"


def individual(folder: Path, text: str) -> Path:
    return write_tree(folder, {"train_1.csv": text}) / "train_1.csv"


def gold(folder: Path, text: str) -> Path:
    return write_tree(folder, {"train_1.arff": text}) / "train_1.arff"


def test_each_rater_is_a_column(tmp_path: Path) -> None:
    ratings = read_individual(individual(tmp_path, HEADER + "0;0.1;-0.2\n0.04;0.3;1\n0.08;-1;0\n"))
    assert ratings.raters == ("FM1", "FM2")
    np.testing.assert_array_equal(ratings.times_s, [0.0, 0.04, 0.08])
    np.testing.assert_array_equal(ratings.values, [[0.1, -0.2], [0.3, 1.0], [-1.0, 0.0]])


def test_blanks_and_semicolons_at_the_end_do_not_matter(tmp_path: Path) -> None:
    ratings = read_individual(
        individual(tmp_path, "\ufefftime ;FM1 ; FM2;\r\n0;0.1;0.2;\r\n\r\n0.04; 0.3 ;0.4;\r\n")
    )
    assert ratings.raters == ("FM1", "FM2")
    np.testing.assert_array_equal(ratings.values, [[0.1, 0.2], [0.3, 0.4]])


@pytest.mark.parametrize("first", ["FM1;FM2", "time", "time,FM1,FM2", "0.0;0.1;0.2"])
def test_a_file_without_its_header_is_refused(tmp_path: Path, first: str) -> None:
    with pytest.raises(
        DataError, match=r"line 1 of train_1\.csv is no header of ratings\. Got: .*Expected: time and a"
    ):
        read_individual(individual(tmp_path, f"{first}\n0;0;0\n"))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is no header of ratings\. Got: an empty file"):
        read_individual(individual(tmp_path, ""))


def test_raters_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"train_1\.csv has two raters of one name\. Got: FM1, FM1"):
        read_individual(individual(tmp_path, "time;FM1;FM1\n0;0;0\n"))


@pytest.mark.parametrize("cell", ["", "nan", "NaN", "x", "inf"])
def test_a_missing_value_names_line_and_rater(tmp_path: Path, cell: str) -> None:
    text = HEADER + f"0;0;0\n0.04;0;{cell}\n0.08;0;0\n"
    with pytest.raises(
        DataError, match=rf"line 3 of train_1\.csv has a gap in the column 'FM2'\. Got: '{cell}'"
    ):
        read_individual(individual(tmp_path, text))


def test_a_missing_row_names_the_line_after_it(tmp_path: Path) -> None:
    rows = "".join(f"{time};0;0\n" for time in ("0", "0.04", "0.12", "0.16", "0.20"))
    got = r"Got: 0\.12 s after 0\.04 s\. Expected: even steps, 0\.04 s"
    with pytest.raises(DataError, match=rf"line 4 of train_1\.csv leaves a gap in time\. {got}"):
        read_individual(individual(tmp_path, HEADER + rows))


@pytest.mark.parametrize("times", [("0", "0", "0"), ("0.08", "0.04", "0")])
def test_times_that_do_not_rise_are_refused(tmp_path: Path, times: tuple[str, ...]) -> None:
    with pytest.raises(
        DataError, match=r"line 3 of train_1\.csv leaves a gap in time.*Expected: times that rise"
    ):
        read_individual(individual(tmp_path, HEADER + "".join(f"{time};0;0\n" for time in times)))


def test_a_time_that_goes_back_names_its_line(tmp_path: Path) -> None:
    rows = "".join(f"{time};0;0\n" for time in ("0", "0.04", "0.04", "0.08", "0.12", "0.16"))
    with pytest.raises(
        DataError, match=r"line 4 of train_1\.csv leaves a gap in time\. Got: 0\.04 s after 0\.04 s"
    ):
        read_individual(individual(tmp_path, HEADER + rows))


def test_times_written_with_two_digits_may_be_uneven(tmp_path: Path) -> None:
    rows = "".join(f"{n / 30:.2f};0;0\n" for n in range(10))
    assert read_individual(individual(tmp_path, HEADER + rows)).step_s == pytest.approx(1 / 30, abs=1e-3)


@pytest.mark.parametrize("cell", ["1.01", "-2"])
def test_a_rating_outside_its_range_is_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(
        DataError, match=rf"line 2 of train_1\.csv has a rating outside its range\. Got: FM1 {cell}"
    ):
        read_individual(individual(tmp_path, HEADER + f"0;{cell};0\n0.04;0;0\n"))


@pytest.mark.parametrize("row", ["0.04;0", "0.04;0;0;0", "0.04;0;0;;"])
def test_a_row_of_another_length_is_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(
        DataError, match=r"line 3 of train_1\.csv has \d values\. Expected: 3: time, FM1, FM2"
    ):
        read_individual(individual(tmp_path, HEADER + f"0;0;0\n{row}\n"))


@pytest.mark.parametrize("rows", ["", "0;0;0\n"])
def test_ratings_need_two_rows(tmp_path: Path, rows: str) -> None:
    with pytest.raises(
        DataError, match=rf"train_1\.csv holds no ratings over time\. Got: {rows.count(';') // 2} rows"
    ):
        read_individual(individual(tmp_path, HEADER + rows))


def test_the_gold_standard_follows_its_header(tmp_path: Path) -> None:
    ratings = read_gold(gold(tmp_path, ARFF + "% a remark\n'train_1',0.00,0.5\n'train_1',0.04,-0.25\n"))
    assert ratings.raters == ("gold_standard",)
    np.testing.assert_array_equal(ratings.times_s, [0.0, 0.04])
    np.testing.assert_array_equal(ratings.values, [[0.5], [-0.25]])


def test_a_gap_in_the_gold_standard_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"line 8 of train_1\.arff has a gap in the column 'gold_standard'\. Got: '\?'"
    ):
        read_gold(gold(tmp_path, ARFF + "'train_1',0.00,0.5\n'train_1',0.04,?\n"))


@pytest.mark.parametrize("text", ["", "a,0,0.5\n"])
def test_a_gold_standard_without_data_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match=r"train_1\.arff is no ARFF file"):
        read_gold(gold(tmp_path, text))


def test_missing_files_and_files_that_are_no_text_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"the ratings .*x\.csv do not exist"):
        read_individual(tmp_path / "x.csv")
    (tmp_path / "y.arff").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match=r"y\.arff cannot be read as text"):
        read_gold(tmp_path / "y.arff")
