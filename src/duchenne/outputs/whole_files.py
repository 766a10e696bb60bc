"""Files that appear whole or not at all, also when a run is killed or two processes write the same one.

Takes a path and something that writes a file, gives the file under its name once it is complete. Until then it lies
beside, hidden, under a name that holds the process's number.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from duchenne.outputs.writing import writing


def replace_whole(path: Path, what: str, write_to: Callable[[Path], None]) -> None:
    """Write a file beside its place and move it there.

    Args:
        path: Where it shall appear; replaced if it exists.
        what: What it is, with its article, for messages.
        write_to: Writes the file that it is given.

    Raises:
        OutputError: if it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with writing(path, what):
        try:
            write_to(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def write_text_whole(path: Path, what: str, text: str) -> None:
    """Write text as UTF-8 with Unix newlines; its folder is made. Arguments and errors as `replace_whole`."""
    with writing(path, what):
        path.parent.mkdir(parents=True, exist_ok=True)

    def write_to(part: Path) -> None:
        part.write_text(text, encoding="utf-8", newline="\n")

    replace_whole(path, what, write_to)


def remove_leftovers(folder: Path) -> None:
    """Remove what killed processes have left in a folder.

    Raises:
        OutputError: if they cannot be removed.
    """
    with writing(folder, "the folder"):
        for part in sorted(folder.glob(".*.part")):
            part.unlink(missing_ok=True)
