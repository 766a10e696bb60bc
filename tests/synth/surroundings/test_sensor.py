"""Each fault of the camera does what its field says, and together they come in the stated order."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.synth.surroundings.scene import Sensor
from duchenne.synth.surroundings.sensor import apply


def picture(size: int = 48) -> NDArray[np.uint8]:
    """A smooth colour picture away from black and white."""
    y, x = np.mgrid[0:size, 0:size] / size
    return np.stack([60 + 120 * x, 60 + 120 * y, 120 + 60 * np.sin(6 * x)], axis=-1).astype(np.uint8)


def test_a_perfect_camera_changes_nothing() -> None:
    rgb = picture()
    assert apply(rgb, Sensor()) is rgb


def test_nothing_is_written_into_the_picture() -> None:
    rgb = picture()
    before = rgb.copy()
    apply(rgb, Sensor(1.2, 1.0, 0.5, 5.0, 50), np.random.default_rng(0))
    np.testing.assert_array_equal(rgb, before)


def test_gain_multiplies_and_saturates() -> None:
    rgb = np.array([[[0, 100, 200]]], dtype=np.uint8)
    np.testing.assert_array_equal(apply(rgb, Sensor(gain=1.5)), [[[0, 150, 255]]])


def test_blur_spreads_a_point_as_a_gaussian_does() -> None:
    rgb = np.zeros((41, 41, 3), dtype=np.uint8)
    rgb[20, 20] = 255
    row = apply(rgb, Sensor(blur_px=1.0))[20, :, 0].astype(float)
    expected = 255 * np.exp(-((np.arange(41) - 20) ** 2) / 2) / (2 * np.pi)
    # Pixels hold whole numbers, and OpenCV's kernel of finite width is normalised to sum 1.
    np.testing.assert_allclose(row, expected, atol=1.5)


def test_lost_resolution_keeps_the_mean_of_blocks_and_loses_what_is_smaller() -> None:
    rgb = np.zeros((32, 32, 3), dtype=np.uint8)
    rgb[:, ::2] = 200  # stripes of one pixel
    coarse = apply(rgb, Sensor(resolution=0.5))
    assert coarse.shape == rgb.shape
    np.testing.assert_array_equal(coarse, np.full_like(rgb, 100))


def test_a_resolution_below_a_pixel_leaves_one() -> None:
    coarse = apply(picture(8), Sensor(resolution=0.01))
    assert len(np.unique(coarse.reshape(-1, 3), axis=0)) == 1


@pytest.mark.parametrize("noise", [1.0, 4.0, 16.0])
def test_noise_has_its_standard_deviation_and_no_mean(noise: float) -> None:
    grey = np.full((256, 256, 3), 128, dtype=np.uint8)
    drawn = apply(grey, Sensor(noise=noise), np.random.default_rng(3)).astype(float) - 128
    # Rounding adds a variance of 1/12. 196,608 draws: the standard error of the deviation is 0.16 %.
    assert drawn.std() == pytest.approx(np.sqrt(noise**2 + 1 / 12), rel=0.01)
    assert abs(drawn.mean()) < 4 * noise / np.sqrt(drawn.size)


def test_noise_is_normal() -> None:
    grey = np.full((256, 256, 3), 128, dtype=np.uint8)
    drawn = apply(grey, Sensor(noise=20.0), np.random.default_rng(3)).astype(float) - 128
    normal = NormalDist(0.0, 20.0)
    for level in (20, 40, 60):
        # What is rounded to at most a level lies below its upper edge. Binomial standard errors are at most 0.1 %.
        expected = 2 * normal.cdf(level + 0.5) - 1
        assert (np.abs(drawn) <= level).mean() == pytest.approx(expected, abs=0.004)


def test_noise_saturates_instead_of_wrapping() -> None:
    white = np.full((64, 64, 3), 255, dtype=np.uint8)
    assert apply(white, Sensor(noise=5.0), np.random.default_rng(0)).min() > 200


def test_the_same_generator_draws_the_same_noise() -> None:
    rgb, sensor = picture(), Sensor(noise=6.0)
    first, again, other = (apply(rgb, sensor, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_compression_is_that_of_jpeg_and_keeps_the_channels() -> None:
    rgb = np.full((16, 16, 3), (200, 100, 50), dtype=np.uint8)
    # Flat blocks lose only what rounding in YCbCr takes.
    np.testing.assert_allclose(apply(rgb, Sensor(jpeg_quality=90)).astype(int), rgb.astype(int), atol=3)
    good, bad = (
        np.abs(apply(picture(), Sensor(jpeg_quality=q)).astype(int) - picture().astype(int)).mean()
        for q in (95, 10)
    )
    assert bad > good


def test_all_faults_come_in_the_order_of_the_record() -> None:
    rgb, sensor = picture(), Sensor(1.1, 0.8, 0.5, 5.0, 60)
    step = rgb
    for name in ("gain", "blur_px", "resolution", "noise", "jpeg_quality"):
        only = replace(Sensor(), **{name: getattr(sensor, name)})
        step = apply(step, only, np.random.default_rng(9))
    np.testing.assert_array_equal(apply(rgb, sensor, np.random.default_rng(9)), step)


def test_noise_without_a_generator_is_refused() -> None:
    with pytest.raises(ValueError, match=r"noise of 2\.0 grey levels needs a generator"):
        apply(picture(), Sensor(noise=2.0))


@pytest.mark.parametrize(
    "sensor",
    [
        Sensor(gain=-0.1),
        Sensor(blur_px=-1.0),
        Sensor(resolution=0.0),
        Sensor(resolution=1.1),
        Sensor(noise=-1.0),
        Sensor(jpeg_quality=0),
        Sensor(jpeg_quality=101),
    ],
)
def test_faults_outside_their_range_are_refused(sensor: Sensor) -> None:
    with pytest.raises(ValueError, match="gain, blur and noise are at least 0"):
        apply(picture(), sensor, np.random.default_rng(0))
