"""From parsed TOML to frozen records, refusing everything that does not fit.

Takes a dataclass, the dictionary that `tomllib` read and the class of error to raise; gives an instance. Refuses
unknown keys, missing keys and values of the wrong kind, naming the place: a misspelt key never becomes a
silent default. Knows dataclasses, enums, tuples, mappings, ``X | None`` and plain values.
"""

from __future__ import annotations

import dataclasses
import tomllib
import types
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from duchenne.errors import DuchenneError

T = TypeVar("T")


def read_toml(kind: type[T], text: str, where: str, error: type[DuchenneError], *, what: str) -> T:
    """Turn the text of a TOML file into a dataclass; arguments and errors as in `read_record`.

    Args:
        kind: As there.
        text: The file's content.
        where: The file's name in messages.
        error: As there; also raised if the text is not TOML.
        what: What the file is, with its article: ``the model card``.
    """
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise error(f"{what} {where} is not valid TOML", got=str(cause)) from cause
    return read_record(kind, value, where, error)


def read_record(kind: type[T], value: object, where: str, error: type[DuchenneError]) -> T:
    """Turn a parsed TOML table into a dataclass.

    Args:
        kind: A dataclass whose fields are typed with what this module knows.
        value: What `tomllib` gave.
        where: The place's name in messages.
        error: What to raise.

    Raises:
        DuchenneError: of the class given, if a key is unknown, missing or of the wrong kind, or if the record
            itself raises a ValueError.
    """
    record = _Reader(error).record(kind, value, where)
    assert isinstance(record, kind)
    return record


@dataclasses.dataclass(frozen=True, slots=True)
class _Reader:
    error: type[DuchenneError]

    def record(self, kind: Any, value: Any, where: str) -> Any:
        if not isinstance(value, Mapping):
            raise self._wrong(where, value, "a table")
        hints = get_type_hints(kind)
        fields = {f.name: f for f in dataclasses.fields(kind)}
        unknown = sorted(set(value) - set(fields))
        if unknown:
            raise self.error(f"{where} has unknown keys", got=", ".join(unknown), expected=", ".join(fields))
        missing = sorted(name for name in set(fields) - set(value) if _is_required(fields[name]))
        if missing:
            got = ", ".join(value) or "none"
            raise self.error(f"{where} lacks keys", got=got, expected=", ".join(missing))
        values = {key: self.value(hints[key], item, f"{where}.{key}") for key, item in value.items()}
        try:
            return kind(**values)
        except ValueError as error:
            raise self.error(f"{where} contradicts itself", got=str(error)) from error

    def value(self, kind: Any, value: Any, where: str) -> Any:
        origin = get_origin(kind)
        if kind is Any:
            return value
        if origin is types.UnionType:  # "X | None": TOML has no null, so what is there is an X
            return self.value(next(k for k in get_args(kind) if k is not type(None)), value, where)
        if dataclasses.is_dataclass(kind):
            return self.record(kind, value, where)
        if origin is tuple:
            if not isinstance(value, list):
                raise self._wrong(where, value, "a list")
            item = get_args(kind)[0]
            return tuple(self.value(item, v, f"{where}[{i}]") for i, v in enumerate(value))
        if origin is not None and issubclass(origin, Mapping):
            if not isinstance(value, Mapping):
                raise self._wrong(where, value, "a table")
            item = get_args(kind)[1]
            return {key: self.value(item, v, f"{where}.{key}") for key, v in value.items()}
        return self._plain(kind, value, where)

    def _plain(self, kind: Any, value: Any, where: str) -> Any:
        if issubclass(kind, StrEnum):
            if value in list(kind):
                return kind(value)
            raise self._wrong(where, value, " or ".join(kind))
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        # A bool is an int to Python and to nobody else.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self._wrong(where, value, kind.__name__)
        return value

    def _wrong(self, where: str, value: object, expected: str) -> DuchenneError:
        return self.error(f"{where} is of the wrong kind", got=repr(value), expected=expected)


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
