"""The doctor on services: what would stop a hotfix is found before one is needed."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from chatops.adapters.playbooks.check import examine
from chatops.adapters.playbooks.folders import find_templates
from chatops.application.ports.external import ExternalBusy, ExternalError, ExternalRefused
from chatops.application.ports.git import Credential
from chatops.doctor.files import people_named
from chatops.doctor.finding import Finding, FindingLevel
from chatops.doctor.services import Reachable, service_findings
from chatops.domain.playbook.policy import Playbook
from chatops.domain.services import Check, Command, ForgeKind, Service, Workflow
from chatops.domain.team import Team
from tests.doctor.conftest import Patient
from tests.git.git_http import SECRET, USER, forge
from tests.git.yard import Yard, make_yard, stocked_yard

RIGHT = Credential(username=USER, secret=SECRET)
WRONG = Credential(username=USER, secret="hunter2-hunter2")


def nothing(_service: Service, _branch: str) -> None:
    """Lets everybody in."""


class Ward:
    """A repository, and a doctor who looks at services made of it."""

    def __init__(self, yard: Yard, plan: Playbook) -> None:
        self.yard = yard
        self.plan: Playbook | None = plan
        self.environ: Mapping[str, str] = {"PATH": os.defpath}
        self.trouble: ExternalError | None = None
        self.hears = False
        self.service = Service(name="shop", repository=str(yard.remote))

    def knock(self, service: Service, branch: str) -> None:
        assert (service.forge, branch) == (ForgeKind.GITHUB, "main")
        if self.trouble:
            raise self.trouble

    def findings(self, **settings: object) -> list[Finding]:
        service = replace(self.service, **settings)  # type: ignore[arg-type] # as in chatops.yml
        reach = Reachable(
            branches=self.yard.bot.branches,
            knock=self.knock,
            environ=self.environ,
            hears=self.hears,
        )
        found = list(service_findings(service, self.plan, reach))
        assert {each.name for each in found} <= {"service shop"}
        return found

    def finds(self, state: FindingLevel, **settings: object) -> list[tuple[str, str]]:
        found = self.findings(**settings)
        return [(each.words, each.mend) for each in found if each.state is state]

    def wrongs(self, **settings: object) -> list[tuple[str, str]]:
        return self.finds(FindingLevel.WRONG, **settings)


@pytest.fixture(scope="module")
def plan() -> Playbook:
    found = examine(find_templates() / "priority").playbook
    assert found
    return found


@pytest.fixture
def ward(tmp_path: Path, plan: Playbook) -> Ward:
    yard = stocked_yard(tmp_path)
    return Ward(yard, plan)


def test_a_service_that_can_be_mended_is_fine(ward: Ward) -> None:
    found = ward.findings(deploy=Command(run=("sh", "-c", "true")))
    assert {each.state for each in found} == {FindingLevel.FINE}
    assert [each.words for each in found] == [
        "its hotfixes go by “Git flow” (git_flow)",
        f"{ward.yard.remote} can be read: 2 branches",
        "production is built from main",
        "fixes are brought back to develop",
        "the programs of deploy are there",
    ]


def test_the_remote_is_asked_without_a_copy_of_it(ward: Ward, tmp_path: Path) -> None:
    ward.findings()
    assert not (tmp_path / "data").exists()


def test_a_service_that_is_a_name_alone_needs_nothing(ward: Ward) -> None:
    assert ward.findings(repository="") == []


def test_settings_without_a_repository_are_worth_a_look(ward: Ward) -> None:
    check = Check(title="Up", url="https://shop.example.com/")
    assert ward.finds(FindingLevel.LOOK, repository="", verify=(check,)) == [
        (
            "has settings and no repository, so no hotfix of it can be made",
            "Put repository: … under services, shop.",
        )
    ]


def test_an_unknown_pipeline_is_found(ward: Ward) -> None:
    assert ward.wrongs(pipeline="gitflow") == [
        (
            "the playbook priority has no pipeline gitflow; did you mean git_flow?",
            "Name one of git_flow, github_flow, trunk as its pipeline.",
        )
    ]


def test_a_playbook_without_hotfixes_is_worth_a_look(ward: Ward, plan: Playbook) -> None:
    ward.plan = replace(plan, hotfix=replace(plan.hotfix, pipelines=()))
    ((words, mend),) = ward.finds(FindingLevel.LOOK)
    assert words == "the playbook priority has no hotfix"
    assert mend.startswith("Choose a playbook that has hotfixes")


def test_a_playbook_that_cannot_be_read_keeps_nothing_else_from_being_looked_at(
    ward: Ward,
) -> None:
    ward.plan = None
    ((words, _),) = ward.wrongs(targets=("next",))
    assert words == "it has no branch next to bring a fix back to"


def test_a_repository_that_is_not_there_is_found(ward: Ward) -> None:
    ((words, mend),) = ward.wrongs(repository="/nowhere/shop.git")
    assert words.startswith("There is no repository at /nowhere/shop.git, or it is hidden from")
    assert mend.endswith("let the bot's user in: its SSH key, the folder's rights.")


@pytest.mark.parametrize(
    ("kind", "mend"), [(ForgeKind.GIT, "GIT_USERNAME"), (ForgeKind.GITHUB, "GITHUB_TOKEN")]
)
def test_a_way_in_that_is_missing_is_named(ward: Ward, kind: ForgeKind, mend: str) -> None:
    def refuse(_: Service) -> frozenset[str]:
        why = "not let in"
        raise ExternalRefused(why)

    reach = Reachable(branches=refuse, knock=nothing, environ={}, hears=True)
    service = Service(name="shop", repository="https://git.example.com/a/b", forge=kind)
    (found,) = (
        each
        for each in service_findings(service, ward.plan, reach)
        if each.state is FindingLevel.WRONG
    )
    assert found.words == "not let in"
    assert mend in found.mend


def test_a_remote_that_does_not_answer_is_asked_again_later(ward: Ward) -> None:
    ((_, mend),) = ward.wrongs(repository="http://127.0.0.1:9/acme/shop.git")
    assert mend == "Check its address and the way out to the network, then ask again."


def test_a_password_that_is_wrong_is_found_and_not_told(ward: Ward, tmp_path: Path) -> None:
    with forge(tmp_path) as address:
        repository = f"{address}/shop.git"
        ward.yard.bot = replace(ward.yard.bot, credentials=lambda _: WRONG)
        ((words, _),) = ward.wrongs(repository=repository)
        ward.yard.bot = replace(ward.yard.bot, credentials=lambda _: RIGHT)
        assert ward.wrongs(repository=repository) == []
    assert "did not let the bot in: check its token or key" in words
    assert WRONG.secret not in words


def test_a_production_branch_that_is_not_there_is_found(ward: Ward) -> None:
    assert ward.wrongs(production="master") == [
        (
            "it has no branch master that production is built from",
            "Name the right one as its production. There are: develop, main.",
        )
    ]


def test_a_target_that_is_not_there_is_found(ward: Ward) -> None:
    assert ward.wrongs(targets=("develop", "next")) == [
        (
            "it has no branch next to bring a fix back to",
            "Correct its targets ([] for none). There are: develop, main.",
        )
    ]
    assert ward.wrongs(targets=()) == []


def test_an_empty_repository_is_found(ward: Ward, tmp_path: Path) -> None:
    empty = make_yard(tmp_path / "empty")
    found = ward.wrongs(repository=str(empty.remote))
    assert found[0][1].endswith("There are: none at all.")


def test_a_command_that_cannot_be_started_is_found(ward: Ward, tmp_path: Path) -> None:
    flags = {"cart": Command(run=("./flag.sh",), folder=str(tmp_path / "gone"))}
    found = ward.wrongs(
        deploy=Command(run=("kubectll", "apply"), secrets=("KUBE_TOKEN",)),
        stage=Workflow(workflow="stage.yml"),
        rollback=Command(run=("./back.sh",)),
        flags=flags,
    )
    assert found == [
        (
            "deploy: there is no program kubectll on the bot's PATH",
            "Install it, or write it in full.",
        ),
        ("deploy: KUBE_TOKEN is not set", "Set it where the bot runs."),
        (
            "rollback: ./back.sh is looked for in an empty folder",
            "Name its `folder` in chatops.yml.",
        ),
        (
            f"the flag cart: there is no folder {tmp_path / 'gone'}",
            "Make it, or correct `folder` in chatops.yml.",
        ),
    ]


def test_a_forge_that_lets_the_bot_in_says_how_the_bot_hears_of_it(ward: Ward) -> None:
    (words, _) = ward.finds(FindingLevel.FINE, forge=ForgeKind.GITHUB)[-1]
    assert words == (
        "GitHub lets the bot in, and is asked again and again: GITHUB_WEBHOOK_SECRET is not set"
    )
    ward.hears = True
    (words, _) = ward.finds(FindingLevel.FINE, forge=ForgeKind.GITHUB)[-1]
    assert words == "GitHub lets the bot in, and its webhooks are heard"


@pytest.mark.parametrize("kind", [ExternalBusy, ExternalRefused])
def test_a_forge_that_refuses_is_found(ward: Ward, kind: type[ExternalError]) -> None:
    ward.trouble = kind("GitHub hides acme/shop from the bot.")
    ((words, mend),) = ward.wrongs(forge=ForgeKind.GITHUB)
    assert words == "GitHub hides acme/shop from the bot."
    assert mend.startswith("Give the bot a token that may")


def test_a_repository_on_github_without_its_forge_is_worth_a_look(plan: Playbook) -> None:
    reach = Reachable(
        branches=lambda _: ("main", "develop"), knock=nothing, environ={}, hears=False
    )
    service = Service(name="shop", repository="git@github.com:acme/shop.git")
    found = {each.state: each.words for each in service_findings(service, plan, reach)}
    assert found[FindingLevel.LOOK] == "it is on GitHub, but no pull requests are opened there"


@pytest.fixture
def employed(patient: Patient, tmp_path: Path) -> Patient:
    """A bot whose team has a service with a repository."""
    yard = stocked_yard(tmp_path / "yard")
    text = f"services:\n  shop: {{repository: {yard.remote}, deploy: {{run: [nonesuch]}}}}\n"
    patient.config.write_text(patient.config.read_text(encoding="utf-8") + text, encoding="utf-8")
    return patient


def test_services_are_looked_at_with_everything_else(employed: Patient) -> None:
    wrong = employed.finds(FindingLevel.WRONG)
    assert wrong == ["service shop: deploy: there is no program nonesuch on the bot's PATH"]
    fine = employed.finds(FindingLevel.FINE)
    assert "service shop: production is built from main" in fine


@pytest.mark.parametrize("repository", ["/srv/shop.git", ""])
def test_nobody_to_approve_a_hotfix_is_wrong_where_hotfixes_are_made(
    plan: Playbook, repository: str
) -> None:
    rules = {
        key: replace(each, approval=replace(each.approval, roles=("auditor",)))
        for key, each in plan.hotfix.severities.items()
    }
    audited = replace(plan, hotfix=replace(plan.hotfix, severities=rules))
    team = Team(services={"shop": Service(name="shop", repository=repository)})
    found = {each.words: each.state for each in people_named(team, audited)}
    told = "nobody is behind auditor, without whom no hotfix is approved"
    assert (found.get(told) is FindingLevel.WRONG) is bool(repository)


def test_an_access_told_by_halves_is_found(employed: Patient) -> None:
    employed.environ["GIT_USERNAME"] = "bot"
    assert any("GIT_PASSWORD is not set" in each for each in employed.finds(FindingLevel.WRONG))
