"""Files and functions that a reader can hold in mind.

A file is one idea: beyond 300 lines it has become two, and the reader scrolls instead of reading. A function is
one verb: its work, without signature and docstring, fits on a screen of 60 lines.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from contracts.source_tree import Module, modules

MAX_FILE_LINES = 300
MAX_BODY_LINES = 60


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement after the docstring to the last one."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body:
        return 0
    last = body[-1].end_lineno
    assert last is not None
    return last - body[0].lineno + 1


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_file_is_one_idea(module: Module) -> None:
    n_lines = len(module.text.splitlines())
    assert n_lines <= MAX_FILE_LINES, (
        f"{module.place} has {n_lines} lines, {n_lines - MAX_FILE_LINES} too many: find the second idea in it and "
        "give that a file of its own"
    )


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_function_is_one_verb(module: Module) -> None:
    long = [
        f"{module.place}:{function.lineno} {function.name} does {body_lines(function)} lines of work"
        for function in functions(module)
        if body_lines(function) > MAX_BODY_LINES
    ]
    assert not long, (
        "\n".join(long) + f"\nAt most {MAX_BODY_LINES}: take a step that has a name of its own out of it"
    )


def test_signature_and_docstring_do_not_count() -> None:
    source = 'def f(\n    a,\n    b,\n):\n    """Say.\n\n    More.\n    """\n    c = a\n    return c + b\n'
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert body_lines(function) == 2
