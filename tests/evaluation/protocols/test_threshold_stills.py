from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from duchenne.datasets.still_clips import ClipPlan, StillClip, make_clips
from duchenne.emotion.grouping import SPECIFIC
from duchenne.errors import DataError
from duchenne.evaluation.protocols.outcome import Outcome, markdown, write_outcome
from duchenne.evaluation.protocols.setting_fits import FitOptions
from duchenne.evaluation.protocols.threshold_stills import TITLE, evaluate_threshold_stills
from duchenne.evaluation.threshold_fit import ChosenOn
from duchenne.labels import FER2013_LABELS
from duchenne.models.card import TrainingSource
from grey_reader import offer, reader, write_stills

N_EACH = 12
N_ANGRY = 2  # neutral stills that are read as anger
PLAN = ClipPlan(n_clips=84, share=(0.1, 0.7), max_parts=3)
OPTIONS = FitOptions(n_folds=3, chosen_on=ChosenOn.ALL)
LABELS = [label for label in FER2013_LABELS for _ in range(N_EACH)]


@pytest.fixture(scope="module", autouse=True)
def few_resamples() -> Iterator[None]:
    """Intervals are looked at elsewhere; a thousand resamples of each would take a minute here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("duchenne.evaluation.bootstrap.N_RESAMPLES", 20)
        yield


def clips() -> tuple[StillClip, ...]:
    """The clips that the protocol makes of these stills."""
    return make_clips(LABELS, PLAN, np.random.default_rng(0), least_parts=3)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A network that reads every still as it is labelled."""
    return evaluate(tmp_path_factory.mktemp("clean"), 0)


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A network that reads a sixth of the neutral stills as anger."""
    return evaluate(tmp_path_factory.mktemp("noisy"), N_ANGRY)


def evaluate(folder: Path, n_neutral_angry: int) -> Outcome:
    with pytest.MonkeyPatch.context() as patch:
        offer(patch, reader())
        data = write_stills(folder / "faces.parquet", N_EACH, n_neutral_angry)
        return evaluate_threshold_stills(data, "grey", PLAN, OPTIONS)


def test_a_faultless_network_makes_the_rule_faultless_and_top_1_a_matter_of_length(clean: Outcome) -> None:
    found = clean.record["sets"][TITLE]["label_settings"]["specific"]["most_frequent"]
    assert found["rule"]["accuracy"] == 1.0
    # Top-1 names the run where it takes half of the frames or more, and every neutral clip.
    right = [clip.label == "neutral" or clip.share >= 0.5 for clip in clips()]
    assert found["top_1"]["accuracy"] == pytest.approx(np.mean(right), abs=1e-12)
    assert found["difference"] == pytest.approx(1 - np.mean(right), abs=1e-12)
    rows = {row["title"]: row for row in clean.record["by_share"]["specific"]["rows"]}
    assert rows["0.20 to 0.30"]["difference"]["neutral"]["value"] == 1.0
    assert rows["neutral clips"]["difference"]["neutral"]["value"] == 0.0


def answer_of(clip: StillClip, threshold: float, *, neutral_below: bool) -> str:
    """Equation (1) written again, from frames: the independent reference."""
    angry = {FER2013_LABELS.index("neutral") * N_EACH + k for k in range(N_ANGRY)}
    shown = Counter("anger" if still in angry else LABELS[still] for still in clip.frames.tolist())
    order = [label for label in SPECIFIC.labels if label != "neutral" and shown[label]]
    strongest = max(order, key=lambda label: shown[label], default="neutral")
    if strongest != "neutral" and shown[strongest] / len(clip.frames) >= threshold:
        return strongest
    return "neutral" if neutral_below or shown["neutral"] > shown[strongest] else strongest


@pytest.mark.parametrize("fallback", ["most_frequent", "neutral"])
def test_the_sweep_agrees_with_the_rule_written_again(fallback: str, noisy: Outcome) -> None:
    curve = noisy.record["sets"][TITLE]["label_settings"]["specific"][fallback]["curve"]
    for point in curve:
        right = [
            answer_of(clip, point["threshold"], neutral_below=fallback == "neutral") == clip.label
            for clip in clips()
        ]
        assert point["accuracy"] == pytest.approx(np.mean(right), abs=1e-12)


@pytest.mark.parametrize("fallback", ["most_frequent", "neutral"])
def test_gain_and_cost_by_share_agree_with_the_rule_written_again(fallback: str, noisy: Outcome) -> None:
    setting = noisy.record["sets"][TITLE]["label_settings"]["specific"][fallback]
    found = {row["title"]: row for row in noisy.record["by_share"]["specific"]["rows"]}
    bins = {
        "0.20 to 0.30": [clip for clip in clips() if 0.2 <= clip.share < 0.3],
        "0.50 to 1.00": [clip for clip in clips() if clip.share >= 0.5],
        "neutral clips": [clip for clip in clips() if clip.label == "neutral"],
    }
    for title, chosen in bins.items():
        right = {
            threshold: np.mean(
                [
                    answer_of(clip, threshold, neutral_below=fallback == "neutral") == clip.label
                    for clip in chosen
                ]
            )
            for threshold in (setting["threshold"], 1.0)
        }
        assert found[title]["n_clips"] == len(chosen)
        assert found[title]["rule"][fallback]["value"] == pytest.approx(
            right[setting["threshold"]], abs=1e-12
        )
        if fallback == "most_frequent":  # above a half, that reading is Top-1
            assert found[title]["top_1"]["value"] == pytest.approx(right[1.0], abs=1e-12)
    differences = {title: found[title]["difference"][fallback]["value"] for title in bins}
    assert differences["neutral clips"] < 0 < differences["0.20 to 0.30"]


def test_no_still_is_in_two_folds(noisy: Outcome) -> None:
    found = noisy.record["sets"][TITLE]
    of_part: dict[str, set[int]] = {}
    for clip in clips():
        of_part.setdefault(clip.part, set()).update(clip.frames.tolist())
    assert found["n_subjects"] == len(of_part) == 3
    assert not set.intersection(*of_part.values())
    folds = found["label_settings"]["specific"]["neutral"]["folds"]
    assert [fold["n_test"] for fold in folds] == [28] * 3, "each part is the test part of one fold"


def test_what_the_network_reads_is_told_still_by_still(noisy: Outcome) -> None:
    assert noisy.record["stills"]["neutral"] == {"n_stills": 12, "n_read_as": {"anger": 2, "neutral": 10}}
    table = noisy.tables[1]
    assert table.rows[-2] == ("neutral", "12", "0.833", "0.833", "anger 0.167")
    assert table.rows[0] == ("anger", "12", "1.000", "0.000", "none")
    assert table.rows[-1] == ("all", "84", "0.976", "0.119", "")


def test_tables_say_what_was_made_and_what_it_is_not(noisy: Outcome) -> None:
    assert noisy.tables[0].title == "The 84 clips, balanced"
    assert {row[1] for row in noisy.tables[0].rows} == {"12"}
    assert noisy.tables[0].rows[-1][3] == "-", "a neutral clip has no run"
    assert "25 to 100 frames, 1 to 4 s" in noisy.tables[0].note
    page = markdown(noisy)
    for words in ("These are not videos", "As Table 1", "As Table 2", "As Table 3", "(the paper's)"):
        assert words in page
    assert noisy.command == (
        "duchenne evaluate threshold-stills --data faces.parquet --model grey --split PublicTest --clips 84 "
        "--mix balanced --folds 3 --seed 0 --as-published"
    )
    assert noisy.record["plan"]["proportions"] == dict.fromkeys(FER2013_LABELS, 1)


def test_the_same_run_gives_the_same_record(
    tmp_path: Path, noisy: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duchenne.evaluation.protocols.figures.lines", lambda path, *_: path.touch())
    again = evaluate(tmp_path, N_ANGRY)
    for one, folder in ((noisy, "a"), (again, "b")):
        write_outcome(one, tmp_path / folder)
    contents = [json.loads((tmp_path / folder / "results.json").read_text()) for folder in "ab"]
    for content in contents:
        content.pop("data_sha256")  # a table's file says when it was written
    assert contents[0] == contents[1]
    assert (tmp_path / "a" / "share_broad.png").is_file()


@pytest.mark.parametrize(
    ("usage", "n_each", "words"),
    [
        ("Training", 6, "has no rows of the split 'PublicTest'"),
        ("PublicTest", 2, r"the stills of 'anger' cannot be divided over 3 folds\. Got: 2 stills"),
    ],
)
def test_stills_that_do_not_fit_are_refused(
    usage: str, n_each: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, reader())
    data = write_stills(tmp_path / "f.parquet", n_each, usage=usage)
    with pytest.raises(DataError, match=words):
        evaluate_threshold_stills(data, "grey", PLAN, OPTIONS)


def test_a_split_that_taught_the_network_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = TrainingSource("fer2013", "Training", "trained", "none", 9)
    offer(monkeypatch, reader("taught", training=[trained]))
    with pytest.raises(DataError, match=r"the split 'Training' of 'fer2013' cannot be scored"):
        evaluate_threshold_stills(tmp_path / "not read", "taught", PLAN, OPTIONS, split="Training")
