from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from audit_tables import N_FRAMES, SUBJECTS, clip_name, perfect, write_duchenne, write_openface, write_pyfeat
from duchenne.errors import DataError
from duchenne.evaluation.conditions import BASELINE, changes
from duchenne.evaluation.tool_files import files, read_tool
from duchenne.evaluation.tool_tables import Layout

CLIPS = {clip_name(s, factor, level) for s in SUBJECTS for factor, level in ((BASELINE, ""), *changes())}


def test_openface_in_one_file_and_in_a_file_a_clip_are_the_same(tmp_path: Path) -> None:
    one = read_tool(Layout.OPENFACE, write_openface(tmp_path / "all.csv", perfect))
    many = read_tool(Layout.OPENFACE, write_openface(tmp_path / "each", perfect, one_file=False))
    assert set(one.frames["clip"]) == CLIPS
    assert len(one.frames) == N_FRAMES * len(CLIPS)
    pd.testing.assert_frame_equal(one.frames, many.frames)


def test_pyfeat_names_the_clip_by_the_path_of_its_input(tmp_path: Path) -> None:
    assert set(read_tool(Layout.PYFEAT, write_pyfeat(tmp_path / "fex.csv", perfect)).frames["clip"]) == CLIPS


def test_paths_of_windows_name_clips_too(tmp_path: Path) -> None:
    table = pd.DataFrame({"input": ["D:\\set\\c.mp4"], "frame": [0], "FaceScore": [1.0], "AU01": [0.5]})
    table.to_csv(tmp_path / "fex.csv", index=False)
    assert read_tool(Layout.PYFEAT, tmp_path / "fex.csv").frames["clip"].tolist() == ["c"]


def test_own_tables_are_read_from_one_file_and_from_result_folders(tmp_path: Path) -> None:
    one = write_duchenne(tmp_path / "frames.parquet", perfect, units=True)
    folder = tmp_path / "out" / "everything"
    folder.mkdir(parents=True)
    write_duchenne(folder / "frames.parquet", perfect, units=True)
    found = read_tool(Layout.DUCHENNE, one)
    assert set(found.frames["clip"]) == CLIPS
    pd.testing.assert_frame_equal(found.frames, read_tool(Layout.DUCHENNE, tmp_path / "out").frames)


def test_an_own_table_without_a_name_is_named_by_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "s0_baseline"
    folder.mkdir()
    table = pd.read_parquet(write_duchenne(folder / "frames.parquet", perfect))
    table[table["video"] == "s0_baseline.mp4"].drop(columns="video").to_csv(
        folder / "frames.csv", index=False
    )
    (folder / "frames.parquet").unlink()
    assert set(read_tool(Layout.DUCHENNE, tmp_path).frames["clip"]) == {"s0_baseline"}


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no table of openface. Expected: \*.csv"):
        files(Layout.OPENFACE, tmp_path)


@pytest.mark.parametrize("text", ["", "a,b\n1,2,3\n4,5,6,7\n"], ids=["nothing", "rows of different lengths"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.csv").write_text(text)
    with pytest.raises(DataError, match=r"c.csv cannot be read as a table"):
        read_tool(Layout.OPENFACE, tmp_path / "c.csv")


def test_a_parquet_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "frames.parquet").write_text("frames")
    with pytest.raises(DataError, match=r"frames.parquet cannot be read as a table"):
        read_tool(Layout.DUCHENNE, tmp_path / "frames.parquet")


def test_a_table_of_semicolons_is_named_so(tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text("frame;success;AU01_r\n1;1;0,5\n")
    with pytest.raises(
        DataError, match=r"not separated by commas\. Got: a header that begins with 'frame;succ"
    ):
        read_tool(Layout.OPENFACE, tmp_path / "all.csv")


def test_rows_longer_than_the_header_do_not_move_the_names(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("frame,success,AU01_r\n1,1,0.5,0.5\n2,1,0.5,0.5\n")
    with pytest.raises(DataError, match=r"rows of .*c\.csv have more cells than its header"):
        read_tool(Layout.OPENFACE, tmp_path / "c.csv")


def test_a_mark_at_the_beginning_and_lines_of_windows_change_nothing(tmp_path: Path) -> None:
    text = "frame, success, AU01_r\r\n1, 1, 2.5\r\n"
    (tmp_path / "c.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    frames = read_tool(Layout.OPENFACE, tmp_path / "c.csv").frames
    assert frames[["clip", "frame", "AU01"]].to_numpy().tolist() == [["c", 0, 0.5]]
