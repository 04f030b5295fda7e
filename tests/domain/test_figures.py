"""Numbers add up however they are grouped, say from when they count, and keep their secrets."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.domain.analytics.metrics import (
    IncidentRecord,
    Kept,
    Measure,
    MeasuredTime,
    Metrics,
    Ratio,
    Shipment,
    counted,
    grouped,
    measured,
    spans,
)
from chatops.domain.analytics.periods import Grouping, Period, UnknownPeriod, question
from chatops.domain.analytics.report import COLUMNS, Report, harmless, report, spreadsheet
from chatops.domain.messages.posts import ChartKind, aligned
from chatops.domain.promises.kinds import PromiseKind

NOW = datetime(2026, 11, 21, 14, 50, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland")


def case(**changes: Any) -> IncidentRecord:
    values: dict[str, Any] = {
        "id": 1,
        "reference": "INC-2026-001",
        "title": "Checkout is down",
        "severity": "P0",
        "playbook": "priority",
        "declared_at": NOW,
        "detected_at": NOW,
    }
    return IncidentRecord(**(values | changes))


def minutes(spoken: Measure) -> tuple[float, float] | None:
    if spoken.median is None or spoken.ninetieth is None:
        return None
    return spoken.median / MINUTE, spoken.ninetieth / MINUTE


MOMENTS = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2026, 11, 21),  # noqa: DTZ001 - same
    timezones=st.just(UTC),
)
SHIPMENTS = st.builds(
    Shipment,
    deployed_at=st.none() | MOMENTS,
    rolled_back=st.booleans(),
    looked_bad=st.booleans(),
    proven=st.lists(MOMENTS, max_size=2).map(tuple),
)
ENDED = st.builds(
    Kept,
    kept=st.integers(0, 3),
    broken=st.integers(0, 3),
    waived=st.integers(0, 3),
)
CASES = st.lists(
    st.builds(
        case,
        severity=st.sampled_from(["P0", "P1", "P2"]),
        service=st.sampled_from([None, "shop", "search"]),
        playbook=st.sampled_from(["priority", "ticketed"]),
        declared_at=MOMENTS,
        detected_at=MOMENTS,
        began_at=st.none() | MOMENTS,
        acknowledged_at=st.none() | MOMENTS,
        mitigated_at=st.none() | MOMENTS,
        resolved_at=st.none() | MOMENTS,
        hotfixes=st.lists(SHIPMENTS, max_size=3).map(tuple),
        refused=st.integers(0, 3),
        updates=st.integers(0, 3),
        late_updates=st.integers(0, 3),
        promises=st.dictionaries(st.sampled_from(PromiseKind), ENDED, max_size=3),
        answers=ENDED,
    ),
    max_size=6,
)


class TestTimes:
    def test_all_but_detecting_and_backporting_count_from_when_it_was_noticed(self) -> None:
        incident = case(
            declared_at=NOW + 10 * MINUTE,
            began_at=NOW - 20 * MINUTE,
            acknowledged_at=NOW + 12 * MINUTE,
            mitigated_at=NOW + 40 * MINUTE,
            resolved_at=NOW + 60 * MINUTE,
            hotfixes=(Shipment(deployed_at=NOW + 30 * MINUTE, proven=(NOW + 90 * MINUTE,)),),
        )
        assert dict(spans(incident)) == {
            MeasuredTime.DETECT: 20 * MINUTE,
            MeasuredTime.ACKNOWLEDGE: 12 * MINUTE,
            MeasuredTime.MITIGATE: 40 * MINUTE,
            MeasuredTime.FIX: 30 * MINUTE,
            MeasuredTime.RESOLVE: 60 * MINUTE,
            MeasuredTime.BACKPORT: 60 * MINUTE,
        }

    def test_what_has_not_happened_does_not_count(self) -> None:
        assert list(spans(case(hotfixes=(Shipment(),)))) == []

    def test_each_branch_that_has_the_fix_counts(self) -> None:
        shipped = Shipment(deployed_at=NOW, proven=(NOW + HOUR, NOW + DAY))
        measure = counted([case(hotfixes=(shipped,))]).times[MeasuredTime.BACKPORT]
        assert measure.count == 2

    def test_the_fix_is_the_first_hotfix_that_stayed(self) -> None:
        gone = Shipment(deployed_at=NOW + HOUR, rolled_back=True)
        later = Shipment(deployed_at=NOW + 3 * HOUR)
        first = Shipment(deployed_at=NOW + 2 * HOUR)
        found = dict(spans(case(hotfixes=(gone, later, first))))
        assert found[MeasuredTime.FIX] == 2 * HOUR
        assert MeasuredTime.FIX not in dict(spans(case(hotfixes=(gone,))))

    def test_a_moment_that_was_put_down_wrongly_makes_no_time_below_nought(self) -> None:
        found = dict(spans(case(began_at=NOW + HOUR, acknowledged_at=NOW - HOUR)))
        assert set(found.values()) == {timedelta()}

    @pytest.mark.parametrize(
        ("given_minutes", "middle", "ninth"),
        [
            ([4], 4, 4),
            ([4, 8], 6, 8),
            ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5.5, 9),
            ([1] * 19 + [2880], 1, 1),
            ([1] * 9 + [2880] * 2, 1, 2880),
        ],
    )
    def test_a_weekend_draws_the_middle_nowhere(
        self, given_minutes: list[int], middle: float, ninth: float
    ) -> None:
        assert minutes(measured([each * MINUTE for each in given_minutes])) == (middle, ninth)

    @given(st.lists(st.timedeltas(timedelta(), 30 * DAY), min_size=1))
    def test_nine_in_ten_took_at_most_a_time_that_did_occur(self, found: list[timedelta]) -> None:
        ninth = measured(found).ninetieth
        assert ninth is not None
        within = sum(each.total_seconds() <= ninth.total_seconds() for each in found)
        assert within >= 0.9 * len(found)
        assert ninth.total_seconds() in {each.total_seconds() for each in found}


class TestHotfixes:
    def test_one_failed_that_was_taken_back_or_left_looking_bad_in_production(self) -> None:
        good = Shipment(deployed_at=NOW)
        shipped = (
            good,
            replace(good, rolled_back=True),
            replace(good, looked_bad=True),
            Shipment(looked_bad=True),
            Shipment(),
        )
        figures = counted([case(hotfixes=shipped)])
        assert figures.failures == Ratio(part=2, whole=3)
        assert figures.failures.percent == 67

    def test_those_refused_are_held_against_all_that_people_wanted_to_begin(self) -> None:
        figures = counted([case(refused=2, hotfixes=(Shipment(),)), case(refused=1)])
        assert figures.refusals == Ratio(part=3, whole=4)
        assert counted([]).refusals.percent is None


@given(CASES, st.sampled_from(Grouping), st.sampled_from(ZONES))
def test_counts_add_up_over_any_grouping(
    cases: list[IncidentRecord], grouping: Grouping, zone: str
) -> None:
    whole = counted(cases)
    parts = [counted(each) for each in grouped(cases, grouping, zone=zone).values()]
    assert _summed(parts) == _sums(whole)


def _sums(figures: Metrics) -> tuple[object, ...]:
    ended = figures.all_promises
    return (
        figures.incidents,
        *(figures.times[clock].count for clock in MeasuredTime),
        *(figures.failures.part, figures.failures.whole),
        *(figures.refusals.part, figures.refusals.whole),
        *(ended.kept, ended.broken, ended.waived),
        figures.updates,
        figures.late_updates,
    )


def _summed(parts: list[Metrics]) -> tuple[object, ...]:
    rows = [_sums(each) for each in parts] or [_sums(counted([]))]
    return tuple(sum(column) for column in zip(*rows, strict=True))


@given(CASES, st.sampled_from(Grouping), st.randoms(use_true_random=False))
def test_the_order_of_incidents_never_matters(
    cases: list[IncidentRecord], grouping: Grouping, luck: Any
) -> None:
    shuffled = list(cases)
    luck.shuffle(shuffled)
    asked = question(f"2026 by {grouping}", now=NOW, zone="UTC")
    one, other = (report(each, asked, zone="UTC") for each in (cases, shuffled))
    assert (one.whole, one.previous, one.groups) == (other.whole, other.previous, other.groups)
    assert (one.sheets, one.charts) == (other.sheets, other.charts)


@given(CASES, st.sampled_from(["", "2026-03", "this month", "2026", "2026-02-03..2026-07-09"]))
def test_every_incident_of_a_period_is_in_one_group_and_no_other_is(
    cases: list[IncidentRecord], text: str
) -> None:
    asked = question(text, now=NOW, zone="Europe/Berlin")
    found = report(cases, asked, zone="Europe/Berlin")
    ours = [each for each in cases if asked.period.begins <= each.declared_at < asked.period.ends]
    assert sum(group.figures.incidents for group in found.groups) == len(ours)
    assert list(found.cases) == ours


@given(CASES, st.sampled_from(Grouping))
def test_tables_are_even_and_charts_have_no_gaps(
    cases: list[IncidentRecord], grouping: Grouping
) -> None:
    found = report(cases, question(f"2026 by {grouping}", now=NOW, zone="UTC"), zone="UTC")
    for sheet in found.sheets:
        assert {len(row) for row in sheet.rows} <= {len(sheet.head)}
        assert len(aligned(sheet).splitlines()) == 1 + len(sheet.rows)
    for chart in found.charts:
        assert chart.categories
        assert {len(each.values) for each in chart.series} == {len(chart.categories)}


SPOKEN = [
    "", "this month", "2026-03", "last 7 days", "2025", "this year", "yesterday", "since monday",
]  # fmt: skip


class TestPeriods:
    @pytest.mark.parametrize(
        ("text", "name", "begins", "ends"),
        [
            ("2026-03", "March 2026", "2026-02-28T23:00", "2026-03-31T22:00"),
            ("in 2026-03", "March 2026", "2026-02-28T23:00", "2026-03-31T22:00"),
            ("this month", "November 2026", "2026-10-31T23:00", "2026-11-30T23:00"),
            ("Last  month", "October 2026", "2026-09-30T22:00", "2026-10-31T23:00"),
            ("2025", "2025", "2024-12-31T23:00", "2025-12-31T23:00"),
            ("this year", "2026", "2025-12-31T23:00", "2026-12-31T23:00"),
            (
                "from 2026-01-10 to 2026-02-09",
                "10 January 2026 to 9 February 2026",
                "2026-01-09T23:00",
                "2026-02-09T23:00",
            ),
            ("yesterday", "20 November 2026", "2026-11-19T23:00", "2026-11-20T23:00"),
            ("2026-11-20", "20 November 2026", "2026-11-19T23:00", "2026-11-20T23:00"),
            (
                "since monday",
                "16 November 2026 to 21 November 2026",
                "2026-11-15T23:00",
                "2026-11-21T23:00",
            ),
        ],
    )
    def test_months_and_years_are_those_of_the_playbooks_zone(
        self, text: str, name: str, begins: str, ends: str
    ) -> None:
        period = question(text, now=NOW, zone="Europe/Berlin").period
        assert (period.name, _short(period.begins), _short(period.ends)) == (name, begins, ends)

    @pytest.mark.parametrize(
        ("text", "days"), [("", 90), ("last 7 days", 7), ("30d", 30), ("365 days", 365)]
    )
    def test_the_last_days_reach_up_to_now(self, text: str, days: int) -> None:
        asked = question(text, now=NOW, zone="UTC")
        assert NOW in asked.period
        assert NOW - days * DAY not in asked.period
        assert NOW - days * DAY in asked.before
        assert asked.before.ends - asked.before.begins == days * DAY

    def test_a_month_that_still_runs_is_held_against_as_much_of_the_one_before(self) -> None:
        asked = question("this month", now=NOW, zone="UTC")
        assert asked.before.name == "the same days of October 2026"
        assert asked.before.begins == datetime(2026, 10, 1, tzinfo=UTC)
        assert asked.before.ends == datetime(2026, 10, 21, 14, 50, tzinfo=UTC)
        whole = question("2026-09", now=NOW, zone="UTC").before
        assert (whole.name, whole.ends) == ("August 2026", datetime(2026, 9, 1, tzinfo=UTC))

    def test_on_the_31st_the_month_before_does_not_reach_into_this_one(self) -> None:
        asked = question("this month", now=datetime(2026, 3, 31, 12, tzinfo=UTC), zone="UTC")
        assert asked.before.ends == datetime(2026, 3, 1, tzinfo=UTC)

    @pytest.mark.parametrize(
        "text",
        [
            "soon", "by fish", "2026-13", "0 days", "2026-02-30..2026-03-01",
            "2026-03-02..2026-03-01", "0001-01-01..0001-01-02", "9999-12-01..9999-12-31", "by",
        ],
    )  # fmt: skip
    def test_what_names_no_time_is_refused_with_examples(self, text: str) -> None:
        with pytest.raises(UnknownPeriod, match="2026-03"):
            question(text, now=NOW, zone="UTC")

    @given(
        st.sampled_from(SPOKEN),
        st.sampled_from(Grouping),
        MOMENTS,
        st.sampled_from(ZONES),
    )
    def test_what_a_button_asks_for_is_understood_and_no_moment_counts_twice(
        self, text: str, grouping: Grouping, now: datetime, zone: str
    ) -> None:
        asked = question(f"{text} by {grouping}", now=now, zone=zone)
        again = question(asked.asked(), now=now, zone=zone)
        assert again == asked
        assert asked.before.begins <= asked.before.ends <= asked.period.begins < asked.period.ends
        assert question(asked.asked(period=asked.before), now=now, zone=zone).grouping is grouping


def _short(moment: datetime) -> str:
    return moment.isoformat()[:16]


class TestReport:
    def test_it_tells_what_changed_against_the_period_before(self) -> None:
        found = _of(case(), case(), case(declared_at=NOW - 100 * DAY))
        assert (found.whole.incidents, found.previous.incidents, found.more) == (2, 1, 1)

    def test_severities_stand_in_the_playbooks_order_and_the_nameless_service_last(self) -> None:
        cases = [case(severity=each, service=each) for each in ("SEV2", "low", "SEV1")]
        cases.append(case(severity="SEV1"))
        asked = question("by severity", now=NOW, zone="UTC")
        found = report(cases, asked, zone="UTC", severities=("SEV1", "SEV2"))
        assert [group.label for group in found.groups] == ["SEV1", "SEV2", "low"]
        by_service = report(cases, question("by service", now=NOW, zone="UTC"), zone="UTC")
        assert [group.label for group in by_service.groups][-1] == "none named"

    def test_time_goes_on_in_a_line_and_anything_else_stands_in_bars(self) -> None:
        cases = [case(), case(declared_at=NOW - 40 * DAY)]
        assert [chart.kind for chart in _of(*cases).charts] == [ChartKind.LINE]
        by_service = report(cases, question("by service", now=NOW, zone="UTC"), zone="UTC")
        assert [chart.kind for chart in by_service.charts] == [ChartKind.BAR]

    @pytest.mark.parametrize(
        ("lasted", "unit", "value"),
        [(90 * MINUTE, "minutes", 90), (5 * HOUR, "hours", 5), (4 * DAY, "days", 4)],
    )
    def test_a_chart_speaks_in_the_unit_that_people_would_use(
        self, lasted: timedelta, unit: str, value: float
    ) -> None:
        _, times = _of(case(resolved_at=NOW + lasted)).charts
        assert times.up == unit
        assert times.series[0].values == (value,)

    def test_without_incidents_there_is_nothing_to_draw(self) -> None:
        assert _of().charts == ()


def _of(*cases: IncidentRecord) -> Report:
    return report(cases, question("", now=NOW, zone="UTC"), zone="UTC")


class TestSpreadsheet:
    def test_it_has_one_row_an_incident_the_oldest_first(self) -> None:
        rows = _rows([case(reference="B"), case(reference="A", declared_at=NOW - DAY)])
        assert [row["reference"] for row in rows] == ["A", "B"]

    def test_a_row_says_what_happened_when_and_how_long_it_took(self) -> None:
        shipped = Shipment(deployed_at=NOW + HOUR, rolled_back=True, proven=(NOW + 2 * HOUR,))
        [row] = _rows(
            [
                case(
                    resolved_at=NOW + 90 * MINUTE,
                    hotfixes=(shipped, Shipment()),
                    refused=1,
                    promises={PromiseKind.FIX: Kept(kept=1)},
                    answers=Kept(broken=2),
                )
            ]
        )
        assert row["declared_at"] == "2026-11-21T14:50:00Z"
        assert row["minutes_to_resolve"] == "90.0"
        assert row["minutes_to_detect"] == ""
        assert row["minutes_to_backport"] == "60.0"
        counts = ("started", "deployed", "failed", "refused")
        assert [row[f"hotfixes_{each}"] for each in counts] == ["2", "1", "1", "1"]
        assert (row["promises_kept"], row["promises_broken"]) == ("1", "2")

    @given(st.text())
    def test_no_cell_is_ever_taken_for_a_formula(self, title: str) -> None:
        text = spreadsheet([case(title=title, service=title, severity=title, playbook=title)])
        for row in csv.reader(StringIO(text)):
            assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@")) for cell in row)

    @pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
    def test_what_would_be_calculated_is_made_a_word(self, cell: str) -> None:
        assert harmless(cell) == f"'{cell.strip()}"


def _rows(cases: list[IncidentRecord]) -> list[dict[str, str]]:
    rows = list(csv.DictReader(StringIO(spreadsheet(cases))))
    assert all(tuple(row) == COLUMNS for row in rows)
    return rows


def test_a_period_holds_its_beginning_and_not_its_end() -> None:
    period = Period(name="", typed="", begins=NOW, ends=NOW + DAY)
    assert NOW in period
    assert NOW + DAY not in period
