"""The camera's faults: exposure, blur, lost resolution, noise and compression.

Takes a finished picture and a `Sensor`, gives the picture that such a camera would have delivered. Works on
display values, cheaply rather than physically: noise is white and the same in light and dark.
"""

from __future__ import annotations

import functools
from statistics import NormalDist
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.synth.surroundings.scene import Sensor

# Noise is looked up by 12 random bits, a tenth of the time that a generator's own normals take. The table ends at
# 3.7 standard deviations; what lies beyond is one value in 5,000.
_BITS: Final = 12


def apply(
    rgb: NDArray[np.uint8], sensor: Sensor, rng: np.random.Generator | None = None
) -> NDArray[np.uint8]:
    """Apply a camera's faults in the order of the record's fields.

    Args:
        rgb: (H, W, 3) uint8.
        sensor: The faults.
        rng: Draws the noise; needed only where there is some.

    Returns:
        (H, W, 3) uint8; the very same array where the camera is perfect.

    Raises:
        ValueError: if there is noise and no generator, or a fault is outside its range.
    """
    _check(sensor)
    if sensor.gain != 1.0:
        rgb = _uint8(cv2.convertScaleAbs(rgb, alpha=sensor.gain))
    if sensor.blur_px > 0.0:
        rgb = _uint8(cv2.GaussianBlur(rgb, (0, 0), sensor.blur_px))
    if sensor.resolution < 1.0:
        rgb = _coarsen(rgb, sensor.resolution)
    if sensor.noise > 0.0:
        if rng is None:
            raise ValueError(f"noise of {sensor.noise} grey levels needs a generator")
        rgb = _add_noise(rgb, sensor.noise, rng)
    if sensor.jpeg_quality is not None:
        rgb = _compress(rgb, sensor.jpeg_quality)
    return rgb


def _check(sensor: Sensor) -> None:
    fine = (
        sensor.gain >= 0.0
        and sensor.blur_px >= 0.0
        and 0.0 < sensor.resolution <= 1.0
        and sensor.noise >= 0.0
        and (sensor.jpeg_quality is None or 1 <= sensor.jpeg_quality <= 100)
    )
    if not fine:
        raise ValueError(
            "a camera's gain, blur and noise are at least 0, its resolution lies in (0, 1] and its JPEG quality in "
            f"1 to 100; got {sensor}"
        )


def _coarsen(rgb: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    """Lose detail as a small or far camera does, and be shown at the old size."""
    height, width = rgb.shape[:2]
    small = max(round(width * share), 1), max(round(height * share), 1)
    shrunk = cv2.resize(rgb, small, interpolation=cv2.INTER_AREA)
    return _uint8(cv2.resize(shrunk, (width, height), interpolation=cv2.INTER_LINEAR))


def _add_noise(rgb: NDArray[np.uint8], noise: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    # The picture holds whole numbers, so rounding the noise is rounding the sum.
    levels = np.rint(noise * _normal_quantiles()).astype(np.int16)
    drawn = np.frombuffer(rng.bytes(2 * rgb.size), dtype="<u2") >> (16 - _BITS)
    return _uint8(cv2.add(rgb, levels.take(drawn).reshape(rgb.shape), dtype=cv2.CV_8U))


@functools.cache
def _normal_quantiles() -> NDArray[np.float64]:
    """(4096,) equally likely values of a standard normal, brought to a standard deviation of 1."""
    n = 1 << _BITS
    normal = NormalDist()
    values = np.array([normal.inv_cdf((i + 0.5) / n) for i in range(n)])
    return np.asarray(values / values.std())


def _compress(rgb: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    _, packed = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return _uint8(cv2.cvtColor(_uint8(cv2.imdecode(packed, cv2.IMREAD_COLOR)), cv2.COLOR_BGR2RGB))


def _uint8(picture: object) -> NDArray[np.uint8]:
    """Give OpenCV's pictures their type."""
    return np.asarray(picture, dtype=np.uint8)
