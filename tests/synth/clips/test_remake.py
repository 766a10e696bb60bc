"""A clip is made again from its row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from duchenne.errors import DataError
from duchenne.synth.clips.clip import write_clip
from duchenne.synth.clips.remake import clip_spec
from duchenne.synth.clips.table_columns import CLIP_COLUMNS
from duchenne.synth.clips.tables import clip_row, to_table
from duchenne.synth.rendering.render import Renderer
from duchenne.synth.surroundings.scene import Sensor
from procedural_head import procedural_head
from tiny_clips import SCENE, tiny_spec


def row(**changes: Any) -> dict[str, Any]:
    (made,) = to_table([clip_row(tiny_spec(), "", "")], CLIP_COLUMNS).to_pylist()
    return {**made, **changes}


def test_a_row_gives_back_its_specification() -> None:
    assert clip_spec(row()) == tiny_spec()


def test_what_is_null_becomes_the_default_again() -> None:
    spec = tiny_spec(scene=replace(SCENE, sensor=Sensor(noise=1.0, jpeg_quality=None)), fps=29.97)
    (made,) = to_table([clip_row(spec, "", "")], CLIP_COLUMNS).to_pylist()
    assert clip_spec(made) == spec


def test_a_clip_made_again_has_the_same_bytes(tmp_path: Path) -> None:
    model = procedural_head()
    digests = []
    for spec in (tiny_spec(), clip_spec(row())):
        digests.append(write_clip(spec, spec.subject.make(model), Renderer(spec.size), tmp_path / "a.mp4")[1])
    assert digests[0] == digests[1]


def test_a_row_without_its_columns_is_refused() -> None:
    with pytest.raises(DataError, match=r"the row is none of a clip table. Got: no subject, identity"):
        clip_spec({"clip": "a"})


@pytest.mark.parametrize("name", ["look", "scene", "script", "identity"])
def test_a_cell_that_is_no_json_is_named(name: str) -> None:
    with pytest.raises(DataError, match=f"clip clip: {name} is not valid JSON"):
        clip_spec(row(**{name: "{"}))


def test_unknown_keys_are_named() -> None:
    with pytest.raises(DataError, match="clip clip: look has unknown keys"):
        clip_spec(row(look='{"horns": 2}'))


@pytest.mark.parametrize("identity", ['{"a": 1}', '["a"]', "3"])
def test_an_identity_must_be_numbers(identity: str) -> None:
    with pytest.raises(DataError, match="clip clip: identity is no list of numbers"):
        clip_spec(row(identity=identity))
