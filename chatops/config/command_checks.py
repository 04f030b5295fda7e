"""Checks commands and workflows: that they can be filled in, and keep to themselves."""

import re
from collections.abc import Iterator
from datetime import timedelta

from chatops.adapters.operations.launching import needs_folder
from chatops.adapters.playbooks.policy_checks import Finding
from chatops.adapters.playbooks.problems import near
from chatops.adapters.playbooks.reading import Place
from chatops.domain.services import (
    COMMAND_FACTS,
    Command,
    UnknownFact,
    UnusableFact,
    Workflow,
    facts_in,
)
from chatops.domain.time.durations import spoken

_LEAST, _MOST = timedelta(seconds=1), timedelta(hours=6)
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
#: What every command gets, and what would make a program into another one.
_TAKEN = re.compile(r"PATH|HOME|LANG|LD_.*|DYLD_.*|BASH_ENV|ENV|IFS")
_WORKFLOW = re.compile(r"[\w.-]+\.ya?ml|[0-9]+", re.ASCII)


def command_findings(place: Place, command: Command) -> Iterator[Finding]:
    """What is wrong with a command."""
    if not command.run or not command.run[0].strip():
        yield (*place, "run"), "is empty: write the program and its arguments, [deploy, now]"
    for index, argument in enumerate(command.run):
        yield from fact_findings((*place, "run", index), argument)
        if "\0" in argument:
            yield (*place, "run", index), "holds a sign that no argument can hold (NUL)"
    yield from _program(place, command)
    yield from limit_findings((*place, "timeout"), command.timeout, _LEAST, _MOST)
    if command.folder is None:
        if command.run and needs_folder(command.run[0]):
            yield (*place, "folder"), f"is missing: {command.run[0]} is looked for in it"
    elif not command.folder.startswith("/"):
        yield (*place, "folder"), "must be written in full, from / on"
    for index, name in enumerate(command.secrets):
        yield from _secret((*place, "secrets", index), name)


def workflow_findings(place: Place, workflow: Workflow) -> Iterator[Finding]:
    """What is wrong with a workflow."""
    if not _WORKFLOW.fullmatch(workflow.workflow):
        yield (*place, "workflow"), "must be the name of the workflow's file, such as deploy.yml"
    yield from fact_findings((*place, "ref"), workflow.ref)
    for name, text in workflow.inputs.items():
        yield from fact_findings((*place, "inputs", name), text)
    yield from limit_findings((*place, "timeout"), workflow.timeout, _LEAST, _MOST)


def fact_findings(place: Place, text: str) -> Iterator[Finding]:
    """What cannot be filled in."""
    try:
        facts_in(text)
    except UnknownFact as error:
        yield place, f"{str(error).rstrip('.')}{near(error.name, COMMAND_FACTS)}"
    except UnusableFact as error:
        yield place, str(error).rstrip(".")


def limit_findings(
    place: Place, given: timedelta, least: timedelta, most: timedelta
) -> Iterator[Finding]:
    """A duration that nobody can mean."""
    if not least <= given <= most:
        yield place, f"must be from {spoken(least)} to {spoken(most)}"


def _program(place: Place, command: Command) -> Iterator[Finding]:
    program = next(iter(command.run), "")
    if program.startswith("-"):
        yield (*place, "run", 0), "must be a program: an option comes after it"
    elif " " in program and "/" not in program:
        yield (*place, "run", 0), f"is several words: write each as an item, {program.split()}"
    try:
        has_facts = bool(facts_in(program))
    except UnusableFact:
        return
    if has_facts:
        yield (*place, "run", 0), "the program itself is always the same one: no braces here"


def _secret(place: Place, name: str) -> Iterator[Finding]:
    """A name that is no variable's may be the secret itself, so it is not repeated."""
    if not _VARIABLE.fullmatch(name):
        yield place, "must be the name of a variable, such as DEPLOY_TOKEN, never the secret itself"
    elif _TAKEN.fullmatch(name):
        yield place, f"{name} is not a secret, and commands get their own"
