from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from duchenne.batch import Entry, Outcome
from duchenne.cli import console
from duchenne.cli.console import ProgressDisplay
from duchenne.offline import Progress


class Clock:
    """A clock that a test moves."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def show(terminal: bool, moments: list[float], quiet: bool = False, name: str = "clip[1].mp4") -> str:
    """What a display shows for frames 1, 2, ... of 100 that come at these moments."""
    text, clock = io.StringIO(), Clock()
    target = Console(file=text, force_terminal=terminal, width=100, highlight=False)
    with ProgressDisplay(name, target, quiet=quiet, clock=clock) as display:
        for number, moment in enumerate(moments, start=1):
            clock.now_s = moment
            display.step(Progress(number, 100, moment, number / moment, (100 - number) / 10))
    return text.getvalue()


def test_a_log_gets_a_line_for_the_first_row_and_one_every_five_seconds() -> None:
    lines = show(False, [0.5, 1, 2, 6, 7, 11.5]).splitlines()
    assert lines == [
        "clip[1].mp4: first row after 0.50 s",
        "clip[1].mp4: 4 of 100 frames, 1 frames/s, 10 s left",
        "clip[1].mp4: 6 of 100 frames, 1 frames/s, 9 s left",
    ]


def test_a_terminal_gets_a_bar_with_frames_speed_and_time_left() -> None:
    text = show(True, [0.5, 1.0, 2.0])
    assert "3/100" in text
    assert "frames/s, 10 s left" in text
    assert "first row" not in text


def test_quiet_shows_nothing() -> None:
    assert show(False, [0.5, 10.0], quiet=True) == show(True, [0.5, 10.0], quiet=True) == ""


def test_without_a_promise_there_is_no_total() -> None:
    text, clock = io.StringIO(), Clock()
    with ProgressDisplay("camera 0", Console(file=text, width=100), clock=clock) as display:
        for clock.now_s in (1.0, 7.0):
            display.step(Progress(10, None, clock.now_s, 5.0, None))
    assert "10 frames, 5 frames/s\n" in text.getvalue()
    text = io.StringIO()
    with ProgressDisplay("camera 0", Console(file=text, force_terminal=True), clock=clock) as display:
        clock.now_s = 20.0
        display.step(Progress(10, None, 1.0, 5.0, None))
    assert "10/?" in text.getvalue()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (3601, "60 min 1 s")]
)
def test_durations_are_minutes_and_seconds(seconds: float, words: str) -> None:
    assert console._duration(seconds) == words


def test_names_that_are_not_utf8_are_written_out(capsys: pytest.CaptureFixture[str]) -> None:
    entry = Entry(Path("caf\udce9.mp4"), Outcome.DONE, Path("out\udce9/[b]caf"), "\udcff is odd")
    console.show_entry(entry, quiet=False)
    console.show_table([entry])
    with pytest.raises(SystemExit):
        console.fail("\udce8.mp4 is empty", 1)
    out, err = capsys.readouterr()
    assert out == "out\\xe9/[b]caf\n"
    assert err.count("caf\\xe9.mp4") == err.count("\\xff is odd") == 2
    assert "\\xe8.mp4 is empty" in err


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_writes_out_a_name_that_is_not_utf8(terminal: bool) -> None:
    assert "caf\\xe9.mp4" in show(terminal, [0.5, 6.0], name="caf\udce9.mp4")


def test_names_with_brackets_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    entry = Entry(Path("[red]clip.mp4"), Outcome.FAILED, None, "no [b]video")
    console.show_entry(entry, quiet=False)
    console.show_table([entry])
    err = capsys.readouterr().err
    assert err.count("[red]clip.mp4") == 2
    assert err.count("no [b]video") == 2
