from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from duchenne.errors import OutputError
from duchenne.outputs.folder import RECORD, ResultFolder


def result_at(path: Path, text: str = "old") -> Path:
    """A folder that looks like an earlier result."""
    path.mkdir()
    (path / RECORD).write_text(text)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def make(
    final: Path, work: Callable[[ResultFolder], object], *, overwrite: bool = False, commit: bool = True
) -> None:
    """Make a result, or try to."""
    with ResultFolder(final, overwrite=overwrite) as folder:
        work(folder)
        if commit:
            folder.commit()


def write(text: str) -> Callable[[ResultFolder], object]:
    return lambda folder: (folder.work / RECORD).write_text(text)


def break_the_work(folder: ResultFolder) -> None:
    folder.work.rmdir()


def test_nothing_is_to_be_seen_before_the_commit_and_everything_after(tmp_path: Path) -> None:
    final = tmp_path / "out" / "clip"
    with ResultFolder(final) as folder:
        (folder.work / "a.txt").write_text("a")
        assert not final.exists()
        folder.commit()
        assert (final / "a.txt").read_text() == "a"
    assert names(tmp_path / "out") == ["clip"]
    assert names(final) == ["a.txt"]


def test_work_lies_hidden_beside_the_final_place(tmp_path: Path) -> None:
    with ResultFolder(tmp_path / "clip") as folder:
        assert folder.work.parent == tmp_path
        assert folder.work.name.startswith(".clip.partial.")


def test_leaving_without_a_commit_leaves_nothing(tmp_path: Path) -> None:
    make(tmp_path / "clip", write("half"), commit=False)
    assert names(tmp_path) == []


@pytest.mark.parametrize("reason", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_whatever_breaks_off_the_work_leaves_nothing(tmp_path: Path, reason: type[BaseException]) -> None:
    def fail(folder: ResultFolder) -> None:
        (folder.work / "half.txt").write_text("half")
        raise reason

    with pytest.raises(reason):
        make(tmp_path / "clip", fail)
    assert names(tmp_path) == []


def test_a_failure_to_tidy_up_does_not_hide_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    def fail(folder: ResultFolder) -> None:
        raise RuntimeError("the reason")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(RuntimeError, match="the reason"):
        make(tmp_path / "clip", fail)


def test_two_runs_into_one_place_do_not_share_their_work(tmp_path: Path) -> None:
    with ResultFolder(tmp_path / "clip") as one, ResultFolder(tmp_path / "clip") as other:
        assert one.work != other.work


def test_a_result_that_exists_is_refused_and_kept(tmp_path: Path) -> None:
    final = result_at(tmp_path / "clip")
    with pytest.raises(
        OutputError, match=r"the result .*clip exists already\. Choose another folder.*--overwrite"
    ):
        ResultFolder(final).__enter__()
    assert (final / RECORD).read_text() == "old"
    assert names(tmp_path) == ["clip"]


def test_an_older_result_is_replaced_whole_when_asked(tmp_path: Path) -> None:
    final = result_at(tmp_path / "clip")
    (final / "more.txt").write_text("old")
    with ResultFolder(final, overwrite=True) as folder:
        (folder.work / RECORD).write_text("new")
        assert (final / RECORD).read_text() == "old"
        folder.commit()
    assert names(tmp_path) == ["clip"]
    assert names(final) == [RECORD]
    assert (final / RECORD).read_text() == "new"


def test_overwriting_where_nothing_is_makes_a_new_result(tmp_path: Path) -> None:
    make(tmp_path / "clip", write("new"), overwrite=True)
    assert names(tmp_path) == ["clip"]


def test_an_empty_folder_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "clip").mkdir()
    make(tmp_path / "clip", write("new"), overwrite=True)
    assert names(tmp_path / "clip") == [RECORD]


def test_a_folder_of_somebodys_own_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "photo.jpg").write_text("dear to somebody")
    with pytest.raises(
        OutputError, match=r"holiday is not replaced, because it does not hold a result\. .*by hand"
    ):
        ResultFolder(tmp_path / "holiday", overwrite=True).__enter__()
    assert names(tmp_path / "holiday") == ["photo.jpg"]


def test_a_file_in_the_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clip").write_text("a file")
    with pytest.raises(OutputError, match=r"clip is a file, not a folder\. Choose another folder"):
        ResultFolder(tmp_path / "clip", overwrite=True).__enter__()


def test_a_place_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match=r"the result folder .*clip cannot be written\. Got: .*-o"):
        ResultFolder(tmp_path / "file" / "clip").__enter__()


def test_a_name_that_is_too_long_cannot_be_written(tmp_path: Path) -> None:
    # 4096 characters is more than any file system takes; the question whether it exists fails already.
    with pytest.raises(OutputError, match=r"cannot be written\. Got: File name too long"):
        ResultFolder(tmp_path / ("x" * 4096)).__enter__()


def test_a_result_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    final = tmp_path / "clip"
    with pytest.raises(OutputError, match=r"appeared while this one was being made\. .*--overwrite"):
        make(final, lambda folder: result_at(final, "the other's"))
    assert (final / RECORD).read_text() == "the other's"
    assert names(tmp_path) == ["clip"]


def test_somebodys_folder_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    photo = tmp_path / "clip" / "photo.jpg"

    def appear(folder: ResultFolder) -> None:
        photo.parent.mkdir()
        photo.write_text("dear to somebody")

    with pytest.raises(OutputError, match="does not hold a result"):
        make(tmp_path / "clip", appear, overwrite=True)
    assert names(photo.parent) == ["photo.jpg"]


def test_a_commit_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="clip cannot be written"):
        make(tmp_path / "clip", break_the_work)
    assert names(tmp_path) == []


def test_a_replacement_that_fails_brings_the_old_result_back(tmp_path: Path) -> None:
    final = result_at(tmp_path / "clip")
    with pytest.raises(OutputError, match="clip cannot be written"):
        make(final, break_the_work, overwrite=True)
    assert (final / RECORD).read_text() == "old"
    assert names(tmp_path) == ["clip"]
