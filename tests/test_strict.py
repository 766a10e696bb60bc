from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pytest

from duchenne.errors import DuchenneError, ModelError, SettingsError
from duchenne.strict import read_record, read_toml


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Inner:
    size: int

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("size is below 0")


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    colour: Colour = Colour.RED
    share: float = 0.5
    is_big: bool = False
    inners: tuple[Inner, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    anything: Mapping[str, Any] = field(default_factory=dict)
    inner: Inner | None = None


def read(text: str, error: type[DuchenneError] = ModelError) -> Outer:
    return read_record(Outer, tomllib.loads(text), "the file", error)


def test_what_is_not_said_has_its_default() -> None:
    assert read('name = "x"') == Outer("x")


def test_everything_that_fits_is_taken() -> None:
    text = """
    name = "x"
    colour = "blue"
    share = 1
    is_big = true
    inners = [{ size = 1 }, { size = 2 }]
    weights = { a = 1, b = 0.5 }
    anything = { c = [1, "two"] }
    inner = { size = 3 }
    """
    expected = Outer(
        "x",
        Colour.BLUE,
        1.0,
        True,
        (Inner(1), Inner(2)),
        {"a": 1.0, "b": 0.5},
        {"c": [1, "two"]},
        Inner(3),
    )
    assert read(text) == expected
    assert isinstance(read(text).share, float)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", r"the file lacks keys\. Got: none\. Expected: name"),
        ("share = 1", r"the file lacks keys\. Got: share\. Expected: name"),
        ("nam = 'x'", r"the file has unknown keys\. Got: nam\. Expected: name, colour"),
        ("name = 3", r"the file\.name is of the wrong kind\. Got: 3\. Expected: str"),
        ("name = 'x'\ncolour = 'green'", r"the file\.colour is .*Got: 'green'\. Expected: red or blue"),
        ("name = 'x'\ncolour = 1", r"the file\.colour is of the wrong kind"),
        ("name = 'x'\nshare = true", r"the file\.share is .*Got: True\. Expected: float"),
        ("name = 'x'\nis_big = 1", r"the file\.is_big is .*Expected: bool"),
        ("name = 'x'\ninners = 1", r"the file\.inners is .*Expected: a list"),
        ("name = 'x'\ninners = [1]", r"the file\.inners\[0\] is .*Expected: a table"),
        ("name = 'x'\ninners = [{ size = true }]", r"the file\.inners\[0\]\.size is .*Expected: int"),
        ("name = 'x'\nweights = 1", r"the file\.weights is .*Expected: a table"),
        ("name = 'x'\nweights = { a = 'b' }", r"the file\.weights\.a is .*Expected: float"),
        ("name = 'x'\ninner = { size = -1 }", r"the file\.inner contradicts itself\. Got: size is below 0"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(text: str, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        read(text)


def test_error_is_of_the_class_asked_for() -> None:
    with pytest.raises(SettingsError, match="lacks keys"):
        read("", SettingsError)


def test_text_is_read_like_its_tables() -> None:
    assert read_toml(Outer, 'name = "x"', "a.toml", ModelError, what="the card") == Outer("x")


def test_text_that_is_no_toml_is_refused_by_what_it_is() -> None:
    with pytest.raises(SettingsError, match=r"the recipe a\.toml is not valid TOML\. Got: ") as caught:
        read_toml(Outer, "name = ", "a.toml", SettingsError, what="the recipe")
    assert isinstance(caught.value.__cause__, tomllib.TOMLDecodeError)
