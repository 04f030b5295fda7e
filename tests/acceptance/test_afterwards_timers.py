"""Every timer of the documents runs out at its moment, and is heard where it should be.

The incident is declared on a Monday at 14:00 by somebody who is not on call; nobody does anything.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from chatops.application.lifecycle.declare import DeclareRequest
from tests.acceptance.weeks import Weeks, open_weeks

HELD = "📣 Nobody wrote an update, so I told stakeholders that there is no news."

#: What is heard of each severity: when, by whom, how it begins.
TIMERS = {
    ("priority", "P0"): [
        "Mon 02 14:00 @sam: 📟 You are paged",
        "Mon 02 14:00 @ines: 🔔 P0 Critical",
        "Mon 02 14:05 #incident: ⏰ @aiko, nobody has said that they are on it for 5 min.",
        f"Mon 02 14:10 #incident: {HELD}",
        "Mon 02 14:15 #incident: 📢 Escalated to @priya, @lena",
        "Mon 02 14:15 @lena: 📢 P0 Critical, 15 min in",
        "Mon 02 16:00 #incident: ⏰ @aiko, overdue since 16:00 UTC: fix in production.",
        "Mon 02 18:00 @lena: 📢 P0 Critical, 4 h in",
    ],
    ("priority", "P1"): [
        "Mon 02 14:00 @ines: 🔔 P1 High",
        f"Mon 02 14:25 #incident: {HELD}",
        "Mon 02 14:30 @sam: 📟 You are paged",
        "Mon 02 16:00 #incident: 📢 Escalated to @aiko, @priya, @lena",
        "Mon 02 16:00 @lena: 📢 P1 High, 2 h in",
        "Tue 03 14:00 #incident: ⏰ @aiko, business and product hear of this every 1 day",
        "Tue 03 14:00 #incident: ⏰ @aiko, overdue since 14:00 UTC: fix in production.",
    ],
    ("preview", "Critical"): [
        "Mon 02 14:00 @lena: 🔔 Critical",
        "Mon 02 14:00 @tom: 📟 You are paged",
        "Mon 02 14:05 #incident: 📢 Escalated to @sam, @tom, @lena",
        "Mon 02 14:30 #incident: ⏰ @aiko, overdue since 14:30 UTC: fix in production.",
    ],
    ("preview", "High"): [
        "Mon 02 14:00 @lena: 🔔 High",
        "Mon 02 15:00 #incident: ⏰ @aiko, nobody has said that they are on it for 1 h.",
    ],
    ("increment", "SEV1"): [
        "Mon 02 14:00 @sam: 📟 You are paged",
        "Mon 02 14:05 #incident: 📢 Escalated to @sam, @tom, @lena",
        f"Mon 02 14:10 #incident: {HELD}",
        "Mon 02 18:00 #incident: ⏰ @aiko, you have been Incident commander for 4 h.",
        "Mon 02 20:00 #incident: ⏰ @aiko, you have been Incident commander for 6 h.",
    ],
    ("ticketed", "Emergency"): [
        "Mon 02 14:00 @sam: 📟 You are paged",
        f"Mon 02 14:25 #incident: {HELD}",
        "Mon 02 14:45 @aiko: 📢 Emergency, 45 min in",
    ],
    ("versioned", "CRITICAL"): [
        "Mon 02 14:00 @lena: 🔔 CRITICAL",
        "Mon 02 14:05 #incident: 📢 Escalated to @sam, @tom, @lena",
        "Mon 02 14:45 @lena: 📢 CRITICAL, 45 min in",
    ],
}
LONGEST = {"priority P1": 24.5, "priority P0": 4.5, "increment SEV1": 6.5}


def declare(weeks: Weeks, severity: str) -> None:
    now = weeks.clock.now()
    weeks.since = now - timedelta(minutes=1)
    weeks.bot.use_cases.declare(
        DeclareRequest(
            team=weeks.slack.workspace.team.id,
            user=weeks.person("aiko"),
            now=now,
            title="checkout is down",
            severity=severity,
        )
    )
    weeks.work()


@pytest.mark.parametrize(
    ("book", "severity"),
    [
        pytest.param(*each, marks=() if each == ("priority", "P0") else pytest.mark.long)
        for each in TIMERS
    ],
)
def test_each_timer_runs_out_at_its_moment(tmp_path: Path, book: str, severity: str) -> None:
    with open_weeks(tmp_path, book) as weeks:
        declare(weeks, severity)
        hours = LONGEST.get(f"{book} {severity}", 1.5)
        weeks.until(weeks.clock.now() + timedelta(hours=hours))
        lines = weeks.diary
        missing = [
            row for row in TIMERS[book, severity] if not any(line.startswith(row) for line in lines)
        ]
        assert not missing, "\n".join(lines)


def test_silence_is_asked_about_after_a_day_and_put_off_by_any_sign_of_life(
    tmp_path: Path,
) -> None:
    with open_weeks(tmp_path, "increment") as weeks:
        declare(weeks, "SEV3")
        weeks.until(weeks.clock.now() + timedelta(hours=24, minutes=1))
        asked = [line for line in weeks.diary if "is it still going on?" in line]
        assert [line[:16] for line in asked] == ["Tue 03 14:00 #in"]
