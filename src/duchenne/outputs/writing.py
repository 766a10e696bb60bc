"""What happens when a result cannot be written: one message for every file.

Takes a path and what lies there, gives a context in which the system's errors become an `OutputError` that names
the file and the remedy.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from duchenne.errors import OutputError


@contextmanager
def writing(path: Path, what: str) -> Iterator[None]:
    """Name the file in whatever goes wrong inside the block.

    Args:
        path: The file being written.
        what: What it is, with its article: ``the table``.

    Raises:
        OutputError: in place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{what} {path} cannot be written",
            got=error.strerror or str(error),
            remedy="Check that the folder exists, that it may be written and that the disk has space left",
        ) from error
