"""Synthetic faces whose action units are known in every frame.

Needs the extra ``synth`` (numba) and a face model; see ``duchenne synth --help`` and docs/synth.md. The parts, each
knowing only those before it: `head`, `surroundings`, `people`, `acting`, `rendering`, `importing`, `clips`,
`layouts`.
"""

try:
    import numba  # noqa: F401 - only to say in our own words that it is missing
except ModuleNotFoundError as error:
    from duchenne.errors import MissingExtraError

    raise MissingExtraError.of(error.name or "numba", "synth") from error

from duchenne.synth.acting.script import Event, Script
from duchenne.synth.head.model import FaceModel
from duchenne.synth.people.look import Look
from duchenne.synth.people.subject import Subject
from duchenne.synth.rendering.render import Rendered, Renderer
from duchenne.synth.surroundings.scene import FaceState, Scene

__all__ = [
    "Event",
    "FaceModel",
    "FaceState",
    "Look",
    "Rendered",
    "Renderer",
    "Scene",
    "Script",
    "Subject",
]
