"""Tables of labelled pictures, small enough to count by hand, in the layout of the real ones."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from duchenne.labels import FERPLUS_VOTES


def image(level: int = 128, size: int = 48, extension: str = ".png") -> bytes:
    """A picture of one grey level as the bytes of a file."""
    return cv2.imencode(extension, np.full((size, size), level, np.uint8))[1].tobytes()


def ballot(**votes: int) -> dict[str, int]:
    """Ten-way votes by name, 0 for those not named."""
    return {f"votes_{name}": votes.get(name, 0) for name in FERPLUS_VOTES}


def fer2013_row(
    number: int, label: str, votes: dict[str, int], *, usage: str = "PublicTest"
) -> dict[str, object]:
    """One row; its picture's grey level is its number."""
    return {"image_id": f"fer{number}", "usage": usage, "emotion": label, **votes, "png": image(number)}


def photo_row(subject: str, label: str, level: int) -> dict[str, object]:
    """One photograph of a subject, a flat 64-pixel picture."""
    return {"image_id": f"{subject}-{level}", "subject": subject, "emotion": label, "jpeg": image(level, 64)}


def write_table(path: Path, rows: Sequence[dict[str, object]]) -> Path:
    """Write rows as Parquet, or as CSV with base64 images, by the suffix."""
    table = pd.DataFrame(list(rows))
    if path.suffix == ".csv":
        for column in {"png", "jpeg"} & set(table.columns):
            table[column] = [base64.b64encode(value).decode() for value in table[column]]
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path)
    return path
