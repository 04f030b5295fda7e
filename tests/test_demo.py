"""The demo comes to its end with every playbook, and says where it stopped if it does not."""

from io import StringIO

import pytest
from rich.console import Console

from chatops.demo.simulation import Simulation
from chatops.demo.story import perform
from chatops.playground.shop.faults import CodeSwitch


def played(playbook: str, trouble: CodeSwitch | None = None) -> tuple[int, str]:
    """The exit code, and what was printed."""
    out = StringIO()

    def bring(simulation: Simulation) -> None:
        if trouble is not None:
            simulation.shop.faults.throw(trouble, on=True)

    code = perform(Console(file=out), playbook=playbook, before=bring)
    return code, out.getvalue()


@pytest.mark.parametrize(
    ("playbook", "has"),
    [
        ("priority", "develop"),
        pytest.param("ticketed", "develop", marks=pytest.mark.long),
        pytest.param("versioned", "development", marks=pytest.mark.long),
        pytest.param("preview", "develop", marks=pytest.mark.long),
        pytest.param("increment", "main", marks=pytest.mark.long),
    ],
)
def test_every_playbook_is_played_to_its_end(playbook: str, has: str) -> None:
    code, told = played(playbook)
    assert code == 0, told
    for turn in ("/incident declare", "/hotfix", "pushes the fix", "Resolve", "Close"):
        assert turn in told
    assert told.endswith(f"All steps are done; {has} has the fix.\n")
    assert max(map(len, told.splitlines())) <= 100


def test_a_demo_that_cannot_go_on_says_at_which_step() -> None:
    code, told = played("priority", CodeSwitch.PROTECTED)
    assert code == 1
    assert "The demo stopped at “Merge into main”" in told
    assert "All steps are done" not in told
