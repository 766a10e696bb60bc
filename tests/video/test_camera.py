"""Cameras, played by a fake one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from duchenne.errors import InputError
from duchenne.records import DecodeFailure, Frame
from duchenne.video.camera import CameraSource, open_device
from duchenne.video.info import SourceInfo, SourceKind
from media import corners, grey, index_of


class FakeDevice:
    """Gives pictures by a script: True is one whose level counts up, False a miss; then only misses."""

    def __init__(self, *script: bool) -> None:
        self.script = list(script)
        self.n_reads = 0
        self.is_released = False

    def read(self) -> tuple[bool, object]:
        self.n_reads += 1
        if self.n_reads <= len(self.script) and self.script[self.n_reads - 1]:
            return True, grey(self.n_reads - 1)
        return False, None

    def release(self) -> None:
        self.is_released = True


def ticking(step_s: float = 0.5, start_s: float = 1000.0) -> Callable[[], float]:
    def tick() -> Iterator[float]:
        time_s = start_s
        while True:
            yield time_s
            time_s += step_s

    times = tick()
    return lambda: next(times)


def camera(device: FakeDevice) -> CameraSource:
    return CameraSource(2, device=lambda _: device, clock=ticking())


def test_frames_are_stamped_on_arrival_relative_to_the_first() -> None:
    items = [item for item in camera(FakeDevice(True, True, True)) if isinstance(item, Frame)]
    assert [(item.index, item.time_s) for item in items] == [(0, 0.0), (1, 0.5), (2, 1.0)]
    assert [index_of(item.picture.planes[0]) for item in items] == [0, 1, 2]


def test_blue_first_becomes_red_first() -> None:
    class OneDevice(FakeDevice):
        def read(self) -> tuple[bool, object]:
            return True, corners()[..., ::-1]

    first = next(iter(camera(OneDevice())))
    assert isinstance(first, Frame)
    np.testing.assert_array_equal(first.picture.planes[0], corners())


def test_a_miss_is_a_failure_with_its_time_and_the_next_picture_is_a_frame() -> None:
    items = list(camera(FakeDevice(True, False, True)))
    assert items[1] == DecodeFailure(1, 0.5, "the camera gave no picture")
    assert isinstance(items[2], Frame)
    assert (items[2].index, items[2].time_s) == (2, 1.0)


def test_a_camera_that_is_pulled_out_ends_the_source() -> None:
    device = FakeDevice(True, True)
    items = list(camera(device))
    assert [isinstance(item, Frame) for item in items] == [True, True] + [False] * 10
    assert [item.index for item in items] == list(range(12))
    assert device.n_reads == 12


def test_misses_that_are_not_in_a_row_do_not_end_it() -> None:
    script = [True, *[False, True] * 15]
    assert len(list(camera(FakeDevice(*script)))) == len(script) + 10


def test_closing_lets_go_of_the_camera() -> None:
    device = FakeDevice(True)
    with camera(device):
        assert not device.is_released
    assert device.is_released


def test_a_camera_describes_itself() -> None:
    assert camera(FakeDevice(True)).info == SourceInfo(
        name="camera 2",
        kind=SourceKind.CAMERA,
        path=None,
        width=64,
        height=48,
        fps=None,
        n_frames=None,
        duration_s=None,
        has_audio=False,
        codec="",
        rotation_deg=0,
        pixel_format="rgb24",
    )


def test_an_absent_camera_is_named_and_let_go() -> None:
    device = FakeDevice()
    with pytest.raises(InputError) as caught:
        camera(device)
    assert str(caught.value).startswith("camera 2 gives no picture. Check that it is connected")
    assert device.is_released


def test_opencv_keeps_quiet_about_an_absent_camera(capfd: pytest.CaptureFixture[str]) -> None:
    # No machine has a camera of this number.
    device = open_device(97)
    assert device.read()[0] is False
    device.release()
    assert capfd.readouterr() == ("", "")
