from __future__ import annotations

import dataclasses

import pytest

from duchenne.errors import ModelError
from duchenne.models.card import Card, Colour, InputSpec, Layout, Result, TrainingSource
from tiny_networks import GREY_INPUT, RGB_INPUT, Output, build, toml_of

CARD = """
name = "tiny"
title = "A network for tests"
version = "1"
licence = "Apache-2.0"
source = "here"
weights = "tiny.onnx"
sha256 = "00"

[input]
name = "image"
size = 8
colour = "rgb"
layout = "NHWC"
low = 0
high = 1.0
border = "black"
antialias = false

[[outputs]]
name = "logits"
shape = [2]
meaning = "two numbers"
labels = ["left", "right"]

[probe]
seed = 0
tolerance = 1e-5

[probe.expected]
logits = [0, 1.5]
"""


def parse(text: str) -> Card:
    return Card.parse(text, "cards/tiny.toml")


def test_card_holds_what_its_text_says() -> None:
    card = parse(CARD)

    assert (card.name, card.weights, card.parameters, card.training) == ("tiny", "tiny.onnx", 0, ())
    assert (card.input.colour, card.input.layout, card.input.shape) == (Colour.RGB, Layout.NHWC, (8, 8, 3))
    assert card.output("logits").labels == ("left", "right")
    assert card.probe.expected == {"logits": (0.0, 1.5)}


def test_whole_number_is_read_as_float_where_a_float_belongs() -> None:
    card = parse(CARD)

    assert isinstance(card.input.low, float)
    assert all(isinstance(value, float) for value in card.probe.expected["logits"])


def test_every_field_survives_being_written_and_read() -> None:
    card, _ = build([Output("logits", [0.25, 1.0], 0.5, ("left", "right")), Output("map", [[1.0, 2.0]])])
    card = dataclasses.replace(
        card,
        citation='Doe: "Faces", 2020',
        limits=("none of this is true", "nor this"),
        parameters=12,
        training=(TrainingSource("faces", "train", "weights", "MIT", 3, ("anna", "ben"), "by name"),),
        results=(Result("accuracy", 0.5, "faces test", "duchenne evaluate"),),
        constants={"threshold": 0.5},
    )

    assert parse(toml_of(card)) == card


@pytest.mark.parametrize(
    ("spec", "shape"),
    [
        (RGB_INPUT, (8, 8, 3)),
        (GREY_INPUT, (1, 8, 8)),
        (dataclasses.replace(RGB_INPUT, layout=Layout.NCHW), (3, 8, 8)),
        (dataclasses.replace(GREY_INPUT, layout=Layout.NHWC), (8, 8, 1)),
    ],
)
def test_input_shape_follows_colour_and_layout(spec: InputSpec, shape: tuple[int, ...]) -> None:
    assert spec.shape == shape


def test_printed_card_shows_inputs_outputs_results_and_limits() -> None:
    card = dataclasses.replace(
        parse(CARD),
        limits=("not for cats",),
        results=(Result("accuracy", 0.5, "faces", "duchenne evaluate"),),
    )

    assert str(card).splitlines() == [
        "tiny 1: A network for tests",
        "  licence  Apache-2.0",
        "  input    image: 8x8 rgb, 0 to 1",
        "  output   logits (2,): two numbers [left, right]",
        "  result   accuracy 0.5 on faces",
        "  limit    not for cats",
    ]


def test_output_that_the_card_lacks_is_refused_by_name() -> None:
    with pytest.raises(ModelError, match=r"model 'tiny' has no output 'scores'\. Expected: logits\."):
        parse(CARD).output("scores")


def test_constant_is_found_by_name() -> None:
    card = dataclasses.replace(parse(CARD), constants={"threshold": 0.0})

    assert card.constant("threshold") == 0.0


@pytest.mark.parametrize(("constants", "known"), [({"b": 1.0, "a": 2.0}, "a, b"), ({}, "none")])
def test_constant_that_the_card_lacks_is_refused_by_name(constants: dict[str, float], known: str) -> None:
    card = dataclasses.replace(parse(CARD), constants=constants)

    with pytest.raises(ModelError, match=rf"model 'tiny' has no constant 'threshold'\. Expected: {known}\."):
        card.constant("threshold")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "A network for tests"', "title =", r"the model card cards/tiny\.toml is not valid TOML"),
        ('version = "1"', 'version = "1"\ncolor = 3', r"cards/tiny\.toml has unknown keys\. Got: color"),
        ("size = 8", "size = 8\nwidth = 8", r"cards/tiny\.toml\.input has unknown keys\. Got: width"),
        ('version = "1"', "", r"cards/tiny\.toml lacks keys\. .*Expected: version"),
        ('meaning = "two numbers"', "", r"outputs\[0\] lacks keys\. .*Expected: meaning"),
        ('version = "1"', "version = 1", r"version is of the wrong kind\. Got: 1\. Expected: str"),
        ("size = 8", "size = 8.0", r"input\.size is of the wrong kind\. Got: 8\.0\. Expected: int"),
        ("size = 8", "size = true", r"input\.size is of the wrong kind\. Got: True\. Expected: int"),
        ("high = 1.0", "high = true", r"input\.high is of the wrong kind\. Got: True\. Expected: float"),
        ("high = 1.0", 'high = "1"', r"input\.high is of the wrong kind\. Got: '1'\. Expected: float"),
        ("antialias = false", "antialias = 0", r"antialias is of the wrong kind\. Got: 0\. Expected: bool"),
        ('"rgb"', '"bgr"', r"input\.colour is of the wrong kind\. Got: 'bgr'\. Expected: rgb or grey"),
        ("shape = [2]", "shape = 2", r"outputs\[0\]\.shape is of the wrong kind\. .*Expected: a list"),
        ("shape = [2]", 'shape = ["2"]', r"outputs\[0\]\.shape\[0\] is of the wrong kind\. .*Expected: int"),
        ("logits = [0, 1.5]", "logits = [0, 'x']", r"probe\.expected\.logits\[1\] is of the wrong kind"),
        ("[input]\n", "input = 3\n[other]\n", r"unknown keys\. Got: other"),
        ("shape = [2]", "shape = [3]", r"outputs\[0\] contradicts itself\. .*shape \(3,\) but 2 labels"),
        ("logits = [0, 1.5]", "scores = [0]", r"contradicts itself\. .*names outputs it lacks: scores"),
    ],
)
def test_wrong_card_is_refused_with_the_key_named(old: str, new: str, message: str) -> None:
    assert CARD.count(old) == 1

    with pytest.raises(ModelError, match=message):
        parse(CARD.replace(old, new))


@pytest.mark.parametrize(
    ("key", "expected"),
    [("input", "a table"), ("outputs", "a list"), ("probe", "a table"), ("constants", "a table")],
)
def test_number_in_place_of_a_table_or_list_is_refused(key: str, expected: str) -> None:
    head = CARD[: CARD.index("[input]")]
    others = "".join(f"{other} = 3\n" for other in ("input", "outputs", "probe") if other != key)

    # Keys are read in the order of the text, so the one in question comes first.
    with pytest.raises(ModelError, match=rf"{key} is of the wrong kind\. Got: 3\. Expected: {expected}"):
        parse(f"{key} = 3\n{head}{others}")


def test_empty_card_is_refused_with_all_keys_named() -> None:
    with pytest.raises(ModelError, match=r"lacks keys\. Got: none\. Expected: input, licence, name, outputs"):
        parse("")
