"""The public surface: its names, their order, and nothing that leaked."""

from __future__ import annotations

import inspect
import types

import duchenne


def public_names(thing: object) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


def test_the_public_names_are_these_in_this_order() -> None:
    assert duchenne.__all__ == [
        "Analysis",
        "BaselineOptions",
        "CalibrationOptions",
        "Fallback",
        "NeutralFace",
        "OneEuroOptions",
        "OutputOptions",
        "QualityOptions",
        "RepresentativeOptions",
        "Settings",
        "TrackOptions",
        "analyze",
    ], "a change of the public surface belongs in CHANGELOG.md, README.md and this list"


def test_nothing_else_leaks() -> None:
    submodules = {
        name
        for name, value in vars(duchenne).items()
        if isinstance(value, types.ModuleType) and value.__name__ == f"duchenne.{name}"
    }
    leaked = public_names(duchenne) - set(duchenne.__all__) - submodules
    assert leaked == set(), "import it under a name with a leading underscore in duchenne/__init__.py"


def test_every_public_name_is_documented() -> None:
    undocumented = [name for name in duchenne.__all__ if not inspect.getdoc(getattr(duchenne, name))]
    assert undocumented == []


def test_an_analysis_offers_these() -> None:
    assert public_names(duchenne.Analysis) == {
        "folder",
        "frames",
        "people",
        "peaks",
        "plot",
        "rows",
        "run",
        "summary",
        "table",
        "write",
    }, "a change of the public surface belongs in CHANGELOG.md, README.md and this list"


def test_the_version_is_that_of_the_distribution() -> None:
    parts = duchenne.__version__.split(".")
    assert len(parts) == 3
    assert all(part.isdecimal() for part in parts[:2])
