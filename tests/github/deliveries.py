"""What GitHub posts to a webhook: its events, and its signature under them."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Json = dict[str, Any]
ZEROS = "0" * 40


@dataclass(frozen=True)
class Delivery:
    """A request as GitHub sends it."""

    body: bytes
    headers: Mapping[str, str]


def delivered(event: str, payload: Any, *, secret: str, guid: str = "") -> Delivery:
    """An event, signed; the same one has the same id."""
    body = json.dumps(payload).encode()
    return signed(event, body, secret=secret, guid=guid)


def signed(event: str, body: bytes, *, secret: str, guid: str = "") -> Delivery:
    signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/044aadd",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": guid or str(uuid5(NAMESPACE_URL, f"{event} {body!r}")),
        "X-GitHub-Hook-ID": "292430182",
        "X-Hub-Signature-256": f"sha256={signature}",
    }
    return Delivery(body, headers)


def repository(name: str = "acme/shop", url: str = "https://github.com") -> Json:
    return {
        "id": 1,
        "full_name": name,
        "clone_url": f"{url}/{name}.git",
        "ssh_url": f"git@github.com:{name}.git",
        "html_url": f"{url}/{name}",
        "private": True,
    }


def pushed(branch: str, sha: str, **of: Any) -> Json:
    return {
        "ref": f"refs/heads/{branch}",
        "before": ZEROS,
        "after": sha,
        "deleted": sha == ZEROS,
        "repository": repository(**of),
        "commits": [],
    }


def pull_changed(number: int, branch: str, sha: str, *, fork: str = "", **of: Any) -> Json:
    home = repository(**of)
    head_repo = repository(fork) if fork else home
    pull = {
        "number": number,
        "state": "open",
        "head": {"ref": branch, "sha": sha, "repo": head_repo},
        "base": {"ref": "main", "sha": "b" * 40, "repo": home},
    }
    return {"action": "synchronize", "number": number, "pull_request": pull, "repository": home}


def reviewed(number: int, branch: str, sha: str, **of: Any) -> Json:
    review = {"state": "approved", "user": {"login": "ann"}, "commit_id": sha}
    return {**pull_changed(number, branch, sha, **of), "action": "submitted", "review": review}


def check_ran(branch: str | None, sha: str, *numbers: int, **of: Any) -> Json:
    pulls = [{"number": number} for number in numbers]
    suite = {"head_branch": branch, "head_sha": sha, "pull_requests": pulls}
    run = {"head_sha": sha, "name": "unit", "check_suite": suite, "pull_requests": pulls}
    return {"action": "completed", "check_run": run, "repository": repository(**of)}


def suite_ran(branch: str | None, sha: str, *numbers: int, **of: Any) -> Json:
    pulls = [{"number": number} for number in numbers]
    suite = {"head_branch": branch, "head_sha": sha, "pull_requests": pulls}
    return {"action": "completed", "check_suite": suite, "repository": repository(**of)}


def status_set(sha: str, *branches: str, **of: Any) -> Json:
    listed = [{"name": branch, "commit": {"sha": sha}} for branch in branches]
    return {"sha": sha, "state": "success", "branches": listed, "repository": repository(**of)}


def deployed(ref: str, sha: str, **of: Any) -> Json:
    return {
        "deployment_status": {"state": "success"},
        "deployment": {"ref": ref, "sha": sha},
        "repository": repository(**of),
    }


def issue_changed(
    action: str, issue: Json, *, by: str = "ann", changes: Json | None = None, **of: Any
) -> Json:
    return {
        "action": action,
        "issue": issue,
        "changes": changes or {},
        "sender": {"login": by},
        "repository": repository(**of),
    }


def workflow_ran(branch: str, sha: str, *numbers: int, **of: Any) -> Json:
    pulls = [{"number": number} for number in numbers]
    run = {"head_branch": branch, "head_sha": sha, "pull_requests": pulls, "status": "completed"}
    return {"action": "completed", "workflow_run": run, "repository": repository(**of)}
