"""The pages for those who signed in: incidents, one incident, and what is due."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chatops.adapters.web.pages.rendering import POLICY, PageRenderer
from chatops.adapters.web.pages.sign_in import PageNames, SignIn, Visitor, VisitorProfiles
from chatops.application.pages.incident import IncidentFilter, IncidentPage, Pages
from chatops.application.promises.due_list import DueItem, Share
from chatops.clock import Clock
from chatops.domain.incident.model import COMMANDER
from chatops.domain.promises.kinds import BY_BOT
from chatops.domain.promises.model import Promise


def raw(record: IncidentPage) -> Mapping[str, Any]:
    """The record of an incident as it is stored, without the policy."""
    return {
        "incident": plain(record.incident),
        "timeline": plain(record.entries),
        "promises": plain(record.promises),
        "tasks": plain(record.tasks),
        "hotfixes": [plain(each.fix) for each in record.hotfixes],
    }


def plain(value: object) -> Any:
    """A value as JSON has it: moments in ISO 8601, spans in seconds."""
    match value:
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case frozenset() | set():
            return sorted(map(plain, value))
        case list() | tuple():
            return [plain(each) for each in value]
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return _single(value)


def _single(value: object) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Enum():
            return value.value
        case None | str() | int() | float():
            return value
        case _:
            return str(value)


_STATES = ("open", "closed")
_LONGEST_WORDS = 100
_MINE = "Due from you"
#: The headings of what is due, in the words of the list in Slack.
_SHARES = (
    (Share.MINE, _MINE),
    (Share.NOBODYS, "Nobody's yet"),
    (Share.OTHERS, "Due from others"),
    (Share.OURS, "What the bot does by itself"),
    (Share.WAIVED, "Waived"),
)
#: Ids are whole numbers of at most so many digits.
_DIGITS = 18
#: What every page inside is answered with: nobody keeps it.
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}


class Frame:
    """What the pages inside share: who is in, and what people are called."""

    def __init__(self, painter: PageRenderer, people: VisitorProfiles) -> None:
        self._painter = painter
        self._people = people

    def shown(
        self, request: Request, visitor: Visitor, template: str, facts: Mapping[str, object]
    ) -> Response:
        """One page, for one visitor."""
        shared = {
            "root": request.scope.get("root_path", ""),
            "visitor": visitor,
            "name": PageNames(self._people),
        }
        html = self._painter.paint(template, {**shared, **facts})
        return Response(html, headers=HEADERS, media_type="text/html")


class Inside:
    """Answers those who are let in."""

    def __init__(self, pages: Pages, sign_in: SignIn, *, frame: Frame, clock: Clock) -> None:
        self._pages = pages
        self._sign_in = sign_in
        self._frame = frame
        self._clock = clock

    def incidents(self, request: Request) -> Response:
        """`GET /incidents`: the open ones first, then history by page."""
        visitor = self._sign_in.visitor(request)
        wanted = _wanted(request.query_params)
        listing = self._pages.listed(wanted, team=visitor.team, user=visitor.user)
        facts = {
            "listing": listing,
            "wanted": wanted,
            "severities": self._pages.severities(),
            "older": _address(replace(wanted, before=listing.next)) if listing.next else "",
            "now": self._clock.now(),
        }
        return self._frame.shown(request, visitor, "incidents.html", facts)

    def incident(self, request: Request) -> Response:
        """`GET /incidents/{reference}`: everything about one."""
        visitor = self._sign_in.visitor(request)
        record = self._record(request, visitor)
        opened, settled = _parted(record.promises)
        facts = {
            "record": record,
            "incident": record.incident,
            "severity": record.playbook.severity(record.incident.severity),
            "roles": _roles(record),
            "opened": opened,
            "settled": settled,
            "ours": BY_BOT,
            "now": self._clock.now(),
        }
        return self._frame.shown(request, visitor, "incident.html", facts)

    def raw_incident(self, request: Request) -> Response:
        """`GET /incidents/{reference}.json`: the record itself."""
        visitor = self._sign_in.visitor(request)
        return JSONResponse(raw(self._record(request, visitor)), headers=HEADERS)

    def due(self, request: Request) -> Response:
        """`GET /due`: what is owed by whom, mine first."""
        visitor = self._sign_in.visitor(request)
        now = self._clock.now()
        owed = self._pages.due(team=visitor.team, user=visitor.user, now=now)
        facts: Mapping[str, object] = {"lists": _lists(owed), "now": now}
        return self._frame.shown(request, visitor, "due.html", facts)

    def _record(self, request: Request, visitor: Visitor) -> IncidentPage:
        return self._pages.record(
            team=visitor.team,
            user=visitor.user,
            reference=request.path_params["reference"],
            now=self._clock.now(),
        )


def _wanted(asked: Mapping[str, str]) -> IncidentFilter:
    """What the query string asks for; what makes no sense in it counts as not asked."""
    state, before = asked.get("state", ""), asked.get("before", "")
    is_id = before.isdecimal() and before.isascii() and len(before) <= _DIGITS
    return IncidentFilter(
        state=state if state in _STATES else "",
        severity=asked.get("severity", "")[:_LONGEST_WORDS],
        words=" ".join(asked.get("words", "").replace("\0", "").split())[:_LONGEST_WORDS],
        before=int(before) if is_id else None,
    )


def _address(wanted: IncidentFilter) -> str:
    """The query string that asks for it."""
    asked = {
        "state": wanted.state,
        "severity": wanted.severity,
        "words": wanted.words,
        "before": wanted.before or "",
    }
    return urlencode({name: value for name, value in asked.items() if value})


def _parted(promises: tuple[Promise, ...]) -> tuple[list[Promise], list[Promise]]:
    """What is still owed, and what is settled."""
    settled = sorted(
        (each for each in promises if not each.open),
        key=lambda each: each.settled_at or each.due_at,
        reverse=True,
    )
    return [each for each in promises if each.open], settled


def _roles(record: IncidentPage) -> list[tuple[str, str]]:
    """Names of the other roles and who has them, as the playbook orders them."""
    held = record.incident.roles
    others = (role for role in record.playbook.roles if role.key in held and role.key != COMMANDER)
    return [(role.name, held[role.key]) for role in others]


def _lists(owed: Sequence[DueItem]) -> list[tuple[str, list[DueItem]]]:
    """What is owed under the headings of the list in Slack; mine always has one."""
    parts = [(label, [each for each in owed if each.share is share]) for share, label in _SHARES]
    return [(label, lines) for label, lines in parts if lines or label == _MINE]
