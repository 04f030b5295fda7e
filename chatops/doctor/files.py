"""Checks what lies on disk: settings, playbooks, the database."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy.engine import make_url

from chatops.adapters.playbooks.check import check, examine
from chatops.adapters.playbooks.folders import resolve
from chatops.adapters.playbooks.yaml_source import PlaybookProblem, UnknownPlaybook
from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.errors import StorageUnavailable
from chatops.adapters.storage.migrate import current_revision, head_revision
from chatops.config import BrokenConfig, MissingConfig, read_team
from chatops.doctor.finding import Finding, fine, look, wrong
from chatops.domain.playbook.policy import Playbook
from chatops.domain.team import ANYONE, MEMBERS, Team, audiences
from chatops.settings import BrokenSettings, Settings, read_settings, unknown_variables

_ENVIRONMENT, _CONFIGURATION, _PLAYBOOK = "environment", "configuration", "playbook"
_AUDIENCES, _PERMISSIONS = "audiences", "permissions"
#: The one audience that a channel can stand in for.
_STAKEHOLDERS = "stakeholders"


def environment(environ: Mapping[str, str] | None) -> tuple[Settings | None, list[Finding]]:
    """Read the variables; no settings if some cannot be used."""
    strange = [
        look(_ENVIRONMENT, str(each), f"Correct or remove {each.variable}.")
        for each in unknown_variables(environ)
    ]
    try:
        settings = read_settings(environ)
    except BrokenSettings as error:
        broken = [
            wrong(_ENVIRONMENT, str(each), f"Set {each.variable}.") for each in error.problems
        ]
        return None, [*broken, *strange]
    return settings, strange or [fine(_ENVIRONMENT, "every variable can be used")]


def configuration(settings: Settings) -> tuple[Team | None, list[Finding]]:
    """Read the team's settings; none if they cannot be used."""
    file = settings.config
    asked_for = "config" in settings.model_fields_set
    try:
        team = read_team(file, optional=not asked_for)
    except MissingConfig as error:
        return None, [wrong(_CONFIGURATION, str(error), "Correct CHATOPS_CONFIG.")]
    except BrokenConfig as error:
        return None, [_of_problem(_CONFIGURATION, each) for each in error.problems]
    if not file.exists():
        mend = f"Copy templates/chatops.example.yml to {file} and put your own ids there."
        return team, [look(_CONFIGURATION, f"there is no {file}; the defaults hold", mend)]
    return team, [fine(_CONFIGURATION, f"{file} can be read")]


def playbook(team: Team, config: Path) -> tuple[Playbook | None, list[Finding]]:
    """Check the playbook and try its texts; none if they cannot be used."""
    try:
        folder = resolve(team.playbook, near=config)
    except UnknownPlaybook as error:
        return None, [wrong(_PLAYBOOK, str(error), f"Correct “playbook” in {config}.")]
    problems = check(folder)
    plan = examine(folder).playbook
    if problems or plan is None:
        return None, [_of_problem(_PLAYBOOK, each) for each in problems]
    scale = ", ".join(severity.key for severity in plan.severities)
    return plan, [fine(_PLAYBOOK, f"{plan.title} ({scale}), from {folder}")]


def people_named(team: Team, plan: Playbook) -> Iterator[Finding]:
    """Look for names in the playbook with nobody behind them."""
    needed = _needed(team, plan)
    behind = {name for name, ids in team.audiences.items() if ids}
    if team.channels.stakeholders:
        behind.add(_STAKEHOLDERS)
    absent = sorted(audiences(plan) - behind)
    for name in absent:
        mend = f"Put {name}: [ids of people or user groups] under audiences."
        if name in needed:
            yield wrong(_AUDIENCES, f"nobody is behind {name}, {needed[name]}", mend)
        else:
            yield look(_AUDIENCES, f"nobody is behind {name}, whom the playbook names", mend)
    if not absent:
        yield fine(_AUDIENCES, "somebody is behind every name that the playbook uses")


def _needed(team: Team, plan: Playbook) -> Mapping[str, str]:
    """The names without which something would not happen, and what."""
    called = {name for each in plan.severities for step in each.escalation for name in step.tell}
    called |= {notice.audience for each in plan.severities for notice in each.notify if notice.page}
    approvals = [rules.approval for rules in plan.hotfix.severities.values()] if team.coded else []
    agreeing = {role for each in approvals if each.required for role in each.roles}
    return {
        **dict.fromkeys(agreeing, "without whom no hotfix is approved"),
        **dict.fromkeys(called, "whom the playbook pages or escalates to"),
    }


def permissions(team: Team, plan: Playbook) -> Iterator[Finding]:
    """Look for permissions given to names that are nobody's."""
    known = {ANYONE, MEMBERS, *team.audiences, *(role.key for role in plan.roles)}
    strange = [
        (deed, name)
        for deed, names in sorted(team.permissions.items())
        for name in names
        if name not in known
    ]
    for deed, name in strange:
        mend = f"Name one of {', '.join(sorted(known))}."
        yield wrong(_PERMISSIONS, f"{deed} is given to {name}, which is nobody", mend)
    if not strange:
        yield fine(_PERMISSIONS, "every name is known")


def _of_problem(name: str, problem: PlaybookProblem) -> Finding:
    return wrong(name, str(problem), f"Correct line {problem.line} of {problem.file.name}.")


_FOLDER, _DATABASE = "data folder", "database"
_MIGRATE = "Run `chatops migrate`."
_CHOOSE = "Mend it there, or name another one in CHATOPS_DATABASE_URL."


def data_folder(settings: Settings) -> Iterator[Finding]:
    """Whether the folder can be written, or made."""
    folder = settings.data_dir.absolute()
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        mend = "Let the bot's user write there, or name another folder in CHATOPS_DATA_DIR."
        yield wrong(_FOLDER, f"{there} cannot be written", mend)
    elif there == folder:
        yield fine(_FOLDER, f"{folder} can be written")
    else:
        yield fine(_FOLDER, f"{folder} is not there yet and can be made")


def database(settings: Settings) -> Iterator[Finding]:
    """Whether the database answers, and has the tables of this release."""
    url = make_url(settings.database)
    where = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        yield look(_DATABASE, f"{where} is not there yet", _MIGRATE)
        return
    try:
        engine = open_engine(settings.database)
        try:
            revision = current_revision(engine)
        finally:
            engine.dispose()
    except StorageUnavailable as error:
        yield wrong(_DATABASE, str(error), _CHOOSE)
        return
    if revision == head_revision():
        yield fine(_DATABASE, f"{where} answers and is up to date")
    elif revision is None:
        yield look(_DATABASE, f"{where} has no tables yet", _MIGRATE)
    else:
        words = f"{where} is at revision {revision}, and this release needs {head_revision()}"
        yield wrong(_DATABASE, words, _MIGRATE)
