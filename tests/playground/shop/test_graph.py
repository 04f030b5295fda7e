import pytest

from chatops.clock import MovableClock
from chatops.playground.shop.graph import LabelKind, LaneKind, Node, ShopGraph, draw
from chatops.playground.shop.servers import ServerPlace, Wish
from chatops.playground.shop.shop import Shop
from tests.playground.shop.bot_at_work import BRANCH, BotAtWork


@pytest.fixture
def bot(shop: Shop, clock: MovableClock) -> BotAtWork:
    return BotAtWork.on(shop.repository, clock)


def at(graph: ShopGraph, label: str) -> Node:
    return next(one for one in graph.nodes if label in [each.text for each in one.labels])


def healing(graph: ShopGraph) -> list[str]:
    """What made payments work, or brought it somewhere, oldest first, with its lane's name."""
    return [
        f"{graph.lanes[one.lane].name}: {one.subject}" for one in reversed(graph.nodes) if one.heals
    ]


def test_main_and_develop_have_lanes_and_their_tips_have_names(shop: Shop) -> None:
    graph = shop.view().graph

    assert [lane.kind for lane in graph.lanes] == [
        LaneKind.MAIN,
        LaneKind.DEVELOP,
        LaneKind.GONE,
    ]
    assert at(graph, "main").lane == 0
    assert at(graph, "develop").lane == 1
    assert at(graph, "v1.2.3") is at(graph, "production") is at(graph, "main")
    assert [one.text for one in at(graph, "main").labels] == [
        "production",
        "staging",
        "main",
        "v1.2.3",
    ]


def test_lines_lead_from_every_commit_to_its_parents(shop: Shop) -> None:
    graph = shop.view().graph

    lines = {(graph.nodes[one.row].sha, one.to_row) for one in graph.edges}

    rows = {one.sha: row for row, one in enumerate(graph.nodes)}
    assert lines == {(one.sha, rows[parent]) for one in graph.nodes for parent in one.parents}
    assert all(one.to_row is not None and one.row < one.to_row for one in graph.edges)


def test_what_paid_before_the_bug_came_is_no_fix(shop: Shop) -> None:
    graph = shop.view().graph

    assert at(graph, "v1.2.2").pays
    assert not any(one.has_fix or one.heals for one in graph.nodes)


def test_the_fix_is_seen_to_arrive_on_main_and_then_on_develop(shop: Shop, bot: BotAtWork) -> None:
    bot.branches()
    shop.engineer.push_fix(BRANCH)
    bot.bumps("1.2.4")
    graph = shop.view().graph
    commit = f"{BRANCH}: fix(payment): nothing is due when a voucher paid it all"
    assert healing(graph) == [commit]
    assert graph.lanes[2].kind is LaneKind.HOTFIX
    assert at(graph, BRANCH).has_fix
    assert not at(graph, "main").has_fix

    bot.merges(into="main")
    bot.tags("1.2.4")
    graph = shop.view().graph
    assert healing(graph) == [commit, f"main: Merge {BRANCH} into main"]
    assert at(graph, "v1.2.4") is at(graph, "main")
    assert not at(graph, "develop").has_fix

    bot.merges(into="develop")
    graph = shop.view().graph
    assert healing(graph) == [
        commit,
        f"main: Merge {BRANCH} into main",
        f"develop: Merge {BRANCH} into develop",
    ]
    assert at(graph, "develop").has_fix


def test_a_backport_that_is_reverted_is_seen_to_be_gone(shop: Shop, bot: BotAtWork) -> None:
    bot.branches()
    shop.engineer.push_fix(BRANCH)
    bot.merges(into="develop")

    shop.engineer.revert_backport()

    assert not at(shop.view().graph, "develop").has_fix
    assert {line.name: line.pays for line in shop.view().lines} == {"main": False, "develop": False}


def test_a_deploy_moves_its_label(shop: Shop, bot: BotAtWork) -> None:
    bot.branches()
    pushed = shop.engineer.push_fix(BRANCH)
    assert at(shop.view().graph, "staging") is at(shop.view().graph, "main")

    list(shop.servers.deploy(Wish(to=ServerPlace.STAGING, sha=pushed)))

    staged = at(shop.view().graph, "staging")
    assert staged.sha == pushed
    assert [one.kind for one in staged.labels] == [LabelKind.DEPLOYED, LabelKind.BRANCH]


def test_a_branch_that_was_deleted_keeps_its_lane(shop: Shop, bot: BotAtWork) -> None:
    bot.branches()
    pushed = shop.engineer.push_fix(BRANCH)
    bot.merges(into="main")

    bot.git.run("push", "--quiet", "origin", f":refs/heads/{BRANCH}")

    graph = shop.view().graph
    node = graph.node(pushed)
    assert node is not None
    assert graph.lanes[node.lane].kind is LaneKind.GONE
    assert graph.lane(BRANCH) is None


def test_a_branch_without_commits_of_its_own_is_a_name_and_no_lane(
    shop: Shop, bot: BotAtWork
) -> None:
    bot.branches()

    graph = shop.view().graph

    assert graph.lane(BRANCH) is None
    assert at(graph, BRANCH) is at(graph, "main")


def test_a_backport_branch_stands_right_of_the_hotfix(shop: Shop, bot: BotAtWork) -> None:
    bot.branches()
    shop.engineer.push_fix(BRANCH)
    bot.git.run("push", "--quiet", "origin", "origin/develop:refs/heads/backport/payment-crash")
    shop.engineer.push_between("backport/payment-crash")

    kinds = [lane.kind for lane in shop.view().graph.lanes]

    assert kinds[2:4] == [LaneKind.HOTFIX, LaneKind.BACKPORT]


def test_a_long_history_ends_in_lines_that_go_on(shop: Shop) -> None:
    for _ in range(12):
        shop.engineer.push_between("develop")

    graph = draw(shop.repository, {})

    assert any(one.to_row is None for one in graph.edges)


def test_what_is_pushed_from_outside_is_noticed(shop: Shop, bot: BotAtWork) -> None:
    noticed: list[str] = []
    shop.changed = lambda: noticed.append("changed")
    shop.look()
    noticed.clear()

    shop.look()
    assert noticed == []
    bot.branches()
    shop.look()

    assert noticed == ["changed"]
