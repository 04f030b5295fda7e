"""The week after an outage: what is owed comes to those who owe it, until all of it is settled."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

#: The channel of the incident.
CHANNEL = "incident-2026-001"
_TASKS = 5
#: Days after which it is over, also if a weekend lies between.
_UNTIL_THE_REVIEW = 4
_OVERDUE = re.compile(r"Post-mortem of INC-2026-001 is overdue since")
_HANDED_OVER = re.compile(r"Post-mortem of INC-2026-001 is yours now")

Take = Callable[[str], None]


def aftermath(visitor: Visitor, take: Take) -> None:
    """Fight an outage, and live through the days after it until its channel is archived."""
    resolves_an_outage(visitor, take)
    _lets_a_day_pass(visitor, take)
    _hands_the_post_mortem_over(visitor, take)
    _writes_it(visitor, take)
    _plans_the_review(visitor, take)
    _looks_at_what_is_left(visitor, take)
    _settles_it(visitor)
    _closes(visitor, take)
    _reads_the_digests(visitor, take)


def reminders(visitor: Visitor, take: Take) -> None:
    """What whoever leads finds a day after the end."""
    resolves_an_outage(visitor, take)
    _lets_a_day_pass(visitor, take)


def status_page(visitor: Visitor, take: Take) -> None:
    """What everybody may read while an outage goes on."""
    visitor.declares("checkout is down", "P0 Critical", "Some customers cannot pay")
    visitor.types("/incident update")
    visitor.form.get_by_label("For stakeholders").fill("We know why and are testing a fix.")
    visitor.sends("Post")
    visitor.sees("We know why and are testing a fix.")
    visitor.lets_pass("1 minute")
    visitor.page.goto(f"{visitor.origin}/bot/status")
    expect(visitor.page.get_by_text("We know why and are testing a fix.").first).to_be_visible()
    take("status")


def resolves_an_outage(visitor: Visitor, take: Take) -> None:
    """Sam declares it, Priya leads, and a rollback ends it."""
    visitor.declares("checkout is down", "P0 Critical", "Some customers cannot pay")
    visitor.types("/incident role commander @priya")
    expect(visitor.page.get_by_text("led by Priya").first).to_be_visible()
    visitor.types("/incident task add @tom check the connection pool")
    visitor.types("/incident decide roll back because the fix takes an hour")
    visitor.sees("Decided:")
    visitor.lets_pass("15 minutes")
    visitor.sees("Escalated")
    visitor.presses("Resolve")
    visitor.form.get_by_label("What fixed it?").fill("Rolled back to v1.2.3")
    visitor.sends("Resolve")
    visitor.sees("RESOLVED")
    visitor.sees("4 follow-ups for INC-2026-001")
    _shows(visitor, "RESOLVED")
    take("after-resolved")
    _shows(visitor, "INC-2026-001 · checkout is down")
    take("after-resolved-board")


def _lets_a_day_pass(visitor: Visitor, take: Take) -> None:
    visitor.becomes("Priya")
    visitor.lets_pass("1 day")
    expect(visitor.page.locator("#sidebar .entry", has_text="Messages")).to_have_class(
        re.compile("is-unread")
    )
    visitor.opens_messages()
    visitor.sees(_OVERDUE)
    visitor.page.locator(".message").last.scroll_into_view_if_needed()
    take("reminders")


def _hands_the_post_mortem_over(visitor: Visitor, take: Take) -> None:
    visitor.presses("Snooze…")
    expect(visitor.form.get_by_role("combobox", name="Until")).to_be_visible()
    take("after-snooze")
    visitor.puts_away()
    visitor.chooses_more("Waive…")
    expect(visitor.form.get_by_label("Why?")).to_be_visible()
    take("after-waive")
    visitor.puts_away()
    visitor.presses("Hand over…")
    visitor.form.get_by_label("Why?").fill("He found it")
    visitor.picks("Who takes it over?", "Sam Okafor")
    take("after-hand-over")
    visitor.sends("Hand over")
    visitor.becomes("Sam")
    visitor.opens_messages()
    visitor.sees(_HANDED_OVER)
    take("after-handed-over")


def _writes_it(visitor: Visitor, take: Take) -> None:
    visitor.presses("Write the post-mortem")
    visitor.form.get_by_label("What was the root cause?").fill("A deploy set the pool to 5.")
    visitor.form.get_by_label("What went well?").fill("The way back took four minutes.")
    take("after-post-mortem")
    visitor.sends("Save")
    visitor.goes_to(CHANNEL)
    visitor.types("/incident postmortem show")
    visitor.sees("The post-mortem of INC-2026-001 as it is now")
    visitor.page.locator(".file summary").last.click()
    expect(visitor.page.locator(".file pre").last).to_contain_text("A deploy set the pool to 5.")
    take("after-post-mortem-file")
    visitor.types("/incident postmortem done nobody was there to ask")
    visitor.sees("The post-mortem is done")


def _plans_the_review(visitor: Visitor, take: Take) -> None:
    visitor.types("/incident review")
    expect(visitor.form.get_by_text("Who comes?")).to_be_visible()
    take("after-review-form")
    visitor.sends("Plan it")
    visitor.sees("Open the file to put it into your calendar")
    take("after-review")
    with visitor.page.expect_download() as kept:
        visitor.page.get_by_role("link", name=re.compile(r"Download .*\.ics")).last.click()
    assert kept.value.path().read_bytes().startswith(b"BEGIN:VCALENDAR")


def _looks_at_what_is_left(visitor: Visitor, take: Take) -> None:
    for command, says in (
        ("task", "Tasks of INC-2026-001"),
        ("task show 2", "Action item 2 of INC-2026-001"),
        ("due", "What is due"),
        ("stats", "1 incident in the last 90 days"),
    ):
        visitor.types(f"/incident {command}")
        visitor.sees(says)
        take(f"after-{command.replace(' ', '-')}")
    visitor.opens_home()
    expect(visitor.page.locator("#home").get_by_text("Open incidents")).to_be_visible()
    take("after-home")
    visitor.goes_to(CHANNEL)
    visitor.presses("Close")
    expect(visitor.form.get_by_text("Still owed")).to_be_visible()
    take("after-close-gate")
    visitor.puts_away()


def _settles_it(visitor: Visitor) -> None:
    for number in range(1, _TASKS + 1):
        visitor.types(f"/incident task done {number}")
        visitor.sees(f"Task {number} is done.")
    for _ in range(_UNTIL_THE_REVIEW):
        visitor.lets_pass("1 day")
    visitor.types("/incident review held")
    visitor.sees("was held")


def _closes(visitor: Visitor, take: Take) -> None:
    visitor.presses("Close")
    visitor.sends("Close it")
    visitor.sees("Closed:")
    take("after-closed")
    for _ in range(6):
        visitor.lets_pass("1 day")
    visitor.sees("This channel goes into the archive")
    expect(visitor.page.get_by_role("button", name="Keep the channel")).to_be_visible()
    take("after-archive-notice")
    for _ in range(2):
        visitor.lets_pass("1 day")
    expect(visitor.page.get_by_text("This channel is archived.")).to_be_visible()
    _shows(visitor, "INC-2026-001 · checkout is down")
    take("after-archived")


def _reads_the_digests(visitor: Visitor, take: Take) -> None:
    visitor.becomes("Ines")
    visitor.goes_to("status-updates")
    visitor.sees("The week behind")
    take("after-digest-weekly")
    visitor.becomes("Priya")
    visitor.goes_to("incidents")
    visitor.sees("The day ahead")
    take("after-digest-daily")


def _shows(visitor: Visitor, text: str) -> None:
    """Bring a message to the top of what is seen."""
    message = visitor.page.locator(".message").filter(has_text=text).first
    message.evaluate("each => each.scrollIntoView({block: 'start'})")
