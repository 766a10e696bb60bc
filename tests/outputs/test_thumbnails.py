from __future__ import annotations

import numpy as np
import pytest

from duchenne.geometry import Box
from duchenne.labels import Status
from duchenne.outputs import thumbnails
from duchenne.outputs.thumbnails import Peak, PeakCollector, crop
from duchenne.records import DecodeFailure, Frame, Observation, Picture
from made_results import broken, face, poor, reading, seen, shown


def frame(index: int, level: int = 0) -> Frame:
    return Frame(index, index / 25, Picture.from_rgb(np.full((180, 320, 3), level, dtype=np.uint8)))


def collect(*expressions: tuple[str, float], max_people: int = 12) -> tuple[Peak, ...]:
    """One frame per expression; the picture of frame k has the grey level k (mod 256)."""
    collector = PeakCollector(max_people=max_people)
    for index, (name, probability) in enumerate(expressions):
        collector.add(frame(index, index % 256), shown(index, seen(0, name, probability)))
    return collector.peaks()


def test_keeps_the_most_probable_frame_of_each_expression() -> None:
    happy, afraid = collect(("happiness", 0.5), ("fear", 0.7), ("happiness", 0.9), ("happiness", 0.8))
    assert (happy.expression, happy.frame, happy.time_s) == ("happiness", 2, 0.08)
    assert happy.probability == pytest.approx(0.9, abs=1e-6)
    assert happy.image.shape == (112, 112, 3)
    assert np.all(happy.image == 2)
    assert (afraid.expression, afraid.frame) == ("fear", 1)


def test_a_record_must_be_beaten_by_a_margin_so_that_a_slow_rise_costs_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crops = []
    monkeypatch.setattr(thumbnails, "crop", lambda picture, box: crops.append(box) or np.zeros((1, 1, 3)))
    (peak,) = collect(*(("happiness", p) for p in np.linspace(0.5, 0.9, 401)))
    # A rise of 0.4 in steps of 0.001, with a margin of 0.02: every 21st frame sets a record.
    assert len(crops) == 20
    assert peak.probability > 0.88


def test_poor_and_broken_frames_have_no_peak() -> None:
    collector = PeakCollector()
    collector.add(frame(0), shown(0, poor(0)))
    low = Observation(face(status=Status.LOW_QUALITY), reading("fear", 0.9))
    collector.add(frame(1), shown(1, low))
    collector.add(DecodeFailure(2, 0.1, "damaged"), broken(2))
    assert collector.peaks() == ()


def test_people_seen_longest_are_kept_and_the_briefest_gives_way() -> None:
    collector = PeakCollector(max_people=2)
    appearances = [0] * 3 + [1] * 2 + [2] * 2 + [2]
    for index, track in enumerate(appearances):
        collector.add(frame(index), shown(index, seen(track, "neutral", 0.9)))
        assert len({peak.face for peak in collector.peaks()}) <= 2
    # Track 2 takes the place of track 1 once it has been seen in more frames.
    assert [(peak.face, peak.frame) for peak in collector.peaks()] == [(0, 0), (2, 7)]


def collect_of(*readings: tuple[int, str, float], max_people: int) -> list[tuple[int, str, int]]:
    """One frame per reading of a person; person, expression and frame of each peak."""
    collector = PeakCollector(max_people=max_people)
    for index, (track, name, probability) in enumerate(readings):
        collector.add(frame(index), shown(index, seen(track, name, probability)))
    return [(peak.face, peak.expression, peak.frame) for peak in collector.peaks()]


def test_who_gives_way_and_comes_back_has_no_lesser_moment_as_a_peak() -> None:
    readings = [(0, "fear", 0.99), *[(1, "fear", 0.6)] * 3, *[(0, "fear", 0.5)] * 5]
    assert collect_of(*readings, max_people=1) == []
    # A moment as good as the one whose crop was lost, but for the margin, is one to show; so is another expression.
    later = [(0, "fear", 0.98), (0, "anger", 0.4)]
    assert collect_of(*readings, *later, max_people=1) == [(0, "fear", 9), (0, "anger", 10)]


def test_a_moment_for_which_there_was_no_room_counts_too() -> None:
    readings = [*[(0, "fear", 0.6)] * 2, (1, "fear", 0.99), *[(1, "fear", 0.5)] * 3]
    assert collect_of(*readings, max_people=1) == []
    assert collect_of(*readings, (1, "fear", 1.0), max_people=1) == [(1, "fear", 6)]


def test_peaks_are_by_person_and_then_by_probability() -> None:
    collector = PeakCollector()
    collector.add(frame(0), shown(0, seen(1, "fear", 0.6), seen(0, "anger", 0.5)))
    collector.add(frame(1), shown(1, seen(1, "surprise", 0.9)))
    assert [(p.face, p.expression) for p in collector.peaks()] == [(0, "anger"), (1, "surprise"), (1, "fear")]


def test_crop_shows_the_box_with_room_around_it() -> None:
    image = np.zeros((300, 300, 3), dtype=np.uint8)
    image[100:200, 120:180] = 255
    out = crop(Picture.from_rgb(image), Box(120, 100, 60, 100))
    # The box's longer side fills 1 / 1.35 of the crop; edges are off by at most a pixel of sampling.
    white = np.flatnonzero(out[56, :, 0] > 127)
    assert white[-1] - white[0] + 1 == pytest.approx(112 / 1.35 * 0.6, abs=1.5)
    tall = np.flatnonzero(out[:, 56, 0] > 127)
    assert tall[-1] - tall[0] + 1 == pytest.approx(112 / 1.35, abs=1.5)


def test_crop_beyond_the_picture_repeats_its_edge_and_an_empty_box_is_no_error() -> None:
    picture = Picture.from_rgb(np.full((40, 40, 3), 77, dtype=np.uint8))
    assert np.all(crop(picture, Box(-30, -30, 60, 60)) == 77)
    assert np.all(crop(picture, Box(10, 10, 0, 0)) == 77)
