"""RECOLA: long recordings that six people rated every 40 ms, as handed out for AVEC 2016 or by its authors.

Takes the unpacked folder, gives `RatedRecording`s with each rater apart. Refuses recordings that lack a
dimension, a video or the raters of the others, and ratings with gaps or of unequal length. Only train and dev
have labels.

Sources: Ringeval et al. 2013, "Introducing the RECOLA multimodal corpus"; Valstar et al. 2016, "AVEC 2016"
(layout as the challenge's own scripts read it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from duchenne.datasets.listing import Column, check_files, read_rows
from duchenne.datasets.rating_files import read_gold, read_individual
from duchenne.datasets.recordings import RatedRecording, Ratings
from duchenne.errors import DataError
from duchenne.video.source import VIDEO_SUFFIXES

DIMENSIONS: Final = ("arousal", "valence")
RECORDINGS: Final = "recordings.csv"
"""A list with the columns ``recording`` and ``subject``, if there is one; AVEC has one participant a file."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Where things lie.

    Attributes:
        ratings: Folder of the raters' files, by dimension.
        gold: Folder of the gold standard, by dimension; None where the edition has none.
        videos: Folder of the videos.
        has_splits: Whether names begin with their split: ``train_1``.
    """

    ratings: str
    gold: str | None
    videos: str
    has_splits: bool


EDITIONS: Final = (
    Edition("ratings_individual", "ratings_gold_standard", "recordings_video", has_splits=True),
    Edition("RECOLA-Annotation/emotional_behaviour", None, "RECOLA-Video-recordings", has_splits=False),
)
"""AVEC 2016's, and the authors' own, whose files are called after the participant: ``P16.csv``."""


def read_recola(root: Path, split: str | None = None) -> tuple[RatedRecording, ...]:
    """Read all recordings, or those of a split.

    Args:
        root: The unpacked folder, in one of the `EDITIONS`.
        split: ``train`` or ``dev``; None for all.

    Returns:
        The recordings in the order of their numbers, with all dimensions that the folder has.

    Raises:
        DataError: if the folder is of no edition, the split is empty, files are missing, raters differ
            between files, or ratings have gaps or unequal lengths.
    """
    edition = next((one for one in EDITIONS if (root / one.ratings).is_dir()), None)
    if edition is None:
        raise DataError(
            f"{root} is not laid out like RECOLA",
            expected=" or ".join(f"a folder {one.ratings}" for one in EDITIONS),
        )
    files = _rating_files(root / edition.ratings)
    names = [name for name in _names(files) if split is None or _split_of(name, edition) == split]
    if not names:
        found = sorted({_split_of(name, edition) for name in _names(files)})
        raise DataError(
            f"{root} has no recordings" + ("" if split is None else f" of the split '{split}'"),
            expected=" or ".join(one for one in found if one) or "files of ratings",
        )
    gold_files = _gold_files(root, edition, names, tuple(files))
    media = _media(root / edition.videos, names)
    subjects = _subjects(root / RECORDINGS, names)
    recordings = []
    for name in names:
        ratings = {dimension: read_individual(by_name[name]) for dimension, by_name in files.items()}
        gold = {dimension: read_gold(path) for dimension, path in gold_files.get(name, {}).items()}
        _check_lengths(name, ratings, gold)
        recordings.append(
            RatedRecording(
                name, "recola", _split_of(name, edition), subjects[name], media.get(name), ratings, gold
            )
        )
    _check_raters(recordings)
    return tuple(recordings)


def _rating_files(folder: Path) -> dict[str, dict[str, Path]]:
    """Files by dimension and recording."""
    files = {
        dimension: {path.stem: path for path in sorted((folder / dimension).glob("*.csv"))}
        for dimension in DIMENSIONS
        if (folder / dimension).is_dir()
    }
    if not files:
        raise DataError(
            f"{folder} holds no ratings", expected=" or ".join(f"a folder {d}" for d in DIMENSIONS)
        )
    return files


def _names(files: Mapping[str, Mapping[str, Path]]) -> list[str]:
    """The recordings, in the order of their numbers: ``train_2`` before ``train_10``.

    Raises:
        DataError: if one lacks a dimension that another has.
    """
    everything = {name for by_name in files.values() for name in by_name}
    for dimension, by_name in files.items():
        lacking = sorted(everything - set(by_name))
        if lacking:
            raise DataError(
                f"{len(lacking)} of {len(everything)} recordings have no ratings of {dimension}",
                got=", ".join(lacking[:3]),
                expected="a file for each recording in each dimension",
            )
    return sorted(everything, key=lambda name: (name.rstrip("0123456789"), len(name), name))


def _split_of(name: str, edition: Edition) -> str:
    return name.rpartition("_")[0] if edition.has_splits else ""


def _gold_files(
    root: Path, edition: Edition, names: list[str], dimensions: tuple[str, ...]
) -> dict[str, dict[str, Path]]:
    """Gold standards by recording and dimension; empty where the folder came without."""
    if edition.gold is None or not (root / edition.gold).is_dir():
        return {}
    files = {
        name: {dimension: root / edition.gold / dimension / f"{name}.arff" for dimension in dimensions}
        for name in names
    }
    check_files(
        ((f"for {name}", path) for name, by_dimension in files.items() for path in by_dimension.values()),
        edition.gold,
    )
    return files


def _media(folder: Path, names: list[str]) -> dict[str, Path]:
    """Videos by recording; empty where the folder came without."""
    if not folder.is_dir():
        return {}
    found = {path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() in VIDEO_SUFFIXES}
    missing = [name for name in names if name not in found]
    if missing:
        raise DataError(
            f"{len(missing)} of {len(names)} recordings have no video in {folder.name}",
            got=", ".join(missing[:3]),
            remedy="Unpack all videos, or remove the folder to work with ratings alone",
        )
    return found


def _subjects(path: Path, names: list[str]) -> dict[str, str]:
    """Who is shown: what a list says, else the recording's own name, for each is another participant."""
    if not path.is_file():
        return {name: name for name in names}
    listed = {
        row.cells["recording"]: row.cells["subject"]
        for row in read_rows(path, (Column("recording"), Column("subject")))
    }
    missing = [name for name in names if name not in listed]
    if missing:
        raise DataError(f"{path.name} does not say who is seen in {', '.join(missing[:3])}")
    return listed


def _check_lengths(name: str, ratings: Mapping[str, Ratings], gold: Mapping[str, Ratings]) -> None:
    """Refuse curves of one recording that do not run side by side."""
    curves = {f"ratings of {key}": value for key, value in ratings.items()}
    curves |= {f"gold standard of {key}": value for key, value in gold.items()}
    first = next(iter(curves.values()))
    for curve in curves.values():
        if (
            len(curve.times_s) != len(first.times_s)
            or abs(curve.times_s - first.times_s).max() > first.step_s / 2
        ):
            lengths = (
                f"{key} {len(one.times_s)} rows to {one.times_s[-1]:g} s" for key, one in curves.items()
            )
            raise DataError(
                f"the ratings of {name} are of unequal length",
                got="; ".join(lengths),
                expected="the same times in all its files",
                remedy="Cut the longer files, or leave the recording out",
            )


def _check_raters(recordings: list[RatedRecording]) -> None:
    first = recordings[0]
    raters = next(iter(first.ratings.values())).raters
    for recording in recordings:
        for dimension, ratings in recording.ratings.items():
            if ratings.raters != raters:
                raise DataError(
                    f"the raters of {dimension} in {recording.recording} are not those of {first.recording}",
                    got=", ".join(ratings.raters),
                    expected=", ".join(raters),
                )
