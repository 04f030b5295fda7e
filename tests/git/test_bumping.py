"""Raising the version of a service in one commit."""

import json

import pytest

from chatops.adapters.git.jobs.versions import VersionRules, commit_files, plan_bump
from chatops.adapters.git.objects.commits import signature
from chatops.adapters.git.objects.objects import read_commit
from chatops.domain.errors import UserError
from chatops.domain.git.version_files import VersionedFile, VersionedFileKind
from chatops.domain.git.versions import Version, VersionIncrement
from tests.git.git_workshop import BOT, Workshop

RULES = VersionRules(
    files=[
        VersionedFile(path="package.json", kind=VersionedFileKind.PACKAGE_JSON),
        VersionedFile(path="package-lock.json", kind=VersionedFileKind.PACKAGE_LOCK),
        VersionedFile(
            path="src/constants.ts", kind=VersionedFileKind.BUILD, pattern="build = '{build}'"
        ),
    ]
)
PACKAGE = json.dumps({"name": "shop", "version": "1.2.3"}, indent="\t") + "\n"
LOCK = json.dumps({"version": "1.2.3", "packages": {"": {"version": "1.2.3"}}}) + "\n"
CONSTANTS = "export const build = '0183';\r\n"


@pytest.fixture
def service(workshop: Workshop) -> Workshop:
    workshop.commit(
        {"package.json": PACKAGE, "package-lock.json": LOCK, "src/constants.ts": CONSTANTS}
    )
    workshop.git("tag", "-a", "v1.2.3", "-m", "v1.2.3")
    return workshop


def test_all_files_go_up_in_one_commit_and_keep_their_form(service: Workshop) -> None:
    head = service.head()
    bump = plan_bump(service.repo, RULES, tip=head)

    made = commit_files(
        service.repo,
        contents=bump.contents,
        onto=head,
        message="Bump version for hotfix ET-1234",
        by=BOT,
        author=signature("Eve", "eve@example.com", BOT.at),
        trailers=[("Incident", "INC-2026-001")],
    )

    assert str(bump.next.version) == "1.2.4"
    assert service.git("diff", "--name-only", str(head), str(made)).split() == [
        "package-lock.json",
        "package.json",
        "src/constants.ts",
    ]
    assert service.show(str(made), "package.json") == PACKAGE.strip().replace("1.2.3", "1.2.4")
    assert "'0184';\r" in service.git("cat-file", "-p", f"{made}:src/constants.ts") + "\r"
    commit = read_commit(service.repo, made)
    assert commit.message == "Bump version for hotfix ET-1234\n\nIncident: INC-2026-001\n"
    assert (commit.author.name, commit.committer.name) == ("Eve", "Incident bot")


def test_a_version_that_was_never_released_is_gone_past_and_a_taken_tag_too(
    service: Workshop,
) -> None:
    head = service.commit(
        {name: text.replace("1.2.3", "1.2.4") for name, text in
         (("package.json", PACKAGE), ("package-lock.json", LOCK))}
    )  # fmt: skip
    assert str(plan_bump(service.repo, RULES, tip=head).next.version) == "1.2.5"
    service.branch("elsewhere")
    service.commit()
    service.git("tag", "v1.2.5")
    assert str(plan_bump(service.repo, RULES, tip=head).next.version) == "1.2.6"


def test_the_tag_alone_needs_no_file(service: Workshop) -> None:
    bump = plan_bump(service.repo, VersionRules(), tip=service.head())
    assert str(bump.next.version) == "1.2.4"
    assert bump.contents == {}


def test_a_minor_is_warned_about_and_a_major_refused(service: Workshop) -> None:
    head = service.head()
    minor = plan_bump(service.repo, RULES, tip=head, step=VersionIncrement.MINOR)
    assert str(minor.next.version) == "1.3.0"
    assert minor.next.warnings
    with pytest.raises(UserError, match=r"A hotfix never raises the major version \("):
        plan_bump(service.repo, RULES, tip=head, asked=Version.parse("2.0.0"))


def test_a_file_that_is_missing_or_no_text_is_named(service: Workshop) -> None:
    head = service.commit({"package.json": b"\xff\xfe"})
    with pytest.raises(UserError, match="not UTF-8"):
        plan_bump(service.repo, RULES, tip=head)
    head = service.commit({"package.json": None})
    with pytest.raises(UserError, match="not there"):
        plan_bump(service.repo, RULES, tip=head)
