from __future__ import annotations

import numpy as np

from duchenne.facs import UNIT_COLUMNS
from duchenne.geometry import Box
from duchenne.outputs import mesh_lines
from duchenne.outputs.unit_regions import REGIONS
from duchenne.records import Picture
from worlds import portrait, real_finder

# Upper and lower face as FACS divides it; AU34 lies between.
UPPER = ("AU01", "AU02", "AU04", "AU05", "AU06", "AU07", "AU45")
LOWER = (
    "AU10",
    "AU12",
    "AU14",
    "AU15",
    "AU16",
    "AU17",
    "AU18",
    "AU20",
    "AU22",
    "AU23",
    "AU24",
    "AU25",
    "AU26",
    "AU28",
)


def test_every_unit_of_the_table_has_a_region_of_points_that_the_mesh_has() -> None:
    assert tuple(REGIONS) == UNIT_COLUMNS
    for regions in REGIONS.values():
        assert regions
        for region in regions:
            assert len(set(region)) == len(region) >= 3
            assert min(region) >= 0
            assert max(region) < 468


def test_regions_lie_where_facs_puts_the_units_on_a_real_face() -> None:
    (found,) = real_finder().find(Picture.from_rgb(portrait()), 1)
    points = found.landmarks[:, :2]
    nose, eyes = points[4, 1], points[[*mesh_lines.LEFT_EYE, *mesh_lines.RIGHT_EYE], 1].max()

    def heights(name: str) -> np.ndarray:
        return np.array([points[list(region), 1].mean() for region in REGIONS[name]])

    assert all((heights(name) < nose).all() for name in UPPER)
    assert all((heights(name) > nose).all() for name in LOWER)
    assert all((heights(name) < eyes).all() for name in ("AU01", "AU02", "AU04"))
    assert (heights("AU17") > heights("AU25")).all()


def test_regions_of_two_sides_mirror_each_other() -> None:
    (found,) = real_finder().find(Picture.from_rgb(portrait()), 1)
    points = found.landmarks[:, :2]
    box = Box.around(found.landmarks)
    for name, regions in REGIONS.items():
        if len(regions) == 2:
            right, left = (points[list(region)].mean(axis=0) for region in regions)
            # Her head is turned by a few degrees only: a tenth of its width is more than that moves a point.
            assert right[0] < points[4, 0] < left[0], name
            assert abs(right[1] - left[1]) < 0.1 * box.width, name
