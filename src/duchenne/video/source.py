"""From paths to sources: open what a path names, and find the media files under it.

Takes paths, gives `Source` objects that yield `Frame` and `DecodeFailure`. Files are told apart by their
extension: stills are read by `duchenne.video.image`, everything else by `duchenne.video.file`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from duchenne.errors import InputError
from duchenne.video.file import VideoFile
from duchenne.video.image import IMAGE_SUFFIXES, ImageFile
from duchenne.video.info import Source, SourceInfo, SourceKind

__all__ = ["Source", "SourceInfo", "SourceKind", "find_inputs", "open_source"]

# A folder is searched for these; a file that is named outright is tried whatever it is called.
VIDEO_SUFFIXES = frozenset(
    [
        ".3g2",
        ".3gp",
        ".asf",
        ".avi",
        ".flv",
        ".gif",
        ".m2ts",
        ".m4v",
        ".mjpeg",
        ".mkv",
        ".mov",
        ".mp4",
        ".mpeg",
        ".mpg",
        ".mts",
        ".mxf",
        ".nut",
        ".ogv",
        ".ts",
        ".vob",
        ".webm",
        ".wmv",
    ]
)


def open_source(path: Path, *, threads: bool = True) -> Source:
    """Open a video or a still.

    Args:
        path: The file.
        threads: Whether the decoder may use more than one thread.

    Raises:
        InputError: if the file is missing, unreadable, or holds no picture.
    """
    if path.suffix.lower() in IMAGE_SUFFIXES:
        return ImageFile(path)
    return VideoFile(path, threads=threads)


def find_inputs(paths: Iterable[Path], *, recursive: bool = False) -> list[Path]:
    """List the files to read.

    Args:
        paths: Files, kept as they are even where missing (opening them says so), and folders, replaced by the
            videos and stills in them, sorted as people count: ``clip2`` before ``clip10``. What is hidden, or lies
            in a hidden folder inside, is left out, and so is the annotated copy in a result folder.
        recursive: Whether folders inside folders count too.

    Returns:
        The files in the order of ``paths``.

    Raises:
        InputError: if a folder holds no video and no still, or cannot be listed.
    """
    found: list[Path] = []
    for path in paths:
        found += _media_in(path, recursive) if path.is_dir() else [path]
    return found


def _media_in(folder: Path, recursive: bool) -> list[Path]:
    suffixes = VIDEO_SUFFIXES | IMAGE_SUFFIXES
    try:
        entries = list(folder.rglob("*") if recursive else folder.iterdir())
    except OSError as error:
        raise InputError(f"the folder {folder} cannot be listed", got=str(error.strerror)) from error
    media = [
        entry
        for entry in entries
        if entry.suffix.lower() in suffixes
        and not _is_hidden(entry.relative_to(folder))
        and not _is_our_drawing(entry)
        and entry.is_file()
    ]
    if not media:
        raise InputError(
            f"the folder {folder} holds no video and no still",
            expected="files ending in "
            + ", ".join(sorted(suffixes))
            + "; annotated copies in results do not count",
            remedy="Name the files themselves if they end differently"
            + ("" if recursive else ", or look into the folders inside it with --recursive"),
        )
    return sorted(media, key=lambda path: _counting_order(path.relative_to(folder)))


def _is_hidden(path: Path) -> bool:
    """Whether a name on the way starts with a dot.

    ``._clip.mp4`` is what macOS leaves beside ``clip.mp4``, and ``.clip.partial.ab12cd34`` what a run that was
    killed leaves of its result.
    """
    return any(part.startswith(".") for part in path.parts)


def _is_our_drawing(path: Path) -> bool:
    """Whether a file is the annotated copy in a result: the same faces once more, with bars over them."""
    return path.stem == "annotated" and (path.parent / "run.json").exists()


def _counting_order(path: Path) -> tuple[list[tuple[int, str]], str]:
    """Digits compare as numbers, letters without regard to case; the path itself settles ties."""
    pieces = re.split(r"(\d+)", str(path).lower())
    order = [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces]
    return order, str(path)
