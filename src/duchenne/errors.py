"""The error tree: everything this package raises on purpose.

::

    DuchenneError
    ├── InputError          a video, image, camera or folder that cannot be read
    ├── OutputError         a place that cannot be written, or that already holds something
    ├── SettingsError       an option or argument outside what is allowed
    │   └── DeviceError     a compute device that was asked for and is not there
    ├── ModelError          a model card, a weight file or a network that is not what it says
    ├── DataError           a table or data set whose columns, labels or sizes do not fit
    └── MissingExtraError   a feature whose optional packages are not installed

Each message has four parts: what is wrong, what came, what was expected and what to do about it.
"""

from __future__ import annotations


class DuchenneError(Exception):
    """Base of every error that a user can meet.

    Args:
        what: What is wrong, naming the file, column or option.
        got: What came instead, if there is something to show.
        expected: What would have been right.
        remedy: What the user can do about it.
    """

    def __init__(self, what: str, *, got: str = "", expected: str = "", remedy: str = "") -> None:
        self.what = what
        self.got = got
        self.expected = expected
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        parts = [self.what.rstrip(".") + "."]
        if self.got:
            parts.append(f"Got: {self.got.rstrip('.')}.")
        if self.expected:
            parts.append(f"Expected: {self.expected.rstrip('.')}.")
        if self.remedy:
            parts.append(f"{self.remedy.rstrip('.')}.")
        return " ".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only parts would be lost by the default pickling, which worker processes rely on.
        return _rebuild, (type(self), self.what, self.got, self.expected, self.remedy)


def _rebuild(kind: type[DuchenneError], what: str, got: str, expected: str, remedy: str) -> DuchenneError:
    return kind(what, got=got, expected=expected, remedy=remedy)


class InputError(DuchenneError):
    """A video, image, camera or folder that cannot be read."""


class OutputError(DuchenneError):
    """A place that cannot be written, or that already holds something."""


class SettingsError(DuchenneError):
    """An option or argument outside what is allowed."""


class DeviceError(SettingsError):
    """A compute device that was asked for and is not there."""


class ModelError(DuchenneError):
    """A model card, a weight file or a network that is not what it says it is."""


class DataError(DuchenneError):
    """A table or data set whose columns, labels or sizes do not fit."""


class MissingExtraError(DuchenneError):
    """A feature whose optional packages are not installed."""

    @classmethod
    def of(cls, package: str, extra: str) -> MissingExtraError:
        """Name the missing package and the command that installs its extra."""
        return cls(
            f"the package '{package}' is not installed",
            remedy=f"Install it with: pip install 'duchenne[{extra}]'",
        )
