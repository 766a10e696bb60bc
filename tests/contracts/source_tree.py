"""The repository as text: the modules of the package, what they import, and the files that are shipped.

Nothing is imported or run here, so a contract can judge a module that does not even load.
"""

from __future__ import annotations

import ast
import functools
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "duchenne"

# What tools leave behind beside the sources; asked for only where there is no git to say what belongs here.
_LEFTOVERS = {"build", "dist", "out", "runs", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file of the package, by its dotted name."""

    name: str
    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def tree(self) -> ast.Module:
        return _parse(self.path)

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def place(self) -> str:
        """For messages: the path as it is typed at the root of the repository."""
        return self.path.relative_to(ROOT).as_posix()


@dataclass(frozen=True, slots=True)
class Import:
    """One import of one module: ``target`` is dotted; ``is_lazy`` if it stands inside a function."""

    importer: Module
    target: str
    line: int
    is_lazy: bool

    @property
    def library(self) -> str:
        """The part before the first dot."""
        return self.target.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.importer.place}:{self.line} imports {self.target}"


@functools.cache
def modules() -> tuple[Module, ...]:
    """Every module of the package, by name."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        parts = ("duchenne", *path.relative_to(PACKAGE).with_suffix("").parts)
        found.append(Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return tuple(sorted(found, key=lambda module: module.name))


@functools.cache
def imports() -> tuple[Import, ...]:
    """Every import statement of the package, those inside functions included."""
    return tuple(found for module in modules() for found in _imports_of(module))


def shipped_files() -> list[Path]:
    """What belongs to the repository: all that git tracks or, where there is no git, all but leftovers."""
    tracked = _tracked_files()
    paths = tracked if tracked is not None else [path for path in ROOT.rglob("*") if not _is_leftover(path)]
    return sorted(path for path in paths if path.is_file())


def _tracked_files() -> list[Path] | None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return None
    listing = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode != 0:  # such as a checkout that belongs to another user
        return None
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name]


def _is_leftover(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return any(part in _LEFTOVERS or part.startswith(".") or part.endswith(".egg-info") for part in parts)


@functools.cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _imports_of(module: Module) -> Iterator[Import]:
    names = {other.name for other in modules()}
    lazy = {
        id(node)
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(module, node)
            # ``from duchenne.models import store`` is an import of the module, not of its package.
            targets = [
                f"{source}.{alias.name}" if f"{source}.{alias.name}" in names else source
                for alias in node.names
            ]
        else:
            continue
        for target in dict.fromkeys(targets):
            yield Import(module, target, node.lineno, id(node) in lazy)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    parts = module.name.split(".")
    parts = parts[: len(parts) - node.level + (1 if module.is_package else 0)]
    return ".".join([*parts, *([node.module] if node.module else [])])
