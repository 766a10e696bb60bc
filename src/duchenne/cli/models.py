"""``duchenne models``: what is installed, under which licence, with which hash."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from duchenne.cli.console import out
from duchenne.models import store


def models(
    name: Annotated[str | None, typer.Argument(help="Show the whole card of this model.")] = None,
) -> None:
    """List the installed models with licence and hash, or show one model's card."""
    if name is not None:
        out.print(str(store.load_card(name)), markup=False)
        return
    table = Table(show_edge=False)
    for heading in ("model", "what it does", "licence", "sha256"):
        table.add_column(heading, overflow="fold")
    for card in map(store.load_card, store.names()):
        store.load_weights(card)  # refuses weights that are not the card's
        table.add_row(*map(escape, (card.name, card.title, card.licence, card.sha256)))
    out.print(table)
    out.print("All hashes were checked against the weights. A whole card: duchenne models NAME")
