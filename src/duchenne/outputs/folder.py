"""A result folder that appears whole or not at all.

Takes the folder a user asked for, gives a hidden folder beside it to write into, and renames that into place at
the end. Refuses a place that exists (unless it holds a result that may be replaced, and nothing else) or that
cannot be written, before any work is done. Whatever goes wrong, no half-written result is left under the asked
name.
"""

from __future__ import annotations

import contextlib
import shutil
import uuid
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from duchenne.errors import DataError, OutputError
from duchenne.outputs import formats
from duchenne.outputs.provenance import Run

RECORD: Final = "run.json"
"""In every result; a folder that has things in it, but not this, is not ours to replace."""

NAMES: Final = (
    *(formats.file_name(format) for format in formats.SINKS),
    "summary.json",
    RECORD,
    "report.html",
    "annotated.mp4",
    "annotated.png",
)
"""All that a run may write into a result; whatever else lies there is somebody's own."""

# What file managers leave in any folder that somebody looks at; nobody's own.
_LITTER: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


class ResultFolder:
    """Use as a context manager: write into `work`, call `commit` when everything is there.

    Args:
        final: Where the result shall appear.
        overwrite: Whether a result that is there may be replaced; a folder that holds anything else never is.

    Raises:
        OutputError: on entry, if the place exists, or cannot be made or written.

    Attributes:
        final: Where the result shall appear.
        work: Where to write until then.
    """

    def __init__(self, final: Path, *, overwrite: bool = False) -> None:
        self.final = final
        self.work = final  # replaced on entry
        self._overwrite = overwrite

    def __enter__(self) -> Self:
        try:
            if self.final.exists():
                if not self._overwrite:
                    raise OutputError(
                        f"the result {self.final} exists already",
                        remedy="Choose another folder, or replace it with --overwrite (overwrite=True in Python)",
                    )
                self._check_replaceable()
            self.final.parent.mkdir(parents=True, exist_ok=True)
            # Beside the final place, so that the rename stays on one file system.
            self.work = self._hidden("partial")
            self.work.mkdir()
        except OSError as error:
            raise _unwritable(self.final, error) from error
        return self

    def commit(self) -> None:
        """Put the result in its place; one that was there is replaced in one step and then removed.

        Raises:
            OutputError: if the place has meanwhile been taken or cannot be written.
        """
        try:
            if not self.final.exists():
                self.work.rename(self.final)
                return
            if not self._overwrite:
                raise OutputError(
                    f"the result {self.final} appeared while this one was being made",
                    remedy="Choose another folder, or replace it with --overwrite",
                )
            self._check_replaceable()
            self._replace()
        except OSError as error:
            raise _unwritable(self.final, error) from error

    def _check_replaceable(self) -> None:
        """A slip of the hand must not cost somebody a folder or a file of their own."""
        if not self.final.is_dir():
            raise OutputError(f"{self.final} is a file, not a folder", remedy="Choose another folder")
        present = sorted(path for path in self.final.iterdir() if path.name not in _LITTER)
        foreign = [path.name for path in present if path.name not in NAMES or not path.is_file()]
        is_result = _is_run(self.final / RECORD)
        if foreign or (present and not is_result):
            reason = "it holds more than a result" if is_result else "it does not hold a result"
            raise OutputError(
                f"the folder {self.final} is not replaced, because {reason}",
                got=foreign[0] if foreign else f"no {RECORD} that tells of a run",
                expected=f"an empty folder, or a result with nothing in it but {', '.join(NAMES)}",
                remedy="Choose another folder, or remove by hand what is not needed",
            )

    def _replace(self) -> None:
        old = self._hidden("old")
        self.final.rename(old)
        try:
            self.work.rename(self.final)
        except OSError:
            old.rename(self.final)
            raise
        shutil.rmtree(old)

    def _hidden(self, purpose: str) -> Path:
        return self.final.parent / f".{self.final.name}.{purpose}.{uuid.uuid4().hex[:8]}"

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.work != self.final and self.work.exists():
            # Best effort: the reason for leaving is worth more than a failure to tidy up.
            with contextlib.suppress(OSError):
                shutil.rmtree(self.work)


def _is_run(record: Path) -> bool:
    """Whether a file is a run's record: others use such a common name too."""
    if not record.is_file():
        return False
    try:
        Run.from_json(record.read_text(encoding="utf-8"), record.name)
    except (DataError, UnicodeDecodeError):
        return False
    return True


def _unwritable(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        f"the result folder {folder} cannot be written",
        got=error.strerror or str(error),
        remedy="Check that the folder may be written and that the disk has space, or choose another with -o",
    )
