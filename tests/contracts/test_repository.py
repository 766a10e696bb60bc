"""What is shipped works on anybody's machine: no paths of ours, no settings of ours, nothing huge."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.source_tree import ROOT, shipped_files

MAX_BYTES = 6_000_000
# The folders of somebody's machine. `../shared`, the data folder beside a checkout, is part of the project's
# own layout and no absolute path.
_MACHINE_PATH = re.compile(
    r"""(?<![\w.~/:-])/(?:home|Users|root|tmp|work|mnt|media|scratch|srv|data|opt)/\w"""
)
_WINDOWS_PATH = re.compile(r"\b[A-Z]:\\\\?(?:Users|temp)\b", re.IGNORECASE)
_HIDDEN_NEIGHBOUR = re.compile(r"\.\./\.\w")
# Where packages come from is the business of whoever installs them.
_REGISTRY = re.compile(
    r"--(?:extra-)?index-url|\bindex-url\s*=|--find-links|--trusted-host|\btrusted-host\b|PIP_INDEX_URL"
)
_PRIVATE_HOST = re.compile(
    r"https?://(?:[\w-]+\.)*(?:local|internal|lan|intranet|corp)\b|https?://(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d"
)
_SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|\bgh[pousr]_\w{30,}|\bAKIA[0-9A-Z]{16}\b")
RULES = {
    "a path of somebody's machine": _MACHINE_PATH,
    "a path of somebody's Windows machine": _WINDOWS_PATH,
    "a hidden folder beside the checkout": _HIDDEN_NEIGHBOUR,
    "the address of a package index": _REGISTRY,
    "a host of somebody's own network": _PRIVATE_HOST,
    "a secret": _SECRET,
}


def text_of(path: Path) -> str | None:
    """The text of a file; None for pictures, networks and the like."""
    data = path.read_bytes()
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("rule", RULES)
def test_no_file_names_what_exists_only_elsewhere(rule: str) -> None:
    pattern = RULES[rule]
    found = []
    for path in shipped_files():
        text = text_of(path)
        if text is None or path == Path(__file__).resolve():
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT).as_posix()}:{number}: {line.strip()[:120]}")
    assert not found, (
        "\n".join(found) + f"\nThis is {rule}: it means nothing to whoever clones the repository"
    )


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("a path of somebody's machine", "see /home/ada/clip.mp4"),
        ("a path of somebody's machine", 'open("/tmp/x.mp4")'),
        ("a path of somebody's Windows machine", r"C:\Users\ada"),
        ("a hidden folder beside the checkout", "see ../.cache"),
        ("the address of a package index", "pip install --index-url https://example.org/simple duchenne"),
        ("a host of somebody's own network", "http://builds.corp/wheels"),
        ("a host of somebody's own network", "http://192.168.0.7/"),
        ("a secret", "-----BEGIN RSA PRIVATE KEY-----"),
    ],
)
def test_the_rules_find_what_they_are_for(rule: str, text: str) -> None:
    assert RULES[rule].search(text)


@pytest.mark.parametrize(
    "text",
    [
        "../shared/data/clips",
        "https://example.org/data/x",
        "out/tmp/x",
        "~/data/x",
        "a/home/b",
        "input/output",
    ],
)
def test_the_rules_leave_honest_text_alone(text: str) -> None:
    assert not any(pattern.search(text) for pattern in RULES.values())


def test_no_file_is_huge() -> None:
    huge = {
        path.relative_to(ROOT).as_posix(): path.stat().st_size
        for path in shipped_files()
        if path.stat().st_size > MAX_BYTES
    }
    assert huge == {}, (
        f"at most {MAX_BYTES} bytes a file: a clone is for ever; data belongs beside the checkout"
    )


def test_no_file_that_a_tool_left_behind_is_shipped() -> None:
    leftovers = [
        path.relative_to(ROOT).as_posix()
        for path in shipped_files()
        if path.suffix in {".pyc", ".orig", ".rej", ".bak", ".swp", ".log"}
        or path.name in {".DS_Store", ".coverage"}
    ]
    assert leftovers == [], "remove them, and let .gitignore keep them out"
