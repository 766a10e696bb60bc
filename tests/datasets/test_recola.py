from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from data_trees import videos, write_tree
from duchenne.datasets.recola import read_recola
from duchenne.errors import DataError

RATERS = ("FM1", "FM2", "FM3", "FF1", "FF2", "FF3")


def rated(level: float, n_rows: int = 3, raters: tuple[str, ...] = RATERS) -> str:
    """Rater number r says level + r / 10 all the time."""
    values = ";".join(f"{level + number / 10:.2f}" for number in range(len(raters)))
    rows = [f"{row * 0.04:.2f};{values}" for row in range(n_rows)]
    return "\n".join([";".join(("time", *raters)), *rows]) + "\n"


def gold(level: float, n_rows: int = 3) -> str:
    return "@relation g\n@data\n" + "".join(f"'x',{row * 0.04:.2f},{level}\n" for row in range(n_rows))


def avec(names: tuple[str, ...], **changes: str) -> dict[str, str | bytes]:
    """The tree of AVEC 2016; arousal lies at 0.1, valence at 0.2, the gold standards at twice that."""
    files: dict[str, str | bytes] = {}
    for name in names:
        for level, dimension in ((0.1, "arousal"), (0.2, "valence")):
            files[f"ratings_individual/{dimension}/{name}.csv"] = rated(level)
            files[f"ratings_gold_standard/{dimension}/{name}.arff"] = gold(2 * level)
        files |= videos(f"recordings_video/{name}.mp4")
    return {**files, **changes}


def test_each_rater_of_each_dimension_stays_apart(tmp_path: Path) -> None:
    write_tree(tmp_path, avec(("train_1",)))
    (recording,) = read_recola(tmp_path)
    assert (recording.recording, recording.dataset, recording.split) == ("train_1", "recola", "train")
    assert (recording.subject, recording.media) == ("train_1", tmp_path / "recordings_video/train_1.mp4")
    assert tuple(recording.ratings) == ("arousal", "valence")
    for level, dimension in ((0.1, "arousal"), (0.2, "valence")):
        ratings = recording.ratings[dimension]
        assert ratings.raters == RATERS
        np.testing.assert_allclose(ratings.of("FF3"), level + 0.5, atol=1e-12)
        np.testing.assert_allclose(ratings.mean, level + 0.25, atol=1e-12)
        np.testing.assert_allclose(recording.gold[dimension].values, 2 * level, atol=1e-12)
        np.testing.assert_allclose(recording.gold[dimension].times_s, [0.0, 0.04, 0.08], atol=1e-12)


def test_recordings_come_by_split_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    write_tree(tmp_path, avec(("train_10", "dev_1", "train_2")))
    assert [one.recording for one in read_recola(tmp_path)] == ["dev_1", "train_2", "train_10"]
    assert [one.recording for one in read_recola(tmp_path, "train")] == ["train_2", "train_10"]
    with pytest.raises(DataError, match=r"has no recordings of the split 'test'\. Expected: dev or train"):
        read_recola(tmp_path, "test")


def test_videos_gold_standard_and_a_dimension_may_be_absent(tmp_path: Path) -> None:
    write_tree(tmp_path, {"ratings_individual/valence/dev_1.csv": rated(0.0)})
    (recording,) = read_recola(tmp_path, "dev")
    assert (recording.media, dict(recording.gold), tuple(recording.ratings)) == (None, {}, ("valence",))


def test_the_authors_own_layout_has_participants_and_no_splits(tmp_path: Path) -> None:
    folder = "RECOLA-Annotation/emotional_behaviour"
    files = {f"{folder}/{dimension}/P16.csv": rated(0.0) for dimension in ("arousal", "valence")}
    write_tree(tmp_path, {**files, **videos("RECOLA-Video-recordings/P16.mp4")})
    (recording,) = read_recola(tmp_path)
    assert (recording.recording, recording.split, recording.subject) == ("P16", "", "P16")
    assert recording.media == tmp_path / "RECOLA-Video-recordings/P16.mp4"
    assert not recording.gold
    with pytest.raises(DataError, match=r"of the split 'train'\. Expected: files of ratings"):
        read_recola(tmp_path, "train")


def test_a_list_says_who_is_seen(tmp_path: Path) -> None:
    write_tree(
        tmp_path, avec(("dev_1",), **{"recordings.csv": "recording,partition,subject\ndev_1,dev,P07\n"})
    )
    assert read_recola(tmp_path)[0].subject == "P07"
    write_tree(tmp_path, {"recordings.csv": "recording,subject\ntrain_1,P08\n"})
    with pytest.raises(DataError, match=r"recordings\.csv does not say who is seen in dev_1"):
        read_recola(tmp_path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"ratings_individual/valence/dev_2.csv": rated(0.0)},
            r"1 of 2 recordings have no ratings of arousal\. Got: dev_2",
        ),
        (
            {"ratings_individual/valence/dev_1.csv": rated(0.2, 4)},
            r"ratings of dev_1 are of unequal length\. Got: ratings of arousal 3 rows to 0\.08 s; .* 4 rows",
        ),
        (
            {"ratings_gold_standard/arousal/dev_1.arff": gold(0.2, 2)},
            r"unequal length\. Got: .*gold standard of arousal 2 rows to 0\.04 s",
        ),
        (
            {"ratings_individual/valence/dev_1.csv": rated(0.2).replace("0.0", "9.0")},
            "unequal length",
        ),
        (
            {"ratings_individual/valence/dev_1.csv": rated(0.2, raters=(*RATERS[:5], "FF9"))},
            r"the raters of valence in dev_1 are not those of dev_1\. Got: FM1, .*FF9\. Expected: .*FF3",
        ),
        (
            {"ratings_individual/arousal/dev_1.csv": rated(0.1).replace("0.60\n", "\n", 1)},
            r"line 2 of dev_1\.csv has a gap in the column 'FF3'",
        ),
    ],
)
def test_files_that_do_not_fit_each_other_are_refused(
    tmp_path: Path, changes: Mapping[str, str], message: str
) -> None:
    write_tree(tmp_path, avec(("dev_1",), **changes))
    with pytest.raises(DataError, match=message):
        read_recola(tmp_path)


def test_missing_gold_standards_are_counted(tmp_path: Path) -> None:
    write_tree(tmp_path, avec(("dev_1", "dev_2")))
    (tmp_path / "ratings_gold_standard/valence/dev_2.arff").unlink()
    expected = r"1 of 4 files listed in ratings_gold_standard are missing\. Got: .*dev_2\.arff \(for dev_2\)"
    with pytest.raises(DataError, match=expected):
        read_recola(tmp_path)


def test_missing_videos_are_counted_unless_all_are(tmp_path: Path) -> None:
    write_tree(tmp_path, avec(("dev_1", "dev_2")))
    (tmp_path / "recordings_video/dev_1.mp4").unlink()
    with pytest.raises(DataError, match=r"1 of 2 recordings have no video in recordings_video\. Got: dev_1"):
        read_recola(tmp_path)


def test_other_trees_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"is not laid out like RECOLA\. Expected: a folder ratings_individual or a fol"
    ):
        read_recola(tmp_path)
    (tmp_path / "ratings_individual").mkdir()
    with pytest.raises(
        DataError, match=r"ratings_individual holds no ratings\. Expected: a folder arousal or"
    ):
        read_recola(tmp_path)
    (tmp_path / "ratings_individual" / "arousal").mkdir()
    with pytest.raises(DataError, match=r"has no recordings\. Expected: files of ratings"):
        read_recola(tmp_path)


def test_the_synthetic_layout_is_read_as_its_writer_meant_it(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    from duchenne.synth.layouts.raters import gold_standard
    from duchenne.synth.layouts.ratings import RatingsOptions, files, plan, rating_times_s, ratings_of

    study = plan(RatingsOptions(subjects=3, seconds=20.0), 0)
    media = videos(*(one.clip.media for one in study.recordings))
    write_tree(tmp_path, {**dict(files(study)), **media})
    read = {one.recording: one for one in read_recola(tmp_path)}
    assert set(read) == {"train_1", "dev_1", "train_2"}
    for planned in study.recordings:
        one = read[planned.clip.name]
        assert (one.split, one.subject) == (planned.partition, planned.clip.person.name)
        for dimension, values in ratings_of(study, planned).items():
            ratings = one.ratings[dimension]
            assert ratings.raters == tuple(rater.name for rater in study.raters)
            # Times are written with 2 digits, ratings with 2, the gold standard with 6.
            np.testing.assert_allclose(ratings.times_s, rating_times_s(planned), atol=1e-9)
            np.testing.assert_allclose(ratings.values, values, atol=1e-12)
            np.testing.assert_allclose(one.gold[dimension].values[:, 0], gold_standard(values), atol=1e-6)
