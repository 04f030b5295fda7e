"""Whatever is done to a task here and to its issue there, neither side answers its own echo."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chatops.application.ports.tracker import Issue, IssueDraft
from chatops.application.tasks.export import Wanted, news, tidy
from chatops.domain.tasks import Task

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LOGINS = {"USAM": "ann", "UPRIYA": "Bob", "UTOM": ""}
PEOPLE = {login.casefold(): user for user, login in LOGINS.items() if login}
WORDS = st.text(min_size=1, max_size=300).filter(lambda text: bool(tidy(text)))
HEARD = ("", "closed", "reopened", "edited", "assigned")


@dataclass
class Sides:
    """A task, its issue, and how often something was sent there."""

    task: Task
    issue: Issue
    sent: int = 0

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            key="0" * 16,
            title=tidy(self.task.text) or "Task 1",
            text=self.task.details,
            owner=LOGINS.get(self.task.owner or "", ""),
            labels=("incident",),
        )

    def push(self, *fields: str) -> None:
        draft = self.wanted.changed(self.issue, fields)
        if draft is not None:
            self.sent += 1
            self.issue = written(self.issue, draft)
        if self.task.done_at is not None and not self.issue.closed:
            self.sent += 1
            self.issue = replace(self.issue, closed=True, unwanted=self.task.dropped)

    def pull(self, heard: str) -> None:
        told = news(self.task, self.wanted, self.issue, heard=heard)
        task = self.task
        if told.done:
            task = task.finished(None, NOW, tracker="github")
        if told.unwanted:
            task = task.given_up(None, NOW, tracker="github")
        if told.reopened:
            task = task.taken_up_again()
        if told.title:
            task = replace(task, text=told.title)
        if owner := PEOPLE.get(told.owner.casefold()):
            task = replace(task, owner=owner)
        self.task = task


def written(issue: Issue, draft: IssueDraft) -> Issue:
    return replace(
        issue,
        title=draft.title,
        body=draft.body,
        labels=draft.labels,
        assignees=draft.assignees,
    )


class Echoes(RuleBasedStateMachine):
    """People at work on both sides; each change travels once."""

    @initialize(words=WORDS)
    def begin(self, words: str) -> None:
        task = Task(incident=1, number=1, text=words, made_by="USAM", made_at=NOW, owner="USAM")
        self.sides = Sides(task, Issue(url="x", title="", body=""))
        self.sides.issue = written(self.sides.issue, self.sides.wanted.draft())

    @rule(words=WORDS, details=st.text(max_size=50), owner=st.sampled_from([*LOGINS, None]))
    def edit_here(self, words: str, details: str, owner: str | None) -> None:
        if self.sides.task.done_at is None:
            was = self.sides.task
            task = replace(was, text=words.strip() or "x", details=details, owner=owner)
            self.sides.task = task
            fields = ("text", "owner")
            self.sides.push(*(f for f in fields if getattr(task, f) != getattr(was, f)))

    @rule(dropped=st.booleans())
    def end_here(self, *, dropped: bool) -> None:
        end = self.sides.task.given_up if dropped else self.sides.task.finished
        self.sides.task = end("USAM", NOW)
        self.sides.push()

    @rule(title=st.text(min_size=1, max_size=256))
    def rename_there(self, title: str) -> None:
        self._there("edited", title=title)

    @rule(login=st.sampled_from(["ann", "bob", "Ann", "stranger"]))
    def assign_there(self, login: str) -> None:
        self._there("assigned", assignees=(login,))

    @rule(unwanted=st.booleans())
    def close_there(self, *, unwanted: bool) -> None:
        self._there("closed", closed=True, unwanted=unwanted)

    @rule()
    def reopen_there(self) -> None:
        self._there("reopened", closed=False, unwanted=False)

    @rule(words=st.text(max_size=20))
    def write_below_there(self, words: str) -> None:
        self._there("edited", body=f"{self.sides.issue.body}\n{words}")

    def _there(self, heard: str, **changes: object) -> None:
        self.sides.issue = replace(self.sides.issue, **changes)  # type: ignore[arg-type]
        sent = self.sides.sent
        self.sides.pull(heard)
        self.sides.push()
        assert self.sides.sent == sent, "what was heard from there was sent back"

    @invariant()
    def both_sides_rest(self) -> None:
        if not hasattr(self, "sides"):
            return
        task, issue, sent = self.sides.task, self.sides.issue, self.sides.sent
        for heard in HEARD:
            self.sides.push()
            self.sides.pull(heard)
        assert (self.sides.task, self.sides.issue, self.sides.sent) == (task, issue, sent)
        assert self.sides.issue.closed == (task.done_at is not None)
        assert tidy(self.sides.issue.title) in {self.sides.wanted.title, ""}


TestEchoes = Echoes.TestCase
