"""The pure step machine: one frame in, one `FrameResult` out.

Takes frames in order of time, gives the result of each at once; it looks at no future frame. It opens no file,
starts no thread and reads no clock, so a file, a camera and a test drive it alike and get the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from duchenne.errors import DeviceError
from duchenne.faces.finder import FaceFinder, FoundFace
from duchenne.faces.pose import head_pose
from duchenne.faces.track import Tracker
from duchenne.labels import Status
from duchenne.measure import FaceReader
from duchenne.models.card import Card
from duchenne.models.session import Device, Session, resolve_device
from duchenne.records import DecodeFailure, Face, Frame, FrameResult, Observation, Picture
from duchenne.settings import QualityOptions, Settings
from duchenne.temporal.smoothing import UnitSmoother

FRAME_MODEL: Final = "rec_joint"
"""The network that reads faces unless another is asked for."""

# Outputs that answer which expression a face shows, the best first.
_READING: Final = ("expression", "fer2013")


@dataclass(frozen=True, slots=True, eq=False)
class Networks:
    """The loaded networks, shared by any number of pipelines one after the other.

    Attributes:
        finder: Finds faces.
        reader: Reads them.
        cards: Of all of them, the reader's last.
        device: Where they run.
    """

    finder: FaceFinder
    reader: FaceReader
    cards: tuple[Card, ...]
    device: Device

    @property
    def reader_card(self) -> Card:
        """Of the network that reads the faces."""
        return self.cards[-1]

    @property
    def face_cards(self) -> tuple[Card, ...]:
        """Of the networks that find faces: what decides which faces are seen, whoever reads them."""
        return self.cards[:-1]

    @classmethod
    def load(cls, device: str = "auto", model: str = FRAME_MODEL) -> Networks:
        """Load the installed networks.

        Args:
            device: ``cpu``, ``cuda``, or ``auto`` for CUDA where it starts and the CPU elsewhere.
            model: The network that reads faces, one that names the frame table's eight expressions or FER2013's
                seven; it may give action units too.

        Raises:
            DeviceError: if the device is unknown, absent or does not start.
            ModelError: if a file is missing, changed or cannot be loaded, or the model names no expressions.
        """
        resolved = resolve_device(device)
        try:
            return cls._on(resolved, model)
        except DeviceError:
            # A build of ONNX Runtime for CUDA on a machine without a working driver.
            if device != "auto" or resolved is Device.CPU:
                raise
            return cls._on(Device.CPU, model)

    @classmethod
    def _on(cls, device: Device, model: str) -> Networks:
        reader = Session.open(model, device)
        given = {out.name for out in reader.card.outputs}
        return cls.around(reader, next((name for name in _READING if name in given), _READING[0]))

    @classmethod
    def around(cls, classifier: Session, output: str = "expression") -> Networks:
        """The installed face networks with any network behind them that reads expressions, on its device.

        Args:
            classifier: The network, loaded.
            output: Which of its outputs answers; see `duchenne.measure.FaceReader`.

        Raises:
            ModelError: if a file is missing, changed or cannot be loaded, or the output does not fit.
        """
        finder, cards = FaceFinder.open(classifier.device)
        return cls(
            finder=finder,
            reader=FaceReader(classifier, output),
            cards=(*cards, classifier.card),
            device=classifier.device,
        )


class Pipeline:
    """Measures one video, frame by frame.

    Args:
        networks: The loaded networks.
        settings: What may be chosen.
        still: Whether frames are unrelated photographs: each is searched finely, nothing is followed, and the
            options of following, `TrackOptions.max_faces` among them, mean nothing.
    """

    def __init__(self, networks: Networks, settings: Settings | None = None, *, still: bool = False) -> None:
        self._networks = networks
        self._settings = settings or Settings()
        self._still = still
        self._tracker = Tracker(networks.finder, self._settings.track)
        self._smoother = self._new_smoother()

    def reset(self) -> None:
        """Forget everything, as before the first step."""
        self._tracker.reset()
        self._smoother = self._new_smoother()

    def _new_smoother(self) -> UnitSmoother | None:
        options = self._settings.smoothing
        return None if options is None else UnitSmoother(options)

    def step(self, frame: Frame | DecodeFailure) -> FrameResult:
        """Measure one frame.

        Args:
            frame: The next frame, or the note that it could not be decoded.

        Returns:
            Its result: status ``decode_error``, ``no_face``, or ``ok`` with an observation for each face.

        Raises:
            ValueError: if time runs backwards.
        """
        if isinstance(frame, DecodeFailure):
            return FrameResult(frame.index, frame.time_s, Status.DECODE_ERROR, reason=frame.reason)
        faces = [
            _face(number, found, frame.picture, self._settings.quality) for number, found in self._find(frame)
        ]
        if not faces:
            return FrameResult(frame.index, frame.time_s, Status.NO_FACE)
        readable = [face for face in faces if face.status is Status.OK]
        readings = iter(self._networks.reader.read(frame.picture, readable))
        observations = tuple(
            Observation(face, next(readings) if face.status is Status.OK else None) for face in faces
        )
        result = FrameResult(frame.index, frame.time_s, Status.OK, observations)
        return result if self._smoother is None else self._smoother.step(result)

    def _find(self, frame: Frame) -> list[tuple[int, FoundFace]]:
        if self._still:
            found = self._networks.finder.find(frame.picture, self._settings.still_tiles_per_side)
            return list(enumerate(found))
        return [(face.track, face.found) for face in self._tracker.step(frame.picture, frame.time_s)]


def _face(number: int, found: FoundFace, picture: Picture, quality: QualityOptions) -> Face:
    pose = head_pose(found.landmarks)
    box = found.box
    poor = (
        box.width < quality.min_face_px
        or abs(pose.yaw_deg) > quality.max_yaw_deg
        or abs(pose.pitch_deg) > quality.max_pitch_deg
        or box.share_inside(picture.width, picture.height) < quality.min_inside
    )
    return Face(
        track=number,
        box=box,
        score=found.score,
        presence=found.presence,
        landmarks=found.landmarks,
        pose=pose,
        status=Status.LOW_QUALITY if poor else Status.OK,
    )
