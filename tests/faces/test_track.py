from __future__ import annotations

import math
import sys

import numpy as np
import pytest

from duchenne.errors import SettingsError
from duchenne.faces.detect import Detection
from duchenne.faces.mesh import MeshReading
from duchenne.faces.track import Tracker, TrackOptions
from duchenne.geometry import Box
from duchenne.records import Picture
from worlds import FakeFinder, blank, mesh_of

LEFT, RIGHT = Box(100, 100, 50, 60), Box(400, 100, 50, 60)
PICTURE = blank(640, 360)


class World:
    """Steps a tracker at 25 frames a second over faces that a test names."""

    def __init__(self, options: TrackOptions | None = None) -> None:
        self.finder = FakeFinder()
        self.tracker = Tracker(self.finder, options)  # type: ignore[arg-type]  # a fake with the same methods
        self.time_s = 0.0

    def see(self, *faces: Box, seconds: float = 0.04, picture: Picture = PICTURE) -> list[int]:
        """Show faces for some time; the track numbers of the last frame."""
        self.finder.faces = list(faces)
        tracks: list[int] = []
        for _ in range(max(round(seconds / 0.04), 1)):
            tracks = [face.track for face in self.tracker.step(picture, self.time_s)]
            self.time_s += 0.04
        return tracks


def test_no_face_gives_no_track() -> None:
    assert World().see() == []


def test_a_resting_face_keeps_its_number_and_the_detector_rests() -> None:
    world = World(TrackOptions(search_every_s=0.5))
    assert world.see(LEFT, seconds=2.0) == [0]
    # At 0, 0.5, 1.0 and 1.5 s; the scheduled search falls on the first frame at or after its time.
    assert world.finder.n_searches == 4


def test_a_moving_face_keeps_its_number() -> None:
    world = World()
    for step in range(100):
        assert world.see(Box(100 + 4 * step, 100, 50, 60)) == [0]


def test_two_faces_get_two_numbers_in_order_of_size() -> None:
    assert World().see(LEFT, Box(300, 100, 80, 90)) == [0, 1]
    world = World()
    world.see(LEFT, Box(300, 100, 80, 90))
    assert world.see(Box(300, 100, 80, 90)) == [0]


def test_newcomer_is_found_within_the_search_interval() -> None:
    world = World(TrackOptions(search_every_s=0.4))
    world.see(LEFT)
    assert world.see(LEFT, RIGHT, seconds=0.44) == [0, 1]


def test_gap_shorter_than_patience_keeps_the_number() -> None:
    world = World(TrackOptions(patience_s=1.0))
    world.see(LEFT)
    assert world.see(seconds=0.8) == []
    assert world.see(LEFT) == [0]


def test_gap_longer_than_patience_starts_a_new_track() -> None:
    world = World(TrackOptions(patience_s=1.0))
    world.see(LEFT)
    world.see(seconds=1.2)
    assert world.see(LEFT) == [1]


def test_patience_counts_seconds_at_any_frame_rate() -> None:
    for step_s in (0.01, 0.1, 0.24):
        finder = FakeFinder([LEFT])
        tracker = Tracker(finder, TrackOptions(patience_s=1.0))  # type: ignore[arg-type]  # a fake
        tracker.step(PICTURE, 0.0)
        finder.faces = []
        for k in range(1, math.ceil(0.9 / step_s)):
            tracker.step(PICTURE, k * step_s)
        finder.faces = [LEFT]
        assert [face.track for face in tracker.step(PICTURE, 0.95)] == [0]


def test_two_lost_faces_get_their_own_numbers_back() -> None:
    world = World()
    assert world.see(LEFT, RIGHT) == [0, 1]
    world.see(seconds=0.2)
    world.finder.faces = [RIGHT, LEFT]
    faces = world.tracker.step(PICTURE, world.time_s)
    assert {face.track: face.found.box.x for face in faces} == pytest.approx({0: 100, 1: 400})


def test_two_faces_of_which_one_is_somebody_else() -> None:
    world = World()
    assert world.see(LEFT, RIGHT) == [0, 1]
    world.see(seconds=0.2)
    # One comes back a little to the right, the other is three times as large as anybody before.
    assert world.see(Box(110, 100, 50, 60), Box(300, 100, 150, 180)) == [0, 2]


def test_a_face_that_jumps_is_not_carried() -> None:
    class Jumping(FakeFinder):
        """Follows any face to wherever the only face is now."""

        def follow(self, picture: Picture, landmarks: np.ndarray) -> MeshReading | None:
            return MeshReading(mesh_of(self.faces[0]), 1.0)

    finder = Jumping([LEFT])
    tracker = Tracker(finder)  # type: ignore[arg-type]  # a fake with the same methods
    tracker.step(PICTURE, 0.0)
    finder.faces = [RIGHT]
    assert [face.track for face in tracker.step(PICTURE, 0.04)] == [1]


def test_a_mesh_that_collapses_to_a_point_is_not_carried() -> None:
    class Collapsing(FakeFinder):
        def follow(self, picture: Picture, landmarks: np.ndarray) -> MeshReading | None:
            return MeshReading(np.zeros_like(landmarks), 1.0)

    tracker = Tracker(Collapsing([LEFT]))  # type: ignore[arg-type]  # a fake with the same methods
    tracker.step(PICTURE, 0.0)
    (face,) = tracker.step(PICTURE, 0.04)
    assert face.found.box.width == pytest.approx(50), "detected anew, where it was"


def test_a_detection_that_the_mesh_refuses_starts_no_track() -> None:
    class Refusing(FakeFinder):
        def confirm(self, picture: Picture, detection: Detection) -> None:
            return None

    tracker = Tracker(Refusing([LEFT]))  # type: ignore[arg-type]  # a fake with the same methods
    assert tracker.step(PICTURE, 0.0) == []


def test_a_face_too_far_away_is_somebody_else() -> None:
    world = World(TrackOptions(max_speed=3.0))
    world.see(LEFT)
    world.see(seconds=0.2)
    # 6 widths in 0.24 s are 25 a second, where 3 are allowed.
    assert world.see(RIGHT) == [1]


def test_a_face_of_another_size_is_somebody_else() -> None:
    world = World(TrackOptions(max_growth=1.6))
    world.see(LEFT)
    world.see(seconds=0.2)
    assert world.see(Box(75, 75, 100, 120)) == [1]


def test_a_cut_ends_all_tracks() -> None:
    world = World()
    rng = np.random.default_rng(0)
    # Two layouts of light and dark that have nothing in common.
    shots = [
        Picture.from_rgb(np.kron(rng.integers(0, 255, (9, 16, 3)), np.ones((40, 40, 1))).astype(np.uint8))
        for _ in range(2)
    ]
    assert world.see(LEFT, picture=shots[0]) == [0]
    assert world.see(LEFT, picture=shots[0]) == [0]
    assert world.see(LEFT, picture=shots[1]) == [1]


def test_tracks_that_slide_onto_one_face_become_one() -> None:
    world = World()
    near = Box(140, 100, 50, 60)
    assert world.see(LEFT, near) == [0, 1]
    # Both tracks follow the one face that is left between them.
    assert world.see(Box(120, 100, 50, 60)) == [0]


def test_a_long_step_between_frames_needs_a_new_detection() -> None:
    world = World(TrackOptions(max_carry_s=0.25, search_every_s=100, patience_s=1.0))
    world.see(LEFT)
    searches = world.finder.n_searches
    world.time_s += 0.5
    assert world.see(LEFT) == [0]
    assert world.finder.n_searches == searches + 1


def test_at_most_so_many_faces_are_followed_the_largest_first() -> None:
    world = World(TrackOptions(max_faces=1))
    world.finder.faces = [LEFT, Box(300, 100, 80, 90)]
    faces = world.tracker.step(PICTURE, 0.0)
    assert [face.found.box.width for face in faces] == pytest.approx([80])


def test_a_larger_face_does_not_displace_one_that_is_followed() -> None:
    world = World(TrackOptions(max_faces=1, search_every_s=0.1))
    world.see(LEFT)
    larger = Box(300, 100, 80, 90)
    assert world.see(LEFT, larger, seconds=1.0) == [0]
    # Only once the first has gone.
    assert world.see(larger) == [1]


def test_a_newcomer_that_the_edge_cuts_is_left_for_later() -> None:
    world = World(TrackOptions(min_inside=0.7))
    assert world.see(Box(-20, 100, 50, 60)) == []
    assert world.see(Box(-10, 100, 50, 60)) == [0]


def test_a_face_that_leaves_slowly_is_followed_over_the_edge() -> None:
    world = World()
    for x in range(100, -30, -5):
        assert world.see(Box(x, 100, 50, 60)) == [0]


def test_an_empty_box_is_never_matched() -> None:
    world = World()
    world.see(LEFT)
    assert world.see(Box(125, 130, 0, 0)) != [0]


def test_reset_starts_anew() -> None:
    world = World()
    world.see(LEFT)
    world.tracker.reset()
    world.finder.faces = [RIGHT]
    assert [face.track for face in world.tracker.step(PICTURE, 0.0)] == [0]


@pytest.mark.parametrize("time_s", [-1.0, math.nan])
def test_time_that_runs_backwards_is_refused(time_s: float) -> None:
    world = World()
    world.see(LEFT)
    with pytest.raises(ValueError, match="time must not run backwards"):
        world.tracker.step(PICTURE, time_s)


@pytest.mark.parametrize(
    ("option", "value"), [("search_every_s", -1.0), ("patience_s", math.nan), ("max_speed", math.inf)]
)
def test_options_outside_their_range_are_refused(option: str, value: float) -> None:
    with pytest.raises(SettingsError, match=f"{option} must be a number of at least 0"):
        TrackOptions(**{option: value})


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(SettingsError, match="min_inside must lie between 0 and 1"):
        TrackOptions(min_inside=1.1)


@pytest.mark.parametrize("options", [{"max_growth": 0.9}, {"max_faces": 0}, {"tiles_per_side": 0}])
def test_ratios_and_counts_below_one_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="must be at least 1"):
        TrackOptions(**options)  # type: ignore[arg-type]  # one of the two


def test_one_lost_face_or_one_found_face_needs_no_optimiser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)  # importing it fails from here on
    one_lost = World()
    one_lost.see(LEFT)
    one_lost.see()
    one_lost.finder.faces = [RIGHT, LEFT]
    found = one_lost.tracker.step(PICTURE, one_lost.time_s)
    assert {face.track: face.found.box.center[0] < 320 for face in found} == {0: True, 1: False}
    one_found = World()
    one_found.see(LEFT, RIGHT)
    one_found.see()
    assert one_found.see(RIGHT) == [1]
