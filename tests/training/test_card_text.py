from __future__ import annotations

import dataclasses

from duchenne.models.card import Card, Result, TrainingSource
from duchenne.training.card_text import card_text
from tiny_networks import Output, build


def test_text_parses_back_to_the_same_card() -> None:
    card = dataclasses.replace(
        build([Output("a", bias=[0.25, 1e-7], labels=("x", "y")), Output("b", bias=[[1.0], [2.0]])])[0],
        title='quotes " and \\ and ünïcode',
        limits=("short", "a long line " * 10),
        training=(
            TrainingSource("s", "train", "trained", "MIT", 3, ("ann", "bob")),
            TrainingSource("t", "test", "chosen", "MIT", 4),
        ),
        results=(Result("accuracy", 0.5, "t", "duchenne ..."),),
        constants={"threshold": 0.5, "odd key": 1.0},
        parameters=12,
    )
    assert Card.parse(card_text(card), "text") == card


def test_plain_values_come_first_and_empty_ones_not_at_all() -> None:
    text = card_text(build([Output("a", bias=[0.0])])[0])
    assert text.startswith('name = "tiny"\n')
    assert "citation" not in text
    assert "[[training]]" not in text
    assert text.endswith("\n")
    assert "\n\n\n" not in text
