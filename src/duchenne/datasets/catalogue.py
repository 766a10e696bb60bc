"""The data sets this project reads: what they are, under which licence, and whom to cite.

Takes a name, gives a frozen `Dataset`. Refuses a name without an entry. None of these is shipped.
"""

from __future__ import annotations

from dataclasses import dataclass

from duchenne.errors import DataError


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set as a fact sheet."""

    name: str
    title: str
    licence: str
    source: str
    citation: str


DATASETS = (
    Dataset(
        name="fer2013",
        title="FER2013 faces with FER+ votes",
        licence="FER2013: released for a research competition, no licence stated; FER+ votes: MIT",
        source="https://github.com/microsoft/FERPlus",
        citation=(
            'I. Goodfellow et al.: "Challenges in representation learning: a report on three machine '
            'learning contests", ICONIP 2013; E. Barsoum, C. Zhang, C. Canton Ferrer, Z. Zhang: "Training '
            'deep networks for facial expression recognition with crowd-sourced label distribution", '
            "ICMI 2016, arXiv:1608.01041"
        ),
    ),
    Dataset(
        name="faces",
        title="Photographs of faces with subject and expression",
        licence="Apache-2.0",
        source="https://github.com/muxspace/facial_expressions",
        citation="B. Lee Yung Rowe: facial_expressions, 2016, https://github.com/muxspace/facial_expressions",
    ),
    Dataset(
        name="generated",
        title="Striped patches whose direction is the label, for smoke tests",
        licence="Apache-2.0",
        source="duchenne.training.generated",
        citation="",
    ),
)


def find(name: str) -> Dataset:
    """The entry of a data set.

    Raises:
        DataError: if there is none of that name.
    """
    for dataset in DATASETS:
        if dataset.name == name:
            return dataset
    raise DataError(f"no data set is called '{name}'", expected=", ".join(d.name for d in DATASETS))
