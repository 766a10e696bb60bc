from __future__ import annotations

import numpy as np
import pytest

from duchenne.errors import ModelError
from duchenne.evaluation.protocols.value_networks import OUTPUTS, ValueNetwork
from duchenne.geometry import Box
from duchenne.models.session import Session
from rated_folders import valence_network
from tiny_networks import Output, build
from worlds import blank, mesh_of


def test_the_outputs_are_six_raters_and_their_mean() -> None:
    assert OUTPUTS == ("rater_1", "rater_2", "rater_3", "rater_4", "rater_5", "rater_6", "mean")


def test_a_face_gives_seven_numbers_in_the_order_of_the_outputs() -> None:
    network = ValueNetwork(valence_network(gain=2.0))
    assert network.card.name == "tiny_valence"
    values = network.read(blank(level=204), mesh_of(Box(10, 10, 30, 30)))
    # 204 of 255 is 0.6 on the network's scale of [-1, 1], wherever the face lies.
    np.testing.assert_allclose(values, [1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.2], atol=1e-5)


def test_a_network_of_the_package_fits() -> None:
    pytest.importorskip("torch")
    from duchenne.training.networks.quadrant_valence import HEADS

    assert tuple(head.name for head in HEADS) == OUTPUTS


@pytest.mark.parametrize("shape", [None, (2,)])
def test_a_network_that_lacks_an_output_is_refused(shape: tuple[int, ...] | None) -> None:
    outputs = [Output(name, bias=[0.0]) for name in OUTPUTS[:-1]]
    if shape is not None:
        outputs.append(Output("mean", bias=np.zeros(shape)))
    with pytest.raises(
        ModelError, match=r"'tiny' gives no valence of mean\. Got: outputs rater_1, .*one number by each"
    ):
        ValueNetwork(Session(*build(outputs)))
