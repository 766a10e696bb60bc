from __future__ import annotations

import pytest

from duchenne.errors import SettingsError
from duchenne.training import networks


@pytest.mark.parametrize("name", networks.names())
def test_every_file_offers_what_a_recipe_needs(name: str) -> None:
    definition = networks.find(name)
    assert definition.INPUT.size > 0
    assert definition.HEADS
    assert definition.Network(definition.Options())


def test_head_describes_its_output() -> None:
    output = networks.Head("a", ("x", "y"), "one of two").output
    assert networks.Head("a", ("x", "y"), "one of two").kind is networks.Kind.CLASSES
    assert (output.name, output.shape, output.labels, output.meaning) == ("a", (2,), ("x", "y"), "one of two")


def test_unknown_network_lists_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"no network is called 'impression'\. Expected: expression"):
        networks.find("impression")
