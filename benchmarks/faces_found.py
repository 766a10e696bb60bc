"""In how many photographs of one person is the face found: by each detector, and by both?

Takes a table of photographs (column ``jpeg``), prints counts. A face counts as found when the mesh confirms it. In
portraits the face fills the picture, where only the short-range network is at home; the full-range network is there
for the small faces of groups and rooms.

Run: ``python benchmarks/faces_found.py ../shared/data/faces.parquet --limit 800``
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
import pyarrow.parquet as pq

from duchenne.faces import Detector, FaceFinder, Mesh
from duchenne.models.session import Session
from duchenne.records import Picture


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--limit", type=int, default=800, help="how many, drawn with seed 0")
    options = parser.parse_args()
    column = pq.read_table(options.photographs, columns=["jpeg"])["jpeg"]
    chosen = np.random.default_rng(0).permutation(len(column))[: options.limit]
    full = Detector(Session.open("face_detector_full"))
    short = Detector(Session.open("face_detector_short"))
    finder = FaceFinder(full, short, Mesh(Session.open("face_mesh")))
    counts: dict[str, int] = {}
    for index in chosen:
        bgr = cv2.imdecode(np.frombuffer(column[int(index)].as_py(), np.uint8), cv2.IMREAD_COLOR)
        rgb = np.ascontiguousarray(bgr[..., ::-1])
        picture = Picture.from_rgb(rgb)
        ways = {
            "full range": full.detect(picture),
            "short range": short.detect(picture),
            "both": finder.search(picture),
            "both, three tiles a side": finder.search(picture, 3),
        }
        for way, detections in ways.items():
            found = any(finder.confirm(picture, detection) is not None for detection in detections)
            counts[way] = counts.get(way, 0) + found
    for name, count in counts.items():
        print(f"{name:26s} {count} of {len(chosen)}")


if __name__ == "__main__":
    main()
