from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from duchenne.labels import EXPRESSIONS
from duchenne.outputs import schema
from duchenne.outputs.batches import to_batch
from duchenne.outputs.rows import rows
from duchenne.records import FrameResult
from made_results import broken, poor, seen, shown, story

ARROW = schema.arrow_schema("1")


def batch_of(results: list[FrameResult], video: str = "clip.mp4") -> pa.RecordBatch:
    return to_batch([row for result in results for row in rows(result, video)], ARROW)


@pytest.mark.parametrize(
    "results",
    [
        [shown(0)],
        [shown(0, seen(0, "fear", 0.9))],
        [shown(0), shown(1, poor(3)), broken(2), shown(3, seen(0, "fear", 0.9), seen(1, "anger", 0.4))],
        story(300, n_people=2),
    ],
    ids=["nobody", "one read face", "one of each", "many"],
)
def test_agrees_with_arrows_own_conversion(results: list[FrameResult]) -> None:
    made = [row for result in results for row in rows(result, "clip.mp4")]
    batch = batch_of(results)
    batch.validate(full=True)
    assert batch.schema == ARROW
    for column, values in zip(batch.columns, zip(*made, strict=True), strict=True):
        assert column.to_pylist() == list(values)


def test_nothing_missing_and_everything_missing() -> None:
    batch = batch_of([shown(k) for k in range(9)])
    assert batch.column("face").null_count == 9
    assert batch.column("frame").null_count == 0
    assert batch.column("expression").to_pylist() == [None] * 9


@pytest.mark.parametrize("video", ["", "名前 ünï 🙂.mp4"])
def test_names_in_any_script(video: str) -> None:
    assert batch_of([shown(0), shown(1)], video).column("video").to_pylist() == [video, video]


def test_labels_have_the_same_codes_in_every_batch() -> None:
    column = batch_of([shown(0, seen(0, "contempt", 0.9))]).column("expression")
    assert column.dictionary.to_pylist() == list(EXPRESSIONS)
    assert column.indices.to_pylist() == [7]


def test_writing_and_reporting_never_load_pandas(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from made_results import run_of, seen, shown, tabulate
from duchenne.outputs.report import write_report
from duchenne.outputs.tables import ParquetSink
results = [shown(k, seen(0, "fear", 0.9)) for k in range(5)]
folder = Path(sys.argv[2])
sink = ParquetSink(folder / "frames.parquet", "clip.mp4")
for result in results:
    sink.write(result)
sink.close()
_, summary = tabulate(results)
write_report(folder / "report.html", frames=folder / "frames.parquet", summary=summary, run=run_of())
print("pandas" in sys.modules)
"""
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script, str(tests), str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
