"""One test file a module, found without a search: ``faces/track.py`` has ``tests/faces/test_track.py``."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from contracts.source_tree import PACKAGE, ROOT, Module, modules

TESTS = ROOT / "tests"
# Folders of code beside the package whose tests lie in a folder of the same name.
BESIDE = ("tools", "demo", "benchmarks")


def file_for(module: Module) -> Path:
    """``tests/<package>/test_<module>.py``; ``__init__`` and ``__main__`` lose their underscores."""
    place = module.path.relative_to(PACKAGE)
    return TESTS / place.parent / f"test_{place.stem.strip('_')}.py"


def only_re_exports(module: Module) -> bool:
    """Whether there is nothing to test: a docstring, imports and dunder names."""
    return all(
        isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (
            isinstance(node, ast.Assign)
            and all(isinstance(target, ast.Name) and target.id.startswith("__") for target in node.targets)
        )
        for node in module.tree.body
    )


TESTED = [module for module in modules() if not (module.is_package and only_re_exports(module))]


@pytest.mark.parametrize("module", TESTED, ids=lambda module: module.name)
def test_every_module_has_its_test_file(module: Module) -> None:
    expected = file_for(module)
    assert expected.is_file(), f"{module.place} has no tests: write {expected.relative_to(ROOT).as_posix()}"


def test_every_test_file_has_its_module() -> None:
    expected = {file_for(module) for module in modules()}
    for folder in BESIDE:
        expected |= {TESTS / folder / f"test_{path.stem}.py" for path in (ROOT / folder).glob("*.py")}
    contracts = set((TESTS / "contracts").glob("test_*.py"))
    orphans = sorted(
        path.relative_to(ROOT).as_posix() for path in set(TESTS.rglob("test_*.py")) - expected - contracts
    )
    assert not orphans, (
        f"{orphans} test no module of that name: name each after the module it tests, in a folder named after "
        "its package; rules about the whole repository go into tests/contracts"
    )
