"""Looks are plain, repeatable and as varied as they claim."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from enum import StrEnum

import numpy as np
import pytest

from duchenne.errors import SettingsError
from duchenne.synth.people.look import Beard, Glasses, HairStyle, Look

N = 1500
LOOKS = [Look.sample(np.random.default_rng([5, number])) for number in range(N)]
# Three standard deviations of a share of one half among N.
SCATTER = 3 * 0.5 / N**0.5


def share(holds: list[bool]) -> float:
    return sum(holds) / len(holds)


def test_the_same_generator_gives_the_same_look() -> None:
    assert Look.sample(np.random.default_rng(3)) == Look.sample(np.random.default_rng(3))
    assert Look.sample(np.random.default_rng(3)) != Look.sample(np.random.default_rng(4))


def test_a_look_is_plain_and_comes_back_from_json() -> None:
    for look in LOOKS[:50]:
        for value in asdict(look).values():
            parts = value if isinstance(value, tuple) else (value,)
            assert all(type(part) in {int, float, bool, str} or isinstance(part, StrEnum) for part in parts)
        back = json.loads(json.dumps(asdict(look)))
        kinds = {"hair_style": HairStyle, "beard": Beard, "glasses": Glasses}
        restored = {
            name: kinds[name](value) if name in kinds else tuple(value) if isinstance(value, list) else value
            for name, value in back.items()
        }
        assert Look(**restored) == look


def test_a_third_has_no_drawn_lines_and_a_sixth_wears_glasses() -> None:
    assert share([look.wrinkles == 0.0 for look in LOOKS]) == pytest.approx(1 / 3, abs=SCATTER)
    assert share([look.glasses is not Glasses.NONE for look in LOOKS]) == pytest.approx(1 / 6, abs=SCATTER)
    assert min(look.wrinkles for look in LOOKS if look.wrinkles) >= 0.25


def test_skin_is_even_from_light_to_dark_and_every_style_occurs() -> None:
    skins = np.array([look.skin for look in LOOKS])
    for low in (0.0, 0.25, 0.5, 0.75):
        assert np.mean((skins >= low) & (skins < low + 0.25)) == pytest.approx(0.25, abs=SCATTER)
    assert {look.hair_style for look in LOOKS} == set(HairStyle)
    assert {look.beard for look in LOOKS} == set(Beard)
    assert {look.glasses for look in LOOKS} == set(Glasses)


def test_colours_are_plausible_with_skin_and_grey_with_age() -> None:
    dark = [look for look in LOOKS if look.skin > 0.7]
    assert max(max(look.hair_colour) for look in dark) < 0.05
    assert max(max(look.iris) for look in dark) < 0.15
    assert max(max(look.hair_colour) for look in LOOKS if look.skin < 0.3) > 0.2
    assert all(look.freckles == 0.0 for look in LOOKS if look.skin >= 0.4)
    young = np.mean([look.grey for look in LOOKS if look.age < 30])
    old = np.mean([look.grey for look in LOOKS if look.age > 60])
    assert young < 0.05
    assert old > 0.4


def test_who_wears_lipstick_has_no_beard() -> None:
    assert not any(look.lipstick > 0 and look.beard is not Beard.NONE for look in LOOKS)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
@pytest.mark.parametrize("name", ["skin", "blush", "eye_shade", "freckles", "lips", "grey", "brow_density"])
def test_a_share_outside_its_range_is_refused(name: str, value: float) -> None:
    with pytest.raises(SettingsError, match=rf"the look's {name} is outside its range.*0 to 1"):
        replace(Look(), **{name: value})


@pytest.mark.parametrize(
    ("name", "value", "range_"),
    [
        ("wrinkles", -0.1, "0 to 2"),
        ("wrinkles", 2.1, "0 to 2"),
        ("redness", -1.5, "-1 to 1"),
        ("moles", 13, "0 to 12"),
        ("iris_radius", 0.6, "0.2 to 0.5"),
    ],
)
def test_other_numbers_have_ranges_of_their_own(name: str, value: float, range_: str) -> None:
    with pytest.raises(SettingsError, match=rf"the look's {name} is outside its range.*{range_}"):
        replace(Look(), **{name: value})
