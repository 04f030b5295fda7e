"""The story of the demo, from the alarm to the proof, by whatever the playbook asks for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rich.console import Console

from chatops.demo.actors import Actors, Narrator, StoryStopped
from chatops.demo.simulation import Simulation, open_simulation
from chatops.domain.errors import UserError
from chatops.domain.hotfix.model import Hotfix, HotfixState, StepRun, StepState
from chatops.domain.playbook.hotfix import HotfixPolicy
from chatops.domain.playbook.pipeline import StepKind
from chatops.playground.shop.graph import LabelKind, Node, ShopGraph
from chatops.playground.shop.repository import MAIN
from chatops.playground.shop.shop import Push
from chatops.playground.workspace.model import Json

_SUBJECT, _WIDTH = 44, 98
#: Looks after which what does not come will never come.
_MOST_LOOKS = 100
#: What passes between two looks while only the bot is at work.
_MEANWHILE = timedelta(hours=1)
#: Attempts that one step may take.
_MOST_ATTEMPTS = 4
_ON_CALL = "sam"
_APPROVERS = ("priya", "lena", "noah", "ines", "tom", "aiko")
_WORDS = {
    "What does the fix do?": "Let a voucher pay the whole amount",
    "Why can it not wait?": "Nobody can pay with a voucher",
    "What fixed it?": "The hotfix: a voucher may pay it all",
    "What was the cause": "The payment divided by what was still due",
    "Close it all the same": "The demo ends here; the write-up follows",
}


class StoppedAt(StoryStopped):
    """The story came no further than this."""

    def __init__(self, part: str, said: str) -> None:
        super().__init__(f"The demo stopped at “{part}”. {said}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Sam is on call and makes the fix; others agree to it."""

    simulation: Simulation
    actors: Actors

    def tell(self) -> None:
        """Play it to its end. Raises StoppedAt."""
        self._part("Declare the incident", self._declare)
        self._part("Answer the gate", self._open_the_gate)
        for title in self._steps():
            self._part(title, self._take_step)
        self._part("Resolve the incident", self._resolve)
        self._part("Close the incident", self._close)

    def _part(self, title: str, play: Callable[[], None]) -> None:
        self.actors.narrator.heading(title)
        try:
            play()
        except UserError as mistake:
            raise StoppedAt(title, f"{mistake}") from mistake

    def _declare(self) -> None:
        self.actors.types(_ON_CALL, "/incident declare checkout is down")
        self.actors.submits(_ON_CALL, _worst)

    def _open_the_gate(self) -> None:
        self.actors.types(_ON_CALL, "/hotfix")
        policy = self.simulation.known.playbook.hotfix
        self.actors.submits(_ON_CALL, lambda field: _honestly(field, policy))
        if self.simulation.hotfix is None:
            raise StoryStopped(self.actors.last_words)

    def _steps(self) -> Iterator[str]:
        """What each step is called whose turn it is, until all are over."""
        while not self._is_over:
            step = self._hotfix.current
            yield step.title if step is not None else "Watch what goes on by itself"

    def _take_step(self) -> None:
        """Do what the step wants, or wait for it, until it is another's turn."""
        first = self._hotfix.current
        attempts = 0
        for _ in range(_MOST_LOOKS):
            step = self._hotfix.current
            if (step and step.kind) is not (first and first.kind) or self._is_over:
                return
            if step is None:
                # People are through; production is watched for as long as the playbook says.
                self.simulation.pass_time(_MEANWHILE)
                self.actors.listens()
                continue
            if step.state is StepState.RUNNING:
                self.simulation.pass_time()
                self.actors.listens()
                continue
            if step.state is StepState.FAILED or attempts == _MOST_ATTEMPTS:
                raise StoryStopped(step.trouble or self.actors.last_words)
            attempts += 1
            self._act_on(step)
        msg = f"Nothing came of it. {self.actors.last_words}"
        raise StoryStopped(msg)

    def _act_on(self, step: StepRun) -> None:
        """What somebody does for a step that waits for people."""
        if step.kind is StepKind.FIX and not self._hotfix.work.commits:
            self.actors.does(_ON_CALL, "pushes the fix with git", self._push)
        elif step.kind is StepKind.APPROVE and self.simulation.known.needed:
            who = self._approver()
            self.actors.types(who, "/hotfix approve")
            self.actors.submits(who, _as_it_is)
        else:
            self.actors.types(_ON_CALL, "/hotfix next")
            self.actors.submits(_ON_CALL, _all_ticked)

    def _push(self) -> None:
        self.simulation.shop.push(Push.FIX)
        for _ in range(_MOST_LOOKS):
            if self._hotfix.work.commits:
                return
            self.simulation.pass_time()
        msg = "The bot does not see the push."
        raise StoryStopped(msg)

    def _approver(self) -> str:
        """Somebody whose approval is needed, and who has not given it."""
        hotfix, known, team = self._hotfix, self.simulation.known, self.simulation.team
        role = known.needed[0]
        groups = {group.id: group.members for group in self.simulation.slack.workspace.groups}
        named = team.audiences.get(role, ())
        people = {one for each in named for one in groups.get(each, (each,))}
        given = {each.by for each in hotfix.approvals}
        for who in _APPROVERS:
            one = self.simulation.id_of(who)
            if one not in given and (role == "any" or one in people):
                return who
        msg = f"Nobody is left who may approve as {role}."
        raise StoryStopped(msg)

    def _resolve(self) -> None:
        self.actors.types(_ON_CALL, "/incident resolve")
        self.actors.submits(_ON_CALL, _in_words)

    def _close(self) -> None:
        self.actors.types(_ON_CALL, "/incident close")
        if self.actors.modal(_ON_CALL) is not None:
            self.actors.submits(_ON_CALL, _in_words)

    @property
    def _is_over(self) -> bool:
        return self._hotfix.state is not HotfixState.RUNNING

    @property
    def _hotfix(self) -> Hotfix:
        hotfix = self.simulation.hotfix
        if hotfix is None:
            msg = "There is no hotfix."
            raise StoryStopped(msg)
        return hotfix


def _worst(field: Json) -> Any:
    """Of what can be chosen, the first; playbooks put the worst there."""
    element = field["element"]
    is_severity = element["type"] == "radio_buttons" and not field.get("optional")
    return element["options"][0]["value"] if is_severity else None


def _honestly(field: Json, policy: HotfixPolicy) -> Any:
    """Answers the gate as it is when production is broken."""
    for question in policy.gate.questions:
        if field["block_id"] == f"answer.{question.key}":
            return "yes" if _leads_on(policy, question.yes) else "no"
    if policy.ticket is not None and field["block_id"] == "ticket":
        return policy.ticket.example
    return _all_ticked(field) or _in_words(field)


def _leads_on(policy: HotfixPolicy, answer: str) -> bool:
    """Whether an answer leads to a hotfix, or to a question that does."""
    following = {question.key: question for question in policy.gate.questions}
    if answer not in following:
        return answer == "hotfix"
    return _leads_on(policy, following[answer].yes) or _leads_on(policy, following[answer].no)


def _all_ticked(field: Json) -> Any:
    """Ticks everything, but for what says that it was done by hand."""
    element = field["element"]
    if element["type"] != "checkboxes" or field["block_id"].startswith("by_hand"):
        return None
    return [option["value"] for option in element["options"]]


def _in_words(field: Json) -> Any:
    label = field["label"]["text"]
    return next((words for start, words in _WORDS.items() if label.startswith(start)), None)


def _as_it_is(_field: Json) -> None:
    """Changes nothing."""


def drawn(graph: ShopGraph) -> list[str]:
    """A line for each commit, with its branch's column and names."""
    return [_line(graph, node) for node in graph.nodes]


def _line(graph: ShopGraph, node: Node) -> str:
    columns = "".join("* " if lane == node.lane else "| " for lane in range(len(graph.lanes)))
    names = [
        f"{label.text} runs it" if label.kind is LabelKind.DEPLOYED else label.text
        for label in node.labels
    ]
    named = f" ({', '.join(names)})" if names else ""
    line = f"  {columns} {node.short}{named} {node.subject[:_SUBJECT]}"
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"


def _nothing_before(_simulation: Simulation) -> None:
    """Leave everything as it is."""


def perform(
    console: Console, *, playbook: str, before: Callable[[Simulation], object] = _nothing_before
) -> int:
    """Play the demo; gives the exit code: 1 if it did not come to its end.

    ``before`` may switch faults on before the story begins.

    Raises:
        UserError, UnknownPlaybook, BrokenPlaybook
    """
    narrator = Narrator(console=console)
    with open_simulation(playbook) as simulation:
        before(simulation)
        narrator.says(f"A demo by the playbook “{playbook}”: the real bot, its own Slack and git.")
        try:
            actors = Actors(simulation=simulation, narrator=narrator)
            Story(simulation=simulation, actors=actors).tell()
        except StoryStopped as stopped:
            narrator.says(f"\n{stopped}", "bold red")
            return 1
        view = simulation.shop.view()
        narrator.heading("The commits, newest first")
        for line in drawn(view.graph):
            narrator.says(line)
        lacking = [line.name for line in view.lines if not line.pays]
        pipeline = simulation.known.playbook.hotfix.pipeline(simulation.pipeline)
        if pipeline is None or pipeline.backport is None:
            lacking = [name for name in lacking if name != simulation.shop.repository.develop]
            has = MAIN
        else:
            has = simulation.shop.repository.develop
        if lacking:
            narrator.says(
                f"\nAll steps are done, but this lacks the fix: {', '.join(lacking)}", "red"
            )
            return 1
        narrator.says(f"\nAll steps are done; {has} has the fix.", "bold green")
    return 0
