from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from duchenne.emotion.grouping import BROAD, SPECIFIC
from duchenne.emotion.threshold import Fallback
from duchenne.errors import OutputError
from duchenne.evaluation.threshold_fit import ChosenOn, Fit, LabelledVideo, fit
from duchenne.evaluation.threshold_record import (
    FILE,
    Origin,
    by_label,
    check_place,
    notes,
    write_record,
)

ORIGIN = Origin(
    labels="labels.csv",
    labels_sha256="1" * 64,
    command="duchenne threshold fit labels.csv",
    seed=0,
    seconds=None,
    cards=(),
    left_out={"pride": 2},
    unreadable=(("broken.mp4", "it is empty"),),
    subjects_unknown=False,
)


def videos() -> list[LabelledVideo]:
    """Five people: a smile in a quarter of the frames each, a neutral video each, one that shows nothing."""
    smiles = [LabelledVideo(f"a{k}", f"s{k}", "happiness", {"happiness": 5, "neutral": 15}) for k in range(5)]
    neutrals = [LabelledVideo(f"b{k}", f"s{k}", "neutral", {"anger": 2, "neutral": 18}) for k in range(5)]
    return [*smiles, *neutrals, LabelledVideo("dark", "s0", "neutral", {})]


@pytest.fixture
def found() -> Fit:
    return fit(videos())


def test_the_record_says_what_to_use_and_where_it_comes_from(found: Fit, tmp_path: Path) -> None:
    path = tmp_path / "new" / FILE
    write_record([found, fit(videos(), under=BROAD)], videos(), ORIGIN, path)
    text = path.read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    assert text == json.dumps(content, indent=2, sort_keys=True) + "\n"
    assert content["use"] == {"threshold": 0.2, "fallback": "most_frequent"}
    assert content["note"] == "Estimates of facial expression, not of feeling."
    assert (content["left_out"], content["subjects_unknown"]) == ({"pride": 2}, False)
    assert content["unreadable"] == [{"name": "broken.mp4", "reason": "it is empty"}]
    assert content["origin"]["command"] == "duchenne threshold fit labels.csv"
    assert set(content["label_settings"]) == {"specific", "broad"}
    one = content["label_settings"]["specific"]
    assert one["rule"]["accuracy"] == pytest.approx(10 / 11, abs=1e-6)
    assert one["top_1"]["accuracy"] == pytest.approx(5 / 11, abs=1e-6)
    assert one["curve"][0] == {"threshold": 0.05, "accuracy": pytest.approx(5 / 11, abs=1e-6)}
    assert [row["rule_f1"] for row in one["by_label"] if row["label"] == "contempt"] == [None]
    by_name = {video["name"]: video for video in content["videos"]}
    assert (by_name["a0"]["representative"], by_name["a0"]["top_1"]) == ("happiness", "neutral")
    assert (by_name["dark"]["representative"], by_name["dark"]["decided_by"]) == (None, "no_frames_read")
    assert list(path.parent.iterdir()) == [path]


def test_labels_are_compared_one_against_all_others(found: Fit) -> None:
    rows = {row.label: row for row in by_label(found)}
    happy = rows["happiness"]
    assert (happy.n_videos, happy.rule_accuracy, happy.rule_f1) == (5, 1.0, 1.0)
    # Top-1 misses all five smiles; the other six videos are rightly not happy.
    assert (happy.top_1_accuracy, happy.top_1_f1) == (pytest.approx(6 / 11), 0.0)
    assert rows["fear"].n_videos == 0
    assert math.isnan(rows["fear"].rule_f1)
    assert tuple(rows) == SPECIFIC.labels


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"difference_interval": (math.nan, math.nan)}, "the difference has no interval"),
        ({"difference_interval": (-0.1, 0.2)}, "not shown to be better or worse than Top-1"),
        ({"difference_interval": (-0.2, -0.1)}, "the rule is worse than Top-1"),
        ({"threshold": 0.55}, "with this fallback a threshold above 0.5 is Top-1"),
        ({"threshold": 0.05}, "the threshold is the lowest that is tried"),
        ({"chosen_on": ChosenOn.ALL}, "chosen on the videos it is scored on"),
    ],
)
def test_what_must_be_known_is_said(found: Fit, change: dict[str, Any], words: str) -> None:
    plain = replace(found, difference_interval=(0.1, 0.2))
    assert notes(plain) == ("1 videos without a frame that was read count as wrong for both",)
    assert any(words in note for note in notes(replace(plain, **change)))


def test_neutral_below_the_threshold_is_never_top_1(found: Fit) -> None:
    other = replace(found, fallback=Fallback.NEUTRAL, threshold=0.55, difference_interval=(0.1, 0.2))
    assert not any("is Top-1" in note for note in notes(other))


def test_classes_that_a_fold_lacks_are_named() -> None:
    odd = fit([*videos(), LabelledVideo("c", "s1", "fear", {"fear": 9})])
    said = [note for note in notes(odd) if "labelled fear" in note]
    assert len(said) == 5
    assert sum(note.startswith("no training video of fold") for note in said) == 1


def test_a_record_is_not_replaced_unasked(tmp_path: Path) -> None:
    assert check_place(tmp_path, overwrite=False) == tmp_path / FILE
    (tmp_path / FILE).write_text("mine")
    with pytest.raises(OutputError, match=r"threshold\.json exists already.*--overwrite"):
        check_place(tmp_path, overwrite=False)
    assert check_place(tmp_path, overwrite=True) == tmp_path / FILE


def test_a_place_that_cannot_be_written_is_said(found: Fit, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match=r"the record .*threshold\.json cannot be written"):
        write_record([found], videos(), ORIGIN, tmp_path / "file" / FILE)
