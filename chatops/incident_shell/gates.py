"""The gate of a hotfix on a terminal: what it asks, and the answers that let a hotfix through."""

from collections.abc import Mapping

from chatops.domain.playbook.gate import Gate, Needs, Path
from chatops.incident_shell.words import HOTFIX_NAME


def gate_of(gate: Gate) -> str:
    """Everything that must be so, one line each."""
    answers = answers_of(gate)
    asked = (
        f"- {question.ask} {'yes' if answers[question.key] else 'no'}"
        for question in gate.questions
        if question.key in answers
    )
    needs = "All of this must be so:" if gate.needs is Needs.ALL else "One of these must be so:"
    parts = (
        *((gate.rule,) if gate.rule else ()),
        *((needs,) if gate.criteria else ()),
        *(f"- {each}" for each in gate.criteria),
        *asked,
        *(("And this must be ready:",) if gate.prerequisites else ()),
        *(f"- {each}" for each in gate.prerequisites),
        "",
        f"If it is: {HOTFIX_NAME} start --holds --title … --reason …",
    )
    return "\n".join(parts)


def answers_of(gate: Gate) -> Mapping[str, bool]:
    """The answers on the way through the gate; yes, wherever both lead on."""
    following = {question.key: question for question in gate.questions}
    answers: dict[str, bool] = {}
    here = gate.questions[0].key if gate.questions else Path.HOTFIX.value
    while here in following and here not in answers:
        question = following[here]
        answers[here] = _leads_on(gate, question.yes)
        here = question.yes if answers[here] else question.no
    return answers


def _leads_on(gate: Gate, answer: str) -> bool:
    """Whether an answer leads to a hotfix, or to a question that can."""
    following = {question.key: question for question in gate.questions}
    reached, left = {answer}, [answer]
    while left:
        question = following.get(left.pop())
        new = {question.yes, question.no} - reached if question is not None else set()
        reached |= new
        left += new
    return Path.HOTFIX.value in reached
