from __future__ import annotations

import ctypes
import platform
import sys

import pytest

from duchenne.cli.heap import give_back_free_memory, share_one_heap


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has the setting")
def test_glibc_takes_the_setting() -> None:
    assert share_one_heap() is True


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can")
def test_glibc_gives_memory_back() -> None:
    assert give_back_free_memory() is True


def test_another_system_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert share_one_heap() is False
    assert give_back_free_memory() is False


@pytest.mark.skipif(sys.platform != "linux", reason="other systems are not asked")
def test_a_c_library_without_the_setting_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    assert share_one_heap() is False
    assert give_back_free_memory() is False
