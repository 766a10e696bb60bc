from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from duchenne.datasets.still_clips import PROPORTIONS, ClipPlan, Mix, divide, make_clips, quotas
from duchenne.errors import DataError, SettingsError
from duchenne.labels import FER2013_LABELS

N_EACH = 12
LABELS = [label for label in FER2013_LABELS for _ in range(N_EACH)]
PLAN = ClipPlan(n_clips=70, max_parts=4)


def test_every_clip_is_neutral_then_one_expression_then_neutral() -> None:
    clips = make_clips(LABELS, PLAN, np.random.default_rng(0))
    assert len(clips) == 70
    for clip in clips:
        shown = [LABELS[still] for still in clip.frames]
        start, end = clip.run
        assert PLAN.n_frames[0] <= len(shown) <= PLAN.n_frames[1]
        if clip.label == "neutral":
            assert (clip.run, clip.share, set(shown)) == ((0, 0), 0.0, {"neutral"})
            continue
        assert 0 < start < end < len(shown), "a neutral frame at either end"
        assert set(shown[start:end]) == {clip.label}
        assert set(shown[:start]) == set(shown[end:]) == {"neutral"}
        # Rounding to whole frames moves a share by at most half a frame.
        assert PLAN.share[0] - 0.5 / len(shown) <= clip.share <= PLAN.share[1] + 0.5 / len(shown)


def test_clips_of_different_parts_share_no_still() -> None:
    clips = make_clips(LABELS, PLAN, np.random.default_rng(0))
    of_part: dict[str, set[int]] = {}
    for clip in clips:
        of_part.setdefault(clip.part, set()).update(clip.frames.tolist())
    assert sorted(of_part) == ["part 01", "part 02", "part 03", "part 04"]
    assert sum(map(len, of_part.values())) == len(set().union(*of_part.values()))


def test_clips_are_spread_evenly_over_parts_and_labels() -> None:
    clips = make_clips(LABELS, PLAN, np.random.default_rng(0))
    assert Counter(clip.label for clip in clips) == dict.fromkeys(FER2013_LABELS, 10)
    assert sorted(Counter(clip.part for clip in clips).values()) == [17, 17, 18, 18]


def test_lengths_and_shares_follow_their_uniform_distributions() -> None:
    clips = make_clips(LABELS, ClipPlan(n_clips=7000), np.random.default_rng(1))
    lengths = np.array([len(clip.frames) for clip in clips])
    shares = np.array([clip.share for clip in clips if clip.label != "neutral"])
    # Standard errors of 7000 lengths of sd 22 and of 6000 shares of sd 0.16; four of them.
    assert lengths.mean() == pytest.approx(62.5, abs=1.05)
    assert (lengths.min(), lengths.max()) == (25, 100)
    assert shares.mean() == pytest.approx(0.325, abs=0.0083)
    assert np.quantile(shares, 0.25) == pytest.approx(0.1875, abs=0.012)


def test_the_same_generator_gives_the_same_clips() -> None:
    one, other, third = (make_clips(LABELS, PLAN, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert all(np.array_equal(a.frames, b.frames) for a, b in zip(one, other, strict=True))
    assert not all(np.array_equal(a.frames, b.frames) for a, b in zip(one, third, strict=True))


def test_the_papers_proportions_are_the_sums_of_its_two_sets() -> None:
    duckees = {"happiness": 36, "sadness": 17, "fear": 18, "disgust": 20, "neutral": 30}
    liris = {"happiness": 61, "sadness": 26, "anger": 1, "fear": 32, "surprise": 51, "disgust": 9}
    assert PROPORTIONS[Mix.PAPER] == Counter(duckees) + Counter(liris)
    assert quotas(ClipPlan(n_clips=301, mix=Mix.PAPER)) == PROPORTIONS[Mix.PAPER]


@pytest.mark.parametrize("n_clips", [1, 3, 7, 100, 700])
@pytest.mark.parametrize("mix", list(Mix))
def test_quotas_are_whole_and_within_one_of_their_share(n_clips: int, mix: Mix) -> None:
    found = quotas(ClipPlan(n_clips=n_clips, mix=mix))
    assert sum(found.values()) == n_clips
    total = sum(PROPORTIONS[mix].values())
    assert all(abs(n - n_clips * PROPORTIONS[mix][label] / total) < 1 for label, n in found.items())


def test_each_part_has_its_share_of_every_label() -> None:
    parts = divide(LABELS, set(LABELS), 5, np.random.default_rng(0))
    for label in FER2013_LABELS:
        held = Counter(parts[[k for k, other in enumerate(LABELS) if other == label]].tolist())
        assert sorted(held.values()) == [2, 2, 2, 3, 3]


def test_the_rarest_label_decides_how_many_parts_there_are() -> None:
    labels = [*LABELS, *["contempt"] * 2]
    assert set(divide(labels, set(LABELS), 20, np.random.default_rng(0))) == set(range(N_EACH))
    assert set(divide(labels, {"contempt"}, 20, np.random.default_rng(0))) == {0, 1}


def test_a_label_that_a_plan_does_not_ask_for_may_be_lacking() -> None:
    labels = [label for label in LABELS if label != "anger"]
    clips = make_clips(labels, ClipPlan(n_clips=20, mix=Mix.PAPER), np.random.default_rng(0))
    assert "anger" not in {clip.label for clip in clips}, "a 301st of twenty clips is none"


@pytest.mark.parametrize("n_disgust", [0, 4])
def test_too_few_stills_of_a_label_are_refused(n_disgust: int) -> None:
    labels = [label for label in LABELS if label != "disgust"] + ["disgust"] * n_disgust
    words = rf"the stills of 'disgust' cannot be divided over 5 folds\. Got: {n_disgust} stills"
    with pytest.raises(DataError, match=words):
        make_clips(labels, PLAN, np.random.default_rng(0), least_parts=5)


def test_no_stills_at_all_are_refused() -> None:
    with pytest.raises(DataError, match=r"cannot be divided over 1 folds\. Got: 0 stills"):
        make_clips([], PLAN, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"n_clips": 0}, "the number of clips must be above 0"),
        ({"n_frames": (2, 9)}, "a clip needs three frames"),
        ({"n_frames": (9, 8)}, "a clip needs three frames"),
        ({"share": (0.0, 0.5)}, "the run must take some of a clip and leave some"),
        ({"share": (0.5, 1.0)}, "the run must take some of a clip and leave some"),
        ({"share": (0.5, 0.4)}, "the run must take some of a clip and leave some"),
    ],
)
def test_a_plan_outside_its_range_is_refused(plan: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        ClipPlan(**plan)  # type: ignore[arg-type]  # one field at a time


def test_the_shortest_clips_keep_a_run_and_both_ends() -> None:
    plan = ClipPlan(n_clips=70, n_frames=(3, 3), share=(0.05, 0.95))
    for clip in make_clips(LABELS, plan, np.random.default_rng(0)):
        assert clip.run == ((0, 0) if clip.label == "neutral" else (1, 2))
