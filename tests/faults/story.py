"""An incident's life in steps that can each be told twice: what people ask has an id of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chatops.application.incidents.paging import PageRequest
from chatops.application.incidents.severity import SeverityRequest
from chatops.application.incidents.update import UpdateRequest
from chatops.application.lifecycle.declare import DeclareRequest
from chatops.application.lifecycle.end import ResolveRequest
from chatops.application.session import Request
from chatops.bootstrap import Bot
from chatops.domain.errors import Repeated
from chatops.playground.slack.double import Slack
from tests.faults.crew import START, Crew, clock_of

MINUTE = timedelta(minutes=1)
TITLES = (
    "Checkout is down",
    "Logins fail everywhere",
    "Search finds nothing",
    "Invoices are sent twice",
    "Uploads hang for ever",
    "Maps stay grey",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Who takes a step, and in which of several incidents.

    ``answer_url`` is where the bot answers whoever declares the first one.
    """

    crew: Crew
    bot: Bot
    number: int = 1
    answer_url: str | None = None

    @property
    def slack(self) -> Slack:
        return self.crew.slack

    def id_of(self, handle: str) -> str:
        return self.crew.id_of(handle)

    def once(self, step: str) -> str:
        return f"{self.number}:{step}"


def response_url(slack: Slack) -> str:
    """Where sam, who has just typed the command, is answered."""
    sam = slack.workspace.people_store.handled("sam")
    assert sam is not None
    incidents = slack.workspace.channel_named("incidents").id
    return slack.trigger_ids.new_response_url(kind="commands", user=sam.id, channel=incidents)


def declare(scene: Scene, now: datetime) -> None:
    """P0: a channel, an announcement, an alert, people invited, paged and told."""
    scene.bot.use_cases.declare(
        DeclareRequest(
            team=scene.slack.workspace.team.id,
            user=scene.id_of("sam"),
            now=now,
            title=TITLES[(scene.number - 1) % len(TITLES)],
            severity="P0",
            impact="Nobody can pay.",
            symptoms="Errors since 13:58.",
            commander=scene.id_of("priya"),
            answer_url=scene.answer_url if scene.number == 1 else None,
            once=scene.once("declare"),
        )
    )


def acknowledge(scene: Scene, now: datetime) -> None:
    scene.bot.use_cases.acknowledge(
        Request(
            incident=scene.number, user=scene.id_of("tom"), now=now, once=scene.once("acknowledge")
        )
    )


def page(scene: Scene, now: datetime) -> None:
    scene.bot.use_cases.page(
        PageRequest(
            incident=scene.number,
            user=scene.id_of("priya"),
            now=now,
            whom=(scene.id_of("aiko"),),
            why="The database is slow",
            once=scene.once("page"),
        )
    )


def update(scene: Scene, now: datetime) -> None:
    scene.bot.use_cases.post_update(
        UpdateRequest(
            incident=scene.number,
            user=scene.id_of("priya"),
            now=now,
            plain="Some customers cannot pay. We know why.",
            technical="The pool is exhausted since 13:58.",
            next_at=now + 20 * MINUTE,
            once=scene.once("update"),
        )
    )


def keep_promises(scene: Scene, now: datetime) -> None:
    """Whatever is due by then: reminders, the holding update, escalation."""
    scene.bot.keep_promises(now)


def lower(scene: Scene, now: datetime) -> None:
    scene.bot.use_cases.change_severity(
        SeverityRequest(
            incident=scene.number,
            user=scene.id_of("priya"),
            now=now,
            severity="P1",
            reason="Only some customers",
            once=scene.once("lower"),
        )
    )


def resolve(scene: Scene, now: datetime) -> None:
    scene.bot.use_cases.resolve(
        ResolveRequest(
            incident=scene.number,
            user=scene.id_of("priya"),
            now=now,
            fix="The pool is larger now",
            root_cause="A leak of connections",
            plain="Everybody can pay again.",
            once=scene.once("resolve"),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One turn of the story, and how long after the declaration it comes."""

    does: Callable[[Scene, datetime], None]
    after: timedelta


#: The reminder is due 10 minutes after the declaration, the word itself after 15.
STEPS: Mapping[str, Step] = {
    "declare": Step(does=declare, after=timedelta()),
    "acknowledge": Step(does=acknowledge, after=2 * MINUTE),
    "page": Step(does=page, after=4 * MINUTE),
    "remind": Step(does=keep_promises, after=10 * MINUTE),
    "hold": Step(does=keep_promises, after=15 * MINUTE),
    "escalate": Step(does=keep_promises, after=31 * MINUTE),
    "update": Step(does=update, after=40 * MINUTE),
    "lower": Step(does=lower, after=55 * MINUTE),
    "resolve": Step(does=resolve, after=80 * MINUTE),
}


#: The steps that time takes, not a person.
PROMISES = {name for name, step in STEPS.items() if step.does is keep_promises}


def tell_all(crew: Crew, *steps: str, incidents: int = 1) -> None:
    """Tell some steps, or all of them, by one bot that does everything that follows from each."""
    url = f"{crew.slack.address}{response_url(crew.slack)}"
    with crew.bot() as bot:
        for step in steps or STEPS:
            for number in range(1, incidents + 1):
                tell(Scene(crew=crew, bot=bot, number=number, answer_url=url), step)
            crew.work_off(bot)


def come_to(slack: Slack, step: str) -> datetime:
    """Let time pass until a step's own moment, and say when that was to be."""
    at = START + STEPS[step].after
    if slack.workspace.clock.now() < at:
        clock_of(slack).advance(at - slack.workspace.clock.now())
    return at


def tell(scene: Scene, step: str) -> None:
    """Take one step, at its own time however late it is; told again it changes nothing."""
    try:
        STEPS[step].does(scene, come_to(scene.slack, step))
    except Repeated:
        return
