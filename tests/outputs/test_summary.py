from __future__ import annotations

import json

from duchenne.emotion.threshold import Fallback, RepresentativeOptions
from duchenne.outputs.summarise import Summariser
from duchenne.outputs.summary import Summary
from duchenne.records import FrameResult
from made_results import poor, seen, shown


def summarise(results: list[FrameResult], rule: RepresentativeOptions | None = None) -> Summary:
    summariser = Summariser("clip.mp4", rule)
    for result in results:
        summariser.add(result)
    return summariser.result()


def test_json_is_sorted_rounded_and_says_what_it_is() -> None:
    text = summarise(
        [shown(0, seen(0, "happiness", 1 / 3), time_s=0.0), shown(1, poor(1), time_s=1 / 3)]
    ).to_json()
    content = json.loads(text)
    assert text == json.dumps(content, indent=2, sort_keys=True) + "\n"
    assert content["note"] == "Estimates of facial expression, not of feeling."
    assert (content["schema"], content["video"], content["n_frames"]) == (1, "clip.mp4", 2)
    assert content["duration_s"] == 0.667
    happy, other = content["people"]
    assert happy["share_of_time"]["happiness"] == 1
    assert happy["mean_probability"]["happiness"] == 0.3333
    assert happy["coverage"] == {"read": 0.5, "seen": 0.5}
    assert other["share_of_time"] is None
    assert other["mean_probability"] is None
    assert other["dominant"] is None


def test_json_of_nothing_has_null_for_what_is_unknown() -> None:
    content = json.loads(summarise([]).to_json())
    assert content["coverage"] == {"read": None, "seen": None}
    assert content["people"] == []


def test_json_says_which_expression_stands_for_the_video_and_by_which_rule() -> None:
    names = ["neutral"] * 5 + ["fear"] * 2
    rule = RepresentativeOptions(threshold=0.25, fallback=Fallback.NEUTRAL)
    content = json.loads(summarise([shown(k, seen(0, n, 0.9)) for k, n in enumerate(names)], rule).to_json())
    assert content["rule"] == {"threshold": 0.25, "fallback": "neutral"}
    (person,) = content["people"]
    assert person["representative"] == {
        "expression": "fear",
        "decided_by": "threshold",
        "strongest": "fear",
        "strongest_share": 0.2857,
        "top_1": "neutral",
    }
    assert {name: n for name, n in person["n_frames_by_expression"].items() if n} == {"neutral": 5, "fear": 2}


def test_json_of_someone_never_read_has_no_representative_and_says_why() -> None:
    (person,) = json.loads(summarise([shown(0, poor(0)), shown(1, poor(0))]).to_json())["people"]
    assert person["representative"] == {
        "expression": None,
        "decided_by": "no_frames_read",
        "strongest": None,
        "strongest_share": None,
        "top_1": None,
    }
    assert set(person["n_frames_by_expression"].values()) == {0}
