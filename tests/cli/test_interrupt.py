from __future__ import annotations

import os
import signal

import pytest

from duchenne.cli.interrupt import interrupt_flag


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_without_ctrl_c_the_flag_stays_down() -> None:
    with interrupt_flag() as pressed:
        assert not pressed()


def test_the_first_press_raises_the_flag_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    with interrupt_flag() as pressed:
        press()
        assert pressed()
    assert "what is done so far is kept" in capsys.readouterr().err


def test_the_second_press_breaks_off() -> None:
    with interrupt_flag():
        press()
        with pytest.raises(KeyboardInterrupt):
            press()


def test_ctrl_c_is_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interrupt_flag():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
