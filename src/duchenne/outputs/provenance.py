"""Where the numbers of a run come from: the record behind ``run.json``.

Takes what the driver knows (source, models, settings, device, times) and gives a frozen `Run` that goes to
JSON and back. Reads no clock: the driver passes times in. Holds the file's name but not its folder, and
nothing about the user or the machine beyond its platform. Refuses a file that is not a run record.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from duchenne.errors import DataError
from duchenne.models.card import Card
from duchenne.outputs import schema
from duchenne.video.info import SourceInfo

_PACKAGES: Final = {
    "duchenne": ("duchenne",),
    "av": ("av",),
    "numpy": ("numpy",),
    "onnxruntime": ("onnxruntime", "onnxruntime-gpu"),
    "opencv": ("opencv-python-headless", "opencv-python", "opencv-contrib-python-headless"),
    "pyarrow": ("pyarrow",),
}
"""What can change a number, and the names under which its builds are installed."""

_DECIMALS: Final = 3


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What was read.

    Attributes:
        name: File name without its folder, or the name of the camera.
        kind: ``video``, ``image``, ``camera`` or ``memory``.
        sha256: Hash of the file; None where there is no file, or it was gone when the run ended.
        size_bytes: Size of the file; None likewise.
        width: Upright width in pixels.
        height: Upright height in pixels.
        fps: Average frames per second that the container promises; None where it does not.
        n_frames: Frames that the container promises; None where it does not.
        duration_s: Seconds that the container promises; None where it does not.
        codec: Name of the decoder.
        pixel_format: Stored pixels in FFmpeg's names.
        rotation_deg: Clockwise turn that brought the picture upright.
        has_audio: Whether there is sound.
    """

    name: str
    kind: str
    sha256: str | None
    size_bytes: int | None
    width: int
    height: int
    fps: float | None
    n_frames: int | None
    duration_s: float | None
    codec: str
    pixel_format: str
    rotation_deg: int
    has_audio: bool

    @classmethod
    def of(cls, info: SourceInfo) -> SourceRecord:
        """Describe a source; reads its file once, for the hash.

        A file that can no longer be read, because it was moved or its drive is gone, has no hash and no size: by
        then its frames have been measured, and they are worth more.
        """
        sha256, size_bytes = (None, None) if info.path is None else _fingerprint(info.path)
        return cls(
            name=info.name,
            kind=str(info.kind),
            sha256=sha256,
            size_bytes=size_bytes,
            width=info.width,
            height=info.height,
            fps=info.fps,
            n_frames=info.n_frames,
            duration_s=info.duration_s,
            codec=info.codec,
            pixel_format=info.pixel_format,
            rotation_deg=info.rotation_deg,
            has_audio=info.has_audio,
        )


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """One network that took part: enough to find it again and to know its licence."""

    name: str
    title: str
    version: str
    licence: str
    source: str
    sha256: str

    @classmethod
    def of(cls, card: Card) -> ModelRecord:
        """Take what matters from a card."""
        return cls(card.name, card.title, card.version, card.licence, card.source, card.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run over one source.

    Attributes:
        source: What was read.
        models: The networks, in the order in which they look at a frame.
        settings: Every option that shapes the result, as plain JSON values.
        versions: Package or interpreter to version, from `collect_versions`.
        device: Where the networks ran: ``cpu`` or ``cuda``.
        started_at: UTC time of the start, ISO 8601.
        frames_decoded: Frames that were read.
        frames_failed: Frames that could not be decoded.
        seconds: Wall-clock time from start to end.
        first_row_s: Wall-clock time from start to the first row; None if there was none.
        complete: Whether the source was read to its end.
        reason: Why not; empty if it was.
    """

    source: SourceRecord
    models: tuple[ModelRecord, ...]
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    device: str
    started_at: str
    frames_decoded: int
    frames_failed: int
    seconds: float
    first_row_s: float | None
    complete: bool
    reason: str = ""

    @property
    def fps(self) -> float | None:
        """Decoded frames per second of wall-clock time; None if no time passed."""
        return self.frames_decoded / self.seconds if self.seconds > 0 else None

    def to_json(self) -> str:
        """The text of ``run.json``: sorted keys, seconds to 0.001."""
        # The rate is that of the rounded time, so that a record read back and written again is the same.
        kept = replace(
            self,
            seconds=round(self.seconds, _DECIMALS),
            first_row_s=None if self.first_row_s is None else round(self.first_row_s, _DECIMALS),
        )
        fps = None if kept.fps is None else round(kept.fps, _DECIMALS)
        content = {"schema": schema.VERSION, "note": schema.NOTE, **asdict(kept), "fps": fps}
        return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str, origin: str) -> Run:
        """Read a record back; ``origin`` names the file in messages.

        Raises:
            DataError: if the text is not a run record of this schema version.
        """
        try:
            content = json.loads(text)
        except json.JSONDecodeError as error:
            raise _not_a_run(origin, str(error)) from error
        if not isinstance(content, dict) or content.get("schema") != schema.VERSION:
            raise _not_a_run(origin, "no schema number, or another one")
        missing = sorted({field.name for field in fields(cls)} - set(content))
        if missing:
            raise _not_a_run(origin, f"no {', '.join(missing)}")
        known = {field.name: content[field.name] for field in fields(cls)}
        try:
            known["source"] = SourceRecord(**known["source"])
            known["models"] = tuple(ModelRecord(**model) for model in known["models"])
        except TypeError as error:
            raise _not_a_run(origin, str(error)) from error
        return cls(**known)


def collect_versions() -> dict[str, str]:
    """Versions of Python, the platform and the packages that can change a number; loads none of them."""
    found = {"python": platform.python_version(), "platform": f"{platform.system()} {platform.machine()}"}
    return found | {package: _version_of(builds) for package, builds in _PACKAGES.items()}


def _version_of(builds: tuple[str, ...]) -> str:
    for build in builds:
        try:
            return version(build)
        except PackageNotFoundError:
            continue
    return "unknown"


def hash_file(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal.

    Raises:
        OSError: if it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(path: Path) -> tuple[str | None, int | None]:
    try:
        return hash_file(path), path.stat().st_size
    except OSError:
        return None, None


def _not_a_run(origin: str, got: str) -> DataError:
    return DataError(
        f"{origin} is not a record of a run",
        got=got,
        expected=f"a run.json of schema {schema.VERSION} written by duchenne",
        remedy="Analyze the video again to make one",
    )
