"""What a post-mortem tells of a hotfix that was walked from the gate to the proof."""

from pathlib import Path

from tests.acceptance.hotfix_walk import open_walk


def test_it_tells_commits_approvals_deploy_readings_and_the_proof(tmp_path: Path) -> None:
    with open_walk(tmp_path, "priority") as walk:
        assert walk.starts().ok
        walk.goes_to(None, approvers=("priya", "ines"))
        walk.watches()
        walk.sam.types("/incident resolve", walk.room)
        walk.sam.submits({"What fixed it?": "The amount may be null"})
        walk.sam.types("/incident postmortem show", walk.room)
        files = walk.stage.slack.workspace.files.all
        [text] = [one.content.decode() for one in files if one.name.endswith(".md")]
        hotfix = walk.hotfix
    assert f"version {hotfix.release} after {hotfix.previous}" in text
    assert f"Commit `{hotfix.work.commits[0].sha[:7]}`" in text
    assert f"Approved at `{hotfix.head[:7]}` by Priya" in text
    assert "In production since" in text
    assert "Watched: " in text
    assert "Back in `develop`: proven to be there" in text
    assert "To the fix in production" in text
    assert "<@" not in text
