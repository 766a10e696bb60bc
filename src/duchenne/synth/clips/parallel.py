"""Many independent jobs on a few processes: what is finished is skipped, what is interrupted can go on.

Takes jobs and a recipe for a worker, gives back whether all of them are done; results lie in the files that the
workers write. Because every job draws from a generator of its own, nothing depends on which process does it,
in what order, or how many there are. A worker that fails ends the run with its message; finished jobs stay.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Final, Generic, TypeVar, cast

from duchenne.errors import DuchenneError, SettingsError

J = TypeVar("J")
Work = Callable[[J], None]
"""Does one job and writes its files, the one that tells that it is finished last."""

# How long Ctrl-C may go unnoticed while all workers are busy.
_POLL_S: Final = 0.2
# How long a process that was told to end may take to write back what it holds.
_JOIN_S: Final = 5.0


def run_jobs(
    jobs: Sequence[J],
    prepare: Callable[[], Work[J]],
    *,
    n_workers: int = 1,
    group_of: Callable[[J], object] = lambda job: None,
    is_finished: Callable[[J], bool] = lambda job: False,
    on_progress: Callable[[int, int], None] = lambda n_done, n_total: None,
    stopped: Callable[[], bool] = lambda: False,
) -> bool:
    """Do every job that is not finished.

    Args:
        jobs: In the order in which they are started. With several workers they are pickled.
        prepare: Called once in each worker, to load what all its jobs need; returns what does a job. With several
            workers it is pickled too: a function of a module, or a `functools.partial` of one.
        n_workers: Processes; 1 works in this one. Each is a fresh interpreter rather than a fork, because a fork
            of a process whose libraries have threads may hang.
        group_of: Jobs of one group share something costly that a worker keeps, such as a person: they go to the
            same worker as far as none has to wait for it.
        is_finished: Whether a job's files are there from an earlier run.
        on_progress: Told how many jobs are done, of how many, at the start and after each job.
        stopped: Asked between jobs; once true, no further job is started and those under way are ended properly.

    Returns:
        Whether all jobs are done; False after `stopped`.

    Raises:
        SettingsError: if there is not at least one worker.
        DuchenneError: whatever a job raised, or that a worker died; the other workers are ended.
    """
    if n_workers < 1:
        raise SettingsError("jobs need at least one worker", got=str(n_workers), expected="1 or more")
    left = [job for job in jobs if not is_finished(job)]
    n_done = len(jobs) - len(left)
    on_progress(n_done, len(jobs))
    n_workers = min(n_workers, len(left))
    if n_workers < 2:
        steps = _one_by_one(left, prepare, stopped)
    else:
        steps = _spread(_Waiting(left, group_of), prepare, n_workers, stopped)
    for _ in steps:
        n_done += 1
        on_progress(n_done, len(jobs))
    return n_done == len(jobs)


def _one_by_one(
    jobs: Sequence[J], prepare: Callable[[], Work[J]], stopped: Callable[[], bool]
) -> Iterator[None]:
    work = prepare() if jobs and not stopped() else None
    for job in jobs:
        if work is None or stopped():
            return
        work(job)
        yield


def _spread(
    waiting: _Waiting[J], prepare: Callable[[], Work[J]], n_workers: int, stopped: Callable[[], bool]
) -> Iterator[None]:
    """Yield once for each job that a worker has done."""
    with _Workers(prepare, n_workers) as workers:
        while workers.any_alive:
            if stopped():
                waiting.clear()
            for connection in workers.ready():
                if workers.hear(connection):
                    yield
                workers.tell(connection, waiting)


class _Waiting(Generic[J]):
    """Jobs that nobody does yet."""

    def __init__(self, jobs: Sequence[J], group_of: Callable[[J], object]) -> None:
        self._jobs = list(jobs)
        self._group_of = group_of
        self._last: dict[Connection, object] = {}

    def clear(self) -> None:
        """Give up on what has not begun."""
        self._jobs.clear()

    def next_for(self, worker: Connection) -> J | None:
        """A job of the worker's group, else the first of a group that no other worker has, else the first."""
        groups = [self._group_of(job) for job in self._jobs]
        taken = set(self._last.values())
        own = self._last.get(worker)
        if worker in self._last and own in groups:
            number = groups.index(own)
        else:
            free = (n for n, group in enumerate(groups) if group not in taken)
            number = next(free, 0)
        if not groups:
            return None
        self._last[worker] = groups[number]
        return self._jobs.pop(number)


class _Workers(Generic[J]):
    """Processes that say that they are ready, get a job, say that it is done, and get another or None."""

    def __init__(self, prepare: Callable[[], Work[J]], n_workers: int) -> None:
        self._prepare = prepare
        self._n_workers = n_workers
        self._processes: dict[Connection, BaseProcess] = {}
        self._busy: set[Connection] = set()

    def __enter__(self) -> _Workers[J]:
        context = multiprocessing.get_context("spawn")
        with _deaf_to_interrupts():
            for _ in range(self._n_workers):
                ours, theirs = context.Pipe()
                process = context.Process(target=_serve, args=(theirs, self._prepare), daemon=True)
                process.start()
                # Only the worker may hold the other end: its death then ends the conversation.
                theirs.close()
                self._processes[ours] = process
        return self

    @property
    def any_alive(self) -> bool:
        return bool(self._processes)

    def ready(self) -> list[Connection]:
        """Workers that have something to say; empty after a moment in which none had."""
        return [cast(Connection, found) for found in wait(list(self._processes), timeout=_POLL_S)]

    def hear(self, connection: Connection) -> bool:
        """Whether the worker has done a job; False when it has only just begun.

        Raises:
            DuchenneError: what its job raised, or that it died.
        """
        try:
            said = connection.recv()
        except (EOFError, ConnectionError) as error:
            process = self._processes[connection]
            process.join(_JOIN_S)
            raise DuchenneError(
                "a worker process ended before its work was done",
                got=f"exit code {process.exitcode}",
                remedy="What was finished is kept: run the same again to go on, with fewer jobs at a time if "
                "memory was short. A process that was not killed printed its reason above",
            ) from error
        if isinstance(said, DuchenneError):
            raise said
        was_busy = connection in self._busy
        self._busy.discard(connection)
        return was_busy

    def tell(self, connection: Connection, waiting: _Waiting[J]) -> None:
        """Give a worker the next job, or send it home."""
        job = waiting.next_for(connection)
        connection.send(job)
        if job is not None:
            self._busy.add(connection)
        else:
            self._processes.pop(connection).join(_JOIN_S)
            connection.close()

    def __exit__(self, *_: object) -> None:
        for connection, process in self._processes.items():
            process.terminate()
            process.join(_JOIN_S)
            connection.close()


def _serve(connection: Connection, prepare: Callable[[], Work[J]]) -> None:
    """What a worker process does until it is sent home or its master is gone."""
    try:
        work = prepare()
        connection.send(True)
        while (job := connection.recv()) is not None:
            work(job)
            connection.send(True)
    except DuchenneError as error:
        connection.send(error)
    except (EOFError, ConnectionError):
        return


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let processes started inside the block never hear Ctrl-C: the master alone decides what it means.

    A terminal sends it to every process. An ignored signal stays ignored in a new interpreter.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
