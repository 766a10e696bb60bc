from __future__ import annotations

import io

from rich.console import Console

from duchenne.cli.count_display import CountDisplay


def said(*, is_terminal: bool = False, quiet: bool = False, n_total: int = 40) -> str:
    text = io.StringIO()
    console = Console(file=text, force_terminal=is_terminal, width=80)
    with CountDisplay("clips", console, quiet=quiet) as display:
        for n_done in range(n_total + 1):
            display.step(n_done, n_total)
    return text.getvalue()


def test_a_log_gets_a_line_for_every_tenth_and_the_end() -> None:
    assert said().splitlines() == [f"{n} of 40 clips" for n in range(4, 41, 4)]


def test_few_things_get_a_line_each() -> None:
    assert said(n_total=2).splitlines() == ["1 of 2 clips", "2 of 2 clips"]


def test_nothing_to_do_is_done() -> None:
    assert said(n_total=0) == "0 of 0 clips\n"


def test_a_terminal_gets_a_bar_and_no_lines() -> None:
    shown = said(is_terminal=True)
    assert "40/40" in shown
    assert " of 40 clips" not in shown


def test_quiet_shows_nothing() -> None:
    assert said(quiet=True) == ""
    assert said(quiet=True, is_terminal=True) == ""
