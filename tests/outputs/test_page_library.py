from __future__ import annotations

from markupsafe import Markup, escape
from plotly.offline import get_plotlyjs

from duchenne.outputs.page_library import plotly_js


def test_pieces_make_up_the_whole_library() -> None:
    assert "".join(plotly_js()) == get_plotlyjs()


def test_no_piece_is_large_and_none_is_escaped() -> None:
    pieces = list(plotly_js())
    assert max(map(len, pieces)) <= 65_536
    assert all(isinstance(piece, Markup) and escape(piece) == piece for piece in pieces)
