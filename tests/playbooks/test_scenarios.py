"""Scenarios of drills: the shipped ones are sound, and a broken one says what would be right."""

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chatops.adapters.playbooks.drill_shell import drill_app
from chatops.adapters.playbooks.folders import find_templates
from chatops.adapters.playbooks.scenarios import (
    DRILLS,
    BrokenScenario,
    ScenarioRepository,
    load_scenario,
    scenario_files,
)
from chatops.domain.drills.scenario import EventKind, Expectation, Level, UnknownScenario

_SOUND = """\
title: The lift stands still
severities: [second]
story: |
  Somebody is stuck.
  Talk to them first.
impact: Nobody gets upstairs.
symptoms: The cabin is between two floors.
events:
  - at: 1 min
    from: The cabin
    say: Hello?
    expects: acknowledge
  - {at: 3 min, from: House, kind: twist, say: "The key is lost.", expects: decide, severity: worst}
ends_after: 10 min
questions: ["Who has the second key?"]
"""
_RUNNER = CliRunner()


def written(folder: Path, text: str, name: str = "lift.yml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def problems(folder: Path, text: str, name: str = "lift.yml") -> str:
    with pytest.raises(BrokenScenario) as broken:
        load_scenario(written(folder, text, name))
    return str(broken.value)


def test_three_scenarios_are_shipped_and_sound() -> None:
    shelf = ScenarioRepository()
    assert {each.key for each in shelf.all()} == {
        "failed-payments",
        "full-database",
        "leaked-data",
    }
    for scenario in shelf.all():
        assert scenario.questions
        assert len(scenario.in_short) <= 75
        assert sum(event.expects is not None for event in scenario.events) >= 7
    assert len(scenario_files(find_templates() / DRILLS)) == 3


def test_a_file_becomes_a_scenario_that_is_called_what_it_is(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path, _SOUND))
    assert (scenario.key, scenario.title) == ("lift", "The lift stands still")
    assert scenario.in_short == "Somebody is stuck."
    first, second = scenario.events
    assert (first.at, first.sender, first.kind) == (
        timedelta(minutes=1),
        "The cabin",
        EventKind.MESSAGE,
    )
    assert (second.expects, second.severity) == (Expectation.DECIDE, Level.WORST)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("expects: acknowledge", "expects: aknowledge", 12, "did you mean acknowledge?"),
        ("    say: Hello?", "    says: Hello?", 11, "did you mean say?"),
        ("    from: The cabin\n", "", 9, "events[0].from: is missing"),
        ("at: 1 min", "at: soon", 9, "is not a duration"),
        ("from: The cabin", "sender: The cabin", 10, "is called “from” here"),
        ("at: 3 min", "at: 30 s", 13, "comes before the event above it"),
        ("ends_after: 10 min", "ends_after: 3 min", 14, "later than the last event (3 min)"),
        ("ends_after: 10 min", "ends_after: 9 h", 14, "at most 8 h"),
        ("[second]", "[awful]", 2, "none of worst, second, third, mildest"),
        ("[second]", "[]", 2, "must name at least one"),
        ("title: The lift stands still", "title: '!!'", 1, "Say in a few words"),
        ("impact: Nobody gets upstairs.", "impact: ' '", 6, "is empty"),
        ("say: Hello?", f"say: {'x' * 1001}", 11, "1000 is the most"),
        ("title: The", "colour: red\ntitle: The", 1, "colour: is not a field here"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_field(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in _SOUND
    told = problems(tmp_path, _SOUND.replace(old, new))
    assert words in told
    assert f"lift.yml:{line} " in told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- b\n",
        "title: [",
        "title: !!python/object:os.system x\n",
        "events: 7\n",
        "events: [1, two, [3]]\n",
        "\x00",
        "a: &a [*a]\n",
        "title: 5\nevents:\n  - at: {}\n",
    ],
)
def test_no_file_however_odd_gets_through(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


@pytest.mark.parametrize("name", ["list.yml", "Lift.yml", "a b.yml", "<!channel>.yml"])
def test_a_name_that_nobody_can_type_is_refused(tmp_path: Path, name: str) -> None:
    assert "cannot be called" in problems(tmp_path, _SOUND, name)


def test_a_teams_own_scenario_stands_beside_the_shipped_ones(tmp_path: Path) -> None:
    written(tmp_path, _SOUND)
    written(tmp_path, _SOUND.replace("The lift", "A lift"), "leaked-data.yml")
    written(tmp_path, "title: [", "broken.yml")
    shelf = ScenarioRepository(str(tmp_path))
    assert {"lift", "failed-payments"} <= {each.key for each in shelf.all()}
    assert shelf.find("leaked data").title == "A lift stands still"
    with pytest.raises(UnknownScenario, match="did you mean lift"):
        shelf.find("lif")


def test_the_shell_says_what_is_fine_and_what_is_wrong(tmp_path: Path) -> None:
    assert _RUNNER.invoke(drill_app, ["check"]).exit_code == 0
    written(tmp_path, _SOUND)
    fine = _RUNNER.invoke(drill_app, ["check", str(tmp_path / "lift.yml")])
    assert fine.exit_code == 0
    assert "is fine" in fine.output
    written(tmp_path, _SOUND.replace("worst}", "worse}"), "cellar.yml")
    broken = _RUNNER.invoke(drill_app, ["check", str(tmp_path)])
    assert broken.exit_code == 1
    assert "did you mean worst?" in " ".join(broken.output.split())
    assert _RUNNER.invoke(drill_app, ["check", str(tmp_path / "none.yml")]).exit_code == 1
