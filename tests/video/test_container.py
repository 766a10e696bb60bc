"""What cannot be opened, and what is said about it."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import pytest

from duchenne.errors import InputError
from duchenne.video.container import choose_sound, choose_video, open_container, read_bytes
from media import cut, greys, write_sound, write_video, write_without_frames


def refusal(path: Path) -> str:
    def attempt() -> None:
        with open_container(path) as container:
            choose_video(container, path)

    with pytest.raises(InputError) as caught:
        attempt()
    return str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert (
        refusal(tmp_path / "none.mp4")
        == f"{tmp_path / 'none.mp4'} does not exist. Check the name and the folder."
    )


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path} is a folder. Expected: a file."


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    assert refusal(path) == f"{path} is empty. Got: 0 bytes. Copy or export it again."


def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.mp4"
    path.write_bytes(b"x")

    # Tests may run as root, whom no permission stops.
    def locked(*_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "open", locked)
    assert refusal(path) == f"{path} cannot be read. Got: Permission denied. Check the file's permissions."


@pytest.mark.parametrize("text", ["Dear diary,\n" * 100, "x", "<html></html>"])
def test_text_renamed_to_mp4_is_no_video(text: str, tmp_path: Path) -> None:
    path = tmp_path / "diary.mp4"
    path.write_text(text)
    message = refusal(path)
    assert message.startswith(f"{path} is not a video that can be read. Got: Invalid data")
    assert "export it again as MP4 (H.264)" in message


def test_an_mp4_without_its_index_is_no_video(tmp_path: Path) -> None:
    path = cut(write_video(tmp_path / "a.mp4", greys(30)), 0.6)
    assert "is not a video that can be read" in refusal(path)


@pytest.mark.parametrize("suffix", ["mp4", "mp3"])
def test_sound_alone_is_no_video(suffix: str, tmp_path: Path) -> None:
    path = write_sound(tmp_path / f"a.{suffix}", "libmp3lame" if suffix == "mp3" else "aac")
    message = refusal(path)
    assert message.startswith(f"{path} holds no video. Got: ")
    assert message.endswith("with audio. Give a file with a picture.")


def test_an_mp4_that_was_stopped_before_its_first_frame_holds_none(tmp_path: Path) -> None:
    path = write_without_frames(tmp_path / "a.mp4")
    assert refusal(path) == f"{path} holds no frames. Got: a container without streams. Record it again."


def test_cover_art_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as output:
        cover = output.add_stream("mjpeg", width=16, height=16, pix_fmt="yuvj420p")
        cover.disposition = av.stream.Disposition.attached_pic
        output.mux(cover.encode(av.VideoFrame(16, 16, "yuvj420p")))
        output.mux(cover.encode(None))
    assert "holds no video. Got: QuickTime / MOV with cover art." in refusal(path)


def test_a_codec_that_nobody_knows_is_named_as_such(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(2), codec="mpeg4")
    # The sample entry's four letters tell the codec.
    path.write_bytes(path.read_bytes().replace(b"mp4v", b"zzzz").replace(b"esds", b"free"))
    assert refusal(path).startswith(f"the video in {path} has a codec that is not supported.")


def test_sound_is_the_first_that_says_what_it_is(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(3), sound="aac")
    with open_container(path) as container:
        real = container.streams.audio[0]
        assert choose_sound(container) is real
        unknown = SimpleNamespace(codec_context=None, rate=0, channels=0)
        silent = SimpleNamespace(codec_context=real.codec_context, rate=0, channels=0)
        mixed: Any = SimpleNamespace(streams=SimpleNamespace(audio=[unknown, silent, real]))
        assert choose_sound(mixed) is real


def test_a_video_without_sound_has_none(tmp_path: Path) -> None:
    with open_container(write_video(tmp_path / "a.mp4", greys(3))) as container:
        assert choose_sound(container) is None


def test_a_title_need_not_be_utf_8(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(1))
    data = path.read_bytes()
    assert b"Lavf" in data
    path.write_bytes(data.replace(b"Lavf", b"L\xe4vf"))
    with open_container(path) as container:
        assert len(container.streams.video) == 1


def test_a_colon_in_a_name_is_no_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_video(tmp_path / "a.mp4", greys(1)).rename(tmp_path / "http:a.mp4")
    monkeypatch.chdir(tmp_path)
    with open_container(Path("http:a.mp4")) as container:
        assert len(container.streams.video) == 1


def test_a_playlist_does_not_reach_the_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        path = tmp_path / "list.m3u8"
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n")
        assert str(path) in refusal(path)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_reading_some_bytes_gives_the_first(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    assert (read_bytes(path, 2), read_bytes(path)) == (b"ab", b"abc")
