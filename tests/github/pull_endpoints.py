"""Pull requests, as GitHub's API answers about them: lists, opening, reviews, labels, merging."""

from tests.github import shapes
from tests.github.bare import Conflict
from tests.github.calls import Answer, Call, Page
from tests.github.records import PullRequest, Refusal, Repository, invalid

_LONGEST_TITLE, _LONGEST_BODY, _LONGEST_LABEL = 256, 65536, 50


def refresh(repo: Repository) -> None:
    """What GitHub notices when people push: heads that moved, merges by hand, lost branches."""
    for found in repo.pulls:
        if found.state != "open":
            continue
        tip, base = repo.bare.tip(found.head), repo.bare.tip(found.base)
        if tip is None:
            found.state = "closed"
            continue
        found.head_sha = tip
        if base and repo.bare.contains(base, tip):
            found.state, found.merged_sha, found.merged_at = "closed", base, found.at


def list_pulls(call: Call) -> Page:
    repo, query = call.repo, call.query
    state = query.get("state", "open")
    owner, _, head = query.get("head", "").rpartition(":")
    found = [
        each
        for each in repo.pulls
        if state in {"all", each.state}
        and query.get("base", each.base) == each.base
        and (not head or (owner.lower(), head) == (repo.owner.lower(), each.head))
    ]
    if query.get("direction", "desc") == "desc":
        found.reverse()
    return Page([shapes.pull(repo, each, call.url, whole=False) for each in found])


def open_pull(call: Call) -> Answer:
    call.needs("pulls")
    repo = call.repo
    title, head, base = (call.text(name, "PullRequest") for name in ("title", "head", "base"))
    body = call.body.get("body") or ""
    if len(title) > _LONGEST_TITLE:
        raise invalid(
            resource="PullRequest", code="custom", field="title", message="title is too long"
        )
    if len(body) > _LONGEST_BODY:
        raise invalid(resource="Issue", code="custom", field="body", message="body is too long")
    owner, _, branch = head.rpartition(":")
    tip = repo.bare.tip(branch) if owner.lower() in {"", repo.owner.lower()} else None
    target = repo.bare.tip(base)
    if target is None:
        raise invalid(resource="PullRequest", field="base", code="invalid")
    if tip is None:
        raise invalid(resource="PullRequest", field="head", code="invalid")
    if any((each.state, each.head, each.base) == ("open", branch, base) for each in repo.pulls):
        words = f"A pull request already exists for {repo.owner}:{branch}."
        raise invalid(resource="PullRequest", code="custom", message=words)
    if not repo.bare.ahead(target, tip):
        words = f"No commits between {base} and {branch}"
        raise invalid(resource="PullRequest", code="custom", message=words)
    if call.body.get("draft") and not repo.drafts:
        raise Refusal(422, "Draft pull requests are not supported in this repository.")
    found = PullRequest(
        number=len(repo.pulls) + len(repo.issues) + 1,
        title=title,
        body=body,
        head=branch,
        base=base,
        author=call.account.login,
        draft=bool(call.body.get("draft")),
        at=call.now,
        head_sha=tip,
        decided=not call.slow,
    )
    repo.pulls.append(found)
    return Answer(201, shapes.pull(repo, found, call.url, whole=True))


def read_pull(call: Call) -> Answer:
    return Answer(200, shapes.pull(call.repo, call.pull, call.url, whole=True))


def list_reviews(call: Call) -> Page:
    return Page([shapes.review(each, call.url) for each in call.pull.reviews])


def ask_for_reviews(call: Call) -> Answer:
    call.needs("pulls")
    repo, found = call.repo, call.pull
    people, teams = call.body.get("reviewers") or [], call.body.get("team_reviewers") or []
    if found.author in people:
        raise Refusal(422, "Review cannot be requested from pull request author.")
    if not {*people} <= {*repo.collaborators} or not {*teams} <= {*repo.teams}:
        raise Refusal(
            422,
            "Reviews may only be requested from collaborators. One or more of the users or teams "
            f"you specified is not a collaborator of the {repo.name} repository.",
        )
    found.reviewers += [each for each in people if each not in found.reviewers]
    found.teams += [each for each in teams if each not in found.teams]
    return Answer(201, shapes.pull(repo, found, call.url, whole=False))


def add_labels(call: Call) -> Answer:
    call.needs("pulls")
    names = call.body if isinstance(call.body, list) else call.body.get("labels") or []
    if any(len(name) > _LONGEST_LABEL for name in names):
        raise invalid(resource="Label", code="invalid", field="name")
    for name in names:
        known = next((each for each in call.repo.labels if each.lower() == name.lower()), None)
        if known is None:
            call.repo.labels.append(name)
        if (known or name) not in call.pull.labels:
            call.pull.labels.append(known or name)
    return Answer(200, [{"name": name} for name in call.pull.labels])


def merge_pull(call: Call) -> Answer:
    call.needs("merge")
    repo, found = call.repo, call.pull
    method = call.body.get("merge_method", "merge")
    if found.state != "open" or found.merged_sha:
        raise Refusal(405, "Pull Request is not mergeable")
    if found.draft:
        raise Refusal(405, "Pull Request is still a draft")
    if call.body.get("sha") not in {None, found.head_sha}:
        raise Refusal(409, "Head branch was modified. Review and try the merge again.")
    if method not in repo.methods:
        kind = "Merge commits" if method == "merge" else f"{method.capitalize()} merges"
        raise Refusal(405, f"{kind} are not allowed on this repository.")
    if words := shapes.unmet(repo, found):
        raise Refusal(405, words)
    title = call.body.get("commit_title")
    merge_now(call, title=title, body=call.body.get("commit_message"), method=method)
    return Answer(
        200,
        {"sha": found.merged_sha, "merged": True, "message": "Pull Request successfully merged"},
    )


def merge_now(call: Call, *, title: str | None, body: str | None, method: str) -> None:
    """Really merge, in the repository."""
    repo, found = call.repo, call.pull
    base = repo.bare.tip(found.base) or ""
    try:
        tree = repo.bare.merged_tree(base, found.head_sha)
    except Conflict:
        raise Refusal(405, "Pull Request is not mergeable") from None
    usual = {
        "merge": f"Merge pull request #{found.number} from {repo.owner}/{found.head}",
        "squash": f"{found.title} (#{found.number})",
    }
    message = "\n\n".join(filter(None, (title or usual[method], body)))
    parents = (base, found.head_sha) if method == "merge" else (base,)
    made = repo.bare.commit(tree, parents, message, call.account.login, call.now)
    repo.bare.move(found.base, new=made, old=base)
    found.state, found.merged_sha, found.merged_at = "closed", made, call.now
