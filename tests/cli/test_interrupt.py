from __future__ import annotations

import multiprocessing
import os
import signal
import time

import pytest

from duchenne.cli.interrupt import children_end_too, interrupt_flag

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def press(number: int = signal.SIGINT) -> None:
    os.kill(os.getpid(), number)


def test_without_ctrl_c_the_flag_stays_down() -> None:
    with interrupt_flag() as pressed:
        assert not pressed()


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_press_raises_the_flag_and_nothing_else(
    number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with interrupt_flag() as pressed:
        press(number)
        assert pressed()
    assert "what is done so far is kept" in capsys.readouterr().err


def test_the_second_press_breaks_off() -> None:
    with interrupt_flag():
        press()
        with pytest.raises(KeyboardInterrupt):
            press()


def test_a_request_to_terminate_after_ctrl_c_breaks_off() -> None:
    with interrupt_flag():
        press()
        with pytest.raises(KeyboardInterrupt):
            press(signal.SIGTERM)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_does_as_before_afterwards(number: int) -> None:
    before = signal.getsignal(number)
    with interrupt_flag():
        assert signal.getsignal(number) is not before
    assert signal.getsignal(number) is before


def test_a_request_to_terminate_ends_the_processes_that_were_started() -> None:
    child = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
    before = signal.getsignal(signal.SIGTERM)
    child.start()
    with pytest.raises(SystemExit) as ended, children_end_too():
        press(signal.SIGTERM)
    child.join(60)
    assert child.exitcode == -signal.SIGTERM
    assert ended.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before
