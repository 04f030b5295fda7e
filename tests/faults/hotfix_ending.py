"""What a hotfix has come to: in git, on the servers, in the channel and in the database."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from chatops.adapters.storage.store import SqlStorage
from chatops.adapters.storage.tables import EffectRow
from chatops.domain.hotfix.model import Hotfix, StepRun
from chatops.playground.shop.repository import ShopGit
from tests.faults.ending import key_of, keyed, names_in, plain, thread_of, wrongs
from tests.faults.hotfix_crew import HotfixCrew, only_looks

NOTHING = "0" * 40
_HEX = re.compile(r"\b[0-9a-f]{7,40}\b")
#: What a commit is known by, whenever it was made.
_SHAPE = "%H%x1f%P%x1f%s%x1f%an%x1f%T%x1f%(trailers:key=Hotfix-Step,valueonly,separator=%x2C)"
#: How often the hotfix was stored by then, when a turn came, which effect it was, what was noted.
_COUNTED = re.compile(
    r"(?P<what>:(?:approve|conflict|opened|brought|proven|lost):[^:]+):\d+(?=$|:)"
    r"|(?P<turn>:turn:[a-z_]+):\d{20}"
    r"|(?P<output>:output):\d+:\d+"
    r"|(?P<done>:done:[a-z_]+:\d+):\d+"
)
#: A word about what was found done already: that depends on the faults.
_FOUND = re.compile(r" already\b| before\.$")
#: What is kept late, because of the faults, counts as kept.
_OVERDUE = re.compile("broken")
_CLOCK = re.compile(r"\b\d\d:\d\d(?::\d\d)?\b|\bIt took \d+ s\b")


@dataclass(frozen=True, kw_only=True)
class Story:
    """The remote's commits and everybody's names, to tell of them in words that outlive ids."""

    bare: ShopGit
    people: Mapping[str, str]

    @cached_property
    def parents(self) -> Mapping[str, list[str]]:
        return {sha: parents.split() for sha, parents, *_ in self._commits}

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Of each commit and each tag that ever came to the remote."""
        words = {
            sha: f"<{subject} by {author} {tree[:7]} {step}>"
            for sha, _, subject, author, tree, step in self._commits
        }
        for sha in self._objects("tag"):
            words[sha] = f"<tag of {words[self.bare.run('rev-parse', f'{sha}^{{commit}}')]}>"
        return words

    def holds(self, tip: str) -> set[str]:
        """Every commit that can be reached from one."""
        found: set[str] = set()
        ahead = [tip]
        while ahead:
            sha = ahead.pop()
            if sha not in found:
                found.add(sha)
                ahead += self.parents[sha]
        return found

    def tell(self, text: str) -> str:
        """The text with words in the place of ids, moments and durations."""
        return _CLOCK.sub("…", _HEX.sub(self._named, plain(text, self.people)))

    def _named(self, found: re.Match[str]) -> str:
        named = {words for sha, words in self.words.items() if sha.startswith(found[0])}
        return " or ".join(sorted(named)) or found[0]

    @cached_property
    def _commits(self) -> list[list[str]]:
        commits = self._objects("commit")
        shown = self.bare.run("show", "-s", f"--format={_SHAPE}", *commits)
        return [line.split("\x1f") for line in shown.splitlines() if line]

    def _objects(self, kind: str) -> list[str]:
        return [line.split()[0] for line in self._listed if line.split()[1] == kind]

    @cached_property
    def _listed(self) -> list[str]:
        return self.bare.run("cat-file", "--batch-all-objects", "--batch-check").splitlines()


def told_of(crew: HotfixCrew) -> Story:
    return Story(bare=crew.repository.bare, people=names_in(crew.workspace))


def hotfix_ending(crew: HotfixCrew, story: Story | None = None) -> dict[str, Any]:
    """Everything that must be the same whatever went wrong on the way."""
    story = story or told_of(crew)
    return {
        "branches": _branches(story),
        "pushes": [[story.tell(word) for word in push] for push in crew.pushes],
        "staging": list(map(story.tell, crew.shipped("staging"))),
        "production": list(map(story.tell, crew.shipped("production"))),
        "messages": sorted(_messages(crew, story)),
        "timeline": _timeline(crew, story),
        "hotfix": _hotfix(crew, story),
    }


def hotfix_wrongs(crew: HotfixCrew, story: Story | None = None) -> list[str]:
    """What is lost, doubled or out of order, if anything."""
    story = story or told_of(crew)
    with Session(crew.engine) as session:
        rows = session.scalars(select(EffectRow).order_by(col(EffectRow.id)))
        looks = {row.key for row in rows if only_looks(row.act)}
    found = [each for each in wrongs(crew.slack, crew.engine) if each.split(" ")[0] not in looks]
    return [*found, *_overwritten(crew, story), *_said_twice(crew, story)]


def _branches(story: Story) -> Mapping[str, list[str]]:
    """Of each ref every commit that it holds, by all that does not depend on when it was made."""
    form = "--format=%(refname)%09%(objectname)%09%(*objectname)"
    refs = (line.split("\t") for line in story.bare.run("for-each-ref", form).splitlines())
    return {
        ref: sorted(story.words[sha] for sha in story.holds(peeled or tip))
        for ref, tip, peeled in refs
    }


def _messages(crew: HotfixCrew, story: Story) -> Iterator[str]:
    for channel, message in keyed(crew.workspace):
        key = story.tell(_uncounted(key_of(message)))
        thread = story.tell(thread_of(crew.workspace, message))
        if ":trouble:" not in key:
            yield f"{key} in {story.people[channel.id]} below {thread}"


def _timeline(crew: HotfixCrew, story: Story) -> list[str]:
    with SqlStorage(crew.engine).reading() as work:
        entries = work.timeline.of(1)
    return [story.tell(f"{one.kind} {one.actor} {one.text} {one.reason}") for one in entries]


def _hotfix(crew: HotfixCrew, story: Story) -> list[str]:
    with SqlStorage(crew.engine).reading() as work:
        found = list(work.hotfixes.of(1))
        promises = sorted(work.promises.of(1), key=lambda one: one.key)
        tasks = work.tasks.of(1)
    lines = [f"{one.key} {_OVERDUE.sub('kept', one.state)} {one.round}" for one in promises]
    lines += [f"task {one.number} {one.text}" for one in tasks]
    return [*lines, *(story.tell(line) for one in found for line in _facts(one))]


def _facts(one: Hotfix) -> Iterator[str]:
    yield f"{one.state} {one.branch} {one.production} {one.release} {one.tag}"
    yield f"{one.base} {one.head} {one.bump} {one.merged} {one.deployed}"
    yield f"{one.work.authors} {one.work.files} {one.work.added} {one.work.removed}"
    yield f"{len(one.ticks)} ticks"
    yield from map(_step, one.steps)
    yield from (f"{each.target} {each.state} {each.sha} {each.tip}" for each in one.backports)
    yield from (f"{each.by} {each.sha} {each.roles}" for each in one.approvals)
    yield from (f"{each.sha} {each.subject}" for each in one.work.commits)


def _step(step: StepRun) -> str:
    evidence = [line for line in step.evidence if not _FOUND.search(line)]
    return f"{step.kind} {step.state} {step.round} {evidence} {step.trouble}"


def _overwritten(crew: HotfixCrew, story: Story) -> Iterator[str]:
    """Pushes that took commits of a branch away; a branch may only be deleted as a whole."""
    for old, new, ref in crew.pushes:
        if ref.startswith("refs/tags/") and old != NOTHING:
            yield f"{ref} was moved"
        elif NOTHING not in {old, new} and old not in story.holds(new):
            yield f"{ref} lost commits"


def _said_twice(crew: HotfixCrew, story: Story) -> Iterator[str]:
    """Turns of the story that were told twice under two keys."""
    said = Counter(_messages(crew, story))
    for key, count in said.items():
        if count > 1 and ":output" not in key:
            yield f"{key}: said {count} times"


def _uncounted(key: str) -> str:
    return _COUNTED.sub(lambda found: found[found.lastgroup or 0], key)
