from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from duchenne import batch
from duchenne.batch import Outcome, describe, result_names
from duchenne.errors import InputError


@pytest.mark.parametrize(
    ("inputs", "names"),
    [
        ([], []),
        (["a/clip.mp4"], ["clip"]),
        (["a/one.mp4", "a/two.mp4"], ["one", "two"]),
        (["a/clip.mp4", "a/clip.mov"], ["clip_mp4", "clip_mov"]),
        (["a/clip.mp4", "b/clip.mp4"], ["a_clip_mp4", "b_clip_mp4"]),
        (["a/clip.mp4", "b/clip.mp4", "a/x.mp4"], ["a_clip_mp4", "b_clip_mp4", "x"]),
        (["a/clip.mp4", "a/clip.mp4"], ["a_clip_mp4", "a_clip_mp4_2"]),
        (["a/clip_mov", "a/clip.mp4", "a/clip.mov"], ["clip_mov", "clip_mp4", "a_clip_mov"]),
        (["a/caf\udce9.mp4", "a/caf.mp4"], ["caf\\xe9", "caf"]),
        (["a/\udce9.mp4", "a/\\xe9.mp4"], ["a_\\xe9_mp4", "a_\\xe9_mp4_2"]),
        (["\udce9/clip.mp4", "b/clip.mp4"], ["\\xe9_clip_mp4", "b_clip_mp4"]),
    ],
)
def test_every_input_gets_a_name_of_its_own(inputs: list[str], names: list[str]) -> None:
    found = result_names([Path(name) for name in inputs])
    assert found == names
    assert len(set(found)) == len(found)


def analysis(complete: bool = True, **summary: object) -> SimpleNamespace:
    defaults = {"n_failed": 0, "n_frames": 10, "people": (SimpleNamespace(dominant="happiness"),)}
    return SimpleNamespace(
        run=SimpleNamespace(complete=complete, reason="" if complete else "stopped"),
        summary=SimpleNamespace(**(defaults | summary)),
        folder=Path("out/clip"),
    )


def run(inputs: list[str], analyze: Callable[[Path, str], object], **options: object) -> list[batch.Entry]:
    return list(batch.run([Path(name) for name in inputs], analyze, **options))  # type: ignore[arg-type]


def test_one_bad_file_does_not_stop_the_others() -> None:
    def read(path: Path, name: str) -> object:
        if path.name == "bad.mp4":
            raise InputError("bad.mp4 is empty")
        return analysis()

    entries = run(["a.mp4", "bad.mp4", "c.mp4"], read)
    assert [entry.outcome for entry in entries] == [Outcome.DONE, Outcome.FAILED, Outcome.DONE]
    assert entries[1].message == "bad.mp4 is empty."
    assert entries[1].folder is None
    assert entries[0].folder == Path("out/clip")


def test_after_an_interrupt_the_rest_is_not_started() -> None:
    started: list[str] = []

    def read(path: Path, name: str) -> object:
        started.append(name)
        return analysis(complete=False)

    entries = run(["a.mp4", "b.mp4"], read, stopped=lambda: bool(started))
    assert started == ["a"]
    assert [entry.outcome for entry in entries] == [Outcome.INCOMPLETE, Outcome.NOT_STARTED]


def test_our_own_mistakes_are_not_taken_for_bad_files() -> None:
    def read(path: Path, name: str) -> object:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(["a.mp4"], read)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (analysis(), "1 face, mostly happiness"),
        (analysis(people=()), "no face found"),
        (analysis(people=(SimpleNamespace(dominant=None),)), "1 face, mostly too poor to read"),
        (analysis(people=(SimpleNamespace(dominant="fear"),) * 2), "2 faces, mostly fear"),
        (analysis(n_failed=4, people=()), "4 of 10 frames could not be decoded; no face found"),
        (analysis(complete=False), "stopped; 1 face, mostly happiness"),
    ],
)
def test_a_result_is_told_in_plain_words(result: SimpleNamespace, words: str) -> None:
    assert describe(result) == words  # type: ignore[arg-type]  # the parts of an Analysis that are read
