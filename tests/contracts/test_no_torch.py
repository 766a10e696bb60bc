"""Everything but training works without torch and everything but synth without numba; what needs them says so."""

from __future__ import annotations

import subprocess
import sys

import pytest

from contracts.source_tree import modules

# The packages of the extra `train`, and those that a network is often tied to elsewhere.
BLOCKED = (
    "torch",
    "lightning",
    "pytorch_lightning",
    "torchmetrics",
    "onnx",
    "sklearn",
    "tensorflow",
    "mediapipe",
)
# The package of the extra `synth`.
COMPILER = ("numba", "llvmlite")
WITHOUT_TORCH = [
    module.name
    for module in modules()
    if not f"{module.name}.".startswith("duchenne.training.") and not module.name.endswith("__main__")
]
WITHOUT_BOTH = [name for name in WITHOUT_TORCH if not f"{name}.".startswith("duchenne.synth.")]

_BLOCK = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError("No module named " + repr(name) + " (blocked by the test)", name=name)

sys.meta_path.insert(0, Blocker())
"""


def run_without(blocked: tuple[str, ...], code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _BLOCK.format(blocked=blocked) + code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("blocked", "names"),
    [(BLOCKED, WITHOUT_TORCH), (BLOCKED + COMPILER, WITHOUT_BOTH)],
    ids=["torch", "torch and numba"],
)
def test_every_other_module_is_imported_without(blocked: tuple[str, ...], names: list[str]) -> None:
    done = run_without(
        blocked, f"import importlib\nfor name in {names!r}:\n    importlib.import_module(name)"
    )
    assert done.returncode == 0, (
        f"{done.stderr}\nThis import needs a package of an extra, which most users do not install: move "
        "the code into duchenne.training or duchenne.synth, or do it with numpy and ONNX Runtime."
    )
    assert done.stdout + done.stderr == "", "importing a module must print nothing"


def test_the_command_line_works_without_torch() -> None:
    commands = [
        ["--help"],
        ["analyze", "--help"],
        ["evaluate", "photos", "--help"],
        ["train", "--help"],
        ["models"],
    ]
    done = run_without(
        BLOCKED + COMPILER,
        f"""
from duchenne.cli import main
for arguments in {commands!r}:
    sys.argv = ["duchenne", *arguments]
    try:
        main()
    except SystemExit as leaving:
        assert leaving.code in (None, 0), (arguments, leaving.code)
""",
    )
    assert done.returncode == 0, f"{done.stderr}\nOnly 'duchenne train' may need torch, and only when it runs"
    assert "face_mesh" in done.stdout


def test_training_without_torch_names_the_command_that_installs_it() -> None:
    done = run_without(
        BLOCKED,
        "from duchenne.cli import main\nsys.argv = ['duchenne', 'train', 'expression']\nmain()",
    )
    assert done.returncode == 1
    assert "pip install 'duchenne[train]'" in done.stderr
    assert "Traceback" not in done.stderr
