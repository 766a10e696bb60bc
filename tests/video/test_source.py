"""From paths to sources, and from folders to files."""

from __future__ import annotations

from pathlib import Path

import pytest

from duchenne.errors import InputError
from duchenne.video.source import SourceKind, find_inputs, open_source
from media import corners, greys, write_image, write_video


def touch(folder: Path, *names: str) -> list[Path]:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return [folder / name for name in names]


@pytest.mark.parametrize("name", ["a.png", "a.JPG"])
def test_stills_are_told_by_their_extension(name: str, tmp_path: Path) -> None:
    with open_source(write_image(tmp_path / name, corners())) as source:
        assert source.info.kind is SourceKind.IMAGE


@pytest.mark.parametrize("name", ["a.mp4", "a.MOV", "a.mkv"])
@pytest.mark.parametrize("threads", [True, False])
def test_everything_else_is_opened_as_video(name: str, threads: bool, tmp_path: Path) -> None:
    path = (
        write_video(tmp_path / "a.mp4", greys(3))
        if name == "a.mp4"
        else write_video(tmp_path / name, greys(3))
    )
    with open_source(path, threads=threads) as source:
        assert source.info.kind is SourceKind.VIDEO
        assert len(list(source)) == 3


def test_a_video_under_a_strange_name_is_read(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(3)).rename(tmp_path / "recording")
    with open_source(path) as source:
        assert len(list(source)) == 3


def test_files_are_kept_as_given_even_where_missing(tmp_path: Path) -> None:
    given = [tmp_path / "b.mp4", tmp_path / "a.txt", tmp_path / "b.mp4"]
    assert find_inputs(given) == given


def test_no_paths_give_no_files() -> None:
    assert find_inputs([]) == []


def test_a_folder_becomes_its_media_sorted_as_people_count(tmp_path: Path) -> None:
    touch(tmp_path, "clip10.mp4", "clip2.MP4", "Clip1.mov", "notes.txt", "face.jpg", "sub/deep.mp4")
    touch(tmp_path, "._clip2.mp4", ".hidden.mp4")
    (tmp_path / "folder.mp4").mkdir()
    assert [path.name for path in find_inputs([tmp_path])] == [
        "Clip1.mov",
        "clip2.MP4",
        "clip10.mp4",
        "face.jpg",
    ]


def test_folders_inside_are_read_when_asked_for(tmp_path: Path) -> None:
    expected = touch(tmp_path, "a.mp4", "day2/a.mp4", "day10/a.mp4")
    assert find_inputs([tmp_path], recursive=True) == expected


def test_hidden_folders_inside_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / ".recordings"
    expected = touch(folder, "clip.mp4", "day2/clip.mp4")
    touch(folder, ".trash/a.mp4", "out/.clip.partial.ab12cd34/annotated.mp4", "out/.b/deep/a.mp4")
    assert find_inputs([folder], recursive=True) == expected


def test_annotated_copies_in_results_are_left_out(tmp_path: Path) -> None:
    touch(
        tmp_path, "out/clip/annotated.mp4", "out/clip/run.json", "out/face/annotated.png", "out/face/run.json"
    )
    expected = touch(tmp_path, "annotated.mp4", "clip.mp4", "out/clip/other.mp4")
    assert find_inputs([tmp_path], recursive=True) == expected
    with pytest.raises(InputError, match="annotated copies in results do not count"):
        find_inputs([tmp_path / "out" / "face"])


def test_names_that_differ_by_case_or_zeros_have_one_order(tmp_path: Path) -> None:
    touch(tmp_path, "a1.mp4", "a01.mp4", "A1.mp4")
    names = [path.name for path in find_inputs([tmp_path])]
    assert sorted(names) == ["A1.mp4", "a01.mp4", "a1.mp4"]
    assert names == [path.name for path in find_inputs([tmp_path])]


def test_folders_and_files_keep_the_order_in_which_they_were_named(tmp_path: Path) -> None:
    one, two = touch(tmp_path, "z/one.mp4", "a/two.mp4")
    extra = tmp_path / "extra.mp4"
    assert find_inputs([tmp_path / "z", extra, tmp_path / "a"]) == [one, extra, two]


@pytest.mark.parametrize("names", [(), ("notes.txt",), ("sub/a.mp4",)])
def test_a_folder_without_media_is_refused(names: tuple[str, ...], tmp_path: Path) -> None:
    touch(tmp_path, *names)
    with pytest.raises(InputError, match="holds no video and no still") as caught:
        find_inputs([tmp_path])
    assert str(tmp_path) in str(caught.value)
    assert ".mp4" in str(caught.value)
    assert "--recursive" in caught.value.remedy


def test_a_folder_that_cannot_be_listed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", locked)
    with pytest.raises(InputError, match=r"cannot be listed\. Got: Permission denied"):
        find_inputs([tmp_path])
