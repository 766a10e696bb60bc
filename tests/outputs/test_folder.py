from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from duchenne.analysis import Analysis
from duchenne.errors import OutputError
from duchenne.outputs import formats
from duchenne.outputs.annotate import annotator_for
from duchenne.outputs.folder import NAMES, RECORD, ResultFolder
from duchenne.records import Frame, Picture
from duchenne.video.info import SourceKind
from duchenne.video.memory import MemorySource
from made_results import run_of, seen, shown, tabulate
from media import grey

OLD = run_of("old.mp4").to_json()


def result_at(path: Path) -> Path:
    """A folder that looks like an earlier result."""
    path.mkdir()
    (path / RECORD).write_text(OLD)
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
    assert (final / RECORD).read_text() == OLD
    assert names(tmp_path) == ["clip"]


def test_an_older_result_is_replaced_whole_when_asked(tmp_path: Path) -> None:
    final = result_at(tmp_path / "clip")
    (final / "report.html").write_text("old")
    with ResultFolder(final, overwrite=True) as folder:
        (folder.work / RECORD).write_text("new")
        assert (final / RECORD).read_text() == OLD
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


@pytest.mark.parametrize("text", ["", "{}", "[]", "{", '{"schema": 1}', "\udcff", None])
def test_a_folder_whose_record_is_of_something_else_is_never_replaced(
    tmp_path: Path, text: str | None
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    kept = "summary.json" if text is None else RECORD
    (folder / kept).write_text(text or "", errors="surrogateescape")
    with pytest.raises(
        OutputError,
        match=r"does not hold a result\. Got: no run\.json that tells of a run\. .*an empty folder",
    ):
        ResultFolder(folder, overwrite=True).__enter__()
    assert names(folder) == [kept]


def test_a_record_does_not_make_somebodys_folder_a_result(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / RECORD).write_text("{}")
    (tmp_path / "work" / "thesis.docx").write_text("years of somebody's life")
    with pytest.raises(OutputError, match=r"it does not hold a result\. Got: thesis\.docx"):
        ResultFolder(tmp_path / "work", overwrite=True).__enter__()
    assert names(tmp_path / "work") == [RECORD, "thesis.docx"]


@pytest.mark.parametrize("own", ["thesis.docx", ".notes", "frames.xlsx", "annotated.mp4/"])
def test_a_result_in_which_somebody_keeps_something_is_not_replaced(tmp_path: Path, own: str) -> None:
    final = result_at(tmp_path / "clip")
    if own.endswith("/"):
        (final / own).mkdir()
    else:
        (final / own).write_text("dear to somebody")
    name = own.rstrip("/")
    with pytest.raises(OutputError, match=rf"it holds more than a result\. Got: {name}\. .*by hand"):
        ResultFolder(final, overwrite=True).__enter__()
    assert names(final) == sorted([RECORD, name])


def test_what_a_file_manager_leaves_behind_is_nobodys_own(tmp_path: Path) -> None:
    final = result_at(tmp_path / "clip")
    (final / ".DS_Store").touch()
    make(final, write(OLD), overwrite=True)
    assert names(final) == [RECORD]


def test_what_somebody_puts_into_a_result_meanwhile_is_kept(tmp_path: Path) -> None:
    final = result_at(tmp_path / "clip")
    with pytest.raises(OutputError, match=r"it holds more than a result\. Got: notes\.txt"):
        make(final, lambda _: (final / "notes.txt").write_text("dear to somebody"), overwrite=True)
    assert names(final) == ["notes.txt", RECORD]
    assert (final / RECORD).read_text() == OLD


@pytest.mark.parametrize("kind", ["video", "image"])
@pytest.mark.parametrize("format", list(formats.SINKS))
def test_whatever_a_run_writes_may_be_replaced(tmp_path: Path, kind: str, format: str) -> None:
    picture = Picture.from_rgb(grey(0))
    result = shown(0, seen(0, "fear", 0.9))
    sink, summary = tabulate([result])
    # As a run that was stopped leaves it.
    run = run_of(complete=False, reason="stopped before the end")
    final = Analysis(summary, run, (), sink.table()).write(tmp_path / "clip", format=format)
    info = MemorySource([picture], fps=25).info
    annotator = annotator_for(final, replace(info, kind=SourceKind(kind)))
    annotator.add(Frame(0, 0.0, picture), result)
    annotator.close()
    assert len(names(final)) == 5
    assert set(names(final)) < set(NAMES)
    make(final, write("new"), overwrite=True)
    assert names(final) == [RECORD]


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
        make(final, lambda folder: result_at(final))
    assert (final / RECORD).read_text() == OLD
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
    assert (final / RECORD).read_text() == OLD
    assert names(tmp_path) == ["clip"]
