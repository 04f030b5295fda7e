"""Issues, as GitHub's API answers about them: lists, opening, editing, comments."""

from datetime import datetime
from typing import Any

from tests.github import shapes
from tests.github.calls import Answer, Call, Page
from tests.github.issue_records import Comment, Issue
from tests.github.records import Refusal, Repository, invalid

Json = dict[str, Any]
_LONGEST_TITLE, _LONGEST_BODY = 256, 65536
_REASONS = {None, "completed", "not_planned", "duplicate", "reopened"}


def list_issues(call: Call) -> Page:
    """Issues and, as on GitHub, pull requests among them."""
    repo, query = _open_to(call), call.query
    state, since = query.get("state", "open"), query.get("since")
    at = datetime.fromisoformat(since) if since else None
    found = [
        each
        for each in repo.issues
        if not (each.deleted or each.moved_to)
        and state in {"all", each.state}
        and (at is None or each.updated_at >= at)
    ]
    listed = [shape(repo, each, call.url) for each in found]
    listed += [_of_pull(repo, each.number, call.url) for each in repo.pulls]
    listed.sort(key=lambda each: each["number"], reverse=query.get("direction", "desc") == "desc")
    return Page(listed)


def open_issue(call: Call) -> Answer:
    call.needs("issues")
    repo = _open_to(call)
    title, body = call.text("title", "Issue"), call.body.get("body") or ""
    _must_fit(title, body)
    assignees = call.body.get("assignees") or []
    _must_be_ours(repo, assignees)
    pushes = "merge" in call.account.rights
    found = Issue(
        number=len(repo.issues) + len(repo.pulls) + 1,
        title=title,
        body=body,
        author=call.account.login,
        at=call.now,
        updated_at=call.now,
        # Who may not push has labels and assignees dropped without a word.
        labels=list(call.body.get("labels") or []) if pushes else [],
        assignees=list(assignees) if pushes else [],
    )
    repo.issues.append(found)
    return Answer(201, shape(repo, found, call.url))


def read_issue(call: Call) -> Answer:
    repo, found = call.repo, _issue(call)
    if found.moved_to:
        number = f"{call.url}/repos/{found.moved_to}/issues/1"
        raise Refusal(301, "Moved Permanently", headers={"Location": number})
    return Answer(200, shape(repo, found, call.url))


def edit_issue(call: Call) -> Answer:
    call.needs("issues")
    repo, found, wanted = call.repo, _issue(call), call.body
    _must_fit(wanted.get("title", found.title), wanted.get("body") or "")
    if wanted.get("state") not in {None, "open", "closed"}:
        raise invalid(resource="Issue", field="state", code="invalid")
    if wanted.get("state_reason") not in _REASONS:
        raise invalid(resource="Issue", field="state_reason", code="invalid")
    _must_be_ours(repo, wanted.get("assignees") or [])
    for name in ("title", "body", "labels", "assignees"):
        if name in wanted:
            setattr(found, name, wanted[name])
    if wanted.get("state", found.state) != found.state:
        set_state(found, wanted["state"], by=call.account.login, reason=wanted.get("state_reason"))
    found.updated_at = call.now
    return Answer(200, shape(repo, found, call.url))


def set_state(found: Issue, state: str, *, by: str, reason: str | None) -> None:
    found.state = state
    closed = state == "closed"
    found.closed_by = by if closed else None
    found.reason = (reason or "completed") if closed else "reopened"


def list_comments(call: Call) -> Page:
    repo, found = _open_to(call), _issue(call)
    return Page([_comment(repo, each, call.url) for each in found.comments])


def add_comment(call: Call) -> Answer:
    call.needs("issues")
    repo, found = _open_to(call), _issue(call)
    said = Comment(call.number(), call.text("body", "IssueComment"), call.account.login, call.now)
    found.comments.append(said)
    found.updated_at = call.now
    return Answer(201, _comment(repo, said, call.url))


def _open_to(call: Call) -> Repository:
    if not call.repo.has_issues:
        raise Refusal(410, "Issues are disabled for this repo")
    return call.repo


def _issue(call: Call) -> Issue:
    repo, number = _open_to(call), int(call.part("number"))
    for each in repo.issues:
        if each.number == number:
            if each.deleted:
                raise Refusal(410, "This issue was deleted")
            return each
    raise Refusal(404, "Not Found")


def _must_fit(title: str, body: str) -> None:
    if len(title) > _LONGEST_TITLE:
        words = f"title is too long (maximum is {_LONGEST_TITLE} characters)"
        raise invalid(resource="Issue", code="custom", field="title", message=words)
    if len(body) > _LONGEST_BODY:
        words = f"body is too long (maximum is {_LONGEST_BODY} characters)"
        raise invalid(resource="Issue", code="custom", field="body", message=words)


def _must_be_ours(repo: Repository, people: list[str]) -> None:
    for person in people:
        if person not in repo.collaborators:
            raise invalid(resource="Issue", field="assignees", code="invalid", value=person)


def shape(repo: Repository, found: Issue, url: str) -> Json:
    here = f"{url}/repos/{repo.name}"
    return {
        "id": repo.id * 10_000 + found.number,
        "number": found.number,
        "url": f"{here}/issues/{found.number}",
        "repository_url": here,
        "html_url": f"{url}/{repo.name}/issues/{found.number}",
        "state": found.state,
        "state_reason": found.reason,
        "title": found.title,
        "body": found.body,
        "user": shapes.user(found.author, url),
        "labels": [{"name": name, "url": f"{here}/labels/{name}"} for name in found.labels],
        "assignees": [shapes.user(name, url) for name in found.assignees],
        "closed_by": shapes.user(found.closed_by, url) if found.closed_by else None,
        "comments": len(found.comments),
        "created_at": shapes.moment(found.at),
        "updated_at": shapes.moment(found.updated_at),
    }


def _of_pull(repo: Repository, number: int, url: str) -> Json:
    here = f"{url}/repos/{repo.name}"
    pull = next(each for each in repo.pulls if each.number == number)
    return {
        "id": repo.id * 10_000 + 5_000 + number,
        "number": number,
        "url": f"{here}/issues/{number}",
        "html_url": f"{url}/{repo.name}/pull/{number}",
        "state": pull.state,
        "title": pull.title,
        "body": pull.body,
        "user": shapes.user(pull.author, url),
        "labels": [],
        "assignees": [],
        "pull_request": {"url": f"{here}/pulls/{number}"},
    }


def _comment(repo: Repository, said: Comment, url: str) -> Json:
    return {
        "id": said.id,
        "body": said.body,
        "user": shapes.user(said.by, url),
        "url": f"{url}/repos/{repo.name}/issues/comments/{said.id}",
        "created_at": shapes.moment(said.at),
    }
