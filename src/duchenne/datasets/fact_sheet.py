"""A data set as a fact sheet: what it is, under which licence, whom to ask and to cite, how it must lie.

Takes words, gives a frozen `Dataset`; `duchenne.datasets.catalogue` holds all of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set as a fact sheet.

    Attributes:
        name: What `duchenne.datasets.sample.Sample.dataset` and a card's training register call it.
        title: What it is.
        licence: Under which terms it may be used, as far as they were found.
        source: Where it is described or kept.
        citation: Whom to cite.
        access: How one gets it.
        reader: The function that reads it, as ``module:name``; empty where there is none.
        layout: How the folder must look, a line an entry.
        rules: What a reader must know: what is left out, what is refused.
    """

    name: str
    title: str
    licence: str
    source: str
    citation: str
    access: str = ""
    reader: str = ""
    layout: str = ""
    rules: str = ""
