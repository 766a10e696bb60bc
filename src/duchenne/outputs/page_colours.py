"""The palette as CSS, so that page, figures and video frames share one table of colours.

Takes `duchenne.outputs.palette` and gives the style rules that go before ``page/report.css``. Paper is light.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs.palette import DARK, LIGHT, Theme


def colours_as_css() -> str:
    """Variables for both themes, and a class to fill with each expression and status."""
    names = [*EXPRESSIONS, *(status.value for status in Status)]
    fills = "".join(f".fill-{name}{{fill:var(--{name});background:var(--{name})}}" for name in names)
    hatches = "".join(
        f".hatch-{status.value}{{background:repeating-linear-gradient({angle}deg,var(--{status.value}) 0 2px,"
        "transparent 2px 4px)}"
        for status, angle in ((Status.LOW_QUALITY, 135), (Status.DECODE_ERROR, 45))
    )
    absent = Status.NO_FACE.value
    hatches += f".hatch-{absent}{{background:var(--{absent});outline:1px solid var(--line)}}"
    light, dark = _variables(LIGHT), _variables(DARK)
    return (
        f":root{{color-scheme:light dark;{light}}}"
        f"@media (prefers-color-scheme:dark){{:root:not(.paper){{{dark}}}}}"
        f"@media print{{:root{{{light}}}}}{fills}{hatches}\n"
    )


def _variables(theme: Theme) -> str:
    colours: Iterable[tuple[str, str]] = [
        *((field.name, getattr(theme, field.name)) for field in fields(theme) if field.type == "str"),
        *theme.expressions.items(),
        *((status.value, colour) for status, colour in theme.statuses.items()),
    ]
    return "".join(f"--{name}:{colour};" for name, colour in colours)
