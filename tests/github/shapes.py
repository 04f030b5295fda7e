"""The JSON that GitHub answers with, as far as a client of the bot's kind reads it."""

import zlib
from datetime import UTC, datetime
from typing import Any

from tests.github.bare import Conflict
from tests.github.records import (
    Check,
    PullRequest,
    Repository,
    Review,
    Run,
    Status,
    Workflow,
)

Json = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else None


def user(login: str, url: str) -> Json:
    kind = "Bot" if login.endswith("[bot]") else "User"
    return {"login": login, "id": _number(login), "type": kind, "url": f"{url}/users/{login}"}


def repository(repo: Repository, url: str) -> Json:
    return {
        "id": repo.id,
        "name": repo.name.partition("/")[2],
        "full_name": repo.name,
        "private": True,
        "owner": user(repo.owner, url),
        "url": f"{url}/repos/{repo.name}",
        "html_url": f"{url}/{repo.name}",
        "clone_url": f"{url}/{repo.name}.git",
        "ssh_url": f"git@github.com:{repo.name}.git",
        "default_branch": "main",
        "archived": False,
        "has_issues": repo.has_issues,
    }


def pull(repo: Repository, found: PullRequest, url: str, *, whole: bool) -> Json:
    """One in a list lacks what takes GitHub time to find out."""
    here = f"{url}/repos/{repo.name}"
    body = {
        "id": repo.id * 1000 + found.number,
        "number": found.number,
        "url": f"{here}/pulls/{found.number}",
        "issue_url": f"{here}/issues/{found.number}",
        "html_url": f"{url}/{repo.name}/pull/{found.number}",
        "state": found.state,
        "title": found.title,
        "body": found.body,
        "draft": found.draft,
        "user": user(found.author, url),
        "labels": [{"name": name, "url": f"{here}/labels/{name}"} for name in found.labels],
        "requested_reviewers": [user(name, url) for name in found.reviewers],
        "requested_teams": [_team(repo, slug, url) for slug in found.teams],
        "created_at": moment(found.at),
        "updated_at": moment(found.at),
        "merged_at": moment(found.merged_at),
        "merge_commit_sha": found.merged_sha,
        "head": _side(repo, found.head, found.head_sha, url),
        "base": _side(repo, found.base, repo.bare.tip(found.base) or "", url),
    }
    if whole:
        mergeable, state = _mergeable(repo, found)
        body |= {
            "merged": found.merged_sha is not None,
            "mergeable": mergeable,
            "mergeable_state": state,
        }
        if found.merged_sha is None and mergeable:
            body["merge_commit_sha"] = "0" * 40
    return body


def _mergeable(repo: Repository, found: PullRequest) -> tuple[bool | None, str]:
    if found.state != "open":
        return None, "unknown"
    if not found.decided:
        found.decided = True
        return None, "unknown"
    base = repo.bare.tip(found.base)
    try:
        repo.bare.merged_tree(base or "", found.head_sha)
    except Conflict:
        return False, "dirty"
    if found.draft:
        return True, "draft"
    return True, "blocked" if unmet(repo, found) else "clean"


def unmet(repo: Repository, found: PullRequest) -> str:
    """The rule of the base branch that stands in the way, as GitHub says it."""
    rules = repo.rules.get(found.base)
    if rules is None:
        return ""
    if rules.words:
        return rules.words
    newest = {each.person: each.state for each in found.reviews if each.state != "COMMENTED"}
    if list(newest.values()).count("APPROVED") < rules.reviews:
        return (
            f"At least {rules.reviews} approving review is required by reviewers with write access."
        )
    for name in rules.checks:
        seen = [each for each in repo.checks if (each.name, each.sha) == (name, found.head_sha)]
        if not seen:
            return f'Required status check "{name}" is expected.'
        if seen[-1].conclusion != "success":
            return f'Required status check "{name}" is failing.'
    return ""


def _side(repo: Repository, branch: str, sha: str, url: str) -> Json:
    return {
        "label": f"{repo.owner}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": user(repo.owner, url),
        "repo": repository(repo, url),
    }


def _team(repo: Repository, slug: str, url: str) -> Json:
    return {"slug": slug, "name": slug, "url": f"{url}/orgs/{repo.owner}/teams/{slug}"}


def review(found: Review, url: str) -> Json:
    return {
        "id": found.id,
        "user": user(found.person, url) if found.person != "ghost" else None,
        "state": found.state,
        "commit_id": found.commit,
        "author_association": found.association,
        "submitted_at": moment(found.at),
        "body": "",
    }


def check(found: Check, url: str) -> Json:
    return {
        "id": found.id,
        "name": found.name,
        "head_sha": found.sha,
        "status": "completed" if found.conclusion else "in_progress",
        "conclusion": found.conclusion,
        "url": f"{url}/check-runs/{found.id}",
    }


def status(found: Status, url: str) -> Json:
    return {
        "id": found.id,
        "context": found.context,
        "state": found.state,
        "url": f"{url}/statuses/{found.sha}",
    }


def workflow(repo: Repository, found: Workflow, url: str) -> Json:
    return {
        "id": found.id,
        "name": found.file,
        "path": f".github/workflows/{found.file}",
        "state": "active" if found.enabled else "disabled_manually",
        "url": f"{url}/repos/{repo.name}/actions/workflows/{found.id}",
    }


def run(repo: Repository, found: Run, url: str) -> Json:
    return {
        "id": found.id,
        "name": found.workflow,
        "event": found.event,
        "status": found.status,
        "conclusion": found.conclusion,
        "head_branch": found.ref,
        "created_at": moment(found.at),
        "url": f"{url}/repos/{repo.name}/actions/runs/{found.id}",
        "html_url": f"{url}/{repo.name}/actions/runs/{found.id}",
    }


def _number(name: str) -> int:
    return zlib.crc32(name.encode())
