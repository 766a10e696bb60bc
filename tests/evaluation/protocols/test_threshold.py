from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data_trees import write_tree
from duchenne.datasets.clips import LabelledClip
from duchenne.datasets.made_layouts import NOTE, STUDY
from duchenne.errors import DataError, InputError, ModelError
from duchenne.evaluation.protocols.clip_sets import ClipSource
from duchenne.evaluation.protocols.outcome import Outcome
from duchenne.evaluation.protocols.setting_fits import FitOptions
from duchenne.evaluation.protocols.threshold import PUBLISHED_COUNTS, evaluate_threshold
from duchenne.evaluation.threshold_fit import ChosenOn, LabelledVideo
from duchenne.evaluation.threshold_videos import ReadVideos
from duchenne.models.card import TrainingSource
from grey_reader import offer, reader

OPTIONS = FitOptions(n_folds=3)
Reads = list[list[LabelledClip]]


@pytest.fixture(scope="module", autouse=True)
def few_resamples() -> Iterator[None]:
    """Intervals are looked at elsewhere; a thousand resamples of each would take a minute here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("duchenne.evaluation.bootstrap.N_RESAMPLES", 20)
        yield


def tree(root: Path) -> Path:
    """Three people in either set; each shows a smile and, in DuckEES alone, a neutral face and pride."""
    rows = ["path,label,subject,dataset"]
    for k in range(3):
        rows += [
            f"d{k}.m4v,happy,S{k},DuckEES",
            f"n{k}.m4v,neutral,S{k},DuckEES",
            f"p{k}.m4v,pride,S{k},DuckEES",
            f"l{k}.mp4,happy,S{k},LIRIS-CSE",
        ]
    files = {row.split(",")[0]: b"" for row in rows[1:]}
    write_tree(root, {"labels.csv": "\n".join(rows), **files})
    return root


def both(root: Path) -> list[ClipSource]:
    return [ClipSource("duckees", root), ClipSource("liris_cse", root)]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """A stand-in for reading: smiles take a quarter of the frames, and nothing else is shown."""
    calls: Reads = []

    def read_videos(
        clips: tuple[LabelledClip, ...],
        networks: object,
        *,
        on_progress: Callable[[int, int], None],
        stopped: Callable[[], bool],
    ) -> ReadVideos:
        calls.append(list(clips))
        on_progress(0, len(clips))
        if stopped():
            return ReadVideos((), (), is_complete=False)
        on_progress(len(clips), len(clips))
        videos = [
            LabelledVideo(
                clip.clip,
                clip.subject,
                clip.label,
                {"neutral": 15, "happiness": 5} if clip.label == "happiness" else {"neutral": 20},
            )
            for clip in clips
        ]
        return ReadVideos(tuple(videos), (("gone.mp4", "it is empty"),), is_complete=True)

    monkeypatch.setattr("duchenne.evaluation.protocols.threshold.read_videos", read_videos)
    offer(monkeypatch, reader())
    return calls


def evaluate(sources: list[ClipSource], options: FitOptions = OPTIONS) -> Outcome:
    found = evaluate_threshold(sources, "grey", options)
    assert found is not None
    return found


def test_each_set_and_their_union_are_scored(reads: Reads, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    found = evaluate_threshold(
        both(tree(tmp_path / "children")),
        "grey",
        OPTIONS,
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert found is not None
    assert told == [(0, 9), (6, 9), (6, 9), (9, 9)]
    assert list(found.record["sets"]) == ["DuckEES", "LIRIS-CSE", "DuckEES+LIRIS-CSE"]
    assert [found.record["sets"][name]["n_videos"] for name in found.record["sets"]] == [6, 3, 9]
    assert found.record["sets"]["DuckEES+LIRIS-CSE"]["n_subjects"] == 6, "S0 is somebody else in each set"
    table = next(table for table in found.tables if table.title.startswith("As Table 3"))
    assert [row[0] for row in table.rows[3::2]] == ["DuckEES", "LIRIS-CSE", "DuckEES+LIRIS-CSE"]
    # Top-1 finds the neutral clips alone; a quarter reaches the thresholds that are chosen.
    top_1 = [
        dict(zip(table.columns, row, strict=True))["Top 1, pooled (95 %)"][:5] for row in table.rows[3::2]
    ]
    assert top_1 == ["0.500", "0.000", "0.333"]
    assert {row[2] for row in table.rows[3:]} == {"1.0000"}
    assert len(found.record["videos"]) == 9
    assert len(found.figures) == 9
    assert found.command == (
        "duchenne evaluate threshold --data children --dataset duckees --data children --dataset liris_cse "
        "--model grey --folds 3 --seed 0"
    )


def test_counts_stand_beside_the_papers_and_name_what_is_left_out(reads: Reads, tmp_path: Path) -> None:
    found = evaluate(both(tree(tmp_path / "children")))
    table = found.tables[0]
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert [(row["dataset"], row["happiness"], row["neutral"], row["all"]) for row in rows] == [
        ("DuckEES (the paper's)", "36", "30", "121"),
        ("DuckEES", "3", "3", "6"),
        ("LIRIS-CSE (the paper's)", "61", "0", "180"),
        ("LIRIS-CSE", "3", "0", "3"),
    ]
    assert [row["left out"] for row in rows] == ["-", "pride 3", "-", "none"]
    assert "DuckEES: left out, because the network does not read them: pride 3" in found.notes
    assert "DuckEES: left out, because it cannot be read: gone.mp4: it is empty" in found.notes
    assert found.record["data"][0]["n_left_out_by_label"] == {"pride": 3}
    assert found.record["data"][0]["unreadable"] == [{"name": "gone.mp4", "reason": "it is empty"}]


def test_the_papers_counts_add_up_to_its_totals() -> None:
    assert [sum(counts.values()) for counts in PUBLISHED_COUNTS.values()] == [121, 180]


def test_one_list_is_scored_alone_and_said_not_to_be_the_papers(reads: Reads, tmp_path: Path) -> None:
    rows = [f"v{k}.mp4,{'happy' if k % 2 else 'neutral'}" for k in range(6)]
    write_tree(
        tmp_path / "own",
        {"labels.csv": "\n".join(["path,label", *rows]), **{row.split(",")[0]: b"" for row in rows}},
    )
    found = evaluate([ClipSource("labels", tmp_path / "own")])
    assert list(found.record["sets"]) == ["own"]
    assert "own is neither of the paper's data sets: its numbers are not comparable" in found.notes
    assert any(note.startswith("own: no subjects are named") for note in found.notes)
    assert [row[0] for row in found.tables[0].rows] == ["own"]
    assert found.record["data"][0]["is_synthetic"] is False


def test_clips_of_people_who_do_not_exist_are_said_to_be(reads: Reads, tmp_path: Path) -> None:
    write_tree(tree(tmp_path), {STUDY: "{}"})
    found = evaluate(both(tmp_path))
    assert [data["is_synthetic"] for data in found.record["data"]] == [True, True]
    assert f"DuckEES: {NOTE}" in found.notes


def test_the_papers_own_choice_is_offered_and_said(reads: Reads, tmp_path: Path) -> None:
    found = evaluate(both(tree(tmp_path / "c")), FitOptions(n_folds=3, chosen_on=ChosenOn.ALL))
    assert found.command.endswith("--as-published")
    assert found.record["chosen_on"] == "all"
    assert any("the threshold was chosen on the videos it is scored on" in note for note in found.notes)


def test_what_does_not_divide_is_refused_before_anything_is_read(reads: Reads, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="5 parts need at least 5 subjects"):
        evaluate(both(tree(tmp_path / "c")), FitOptions(n_folds=5))
    rows = [f"v{k}.mp4,happy,{'much' if k < 8 else f's{k}'}" for k in range(10)]
    write_tree(
        tmp_path / "uneven",
        {"labels.csv": "\n".join(["path,label,subject", *rows]), **{row.split(",")[0]: b"" for row in rows}},
    )
    with pytest.raises(DataError, match="badly unbalanced"):
        evaluate([ClipSource("labels", tmp_path / "uneven")])
    assert reads == []


def test_a_class_that_a_fold_lacks_is_said(reads: Reads, tmp_path: Path) -> None:
    rows = [f"v{k}.mp4,{'neutral' if k == 0 else 'happy'},s{k}" for k in range(6)]
    write_tree(
        tmp_path / "own",
        {"labels.csv": "\n".join(["path,label,subject", *rows]), **{row.split(",")[0]: b"" for row in rows}},
    )
    found = evaluate([ClipSource("labels", tmp_path / "own")])
    assert any("is labelled neutral" in note and note.startswith("own, specific: no") for note in found.notes)


def test_a_network_that_learned_from_the_clips_is_refused(
    reads: Reads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = TrainingSource("liris_cse", "", "trained", "research", 3)
    offer(monkeypatch, reader("taught", training=[trained]))
    with pytest.raises(DataError, match=r"'liris_cse' cannot be scored: 'taught' was trained on it"):
        evaluate_threshold(both(tree(tmp_path / "c")), "taught", OPTIONS)
    assert reads == []


def test_a_network_that_is_not_installed_or_names_no_expressions_is_refused(tmp_path: Path) -> None:
    sources = both(tree(tmp_path / "c"))
    with pytest.raises(ModelError, match="no model is called 'nowhere'"):
        evaluate_threshold(sources, "nowhere", OPTIONS)
    with pytest.raises(ModelError, match="'face_mesh' does not name expressions"):
        evaluate_threshold(sources, "face_mesh", OPTIONS)


def test_stopping_gives_nothing(reads: Reads, tmp_path: Path) -> None:
    assert evaluate_threshold(both(tree(tmp_path / "c")), "grey", OPTIONS, stopped=lambda: True) is None
    assert len(reads) == 1


def test_empty_videos_are_not_neutral(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, reader())
    with pytest.raises(InputError, match=r"none of the 6 videos can be read\. Got: d0\.m4v is empty"):
        evaluate(both(tree(tmp_path / "c")))
