"""The hotfix of each document, from the gate to the proof, as the repository shows it."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from chatops.domain.hotfix.model import BackportState, HotfixState, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.model import PromiseState
from chatops.playground.shop import shop_app
from chatops.playground.shop.servers import ServerPlace
from tests.acceptance.hotfix_walk import REASON, TITLE, Walk, open_walk

FIX = "fix(payment): nothing is due when a voucher paid it all"
SAM, BOT = "Sam Okafor", "Incident bot"
LENA, TOM = "Lena Fischer <lena@shop.example>", "Tom Becker <tom@shop.example>"
BOTH = ("lena", "priya")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a document asks of its hotfix."""

    playbook: str
    pipeline: str = ""
    approvers: tuple[str, ...]
    #: Where the fix is pushed to.
    branch: str = "hotfix/let-a-voucher-pay-it-all"
    #: The commits that main gains, newest first, and the parents of the newest one.
    main: tuple[str, ...]
    parents: int = 2
    #: The subject of what the next release's branch gains, and how many parents it has.
    back: str = ""
    back_parents: int = 2
    develop: str = "develop"
    tagged: bool = False
    #: What the version file says on main afterwards.
    version: str = "1.2.3"
    is_branch_deleted: bool = False
    #: What production runs: the tag's commit, or main.
    runs: str = "main"
    name: str = "The hotfix of checkout"

    def __str__(self) -> str:
        return "-".join(filter(None, [self.playbook, self.pipeline]))


def _merge(branch: str) -> str:
    return f"Merge branch '{branch}' into main"


ET = "hotfix/ET-1234-let-a-voucher-pay-it-all"
BY_VERSION = "hotfix/v1.2.4-let-a-voucher-pay-it-all"
BY_NUMBER = "0001-hotfix-let-a-voucher-pay-it-all"
BY_SLUG = "hotfix/let-a-voucher-pay-it-all"

TICKETED = Story(
    playbook="ticketed",
    approvers=("tom",),
    branch=ET,
    main=(_merge(ET), "Bump version for hotfix ET-1234", FIX),
    back=FIX,
    back_parents=1,
    version="1.2.4",
    name="v1.2.4",
)
VERSIONED = Story(
    playbook="versioned",
    approvers=("tom",),
    branch=BY_VERSION,
    main=(_merge(BY_VERSION), FIX),
    back=f"Backport to development: {TITLE}",
    develop="development",
    tagged=True,
    is_branch_deleted=True,
    runs="v1.2.4",
    name="v1.2.4",
)
PREVIEW = Story(
    playbook="preview",
    approvers=("priya",),
    main=(_merge(BY_SLUG), FIX),
    back=f"Backport to develop: {TITLE}",
)
INCREMENT = Story(
    playbook="increment",
    approvers=("tom",),
    branch=BY_NUMBER,
    main=(_merge(BY_NUMBER), FIX),
)
GIT_FLOW = Story(
    playbook="priority",
    approvers=BOTH,
    main=(_merge(BY_SLUG), "chore: bump version to 1.2.4", FIX),
    back=f"Backport to develop: {TITLE}",
    tagged=True,
    version="1.2.4",
    is_branch_deleted=True,
    name="v1.2.4",
)
GITHUB_FLOW = Story(
    playbook="priority",
    pipeline="github_flow",
    approvers=BOTH,
    main=(f"fix: {TITLE}",),
    parents=1,
)
TRUNK = Story(
    playbook="priority", pipeline="trunk", approvers=BOTH, branch="main", main=(FIX,), parents=1
)
STORIES = (TICKETED, VERSIONED, PREVIEW, INCREMENT, GIT_FLOW, GITHUB_FLOW, TRUNK)
#: Told at each change; the others are left to the long run.
_TOLD_FIRST = (GIT_FLOW, TRUNK)


def parents(walk: Walk, commit: str) -> int:
    return len(walk.git("rev-list", "--parents", "-1", commit).split()) - 1


def pays(walk: Walk, commit: str) -> bool:
    return shop_app.can_pay(walk.shop.repository.read(commit, shop_app.PAYMENT))


def signed(walk: Walk, commit: str) -> str:
    return walk.git("log", "-1", "--format=%an, %cn", commit)


def trailers(walk: Walk, commit: str) -> list[str]:
    return walk.git("log", "-1", "--format=%(trailers:only)", commit).splitlines()


def version_on(walk: Walk, branch: str) -> set[str]:
    """The version in each file that holds one."""
    repository = walk.shop.repository
    package = json.loads(repository.read(branch, "package.json") or "{}")
    return {(repository.read(branch, "VERSION") or "").strip(), package["version"]}


def walked(walk: Walk, story: Story) -> None:
    pipeline = {"How does code get": story.pipeline} if story.pipeline else {}
    assert walk.starts(pipeline).ok
    walk.goes_to(None, approvers=story.approvers)


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(each, id=f"{each}", marks=() if each in _TOLD_FIRST else pytest.mark.long)
        for each in STORIES
    ],
)
def test_a_hotfix_goes_from_the_gate_to_the_proof(story: Story, tmp_path: Path) -> None:
    with open_walk(tmp_path, story.playbook, story.pipeline) as walk:
        before = walk.git("rev-parse", "main")
        started = {line: walk.git("rev-parse", line) for line in (story.develop,)}
        walked(walk, story)

        main_holds_what_was_approved(walk, story, before)
        develop_holds_the_fix_alone(walk, story, started[story.develop])
        production_runs_it(walk, story)
        the_room_read_it(walk, story)
        the_timeline_keeps_it(walk, story)
        walk.watches()
        assert walk.hotfix.state is HotfixState.DONE
        assert walk.room.shows(f"✅ *{story.name} is done after", TITLE)


def main_holds_what_was_approved(walk: Walk, story: Story, before: str) -> None:
    new = walk.git("log", "--topo-order", "--format=%s", f"{before}..main").splitlines()
    assert new == list(story.main)
    assert parents(walk, "main") == story.parents
    assert walk.git("rev-parse", "main^1") == before
    fix = walk.hotfix.work.commits[0]
    assert (fix.subject, signed(walk, fix.sha)) == (FIX, f"{SAM}, {SAM}")
    assert pays(walk, "main")
    if story.branch != "main":
        assert signed(walk, "main") == f"{SAM}, {BOT}"
        lines = trailers(walk, "main")
        assert lines[:2] == ["Incident: INC-2026-001", "Hotfix-Step: INC-2026-001/1 merge"]
        given = [line for line in lines if line.startswith("Approved-by: ")]
        assert len(given) == len(story.approvers)
        assert f"Approved-by: {LENA if 'lena' in story.approvers else TOM}" in given or (
            given[0].startswith("Approved-by: Priya Nair <")
        )
    assert story.version in version_on(walk, "main")
    branches = walk.git("for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines()
    assert (story.branch in branches) is not story.is_branch_deleted
    tags = walk.git("tag", "--list", "v1.2.4")
    assert bool(tags) is story.tagged
    if story.tagged:
        assert walk.git("cat-file", "-t", "v1.2.4") == "tag"
        words = walk.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.2.4")
        assert words.startswith(f"Hotfix: {TITLE}\n\nIncident: INC-2026-001")


def develop_holds_the_fix_alone(walk: Walk, story: Story, before: str) -> None:
    if not story.back:
        assert walk.git("rev-parse", story.develop) == before
        assert walk.hotfix.backports == ()
        return
    [backport] = walk.hotfix.backports
    assert (backport.target, backport.state) == (story.develop, BackportState.PROVEN)
    assert walk.git("log", "-1", "--format=%s", story.develop) == story.back
    assert parents(walk, story.develop) == story.back_parents
    assert walk.git("rev-parse", f"{story.develop}^1") == before
    assert signed(walk, story.develop) == f"{SAM}, {BOT}"
    step = f"Hotfix-Step: INC-2026-001/1 backport {story.develop}"
    assert step in trailers(walk, story.develop)
    assert pays(walk, story.develop)
    assert version_on(walk, story.develop) == {"1.3.0"}


def production_runs_it(walk: Walk, story: Story) -> None:
    assert walk.production == walk.git("rev-parse", f"{story.runs}^{{commit}}")
    health = walk.shop.health(ServerPlace.PRODUCTION)
    assert (health.status, health.pays) == ("ok", True)


def the_room_read_it(walk: Walk, story: Story) -> None:
    room = walk.room
    assert room.shows(f"🔧 *Hotfix of checkout:* {TITLE}", walk.sam.mention)
    assert room.shows(f"`{story.branch}` is ready: push the fix to it.")
    assert room.shows(f"⬆️ *1 commit pushed* to `{story.branch}`", FIX, SAM)
    assert room.shows("🔏 *Approve ", TITLE)
    assert room.shows(f"🚀 *{story.name} is in production* (`{walk.production[:7]}`)")
    if story.back:
        assert room.shows(f"✅ *`{story.develop}` has the fix:*", "will be in its next release")
    assert room.count("🔏 *Approve ") == room.count("🚀 *") == 1


def the_timeline_keeps_it(walk: Walk, story: Story) -> None:
    written = [(entry.kind, entry.text) for entry in walk.timeline]
    assert (EntryKind.HOTFIX, f"Hotfix started for checkout: {TITLE}") in written
    assert walk.count(EntryKind.APPROVED) == len(story.approvers)
    assert walk.count(EntryKind.DEPLOYED) == 1
    over = {run.kind: run for run in walk.hotfix.steps}
    for kind, run in over.items():
        if kind is not StepKind.WATCH:
            assert run.state is StepState.DONE, run
    if story.back:
        assert (EntryKind.BACKPORT, f"{story.develop} contains the fix") in written
        with walk.stage.bot.use_cases.sessions.storage.reading() as work:
            promise = work.promises.get(1, f"backport:1:{story.develop}")
        assert promise is not None
        assert promise.state is PromiseState.KEPT


@pytest.mark.long
@pytest.mark.parametrize("story", [VERSIONED, GIT_FLOW], ids=str)
def test_the_order_of_tag_deploy_and_merge_is_the_documents(story: Story, tmp_path: Path) -> None:
    with open_walk(tmp_path, story.playbook) as walk:
        before = walk.git("rev-parse", "main")
        walk.starts()
        walk.goes_to(StepKind.DEPLOY, approvers=story.approvers)
        assert walk.git("rev-parse", "v1.2.4^{commit}") != walk.production
        assert (walk.git("rev-parse", "main") != before) is (story is GIT_FLOW)
        walk.goes_to(None)
        kinds = [entry.text.partition(":")[0] for entry in walk.timeline]
        merged = "Merge into main" if story is GIT_FLOW else "Merge to main"
        steps = [kinds.index(merged), kinds.index("Deployed to production")]
        assert (steps == sorted(steps)) is (story is GIT_FLOW)


def test_nothing_is_pushed_before_the_plan_was_agreed_to(tmp_path: Path) -> None:
    with open_walk(tmp_path) as walk:
        walk.starts()
        marks = walk.shop.repository.marks()
        walk.types("next")
        assert "refs/heads/hotfix/let-a-voucher-pay-it-all" in walk.sam.reads_modal
        assert walk.shop.repository.marks() == marks
        walk.agrees()
        assert walk.shop.repository.tip(BY_SLUG) == walk.git("rev-parse", "main")


def test_why_it_could_not_wait_is_kept(tmp_path: Path) -> None:
    with open_walk(tmp_path) as walk:
        walk.starts()
        [started] = [each for each in walk.timeline if each.text.startswith("Hotfix started")]
        assert REASON in started.reason
        assert walk.stage.clock.now() - started.at < timedelta(minutes=5)
