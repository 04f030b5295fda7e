"""Where post-mortems are kept: what `chatops.yml` may say of it, and what the doctor finds."""

from pathlib import Path

import pytest

from chatops.application.ports.external import ExternalBusy
from chatops.config import read_team
from chatops.config.problems import BrokenConfig
from chatops.doctor.services import docs_findings
from chatops.domain.services import ForgeKind, Service
from chatops.domain.team import DocsSettings, Team

SERVICES = """\
services:
  handbook: {repository: "https://git.example/handbook.git"}
  pages:
"""


def team_with(folder: Path, docs: str) -> Team:
    file = folder / "chatops.yml"
    file.write_text(f"{SERVICES}docs: {docs}\n", encoding="utf-8")
    return read_team(file)


def test_docs_are_a_service_with_a_branch_and_a_path(tmp_path: Path) -> None:
    team = team_with(tmp_path, '{service: handbook, branch: docs, path: "log/{reference}.md"}')
    assert team.docs == DocsSettings(service="handbook", branch="docs", path="log/{reference}.md")


@pytest.mark.parametrize(
    ("docs", "told"),
    [
        ("{service: handbok}", "did you mean handbook"),
        ("{service: pages}", "no repository"),
        ('{service: handbook, branch: "-f"}', "docs.branch"),
        ('{service: handbook, path: "log/{refernce}.md"}', "did you mean reference"),
        ('{service: handbook, path: "log/all.md"}', "needs {reference}"),
        ('{service: handbook, path: "../{reference}.md"}', "inside the repository"),
        ('{service: handbook, path: "/{reference}.md"}', "inside the repository"),
        ('{service: handbook, path: "log/{reference"}', "not a pattern"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(
    tmp_path: Path, docs: str, told: str
) -> None:
    with pytest.raises(BrokenConfig) as refused:
        team_with(tmp_path, docs)
    assert told in str(refused.value)


HANDBOOK = Service(name="handbook", repository="https://git.example/handbook.git")


def found(docs: DocsSettings | None, branches: tuple[str, ...], service: Service = HANDBOOK) -> str:
    team = Team(services={"handbook": service}, docs=docs)
    return " ".join(
        f"{each.state} {each.words} {each.mend}" for each in docs_findings(team, lambda _: branches)
    )


def test_the_doctor_says_how_post_mortems_get_there() -> None:
    hub = Service(name="handbook", repository=HANDBOOK.repository, forge=ForgeKind.GITHUB)
    assert "by a push" in found(DocsSettings(service="handbook"), ("main",))
    assert "by pull request" in found(DocsSettings(service="handbook"), ("main",), hub)
    assert found(None, ()) == ""


def test_the_doctor_names_a_branch_that_is_missing() -> None:
    assert "no branch docs" in found(DocsSettings(service="handbook", branch="docs"), ("main",))


def test_the_doctor_names_a_repository_that_is_none() -> None:
    assert "no repository of wiki" in found(DocsSettings(service="wiki"), ())


def test_the_doctor_says_what_stands_in_the_way() -> None:
    def away(_service: Service) -> tuple[str, ...]:
        why = "the server is away"
        raise ExternalBusy(why)

    team = Team(services={"handbook": HANDBOOK}, docs=DocsSettings(service="handbook"))
    [one] = docs_findings(team, away)
    assert "the server is away" in one.words
