"""The package map is a contract: left never knows right, and every outside library has its place."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import pytest

from contracts.source_tree import ROOT, Import, imports, modules


@dataclass(frozen=True)
class Row:
    """Parts of the package that do one job together, each allowed to import those before it."""

    parts: str
    job: str


# The package map. A part imports only parts that stand before it, read like a page: left to right, top to bottom.
# docs/design.md shows the same rows.
ROWS = (
    Row("errors labels facs strict geometry records", "vocabulary: numpy only, no I/O"),
    Row("models", "a network is data: card, weights, probe; the one preprocessing"),
    Row("video", "files, stills, cameras, memory -> Frame"),
    Row("faces", "Picture -> faces: found, meshed, followed, aligned, posed"),
    Row("measure", "Face -> Reading"),
    Row("emotion", "readings of many frames -> one expression"),
    Row("temporal", "readings over time: smoothed, set against a neutral face"),
    Row("settings pipeline", "the step machine: Frame -> FrameResult"),
    Row("outputs", "FrameResult -> tables, summary, page, drawings"),
    Row("analysis offline batch", "drivers and the result"),
    Row("duchenne", "the public names"),
    Row("datasets evaluation", "beside the road: labelled faces, scores"),
    Row("synth", "beside the road: rendered faces with known action units; needs numba"),
    Row("training", "beside the road: networks by recipe; needs torch"),
    Row("cli", "the only part that prints"),
)
ORDER = [part for row in ROWS for part in row.parts.split()]

# The same rule within synth: each of its parts knows only those before it.
SYNTH_ORDER = ("head", "surroundings", "people", "acting", "rendering", "importing", "clips", "layouts")

# The stages of the road take records and give records: who decoded a frame and what becomes of a result is
# not their business.
STAGES = {
    "errors",
    "labels",
    "facs",
    "strict",
    "geometry",
    "records",
    "models",
    "faces",
    "measure",
    "emotion",
    "temporal",
    "settings",
    "pipeline",
}

# One narrow seam per outside thing. A library that is not listed is not used.
LIBRARIES = {
    "numpy": set(ORDER),
    "cv2": {"models", "video", "faces", "outputs", "datasets", "evaluation", "synth", "training"},
    "av": {"video"},
    "onnxruntime": {"models"},
    "scipy": {"faces", "evaluation", "synth"},
    "pyarrow": {"outputs", "analysis", "datasets", "synth"},
    "pandas": {"outputs", "analysis", "datasets", "evaluation"},
    "plotly": {"outputs", "analysis"},
    # The audit's page is no output of an analysis; evaluation stands behind outputs and cannot be imported there.
    "jinja2": {"outputs", "evaluation"},
    "markupsafe": {"outputs", "evaluation"},
    "matplotlib": {"evaluation"},
    "typer": {"cli"},
    "rich": {"cli"},
    "numba": {"synth"},
    "torch": {"training"},
    "lightning": {"training"},
    "onnx": {"training"},
}


def part_of(name: str) -> str:
    """The part of the map that a module belongs to: ``faces`` for ``duchenne.faces.track``."""
    return name.split(".")[1] if "." in name else name


def package_map() -> str:
    """The map as docs/design.md shows it."""
    width = max(len(row.parts) for row in ROWS) + 2
    return "\n".join(f"{row.parts:<{width}}{row.job}" for row in ROWS)


def inner_imports() -> Iterator[tuple[str, str, Import]]:
    """Imports of one part by another, as (importing part, imported part, import)."""
    for found in imports():
        if found.library == "duchenne":
            importer, target = part_of(found.importer.name), part_of(found.target)
            if importer != target:
                yield importer, target, found


def test_every_part_has_its_place_on_the_map() -> None:
    parts = {part_of(module.name) for module in modules()}
    assert parts <= set(ORDER), (
        f"{sorted(parts - set(ORDER))} are not on the package map: "
        "give each a place in ROWS of tests/contracts/test_layers.py and in docs/design.md"
    )
    assert set(ORDER) <= parts, (
        f"{sorted(set(ORDER) - parts)} are on the package map but do not exist: remove them"
    )


def test_left_never_knows_right() -> None:
    wrong = [
        f"{found}: '{importer}' stands before '{target}' on the package map"
        for importer, target, found in inner_imports()
        if target in ORDER and importer in ORDER and ORDER.index(target) > ORDER.index(importer)
    ]
    assert not wrong, (
        "\n".join(wrong) + "\nMove what is needed to the earlier part, or pass it in as an argument. "
        "An import inside a function counts too."
    )


def test_within_synth_left_never_knows_right() -> None:
    wrong = []
    for found in imports():
        here, there = found.importer.name.split("."), found.target.split(".")
        is_within = here[1:2] == there[1:2] == ["synth"] and len(here) > 2 and len(there) > 2
        if is_within and SYNTH_ORDER.index(there[2]) > SYNTH_ORDER.index(here[2]):
            wrong.append(str(found))
    assert not wrong, "\n".join(wrong) + f"\nThe order within synth is {', '.join(SYNTH_ORDER)}"


def test_the_stages_of_the_road_know_neither_sources_nor_outputs() -> None:
    wrong = [
        str(found)
        for importer, target, found in inner_imports()
        if importer in STAGES and target not in STAGES
    ]
    assert not wrong, (
        "\n".join(wrong)
        + "\nA stage takes records and gives records, so that files, cameras and tests drive it "
        "alike: put what is shared into records, or do this in a driver (offline)."
    )


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {
        module.name: {
            found.target
            for found in imports()
            if found.importer == module and found.library == "duchenne" and found.target != module.name
        }
        for module in modules()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        pytest.fail(f"{circle}: move what both need into a module of its own, which both import")


def test_what_needs_an_extra_is_imported_by_its_commands_alone_and_only_when_they_run() -> None:
    # Training may draw synthetic faces; who trains has installed both extras.
    wrong = [
        str(found)
        for importer, target, found in inner_imports()
        if target in {"training", "synth"}
        and not (importer == "cli" and found.is_lazy)
        and (importer, target) != ("training", "synth")
    ]
    assert not wrong, (
        "\n".join(wrong)
        + "\nEverything but training works without torch and everything but synth without numba: only a command in "
        "cli may import them, inside the function that needs it."
    )


def test_every_outside_library_is_imported_where_it_belongs() -> None:
    wrong = [
        str(found)
        for found in imports()
        if found.library not in {"duchenne", *sys.stdlib_module_names}
        and part_of(found.importer.name) not in LIBRARIES.get(found.library, set())
    ]
    assert not wrong, (
        "\n".join(wrong)
        + "\nUse the part that wraps this library. If it is a new library or a new place for "
        "it, say so in LIBRARIES of tests/contracts/test_layers.py (and in pyproject.toml), and why in the commit."
    )


def test_no_library_keeps_a_place_that_it_does_not_use() -> None:
    used = {found.library for found in imports()}
    assert set(LIBRARIES) <= used, f"nothing imports {sorted(set(LIBRARIES) - used)}: take them off LIBRARIES"


def test_vocabulary_needs_nothing_but_numpy() -> None:
    vocabulary = set(ROWS[0].parts.split())
    wrong = [
        str(found)
        for found in imports()
        if part_of(found.importer.name) in vocabulary
        and found.library not in {"duchenne", "numpy", *sys.stdlib_module_names}
    ]
    assert not wrong, (
        "\n".join(wrong) + "\nThe vocabulary is plain data: do this in a part further down the map."
    )


def test_the_design_page_shows_this_map() -> None:
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    assert package_map() in text, (
        "docs/design.md shows another package map than tests/contracts/test_layers.py. "
        f"Replace the one in docs/design.md by:\n{package_map()}"
    )
