"""A strict double of GitHub on loopback, over real bare repositories; what people do there too."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

from chatops.clock import Clock, SystemClock
from tests.github import pull_endpoints as pulls
from tests.github.bare import Bare
from tests.github.calls import Answer, Call, Page
from tests.github.issue_endpoints import set_state
from tests.github.issue_records import Issue
from tests.github.keys import key_pair
from tests.github.other_endpoints import moved_to
from tests.github.records import (
    RIGHTS,
    Account,
    App,
    Check,
    PullRequest,
    Refusal,
    Repository,
    Review,
    Rules,
    Run,
    Status,
    Workflow,
)
from tests.github.server import Fault, Handler, Server, route
from tests.github.troubles import Troubles

#: What the bot's own account shows at the clients unless a test says otherwise.
TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
BOT = "chatops-bot"
_LIMIT = 5000


class GithubDouble(Troubles):
    """GitHub for tests: its API at ``url``, and methods for what people do on its pages."""

    def __init__(self, place: Path, clock: Clock | None = None) -> None:
        self.place = place
        self.clock = clock or SystemClock()
        self.requests: list[str] = []
        self.faults: list[Fault] = []
        self.longest_page = 100
        self.released = Event()
        #: GitHub does not know at once whether something can be merged, or which runs there are.
        self.slow = False
        self.never_decides = False
        self.unlisted = False
        self.exhausted_until: datetime | None = None
        self.accounts = {TOKEN: Account(login=BOT)}
        self._repositories: list[Repository] = []
        self._apps: list[App] = []
        self._numbers = count(1001)
        self._lock = Lock()
        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.world = self
        serve = {"poll_interval": 0.02}
        self._thread = Thread(target=self._server.serve_forever, kwargs=serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def repository(self, name: str, *, remote: Path | None = None, **more: Any) -> Repository:
        """Let there be a repository, over a bare one that is there already or a new one."""
        bare = Bare(remote) if remote else Bare.create(self.place / f"{name}.git")
        made = Repository(id=next(self._numbers), name=name, bare=bare, **more)
        self._repositories.append(made)
        return made

    def account(self, login: str, token: str, *, without: Sequence[str] = ()) -> None:
        self.accounts[token] = Account(login=login, rights=RIGHTS - {*without})

    def app(self, app: str = "7", installation: int = 77, *, lasts: timedelta | None = None) -> str:
        """Let there be an app; returns its private key."""
        private, public = key_pair()
        seconds = (lasts or timedelta(hours=1)).total_seconds()
        self._apps.append(App(app, installation, public, "chatops[bot]", lasts=seconds))
        return private

    def revoke(self, token: str = TOKEN) -> None:
        del self.accounts[token]

    def app_tokens(self) -> list[str]:
        return [token for token in self.accounts if token.startswith("ghs_")]

    def rename(self, old: str, new: str) -> None:
        found = self.named(old)
        found.former.append(old)
        found.name = new

    def named(self, name: str) -> Repository:
        return next(each for each in self._repositories if each.name == name)

    def pulls(self, name: str) -> list[PullRequest]:
        with self._lock:
            pulls.refresh(self.named(name))
            return list(self.named(name).pulls)

    def pull(self, name: str, number: int = 1) -> PullRequest:
        return next(each for each in self.pulls(name) if each.number == number)

    def open(self, name: str, *, head: str, base: str, by: str = "ann", **more: Any) -> PullRequest:
        """Somebody opens a pull request by hand."""
        wanted = {"title": head, "head": head, "base": base, **more}
        self._as(by, "POST", f"/repos/{name}/pulls", wanted)
        return self.pulls(name)[-1]

    def merge(self, name: str, number: int, *, by: str = "ann", way: str = "merge") -> None:
        self._as(by, "PUT", f"/repos/{name}/pulls/{number}/merge", {"merge_method": way})

    def close_pull(self, name: str, number: int) -> None:
        self.pull(name, number).state = "closed"

    def issues(self, name: str) -> list[Issue]:
        return list(self.named(name).issues)

    def issue(self, name: str, number: int = 1) -> Issue:
        return next(each for each in self.issues(name) if each.number == number)

    def set_issue(
        self, name: str, number: int, state: str, *, by: str = "ann", reason: str | None = None
    ) -> None:
        """Somebody closes an issue on its page, or opens it again."""
        set_state(self.issue(name, number), state, by=by, reason=reason)

    def review(
        self,
        name: str,
        number: int,
        *,
        by: str,
        state: str = "APPROVED",
        commit: str | None = "",
        association: str = "MEMBER",
    ) -> None:
        """Somebody reviews what the branch holds now, or ``commit``."""
        found = self.pull(name, number)
        about = found.head_sha if commit == "" else commit
        given = Review(next(self._numbers), by, state, about, association, self.now())
        found.reviews.append(given)
        found.reviewers = [each for each in found.reviewers if each != by]

    def check(self, name: str, sha: str, check: str, conclusion: str | None = None) -> None:
        """A check runs on a commit, or has come to a conclusion."""
        self.named(name).checks.append(Check(next(self._numbers), check, sha, conclusion))

    def status(self, name: str, sha: str, context: str, state: str) -> None:
        self.named(name).statuses.append(Status(next(self._numbers), context, sha, state))

    def protect(
        self,
        name: str,
        branch: str,
        *,
        reviews: int = 0,
        checks: Sequence[str] = (),
        words: str = "",
    ) -> None:
        rules = Rules(reviews=reviews, checks=tuple(checks), words=words)
        self.named(name).rules[branch] = rules

    def workflow(
        self,
        name: str,
        file: str,
        *,
        inputs: Sequence[str] = (),
        required: Sequence[str] = (),
        by_hand: bool = True,
        enabled: bool = True,
    ) -> None:
        known = (*inputs, *required)
        made = Workflow(next(self._numbers), file, known, tuple(required), by_hand, enabled)
        self.named(name).workflows.append(made)

    def runs(self, name: str) -> list[Run]:
        return list(self.named(name).runs)

    def start_run(self, name: str, file: str, *, event: str = "push") -> Run:
        """A workflow starts without the bot."""
        run = Run(next(self._numbers), file, "main", {}, event, self.now())
        self.named(name).runs.append(run)
        return run

    def exhaust(self, until: datetime) -> None:
        """The limit of the hour is used up."""
        self.exhausted_until = until

    def now(self) -> datetime:
        return self.clock.now()

    def limits(self) -> Mapping[str, str]:
        until = self.exhausted_until
        left = 0 if until and until > self.now() else _LIMIT - len(self.requests)
        reset = until or self.now() + timedelta(hours=1)
        return {
            "X-RateLimit-Limit": f"{_LIMIT}",
            "X-RateLimit-Remaining": f"{left}",
            "X-RateLimit-Reset": f"{reset.timestamp():.0f}",
            "X-GitHub-Request-Id": f"{len(self.requests):04X}",
        }

    def answer(self, method: str, target: str, secret: str, body: Any) -> Answer | Page:
        """Answer a request as GitHub would; raises Refusal where it says no."""
        with self._lock:
            call = self._call(method, target, secret, body)
            return route(method, target).act(call)

    def _call(self, method: str, target: str, secret: str, body: Any) -> Call:
        found = route(method, target)
        call = Call(
            method=method,
            path=found.path,
            url=self.url,
            query=found.query,
            body=body,
            parts=found.parts,
            secret=secret,
            now=self.now(),
            accounts=self.accounts,
            apps=self._apps,
            numbers=self._numbers,
            slow=self.slow,
            unlisted=self.unlisted,
        )
        if found.path.startswith("/app/"):
            return call
        login = call.account.login
        if self.exhausted_until and self.exhausted_until > self.now():
            raise Refusal(403, f"API rate limit exceeded for user {login}.")
        repo = self._asked_for(call)
        if repo is not None:
            pulls.refresh(repo)
            for each in repo.pulls if self.never_decides else ():
                each.decided = False
        return replace(call, found=repo)

    def _asked_for(self, call: Call) -> Repository | None:
        name = f"{call.part('owner')}/{call.part('name')}".lower()
        for each in self._repositories:
            if each.hidden:
                continue
            if each.name.lower() == name or f"{each.id}" == call.part("repo_id"):
                return each
            if name in map(str.lower, each.former):
                raise moved_to(each, call)
        return None

    def _as(self, login: str, method: str, path: str, body: Any) -> None:
        token = f"person-{login}"
        self.accounts.setdefault(token, Account(login=login))
        self.answer(method, path, token, body)
