from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_trees import write_tree
from duchenne.datasets.hume_reaction import REACTIONS
from duchenne.datasets.made_layouts import NOTE, STUDY
from duchenne.errors import DataError, ModelError
from duchenne.evaluation import bootstrap
from duchenne.evaluation.protocols import reactions
from duchenne.evaluation.protocols.outcome import MISSING
from duchenne.evaluation.protocols.reactions import PAPER, evaluate_reactions
from duchenne.evaluation.provenance import hash_of
from duchenne.evaluation.register import TRAINED
from duchenne.labels import EXPRESSIONS
from duchenne.models.card import TrainingSource
from duchenne.models.session import Session
from grey_reader import offer
from media import write_video
from rated_folders import FPS, frames
from tiny_networks import GREY_INPUT, Output, build
from worlds import tiny_networks


def session(*, learned: tuple[TrainingSource, ...] = (), without: str = "") -> Session:
    """Units follow the brightness of a face; expressions, valence and arousal are always the same."""
    outputs = [
        Output("expression", [0.125] * 8, 0.0, EXPRESSIONS),
        Output("units", [0.5, 0.1], [1.0, 0.0], ("AU12", "AU04")),
        Output("affect", [0.0, 0.0], 0.0, ("valence", "arousal")),
    ]
    made = Session(*build([out for out in outputs if out.name != without], name="frame", spec=GREY_INPUT))
    object.__setattr__(made.card, "training", learned)
    return made


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "N_RESAMPLES", 20)
    monkeypatch.setattr(reactions, "_STEP_S", 1 / FPS)
    offer(monkeypatch, session())


def folder(root: Path, *, n_train: int = 6, n_val: int = 3, wall: int = -1) -> Path:
    """Videos of the portrait at several brightnesses: that is adoration here, and amusement is its opposite."""
    rows, people = [], []
    (root / "videos").mkdir(parents=True)
    for number in range(n_train + n_val):
        level = 0.4 + 0.06 * ((number * 5) % 9)
        shown = frames(3, blank=range(3) if number == wall else ())
        write_video(root / "videos" / f"{number}.mp4", [(f * level).astype(np.uint8) for f in shown], fps=FPS)
        split = "Train" if number < n_train else "Val"
        rows.append(
            f"{number},{split},{level:.2f},{1 - level:.2f},{number / 20},0.5,0,0.1,{(number % 3) / 3:.2f}"
        )
        people.append(f"{number},{split}{number % 3}")
    header = ",".join(("File_ID", "Split", *REACTIONS))
    return write_tree(
        root,
        {
            "data_info.csv": "\n".join((header, *rows)) + "\n",
            "videos.csv": "File_ID,subject\n" + "\n".join(people) + "\n",
        },
    )


def test_what_tells_a_reaction_tells_it_and_what_never_moves_does_not(tmp_path: Path) -> None:
    outcome = evaluate_reactions(folder(tmp_path), "frame", networks=tiny_networks())
    rows = {tuple(row["tasks"]): row["pcc"] for row in outcome.record["rows"]}
    assert tuple(rows) == tuple(PAPER)
    for tasks, pcc in rows.items():
        if "AUs" in tasks:
            assert pcc["Adoration"] > 0.95
            assert pcc["Amusement"] > 0.95
        else:
            assert np.isnan(pcc["Adoration"])
    # Fear and disgust never change, so no mean over all seven exists.
    (table,) = outcome.tables
    assert {row[1] for row in table.rows} == {MISSING}
    assert [row[-1] for row in table.rows] == ["0.461", "0.476", "0.480", "0.485", "0.491", "0.491", "0.494"]
    assert "6 videos to learn from, 3 to score" in table.note
    assert outcome.record["is_synthetic"] is False
    assert "synthetic" not in outcome.title


def test_people_who_do_not_exist_are_said_not_to(tmp_path: Path) -> None:
    root = folder(tmp_path)
    write_tree(root, {STUDY: "{}"})
    outcome = evaluate_reactions(root, "frame", networks=tiny_networks())
    assert outcome.record["is_synthetic"] is True
    assert outcome.record["data_sha256"] == hash_of(root)
    assert "of synthetic people" in outcome.title
    assert outcome.notes[0] == NOTE


def test_video_in_which_nothing_can_be_read_is_left_out_and_counted(tmp_path: Path) -> None:
    outcome = evaluate_reactions(folder(tmp_path, wall=1), "frame", networks=tiny_networks())
    assert outcome.record["n_unread"] == 1
    assert "5 videos to learn from, 3 to score" in outcome.tables[0].note


def test_too_few_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"part 'Val' .* has too few people\. Got: 1"):
        evaluate_reactions(folder(tmp_path, n_val=1), "frame", networks=tiny_networks())


def test_people_that_the_network_learned_from_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned = TrainingSource("hume_reaction", "Train", TRAINED, "none", 9, ("Val1",))
    offer(monkeypatch, session(learned=(learned,)))
    with pytest.raises(DataError, match="trained on"):
        evaluate_reactions(folder(tmp_path), "frame", networks=tiny_networks())


def test_network_that_lacks_a_task_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, session(without="affect"))
    with pytest.raises(ModelError, match=r"'frame' lacks a task\. Got: no output affect"):
        evaluate_reactions(tmp_path, "frame")


def test_a_person_in_both_parts_is_refused(tmp_path: Path) -> None:
    root = folder(tmp_path)
    listed = (root / "videos.csv").read_text()
    (root / "videos.csv").write_text(listed.replace("Val0", "Train0"))
    with pytest.raises(
        DataError, match=r"people in both parts.*Got: Train0\. Expected: each person in one part"
    ):
        evaluate_reactions(root, "frame", networks=tiny_networks())
