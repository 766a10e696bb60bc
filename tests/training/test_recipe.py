from __future__ import annotations

from pathlib import Path

import pytest

from duchenne.datasets.rating_shifts import RatingSampling
from duchenne.errors import DataError, SettingsError
from duchenne.training.coupling import Coupling
from duchenne.training.recipe import Outcome, Recipe, Teacher, load_recipe, names

GOOD = """
network = "expression"
[[learn]]
dataset = "fer2013"
split = "Training"
weights = { expression = 1 }
[[choose]]
dataset = "fer2013"
split = "PublicTest"
weights = { expression = 1.0 }
[export]
name = "tiny"
title = "A title"
version = "1"
tolerance = 1e-3
limits = ["one", "two"]
"""


def test_what_is_not_said_has_its_default() -> None:
    recipe = Recipe.parse(GOOD, "r.toml")
    assert recipe.learn[0].weights == {"expression": 1.0}
    assert recipe.learn[0].share == 1.0
    assert recipe.learn[0].ratings == RatingSampling(step_s=0.4, delay_s=0.0, smoothing_s=0.0)
    assert recipe.optimisation.batch_size == 128
    assert recipe.options.widths == (16, 64, 128, 192, 256)
    assert recipe.outcome is None
    assert (recipe.teacher, recipe.start, recipe.optimisation.early_epochs) == (None, "", 0)


def test_what_is_said_is_taken() -> None:
    text = GOOD + "[shape]\nwidths = [4, 8]\nblocks = [1]\n[optimisation]\nlearning_rate = 1\n"
    text += '[outcome]\nhardware = "two cores"\nminutes = 9.5\nmeasured = { accuracy = 0.7 }\n'
    recipe = Recipe.parse(text, "r.toml")
    assert recipe.options.widths == (4, 8)
    assert recipe.optimisation.learning_rate == 1.0
    assert recipe.outcome == Outcome("two cores", 9.5, {"accuracy": 0.7})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "[optimisation]\nepoch = 3",
            r"r\.toml\.optimisation has unknown keys\. Got: epoch\. Expected: epochs",
        ),
        ("[optimisation]\nepochs = true", r"epochs is of the wrong kind\. Got: True\. Expected: int"),
        ("[optimisation]\nepochs = 1.5", r"epochs is of the wrong kind"),
        ("[augmentation]\nflip = 2", "'flip' is no probability"),
        ("[shape]\ndepth = 3", r"shape has unknown keys\. Got: depth"),
        ("[shape]\nwidths = [1, 2]", "widths and blocks do not pair"),
        ("[shape]\ndropout = 1", "dropout is outside its range"),
        ("[no", r"r\.toml is not valid TOML"),
    ],
)
def test_added_line_that_does_not_fit_is_refused_by_name(line: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Recipe.parse(f"{GOOD}{line}\n", "r.toml")


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ('version = "1"\n', "", r"r\.toml\.export lacks keys.*Expected: version"),
        ('title = "A title"', "title = 3", r"export\.title is of the wrong kind\. Got: 3\. Expected: str"),
        ('["one", "two"]', '"one"', r"limits is of the wrong kind.*a list"),
        ("{ expression = 1 }", "3", r"weights is of the wrong kind.*a table"),
        ('network = "expression"', 'network = "expression"\noptimisation = 3', r"wrong kind.*a table"),
        ('"expression"', '"impression"', "no network is called 'impression'"),
        ("{ expression = 1 }", "{ smile = 1 }", r"Got: unknown heads smile.*weights for expression, fer2013"),
        ("{ expression = 1 }", "{ expression = 0 }", "source 'fer2013' is outside its range"),
        ("{ expression = 1 }", "{ expression = 1 }\nshare = 0", r"source 'fer2013' is outside.*share 0"),
        ("{ expression = 1 }", "{ expression = 1 }\nsmoothing = { expression = 1 }", "smoothing in"),
        (
            "{ expression = 1 }",
            "{ expression = 1 }\nsmoothing = { expresion = 0.1 }",
            r"teaches nothing with\. Got: expresion\. Expected: some of expression",
        ),
        (
            "{ expression = 1 }",
            '{ expression = 1 }\nunits = ["AU45"]',
            r"chooses units and teaches none\. Got: fer2013\. Expected: a network with units",
        ),
        (
            "{ expression = 1 }",
            "{ expression = 1 }\nratings = { delay_s = -1 }",
            r"delay of ratings is outside",
        ),
        (
            "{ expression = 1 }",
            "{ expression = 1 }\nratings = { delay = 1 }",
            r"ratings has unknown keys\. Got: delay",
        ),
    ],
)
def test_changed_line_that_does_not_fit_is_refused_by_name(was: str, becomes: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Recipe.parse(GOOD.replace(was, becomes), "r.toml")


TEACHER = '[teacher]\nmodel = "expression"\noutput = "fer2013"\nhead = "{head}"\nshare = {share}\n'


def coupled(classes: str, units: str) -> str:
    text = GOOD.replace('"expression"\n[[learn]]', '"rec"\n[[learn]]')
    return f"{text}[coupling]\nclasses = {classes}\nunits = {units}\n"


def test_coupling_is_taken() -> None:
    recipe = Recipe.parse(coupled('"expression"', '"units"'), "r.toml")
    assert recipe.coupling == Coupling("expression", "units", weight=1.0, shares=False)


@pytest.mark.parametrize(
    ("classes", "units", "words"),
    [
        ('"units"', '"units"', r"heads of 'rec' cannot be coupled\. Got: 'units' \(units\) and 'units'"),
        (
            '"expression"',
            '"affect"',
            r"'affect' \(affect\)\. Expected: a head of classes and a head of units",
        ),
        ('"emotion"', '"units"', r"unknown heads emotion"),
    ],
)
def test_heads_that_cannot_be_coupled_are_refused(classes: str, units: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Recipe.parse(coupled(classes, units), "r.toml")


def test_coupling_that_never_begins_is_refused() -> None:
    text = coupled('"expression"', '"units"') + "from_epoch = 30\n"
    with pytest.raises(SettingsError, match=r"never begin\. Got: from_epoch 30\. Expected: from 0 to 29"):
        Recipe.parse(text, "r.toml")


def test_balance_is_taken() -> None:
    assert Recipe.parse(GOOD + "[balance]\nexpression = 2\n", "r.toml").balance == {"expression": 2}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("expression = 0", r"balance of '.*' is outside its range\. Got: .*0.*Expected: factors above 0"),
        ("units = 5", "unknown heads units"),  # this network has none
    ],
)
def test_balance_that_does_not_fit_is_refused(line: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Recipe.parse(f"{GOOD}[balance]\n{line}\n", "r.toml")


@pytest.mark.parametrize(
    ("network", "withhold", "words"),
    [
        ("expression", '["AU12"]', r"Got: AU12\. Expected: none: the network gives no units"),
        ("rec", '["AU12", "AU11"]', r"Got: AU12, AU11\. Expected: some of AU01, .*AU45"),
    ],
)
def test_units_that_the_network_does_not_have_cannot_be_withheld(
    network: str, withhold: str, words: str
) -> None:
    text = GOOD.replace('"expression"\n[[learn]]', f'"{network}"\n[[learn]]')
    text = text.replace("[export]\n", f"[export]\nwithhold = {withhold}\n")
    with pytest.raises(SettingsError, match=words):
        Recipe.parse(text, "r.toml")


def test_teacher_start_and_early_epochs_are_taken() -> None:
    text = 'start = "expression"\n' + GOOD + TEACHER.format(head="fer2013", share=1)
    text += "[optimisation]\nepochs = 4\nearly_epochs = 4\nearly_size = 48\n"
    recipe = Recipe.parse(text, "r.toml")
    assert recipe.teacher == Teacher("expression", "fer2013", "fer2013", 1.0)
    assert recipe.start == "expression"
    assert (recipe.optimisation.early_epochs, recipe.optimisation.early_size) == (4, 48)


def test_head_that_only_the_teacher_names_must_be_there_too() -> None:
    with pytest.raises(SettingsError, match=r"Got: unknown heads smile.*weights for expression, fer2013"):
        Recipe.parse(GOOD + TEACHER.format(head="smile", share=0.5), "r.toml")


@pytest.mark.parametrize("share", [0, -0.5, 1.5])
def test_share_of_a_teacher_outside_its_range_is_refused(share: float) -> None:
    with pytest.raises(
        SettingsError, match=rf"teacher's share is outside its range\. Got: {share}.*\(0, 1\]"
    ):
        Recipe.parse(GOOD + TEACHER.format(head="fer2013", share=share), "r.toml")


def test_early_patches_larger_than_the_network_s_are_refused_if_there_are_any() -> None:
    text = GOOD + "[optimisation]\nearly_size = 49\n"
    assert Recipe.parse(text, "r.toml").optimisation.early_size == 49
    with pytest.raises(
        SettingsError, match=r"of 'expression' are larger.*Got: early_size 49.*at most 48 pixels"
    ):
        Recipe.parse(text + "early_epochs = 1\n", "r.toml")


def test_recipe_without_sources_is_refused() -> None:
    head, _, tail = GOOD.partition("[[learn]]")
    text = "learn = []\n" + head + "[[choose]]" + tail.partition("[[choose]]")[2]
    with pytest.raises(SettingsError, match=r"does not say what its heads learn from\. Got: no sources"):
        Recipe.parse(text, "r.toml")


def test_every_recipe_of_the_package_is_sound() -> None:
    assert "expression" in names()
    for name in names():
        assert load_recipe(name).export.limits


def test_recipe_is_found_by_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_recipe(str(path)) == Recipe.parse(GOOD, "mine.toml")


def test_unknown_recipe_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no recipe is called 'impression'.*expression.*\.toml file"):
        load_recipe("impression")
    with pytest.raises(SettingsError, match="no recipe is called"):
        load_recipe(str(tmp_path / "absent.toml"))


def test_recipe_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match=r"mine\.toml is not UTF-8 text"):
        load_recipe(str(tmp_path / "mine.toml"))
