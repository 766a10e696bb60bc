from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from duchenne.datasets.clips import LabelledClip
from duchenne.datasets.fer2013 import read_fer2013
from duchenne.errors import ModelError
from duchenne.evaluation.protocols.classifier import (
    answering_output,
    networks_with,
    open_classifier,
    read_stills,
)
from duchenne.evaluation.threshold_videos import read_videos
from duchenne.labels import EXPRESSIONS, FER2013_LABELS
from duchenne.models.session import Session
from grey_reader import eight_reader, reader, write_stills
from media import write_video
from tiny_networks import GREY_INPUT, Output, build
from worlds import portrait


def test_fer2013s_seven_go_before_the_frame_tables_eight() -> None:
    outputs = [
        Output("expression", bias=[0.0] * 8, labels=EXPRESSIONS),
        Output("fer2013", bias=[0.0] * 7, labels=FER2013_LABELS),
    ]
    card, _ = build(outputs, spec=GREY_INPUT)
    assert answering_output(card).name == "fer2013"
    assert answering_output(build(outputs[:1], spec=GREY_INPUT)[0]).name == "expression"
    assert answering_output(card, "expression").labels == EXPRESSIONS
    with pytest.raises(
        ModelError, match=r"'tiny' does not name expressions with an output 'four'\. Got: outputs e"
    ):
        answering_output(card, "four")


def test_a_network_may_be_named_with_its_output() -> None:
    session, output = open_classifier("expression:expression")
    assert (session.card.name, output.name) == ("expression", "expression")
    assert open_classifier("expression")[1].name == "fer2013"


@pytest.mark.parametrize("labels", [FER2013_LABELS[:4], FER2013_LABELS[::-1]])
def test_a_network_that_names_other_things_is_refused(labels: tuple[str, ...]) -> None:
    card, _ = build(
        [Output("fer2013", bias=[0.0] * len(labels), labels=labels)], name="other", spec=GREY_INPUT
    )
    with pytest.raises(ModelError, match=r"'other' does not name expressions\. Got: outputs fer2013"):
        answering_output(card)


@pytest.mark.parametrize("session", [reader(), eight_reader()], ids=["seven", "eight"])
def test_every_still_is_read_as_the_label_that_it_shows(session: Session, tmp_path: Path) -> None:
    stills = read_fer2013(write_stills(tmp_path / "f.parquet", 2, n_neutral_angry=1), "PublicTest")
    output = answering_output(session.card)
    told: list[tuple[int, int]] = []
    read = read_stills(session, output, stills, lambda done, total: told.append((done, total)))
    expected = [label for label in FER2013_LABELS for _ in range(2)]
    expected[-2] = "anger"
    assert read == tuple(expected)
    assert told == [(0, 14), (14, 14)]
    assert read_stills(session, output, []) == ()


def test_a_video_is_read_by_the_network_that_was_given(tmp_path: Path) -> None:
    rgb = cv2.resize(portrait(), (256, 256), interpolation=cv2.INTER_AREA)
    path = write_video(tmp_path / "face.mp4", [rgb] * 2, fps=10)
    session = reader()
    networks = networks_with(session, answering_output(session.card))
    assert [card.name for card in networks.cards][-1] == "grey"
    (video,) = read_videos([LabelledClip("face.mp4", "labels", "", "s", "fear", path)], networks).videos
    counts = {label: n for label, n in video.n_frames_by_expression.items() if n}
    assert sum(counts.values()) == 2
    assert set(counts) <= set(FER2013_LABELS)
