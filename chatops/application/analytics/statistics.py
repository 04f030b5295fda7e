"""Answers what the numbers are: for a person to read, and as a spreadsheet to keep."""

from dataclasses import dataclass, replace
from datetime import datetime

from chatops.application.session import Sessions
from chatops.domain.analytics.periods import Grouping, question
from chatops.domain.analytics.report import Report, report, spreadsheet
from chatops.domain.messages.effects import Destination, DestinationKind, Effect, ShareFile
from chatops.domain.messages.posts import ActionId, Button, Post

#: More than one would push the table off a phone.
_CHARTS = 1
#: Periods that a button asks for, besides the one before.
_PERIODS = ("this month", "last month", "last 90 days", "this year")
_FOOTNOTE = "Counted by the day of declaring, timed from the moment of noticing; without drills."


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsRequest:
    """Somebody asks for the numbers; ``text`` is as typed: ``2026-03 by service``.

    ``user`` none is the public, which is told of no private incident.
    """

    team: str
    user: str | None
    now: datetime
    text: str = ""


class ShowStatistics:
    """Counts what a person may see."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def report(self, request: StatisticsRequest) -> Report:
        """What was asked for, to be shown in whatever way. Raises UnknownPeriod."""
        playbook = self._sessions.playbook
        asked = question(request.text, now=request.now, zone=playbook.zone)
        with self._sessions.storage.reading() as work:
            cases = work.figures.cases(
                request.team,
                request.user or None,
                since=min(asked.before.begins, asked.period.begins),
                until=asked.period.ends,
                now=request.now,
            )
        severities = [severity.key for severity in playbook.severities]
        return report(cases, asked, zone=playbook.zone, severities=severities)

    def answer(self, request: StatisticsRequest) -> Post:
        """The numbers as a message. Raises UnknownPeriod."""
        counted = self.report(request)
        post = self._sessions.word("stats", request.now, report=counted)
        return replace(
            post,
            buttons=_buttons(counted),
            more=_more(counted),
            charts=counted.charts[-_CHARTS:],
            sheet=counted.brief if counted.groups else None,
            footnote=_FOOTNOTE if counted.groups else "",
        )

    def share(self, request: StatisticsRequest, *, once: str) -> Post:
        """Send the spreadsheet to whoever asks. Raises UnknownPeriod."""
        counted = self.report(request)
        sent = self._sessions.word(
            "stats_sent", request.now, report=counted, number=len(counted.cases)
        )
        if counted.cases and request.user:
            place = Destination(kind=DestinationKind.PERSON, id=request.user)
            file = ShareFile(
                to=place,
                name=file_name(counted),
                title=f"Incidents in {counted.question.period.name}",
                content=spreadsheet(counted.cases),
                post=self._sessions.word("stats", request.now, report=counted),
            )
            effect = Effect(
                key=f"numbers:{once}",
                lane=place.lane,
                act=file,
                made_at=request.now,
                not_before=request.now,
            )
            with self._sessions.writing() as work:
                work.outbox.add(effect)
        return sent


def file_name(counted: Report) -> str:
    """What the spreadsheet is called."""
    return f"incidents-{counted.question.period.typed.replace(' ', '-').replace('..', '-to-')}.csv"


def _buttons(counted: Report) -> tuple[Button, ...]:
    asked = counted.question
    groupings = [each for each in Grouping if each is not asked.grouping][:2]
    before = Button(
        ask=ActionId("stats"), label="The time before", about=asked.asked(period=asked.before)
    )
    if not counted.groups:
        return (before,)
    file = Button(ask=ActionId("stats_file"), label="As CSV file", about=asked.asked())
    return (before, *(_by(counted, each) for each in groupings), file)


def _more(counted: Report) -> tuple[Button, ...]:
    asked = counted.question
    groupings = [each for each in Grouping if each is not asked.grouping][2:]
    periods = (
        Button(ask=ActionId("stats"), label=each.capitalize(), about=f"{each} by {asked.grouping}")
        for each in _PERIODS
    )
    return (*(_by(counted, each) for each in groupings), *periods)


def _by(counted: Report, grouping: Grouping) -> Button:
    about = counted.question.asked(grouping)
    return Button(ask=ActionId("stats"), label=f"By {grouping}", about=about)
