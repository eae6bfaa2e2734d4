"""A short, seeded selection of the fault suite; `make chaos` plays all of it, for longer."""

import pytest

from chaos.cases import ALL
from chaos.runner import play

SEED = 1


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("killed: at each step", 10),
        ("both break", 5),
        ("valkey: killed", 4),
        ("two bridges: the poller dies", 4),
    ],
)
async def test_invariants_hold(name: str, seconds: float) -> None:
    """Nothing is lost, out of order, or repeated without need, whatever is done to the bridge."""
    [case] = [case for case in ALL if case.name == name]
    result = await play(case, SEED, seconds)
    assert result.findings.wrong == []
    assert result.findings.messages > 100
