from __future__ import annotations

import pytest

from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs.page_colours import colours_as_css
from duchenne.outputs.palette import DARK, LIGHT, Theme

THEMES = {
    ":root{color-scheme:light dark;": LIGHT,
    "@media (prefers-color-scheme:dark){:root:not(.paper){": DARK,
    "@media print{:root{": LIGHT,
}


def rule(start: str) -> str:
    css = colours_as_css()
    assert css.count(start) == 1
    return css.split(start)[1].split("}")[0]


@pytest.mark.parametrize(("start", "theme"), THEMES.items())
def test_each_medium_has_all_colours_of_its_theme(start: str, theme: Theme) -> None:
    found = dict(part.split(":") for part in rule(start).rstrip(";").split(";"))
    expected = {
        f"--{name}": getattr(theme, name)
        for name in ("background", "surface", "ink", "muted", "line", "warning", "units")
    }
    expected |= {f"--{name}": colour for name, colour in theme.expressions.items()}
    expected |= {f"--{status.value}": colour for status, colour in theme.statuses.items()}
    assert found == expected


def test_everything_can_be_filled_and_gaps_can_be_hatched() -> None:
    css = colours_as_css()
    for name in (*EXPRESSIONS, *(status.value for status in Status)):
        assert f".fill-{name}{{fill:var(--{name});background:var(--{name})}}" in css
    for status in (Status.LOW_QUALITY, Status.DECODE_ERROR, Status.NO_FACE):
        assert f".hatch-{status.value}{{" in css
