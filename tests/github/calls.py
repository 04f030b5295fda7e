"""A request to the double, and what may be answered to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from tests.github.records import Account, App, PullRequest, Refusal, Repository, invalid


@dataclass
class Answer:
    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Page:
    """A list, of which a page is answered; ``under`` is the field that it stands in."""

    items: list[Any]
    under: str = ""


@dataclass(kw_only=True)
class Call:
    """One request, and what the double knows; its parts fail as GitHub would."""

    method: str
    path: str
    url: str
    query: Mapping[str, str]
    body: Any
    parts: Mapping[str, str]
    secret: str
    now: datetime
    accounts: dict[str, Account]
    apps: list[App]
    numbers: "count[int]"
    slow: bool = False
    unlisted: bool = False
    found: Repository | None = None

    def number(self) -> int:
        return next(self.numbers)

    def part(self, name: str) -> str:
        return self.parts[name]

    @property
    def account(self) -> Account:
        account = self.accounts.get(self.secret)
        if account is None or (account.ends is not None and account.ends <= self.now):
            raise Refusal(401, "Bad credentials")
        return account

    @property
    def repo(self) -> Repository:
        if self.found is None:
            raise Refusal(404, "Not Found")
        return self.found

    @property
    def pull(self) -> PullRequest:
        number = int(self.part("number"))
        for each in self.repo.pulls:
            if each.number == number:
                return each
        raise Refusal(404, "Not Found")

    def needs(self, right: str) -> None:
        if right not in self.account.rights:
            bot = "integration" if self.account.login.endswith("[bot]") else "personal access token"
            raise Refusal(403, f"Resource not accessible by {bot}")

    def text(self, name: str, resource: str) -> str:
        value = self.body.get(name) if isinstance(self.body, dict) else None
        if not isinstance(value, str) or not value.strip():
            raise invalid(resource=resource, field=name, code="missing_field")
        return value
