from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.errors import DeviceError, ModelError
from duchenne.faces.align import align
from duchenne.facs import UNIT_COLUMNS
from duchenne.labels import EXPRESSIONS, Status
from duchenne.models import preprocess
from duchenne.models.session import Device, Session
from duchenne.pipeline import FRAME_MODEL, Networks, Pipeline
from duchenne.records import DecodeFailure, Frame, FrameResult, Observation, Picture
from duchenne.settings import OneEuroOptions, QualityOptions, Settings, TrackOptions
from duchenne.temporal.smoothing import UnitSmoother
from duchenne.video.buffer import prefetch
from duchenne.video.memory import MemorySource
from duchenne.video.source import open_source
from media import write_video
from worlds import PORTRAIT_FACE, blank, portrait, tiny_networks


@pytest.fixture(scope="module")
def networks() -> Networks:
    return tiny_networks()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head that moves right, six grey frames, and the head again."""
    rgb = cv2.resize(portrait(), (256, 256), interpolation=cv2.INTER_AREA)
    moved = [np.ascontiguousarray(np.roll(rgb, 2 * k, axis=1)) for k in range(8)]
    grey = [np.full_like(rgb, 128)] * 6
    return write_video(tmp_path_factory.mktemp("pipeline") / "clip.mp4", moved + grey + moved, fps=25)


def run(pipeline: Pipeline, path: Path) -> list[FrameResult]:
    with open_source(path) as source:
        return [pipeline.step(item) for item in source]


def units(observation: Observation) -> NDArray[np.float32]:
    """NaN where there are none."""
    reading = observation.reading
    if reading is None or reading.units is None:
        return np.full(len(UNIT_COLUMNS), np.nan, dtype=np.float32)
    return reading.units


def same(a: FrameResult, b: FrameResult) -> bool:
    """Whether two results agree to the last bit."""
    if (a.index, a.time_s, a.status, len(a.observations)) != (
        b.index,
        b.time_s,
        b.status,
        len(b.observations),
    ):
        return False
    return all(
        x.face.track == y.face.track
        and x.face.box == y.face.box
        and x.face.pose == y.face.pose
        and np.array_equal(x.face.landmarks, y.face.landmarks)
        and (x.reading is None) == (y.reading is None)
        and (x.reading is None or np.array_equal(x.reading.expressions, y.reading.expressions))
        and np.array_equal(units(x), units(y), equal_nan=True)
        for x, y in zip(a.observations, b.observations, strict=True)
    )


def test_one_frame_gives_face_pose_and_reading(networks: Networks) -> None:
    result = Pipeline(networks).step(Frame(0, 0.0, Picture.from_rgb(portrait())))
    (seen,) = result.observations
    assert result.status is Status.OK
    assert seen.face.track == 0
    assert seen.face.box.overlap(PORTRAIT_FACE) > 0.75
    assert abs(seen.face.pose.yaw_deg) < 15
    assert seen.reading is not None
    assert seen.reading.expression == "happiness"
    assert seen.reading.expressions.sum() == pytest.approx(1, abs=1e-5)


def test_a_frame_without_a_face_says_so(networks: Networks) -> None:
    result = Pipeline(networks).step(Frame(3, 0.5, blank()))
    assert (result.index, result.time_s, result.status, result.observations) == (3, 0.5, Status.NO_FACE, ())


def test_a_frame_that_failed_stays_in_its_place(networks: Networks) -> None:
    result = Pipeline(networks).step(DecodeFailure(7, math.nan, "damaged"))
    assert (result.index, result.status, result.reason) == (7, Status.DECODE_ERROR, "damaged")


def test_eight_pixels_are_enough_for_an_answer(networks: Networks) -> None:
    assert Pipeline(networks).step(Frame(0, 0.0, blank(8, 8))).status is Status.NO_FACE


def test_the_gap_is_marked_and_the_face_keeps_its_number(networks: Networks, clip: Path) -> None:
    results = run(Pipeline(networks), clip)
    assert [r.status for r in results] == [Status.OK] * 8 + [Status.NO_FACE] * 6 + [Status.OK] * 8
    assert {o.face.track for r in results for o in r.observations} == {0}


def test_the_box_follows_the_head(networks: Networks, clip: Path) -> None:
    xs = [r.observations[0].face.box.x for r in run(Pipeline(networks), clip)[:8]]
    # Two pixels a frame; the mesh of a 128-pixel face is steady to about half a pixel.
    assert np.diff(xs) == pytest.approx([2.0] * 7, abs=1.0)


def test_file_and_stream_give_the_same_numbers(networks: Networks, clip: Path) -> None:
    from_file = run(Pipeline(networks), clip)
    with open_source(clip) as source:
        frames = [item for item in source if isinstance(item, Frame)]
    stream = MemorySource([f.picture for f in frames], times_s=[f.time_s for f in frames])
    pipeline = Pipeline(networks)
    live = [pipeline.step(item) for item in stream]
    assert all(map(same, from_file, live))
    assert len(from_file) == len(live)


def test_reading_ahead_changes_no_number(networks: Networks, clip: Path) -> None:
    plain = run(Pipeline(networks), clip)
    pipeline = Pipeline(networks)
    ahead = [pipeline.step(item) for item in prefetch(open_source(clip), capacity=3)]
    assert all(map(same, plain, ahead))
    assert len(plain) == len(ahead)


def test_chunked_is_whole(networks: Networks, clip: Path) -> None:
    with open_source(clip) as source:
        items = list(source)
    pipeline = Pipeline(networks)
    whole = [pipeline.step(item) for item in items]
    pipeline.reset()
    # Handing frames over in pieces, with a pause between, is the same as handing them over in one go.
    chunked = [pipeline.step(item) for chunk in (items[:5], items[5:9], items[9:]) for item in chunk]
    assert all(map(same, whole, chunked))


def test_stills_are_not_followed(networks: Networks) -> None:
    pipeline = Pipeline(networks, still=True)
    for index in range(2):
        result = pipeline.step(Frame(index, 0.0, Picture.from_rgb(portrait())))
        assert [o.face.track for o in result.observations] == [0]


def test_all_faces_of_a_still_are_read_whatever_the_options_of_following(networks: Networks) -> None:
    both = Picture.from_rgb(np.hstack([portrait(), portrait()]))
    settings = Settings(track=TrackOptions(max_faces=1))
    assert len(Pipeline(networks, settings, still=True).step(Frame(0, 0.0, both)).observations) == 2
    assert len(Pipeline(networks, settings).step(Frame(0, 0.0, both)).observations) == 1


@pytest.mark.parametrize(
    "quality",
    [
        QualityOptions(min_face_px=200),
        QualityOptions(max_yaw_deg=0),
        QualityOptions(max_pitch_deg=0),
    ],
)
def test_a_poor_face_keeps_its_box_and_is_not_read(networks: Networks, quality: QualityOptions) -> None:
    pipeline = Pipeline(networks, Settings(quality=quality))
    (seen,) = pipeline.step(Frame(0, 0.0, Picture.from_rgb(portrait()))).observations
    assert seen.face.status is Status.LOW_QUALITY
    assert seen.reading is None
    assert seen.face.box.overlap(PORTRAIT_FACE) > 0.75


def test_a_face_that_the_edge_cuts_is_not_read(networks: Networks) -> None:
    rgb = portrait()
    pipeline = Pipeline(networks)
    statuses = []
    # She slides out over the left edge, 10 pixels a frame; her face begins at 178 and is 92 wide.
    for index in range(25):
        view = np.zeros_like(rgb)
        view[:, : 512 - 10 * index] = rgb[:, 10 * index :]
        result = pipeline.step(Frame(index, index / 25, Picture.from_rgb(view)))
        statuses.append(result.observations[0].face.status if result.observations else result.status)
    assert statuses[:17] == [Status.OK] * 17
    assert Status.LOW_QUALITY in statuses[17:]
    assert statuses[-1] is not Status.OK


def test_a_poor_face_beside_a_good_one_takes_no_reading_from_it(networks: Networks) -> None:
    sheet = np.full((512, 1024, 3), 128, np.uint8)
    sheet[:, :512] = portrait()
    sheet[:256, 600:856] = cv2.resize(portrait(), (256, 256), interpolation=cv2.INTER_AREA)
    pipeline = Pipeline(networks, Settings(quality=QualityOptions(min_face_px=60)), still=True)
    large, small = pipeline.step(Frame(0, 0.0, Picture.from_rgb(sheet))).observations
    assert large.reading is not None
    assert small.reading is None


def test_the_network_sees_what_preprocessing_cuts_out(networks: Networks) -> None:
    """A network that answers with its input's mean must agree with the mean of the aligned patch."""
    from duchenne.measure import FaceReader
    from tiny_networks import GREY_INPUT, Output, build

    card, weights = build(
        [Output("expression", bias=[0.0] * 8, gain=1.0, labels=EXPRESSIONS)], spec=GREY_INPUT
    )
    reader = FaceReader(Session(card, weights))
    picture = Picture.from_rgb(portrait())
    (face,) = [o.face for o in Pipeline(networks).step(Frame(0, 0.0, picture)).observations]
    (reading,) = reader.read(picture, [face])
    patch = preprocess.patch(picture, align(face.landmarks, GREY_INPUT.size), GREY_INPUT)
    expected = patch.astype(float).mean() / 255 * 2 - 1
    assert reading.expressions[0] == pytest.approx(expected, abs=1e-5)


def test_smoothing_is_the_filter_over_what_was_measured_and_starts_anew_after_a_reset(clip: Path) -> None:
    networks = tiny_networks(units={"AU12": 3.0, "AU25": -2.0})
    measured = run(Pipeline(networks), clip)
    pipeline = Pipeline(networks, Settings(smoothing=OneEuroOptions(min_cutoff_hz=0.3)))
    smoothed = run(pipeline, clip)
    expected = UnitSmoother(OneEuroOptions(min_cutoff_hz=0.3))
    assert all(same(expected.step(raw), found) for raw, found in zip(measured, smoothed, strict=True))
    assert not all(same(raw, found) for raw, found in zip(measured, smoothed, strict=True))
    pipeline.reset()
    assert all(same(first, again) for first, again in zip(smoothed, run(pipeline, clip), strict=True))


def test_network_that_reads_faces_may_be_chosen() -> None:
    networks = Networks.load("cpu", "mini_xception")
    assert networks.cards[-1].name == "mini_xception"
    assert "mini_xception" not in {card.name for card in networks.face_cards}
    (seen,) = Pipeline(networks).step(Frame(0, 0.0, Picture.from_rgb(portrait()))).observations
    assert seen.reading is not None
    # It has FER2013's seven labels, and no contempt.
    assert seen.reading.expression == "happiness"
    assert seen.reading.expressions[EXPRESSIONS.index("contempt")] == 0
    with pytest.raises(ModelError, match="'valence_scratch' has no output 'expression'"):
        Networks.load("cpu", "valence_scratch")
    with pytest.raises(ModelError, match="no model is called 'nobody'"):
        Networks.load("cpu", "nobody")


def test_time_must_not_run_backwards(networks: Networks) -> None:
    pipeline = Pipeline(networks)
    pipeline.step(Frame(0, 1.0, blank()))
    with pytest.raises(ValueError, match="time must not run backwards"):
        pipeline.step(Frame(1, 0.5, blank()))


def test_installed_networks_load_and_say_what_they_are() -> None:
    networks = Networks.load()
    assert [card.name for card in networks.cards] == [
        "face_detector_full",
        "face_detector_short",
        "face_mesh",
        FRAME_MODEL,
    ]
    assert any(out.name == "units" for out in networks.cards[-1].outputs)
    assert networks.device == "cpu"


def test_another_network_can_stand_behind_the_installed_faces() -> None:
    from duchenne.labels import FER2013_LABELS
    from tiny_networks import GREY_INPUT, Output, build

    bias = [0.0] * 6 + [1.0]
    session = Session(*build([Output("fer2013", bias=bias, labels=FER2013_LABELS)], spec=GREY_INPUT))
    networks = Networks.around(session, "fer2013")
    assert [card.name for card in networks.cards][2:] == ["face_mesh", "tiny"]
    (seen,) = Pipeline(networks).step(Frame(0, 0.0, Picture.from_rgb(portrait()))).observations
    assert seen.reading is not None
    assert seen.reading.expression == "neutral"


def cuda_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a CUDA build of ONNX Runtime on a machine without a GPU."""
    monkeypatch.setattr(
        "onnxruntime.get_available_providers", lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"]
    )
    real = Session.open

    def open_on(name: str, device: Device = Device.CPU) -> Session:
        if device is Device.CUDA:
            raise DeviceError("the device 'cuda' did not start")
        return real(name, device)

    monkeypatch.setattr("duchenne.pipeline.Session.open", open_on)


def test_auto_falls_back_to_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    cuda_that_does_not_start(monkeypatch)
    assert Networks.load("auto").device is Device.CPU


def test_a_device_that_was_asked_for_must_start(monkeypatch: pytest.MonkeyPatch) -> None:
    cuda_that_does_not_start(monkeypatch)
    with pytest.raises(DeviceError, match="did not start"):
        Networks.load("cuda")
