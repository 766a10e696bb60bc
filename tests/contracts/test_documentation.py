"""Documentation that is executed as far as it can be: commands parse, names exist, links lead somewhere."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer

import duchenne
from contracts.source_tree import ROOT
from duchenne.cli import app
from duchenne.models import store

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md"), *(ROOT / "demo").glob("*.md")])

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(duchenne (?:[a-z]|-)[^`\n]*)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
# A name of ours in backticks, such as `duchenne.faces.pose:head_pose` or `duchenne.outputs.schema`.
_NAME = re.compile(r"`(duchenne(?:\.\w+)+)(?::([\w.]+))?(?:\(\))?`")
# Keys of the frame table's metadata only look like names of modules.
_METADATA = {"duchenne.schema", "duchenne.version"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(text: str, *languages: str) -> Iterator[str]:
    """Fenced blocks in one of the languages."""
    for match in _FENCE.finditer(text):
        if match.group(1) in languages:
            yield match.group(2)


def shell_lines(block: str) -> Iterator[str]:
    """Commands of a block, with continued lines joined."""
    for line in block.replace("\\\n", " ").splitlines():
        yield line.strip().removeprefix("$ ")


def commands_of(text: str) -> Iterator[str]:
    """Every ``duchenne ...`` command of a page, in blocks and in running text."""
    for block in blocks(text, "", "sh", "bash", "shell", "console"):
        yield from (line for line in shell_lines(block) if line.startswith("duchenne "))
    yield from _INLINE.findall(_FENCE.sub("", text))


def documented_commands() -> list[tuple[str, str]]:
    """(where it stands, the command), from all pages, the Makefile and the cards of the networks."""
    found = [
        (relative(page), command)
        for page in PAGES
        for command in commands_of(page.read_text(encoding="utf-8"))
    ]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    found += [("Makefile", command) for command in re.findall(r"/bin/(duchenne .*)", makefile)]
    for name in store.names():
        card = store.load_card(name)
        commands = [card.source, *(result.command for result in card.results)]
        found += [(f"cards/{name}.toml", command) for command in commands if command.startswith("duchenne ")]
    return list(dict.fromkeys(found))


def parse_command(command: str) -> None:
    """Parse a command as the command line would, and run nothing.

    ``duchenne train`` alone, without what it needs, is the name of a command rather than a command.

    Raises:
        Exception: what the command line would say to the user.
    """
    words = shlex.split(command, comments=True)[1:]
    node: Any = typer.main.get_command(app)
    path = "duchenne"
    while hasattr(node, "commands"):
        if words[:1] in (["-h"], ["--help"], ["--version"]):
            return
        if not words:
            return
        word = words.pop(0)
        assert word in node.commands, f"'{path}' has no command '{word}', only {', '.join(node.commands)}"
        node, path = node.commands[word], f"{path} {word}"
    if words and not {"-h", "--help"} & set(words):
        node.make_context(path, words)


@pytest.mark.parametrize(("page", "command"), documented_commands())
def test_every_documented_command_parses(page: str, command: str) -> None:
    try:
        parse_command(command)
    except Exception as error:  # noqa: BLE001  # the parser's own exceptions are not public
        pytest.fail(
            f"{page} says '{command}', but: {error}. Correct the page, or give the command line what it promises"
        )


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("duchenne fly", "has no command 'fly'"),
        ("duchenne analyze clip.mp4 --quickly", "No such option"),
        ("duchenne analyze clip.mp4 --format xlsx", "'xlsx' is not one of"),
        ("duchenne train --smoke", "Missing parameter: recipe"),
        ("duchenne evaluate faces", "'duchenne evaluate' has no command 'faces'"),
    ],
)
def test_a_wrong_command_is_found(command: str, problem: str) -> None:
    with pytest.raises(Exception, match=problem):  # the parser's own exceptions are not public
        parse_command(command)


def test_the_pages_hold_commands_at_all() -> None:
    assert len(documented_commands()) >= 10, "commands are looked for in fenced blocks and in backticks"


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_python_example_parses_and_uses_what_exists(page: Path) -> None:
    for block in blocks(page.read_text(encoding="utf-8"), "python", "py"):
        tree = ast.parse(block)
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "duchenne"
            ):
                assert hasattr(duchenne, node.attr), (
                    f"{relative(page)} uses duchenne.{node.attr}, which does not exist"
                )
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("duchenne"):
                module = importlib.import_module(node.module or "")
                for alias in node.names:
                    assert hasattr(module, alias.name), f"{relative(page)}: no {alias.name} in {node.module}"


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_name_of_ours_exists(page: Path) -> None:
    for dotted, names in _NAME.findall(page.read_text(encoding="utf-8")):
        if dotted in _METADATA:
            continue
        thing = resolve(dotted)
        assert thing is not None, f"{relative(page)} names `{dotted}`, which does not exist"
        for name in filter(None, names.split(".")):
            assert hasattr(thing, name), f"{relative(page)} names `{dotted}:{names}`, which does not exist"
            thing = getattr(thing, name)


def resolve(dotted: str) -> Any:
    """A module, or what a module holds, by its dotted name; None if there is none."""
    module, _, attribute = dotted.rpartition(".")
    try:
        return importlib.import_module(dotted)
    except ModuleNotFoundError as error:
        if error.name is not None and not error.name.startswith("duchenne"):
            return pytest.skip(f"{dotted} needs the package '{error.name}'")
    try:
        return getattr(importlib.import_module(module), attribute, None)
    except ModuleNotFoundError:
        return None


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in target or target.startswith(("#", "mailto:")):
            continue
        path = (page.parent / target.partition("#")[0]).resolve()
        assert path.exists(), f"{relative(page)} links to {target}, which is not there"


def test_the_changelog_tells_about_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{version('duchenne')}]" in text, "every version has its section in CHANGELOG.md"
