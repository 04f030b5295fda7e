"""The numbers in a terminal: as tables to read, or as a spreadsheet in a file."""

from pathlib import Path

from chatops.application.analytics.statistics import StatisticsRequest
from chatops.cli.shell.context import Shell
from chatops.cli.shell.words import printed
from chatops.commands.action import ParsedCommand
from chatops.commands.caller import Caller
from chatops.domain.analytics.csv import spreadsheet
from chatops.domain.analytics.report import Report
from chatops.domain.errors import UserError
from chatops.domain.messages.charts import aligned
from chatops.domain.time.durations import counted

#: Where a file is written that is to go on through a pipe.
_OUT = "-"


def not_written(file: str, why: str) -> UserError:
    """The file cannot be written."""
    return UserError(f"{file} was not written: {why}.")


def numbers(shell: Shell, caller: Caller, typed: ParsedCommand, *, file: str) -> str:
    """What to print; with ``file`` the spreadsheet is written there.

    Raises:
        UnknownPeriod, UserError
    """
    request = StatisticsRequest(team=caller.team, user=caller.user, now=caller.now, text=typed.text)
    report = shell.use_cases.numbers.report(request)
    if file == _OUT:
        return spreadsheet(report.cases).rstrip("\n")
    if file:
        return _written(report, Path(file))
    words = printed(shell.use_cases.numbers.answer(request), shell.use_cases.team.incident_command)
    return "\n\n".join([words, *_tables(report)])


def _tables(report: Report) -> list[str]:
    if not report.groups:
        return []
    return [f"{each.caption}\n{aligned(each)}" for each in report.sheets if each.rows]


def _written(report: Report, file: Path) -> str:
    try:
        file.write_text(spreadsheet(report.cases), encoding="utf-8")
    except OSError as error:
        raise not_written(str(file), error.strerror or "the system refuses") from error
    many = counted(len(report.cases), "incident")
    return f"{file} holds {many} of {report.question.period.name}."
