"""Jobs are done once each, in one process or several, and a stopped run goes on."""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import threading
from pathlib import Path

import pytest

from duchenne.errors import DataError, DuchenneError, SettingsError
from duchenne.synth.clips.parallel import _deaf_to_interrupts, _serve, _Waiting, run_jobs
from tiny_jobs import dying_at, failing_at, never, slowly, touch_in

NAMES = [f"job{number}" for number in range(6)]


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_every_job_is_done_once_and_counted(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    done = run_jobs(
        NAMES[:3],
        functools.partial(touch_in, tmp_path),
        on_progress=lambda n_done, n_total: seen.append((n_done, n_total)),
    )
    assert done
    assert written(tmp_path) == NAMES[:3]
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_single_job_needs_no_other_process(tmp_path: Path) -> None:
    assert run_jobs(["job0"], functools.partial(touch_in, tmp_path), n_workers=20)
    assert (tmp_path / "job0").read_text(encoding="utf-8") == str(os.getpid())


def test_several_workers_are_other_processes_that_keep_to_their_group(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    run_jobs(NAMES, functools.partial(slowly, tmp_path), n_workers=2, group_of=lambda name: int(name[3]) // 3)
    pids = [(tmp_path / name).read_text(encoding="utf-8") for name in NAMES]
    assert str(os.getpid()) not in pids
    # A worker that is ready early may have done its group and help with the other.
    assert len(set(pids)) <= 2
    assert len(set(pids[:2])) == 1
    assert signal.getsignal(signal.SIGINT) is before


def test_finished_jobs_are_not_done_again(tmp_path: Path) -> None:
    (tmp_path / "job0").write_text("before", encoding="utf-8")
    seen: list[int] = []
    assert run_jobs(
        NAMES,
        functools.partial(touch_in, tmp_path),
        is_finished=lambda name: (tmp_path / name).exists(),
        on_progress=lambda n_done, n_total: seen.append(n_done),
    )
    assert (tmp_path / "job0").read_text(encoding="utf-8") == "before"
    assert seen == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("n_workers", [1, 2])
def test_where_nothing_is_left_nothing_is_prepared(n_workers: int) -> None:
    assert run_jobs(NAMES, never, n_workers=n_workers, is_finished=lambda name: True)
    assert run_jobs([], never, n_workers=n_workers)


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_stop_ends_what_is_under_way_and_begins_nothing_more(n_workers: int, tmp_path: Path) -> None:
    done = run_jobs(
        NAMES,
        functools.partial(slowly, tmp_path),
        n_workers=n_workers,
        stopped=lambda: bool(written(tmp_path)),
    )
    assert not done
    assert 1 <= len(written(tmp_path)) <= 1 + n_workers


def test_a_stop_before_the_beginning_prepares_nothing() -> None:
    assert not run_jobs(NAMES, never, stopped=lambda: True)


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_job_that_fails_ends_the_run_with_its_message(n_workers: int, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"job job3 is impossible. Leave it out\."):
        run_jobs(NAMES, functools.partial(failing_at, tmp_path, "job3"), n_workers=n_workers)
    # Another worker is ended in the middle of its job; those before are done.
    assert {"job0", "job1", "job2"}.issuperset(set(written(tmp_path)) - {"job4"})
    assert "job0" in written(tmp_path)


def test_a_worker_that_is_killed_is_told_about_and_finished_jobs_stay(tmp_path: Path) -> None:
    with pytest.raises(
        DuchenneError, match=r"a worker process ended before its work was done. Got: exit code -9"
    ):
        run_jobs(NAMES, functools.partial(dying_at, tmp_path, "job3"), n_workers=2)
    assert {"job0", "job1"} <= set(written(tmp_path))
    assert "job3" not in written(tmp_path)


def test_no_worker_at_all_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"jobs need at least one worker\. Got: 0"):
        run_jobs(NAMES, never, n_workers=0)


def test_ctrl_c_is_ignored_while_processes_start_and_heard_again_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with _deaf_to_interrupts():
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGINT) is before


def test_a_thread_leaves_ctrl_c_alone() -> None:
    seen: list[object] = []

    def enter() -> None:
        with _deaf_to_interrupts():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]


def test_waiting_jobs_go_to_the_worker_of_their_group_first() -> None:
    first, second = multiprocessing.Pipe()
    waiting = _Waiting(["a1", "a2", "b1", "b2", "a3"], group_of=lambda name: name[0])
    order = [waiting.next_for(worker) for worker in (first, second, second, first, second, first)]
    # The second worker keeps to group b, and helps with a when b is done.
    assert order == ["a1", "b1", "b2", "a2", "a3", None]


def test_jobs_without_groups_are_given_out_in_order() -> None:
    first, second = multiprocessing.Pipe()
    waiting = _Waiting(NAMES[:3], group_of=lambda name: None)
    assert [waiting.next_for(worker) for worker in (first, second, first)] == NAMES[:3]


def test_a_worker_works_until_it_is_sent_home(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    for job in ("job0", "job1", None):
        ours.send(job)
    _serve(theirs, functools.partial(touch_in, tmp_path))
    assert [ours.recv() for _ in range(3)] == [True, True, True]
    assert written(tmp_path) == ["job0", "job1"]


def test_a_worker_sends_its_failure_home(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    ours.send("job0")
    _serve(theirs, functools.partial(failing_at, tmp_path, "job0"))
    assert ours.recv() is True
    assert isinstance(ours.recv(), DataError)


def test_a_worker_that_cannot_begin_says_why() -> None:
    ours, theirs = multiprocessing.Pipe()
    _serve(theirs, never)
    assert isinstance(ours.recv(), DataError)


def test_a_worker_whose_master_is_gone_ends_quietly(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    ours.close()
    _serve(theirs, functools.partial(touch_in, tmp_path))
    assert written(tmp_path) == []
