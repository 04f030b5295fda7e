"""Shows what is owed as a list, a page at a time, with a menu on each line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chatops.domain.messages.posts import Ask, Button, Post, Row
from chatops.usecases.due_buttons import promise_buttons, task_buttons
from chatops.usecases.owing import Owed, Share, late, what_is_owed
from chatops.usecases.store import Work
from chatops.usecases.turns import Turns

#: The lines that a phone shows at once.
PAGE = 10
#: What somebody can do something about before it is late.
_TO_BE_DONE = frozenset({Share.MINE, Share.NOBODYS})


class Whose(StrEnum):
    """Which part of the list somebody wants to see."""

    ALL = "all"
    MINE = "mine"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueQuestion:
    """What somebody asks: of one ``incident`` or (none) of all, and which page of it."""

    team: str
    user: str
    now: datetime
    incident: int | None = None
    whose: Whose = Whose.ALL
    page: int = 1

    @property
    def about(self) -> str:
        """The question as a button carries it, without its page."""
        return f"{self.incident}" if self.incident is not None else self.whose.value


class DueList:
    """Makes the list for the surface that it is read on."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def show(self, work: Work, asked: DueQuestion) -> Post:
        """The page that was asked for; beyond the last one the last."""
        owed = what_is_owed(work, asked.team, asked.user, asked.now, asked.incident)
        if asked.whose is Whose.MINE:
            owed = tuple(line for line in owed if line.share is Share.MINE)
        pages = max(1, -(-len(owed) // PAGE))
        page = min(max(1, asked.page), pages)
        shown = owed[(page - 1) * PAGE : page * PAGE]
        to_do = tuple(line for line in owed if line.share is not Share.WAIVED)
        facts = {"owed": len(to_do), "late": late(owed), "whose": asked.whose.value}
        return self._post(
            asked.now,
            "due",
            facts,
            rows=self.rows(shown, asked.now),
            buttons=_turning(asked.about, page, pages),
            left_out=len(owed) - page * PAGE,
        )

    def at_home(self, owed: Sequence[Owed], now: datetime) -> Post:
        """What one person can do something about, for their App Home."""
        every = Button(ask=Ask.DUE, label="All that is due", about=Whose.ALL.value)
        return self._post(
            now,
            "home_due",
            {"owed": len(owed)},
            rows=self.rows(owed[:PAGE], now),
            buttons=(every,),
            left_out=len(owed) - PAGE,
        )

    def rows(self, owed: Sequence[Owed], now: datetime) -> tuple[Row, ...]:
        """A line for each, with a heading where a new share begins."""
        before: Share | None = None
        rows: list[Row] = []
        for each in owed:
            text = self._say("due_line", now, each=each, first=each.share is not before)
            rows.append(Row(text=text, buttons=_menu(each)))
            before = each.share
        return tuple(rows)

    def _post(
        self,
        now: datetime,
        text: str,
        facts: Mapping[str, object],
        *,
        rows: tuple[Row, ...],
        buttons: tuple[Button, ...],
        left_out: int,
    ) -> Post:
        more = self._say("due_more", now, left_out=max(0, left_out))
        return self._turns.word(text, now, rows=rows, buttons=buttons, footnote=more, **facts)

    def _say(self, text: str, now: datetime, **facts: object) -> str:
        playbooks = self._turns.playbooks
        known = {"now": now, **facts}
        return playbooks.say(playbooks.current(), text, surface=self._turns.surface, facts=known)


def for_home(owed: Sequence[Owed]) -> tuple[Owed, ...]:
    """What is mine, and what is nobody's yet."""
    return tuple(line for line in owed if line.share in _TO_BE_DONE)


def _menu(line: Owed) -> tuple[Button, ...]:
    if line.share is Share.OURS:
        return ()
    show = Button(ask=Ask.STATUS, label="Show the incident", about=f"{line.incident.id}")
    if line.promise is not None:
        return (*promise_buttons(line.promise), show)
    return (*task_buttons(line.task), show) if line.task is not None else (show,)


def _turning(about: str, page: int, pages: int) -> tuple[Button, ...]:
    """To the page before, and to the one after."""
    turned = {"Back": page - 1, f"Next {PAGE}": page + 1}
    return tuple(
        Button(ask=Ask.DUE, label=label, about=f"{about}:{number}")
        for label, number in turned.items()
        if 1 <= number <= pages
    )
