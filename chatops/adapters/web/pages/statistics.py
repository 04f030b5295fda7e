"""The page of statistics: what was asked for, as tables and charts, and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from chatops.adapters.web.pages.incidents import HEADERS, Frame
from chatops.adapters.web.pages.sign_in import SignIn, Visitor
from chatops.application.analytics.statistics import ShowStatistics, StatisticsRequest, file_name
from chatops.clock import Clock
from chatops.domain.analytics.periods import Grouping, UnknownPeriod
from chatops.domain.analytics.report import Report, spreadsheet
from chatops.domain.messages.posts import Chart

_LONGEST = 60
#: What the form offers; anything else can be typed into the address.
_PERIODS = (
    "last 30 days",
    "last 90 days",
    "last 365 days",
    "this month",
    "last month",
    "this year",
)
#: In the units of the drawing: the length of the longest bar, and the height of a row.
_FULL, _ROW = 210, 28
#: Letters that fit before a bar; the tables name everything in full.
_LABEL = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a chart: what it is about, how much, and how long and how far down it is."""

    label: str
    value: str
    length: float
    top: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartDrawing:
    """A chart as it is drawn; ``said`` tells the same to those who do not see it."""

    title: str
    said: str
    bars: Sequence[Bar]
    height: int


class Statistics:
    """Answers what the numbers are, over what each visitor may see."""

    def __init__(
        self, numbers: ShowStatistics, sign_in: SignIn, *, frame: Frame, clock: Clock
    ) -> None:
        self._numbers = numbers
        self._sign_in = sign_in
        self._frame = frame
        self._clock = clock

    def page(self, request: Request) -> Response:
        """`GET /stats`."""
        visitor, now = self._sign_in.visitor(request), self._clock.now()
        asked, problem = _asked(request), ""
        try:
            report = self._report(visitor, asked, now)
        except UnknownPeriod as unknown:
            problem = str(unknown).replace("`", "")
            report = self._report(visitor, "", now)
        question = report.question
        periods = dict.fromkeys((question.period.typed, *_PERIODS))
        facts = {
            "report": report,
            "sheets": report.sheets if report.cases else (),
            "drawings": [_drawn(chart) for chart in report.charts],
            "problem": problem,
            "period": question.period.typed,
            "periods": tuple(periods),
            "grouping": question.grouping,
            "groupings": tuple(Grouping),
            "before_asked": question.asked(period=question.before),
            "asked": question.asked(),
        }
        return self._frame.shown(request, visitor, "stats.html", facts)

    def file(self, request: Request) -> Response:
        """`GET /stats.csv`: a row for each incident."""
        visitor = self._sign_in.visitor(request)
        report = self._report(visitor, _asked(request), self._clock.now())
        disposition = {"Content-Disposition": f'attachment; filename="{file_name(report)}"'}
        content = spreadsheet(report.cases)
        return Response(content, headers={**HEADERS, **disposition}, media_type="text/csv")

    def _report(self, visitor: Visitor, asked: str, now: datetime) -> Report:
        """Raises UnknownPeriod."""
        return self._numbers.report(
            StatisticsRequest(team=visitor.team, user=visitor.user, now=now, text=asked)
        )


def _asked(request: Request) -> str:
    """The period and the grouping, as one would type them after `/incident stats`."""
    given = request.query_params
    if "asked" in given:
        return given["asked"][:_LONGEST]
    period, grouping = given.get("period", ""), given.get("by", "")
    return f"{period} by {grouping}"[:_LONGEST] if grouping else period[:_LONGEST]


def _drawn(chart: Chart) -> ChartDrawing:
    values = chart.series[0].values
    bars = tuple(_bars(chart.categories, values))
    told = ", ".join(
        f"{label} {bar.value}" for label, bar in zip(chart.categories, bars, strict=True)
    )
    return ChartDrawing(
        title=chart.title,
        said=f"{chart.title} by {chart.across.lower()}: {told}",
        bars=bars,
        height=_ROW * len(bars),
    )


def _bars(categories: Sequence[str], values: Sequence[float]) -> Iterator[Bar]:
    most = max(values, default=0) or 1
    for row, (label, value) in enumerate(zip(categories, values, strict=True)):
        shown = label if len(label) <= _LABEL else f"{label[: _LABEL - 1]}…"
        yield Bar(
            label=shown, value=f"{value:g}", length=round(_FULL * value / most, 1), top=row * _ROW
        )
