"""Writes the review as a calendar file that any calendar takes, and takes the newer one for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

from chatops.domain.postmortem.model import Review

_PRODUCT = "-//ChatOps//Incident reviews//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody who comes; ``email`` is empty where the chat does not tell it."""

    name: str
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A review as calendars see it; ``uid`` stays the same when it is moved."""

    uid: str
    title: str
    about: str
    review: Review
    guests: Sequence[Guest]
    organizer: Guest
    now: datetime


def calendar_file(meeting: Meeting) -> str:
    """The file's text: one event, in UTC."""
    event = Event()
    review = meeting.review
    event.add("uid", meeting.uid)
    event.add("sequence", review.sequence)
    event.add("dtstamp", meeting.now.astimezone(UTC))
    event.add("dtstart", review.at.astimezone(UTC))
    event.add("dtend", review.at.astimezone(UTC) + timedelta(minutes=review.minutes))
    event.add("summary", meeting.title)
    event.add("description", _described(meeting))
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("organizer", _address(meeting.organizer))
    for guest in meeting.guests:
        if guest.email:
            event.add("attendee", _address(guest))
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text.decode()


def _described(meeting: Meeting) -> str:
    """What it is about, and who comes: a name without an address has no other place."""
    names = ", ".join(guest.name for guest in meeting.guests)
    return f"{meeting.about}\n\nWith: {names}" if names else meeting.about


def _address(guest: Guest) -> vCalAddress:
    address = vCalAddress(f"mailto:{guest.email}")
    address.params["cn"] = vText(guest.name)
    return address
