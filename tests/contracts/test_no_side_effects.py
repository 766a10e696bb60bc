"""The road from frame to row reads no clock, opens no socket and starts no thread; only the command line prints."""

from __future__ import annotations

import ast

from contracts.source_tree import Import, imports, modules

# From a decoded frame to the files of a result; `annotate` writes video, whose encoder has a clock of its own.
ROAD = (
    "errors",
    "labels",
    "geometry",
    "records",
    "models",
    "faces",
    "measure",
    "emotion",
    "settings",
    "pipeline",
    "outputs",
)
NOT_ROAD = {"duchenne.outputs.annotate"}
CLOCKS = {"time", "datetime", "sched", "calendar"}
THREADS = {"threading", "_thread", "multiprocessing", "concurrent", "asyncio", "subprocess", "queue"}
NETWORK = {
    *(
        "socket",
        "socketserver",
        "ssl",
        "select",
        "selectors",
        "urllib",
        "http",
        "ftplib",
        "smtplib",
        "poplib",
    ),
    *("imaplib", "telnetlib", "nntplib", "xmlrpc", "webbrowser", "requests", "urllib3", "httpx", "aiohttp"),
    *("websockets", "fsspec", "boto3", "huggingface_hub", "sentry_sdk", "wandb"),
}
CHANCE = {"random", "secrets"}


def on_the_road(found: Import) -> bool:
    return found.importer.name.split(".")[1:2] != [] and (
        found.importer.name.split(".")[1] in ROAD and found.importer.name not in NOT_ROAD
    )


def test_nothing_on_the_road_reads_a_clock_or_starts_a_thread() -> None:
    wrong = [str(found) for found in imports() if on_the_road(found) and found.library in CLOCKS | THREADS]
    assert not wrong, (
        "\n".join(wrong) + "\nTime comes in once, as Frame.time_s; a driver that needs a clock or a thread "
        "(offline, video.buffer) passes on what it learned as an argument."
    )


def test_nothing_on_the_road_rolls_dice() -> None:
    wrong = [str(found) for found in imports() if on_the_road(found) and found.library in CHANCE]
    assert not wrong, (
        "\n".join(wrong) + "\nThe same frames give the same numbers: take a numpy Generator as argument."
    )


def test_nothing_in_the_package_can_reach_a_network() -> None:
    wrong = [str(found) for found in imports() if found.library in NETWORK]
    assert not wrong, (
        "\n".join(wrong)
        + "\nFaces are people: nothing is sent anywhere. Weights come with the package; what "
        "must be fetched is fetched by a script in tools/, which users do not run."
    )


def test_only_the_command_line_prints() -> None:
    wrong = [
        f"{module.place}:{node.lineno}"
        for module in modules()
        if not f"{module.name}.".startswith("duchenne.cli.")
        for node in ast.walk(module.tree)
        if _prints(node)
    ]
    assert not wrong, (
        "\n".join(wrong) + "\nA library logs or calls a hook (on_progress); show it in duchenne.cli."
    )


def _prints(node: ast.AST) -> bool:
    """Whether a node is ``print`` or one of the process's own streams."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in {"print", "breakpoint", "input"}
    return (
        isinstance(node, ast.Attribute)
        and node.attr in {"stdout", "stderr", "stdin"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "sys"
    )
