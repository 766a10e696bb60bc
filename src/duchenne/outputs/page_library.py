"""The drawing library of the report, piece by piece.

Takes nothing, gives the text of plotly.js as it is installed. As one text it takes 10 MB in memory, and every
step on its way to the file would copy it: that made the report the point of highest memory of a whole run.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from markupsafe import Markup

_PIECE: Final = 1 << 16  # characters


def plotly_js() -> Iterator[Markup]:
    """The file that `plotly.offline.get_plotlyjs` reads whole, in pieces that a template does not escape."""
    library = files("plotly") / "package_data" / "plotly.min.js"
    with library.open(encoding="utf-8") as code:
        while piece := code.read(_PIECE):
            yield Markup(piece)
