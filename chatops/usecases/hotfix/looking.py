"""Answers questions about hotfixes: where they stand, what forms need, what production got."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatops.domain.hotfix.errors import UnknownService
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.incident.model import Incident
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.hotfix import RollbackWay, SeverityRules
from chatops.domain.playbook.policy import Playbook, Severity
from chatops.domain.services import Service
from chatops.usecases.hotfix.card import card
from chatops.usecases.hotfix.consent import still_needed
from chatops.usecases.hotfix.drafting import PLAIN_TAG
from chatops.usecases.hotfix.ports import Outside
from chatops.usecases.hotfix.requests import HotfixRequest, LogRequest
from chatops.usecases.hotfix.rolling_back import ways_open
from chatops.usecases.hotfix.session import HotfixTurn, HotfixTurns, meant
from chatops.usecases.turn import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownHotfix:
    """What a form about a hotfix is filled from; ``hotfix`` none where there is none yet.

    ``needed`` are the roles whose approval is missing, ``ways`` how production can be brought
    back.
    """

    incident: Incident
    playbook: Playbook
    severity: Severity
    services: tuple[Service, ...]
    hotfixes: Sequence[Hotfix] = ()
    hotfix: Hotfix | None = None
    rules: SeverityRules | None = None
    engineer: str | None = None
    needed: tuple[str, ...] = ()
    ways: tuple[RollbackWay, ...] = ()


class LookAtHotfixes:
    """Answers questions about hotfixes, for one pair of eyes."""

    def __init__(self, turns: HotfixTurns, outside: Outside) -> None:
        self._turns = turns
        self._outside = outside

    def known(self, request: HotfixRequest) -> KnownHotfix:
        """What a form is filled from. Raises UnknownIncident, WhichHotfix."""
        with self._turns.turns.looking(request) as turn:
            known = turn.work.hotfixes.of(turn.incident.id)
            general = KnownHotfix(
                incident=turn.incident,
                playbook=turn.playbook,
                severity=turn.severity,
                services=tuple(turn.team.coded.values()),
                hotfixes=known,
                rules=turn.playbook.hotfix.severities.get(turn.severity.key),
            )
            if not known:
                return general
            hand = HotfixTurn(turn, meant(turn, request.about))
            return _with(general, hand)

    def status(self, request: HotfixRequest) -> Post:
        """Where a hotfix stands. Raises NoHotfixYet, WhichHotfix."""
        with self._turns.looking(request) as hand:
            return card(hand)

    def log(self, request: LogRequest) -> Post:
        """What production got lately; asks git, so it may take a while.

        Raises:
            UnknownService, WorkTrouble
        """
        with self._turns.turns.looking(request) as turn:
            service = self._service(turn, request.service)
            policy = turn.playbook.hotfix
            pipeline = policy.pipeline(service.pipeline) or policy.pipeline()
        repositories = self._outside.repositories
        candidates = pipeline.production if pipeline is not None else ("main", "master")
        named = (service.production,) if service.production else candidates
        branch = repositories.production(service, named)
        log = repositories.log(
            service,
            branch,
            limit=policy.show_commits,
            files=request.files,
            per_file=policy.show_commits_per_file,
            rule=pipeline.version if pipeline is not None else None,
            tag_pattern=(pipeline.tag if pipeline is not None else None) or PLAIN_TAG,
        )
        with self._turns.turns.looking(request) as turn:
            return turn.answer("hotfix_log", service=service, log=log)

    def _service(self, turn: Turn, asked: str | None) -> Service:
        coded = turn.team.coded
        if asked is None:
            used = {each.service for each in turn.work.hotfixes.of(turn.incident.id)}
            meant_ = [*used, turn.incident.service or "", *(coded if len(coded) == 1 else ())]
            asked = next((name for name in meant_ if name in coded), "")
        if asked not in coded:
            raise UnknownService(asked, sorted(coded))
        return coded[asked]


def _with(general: KnownHotfix, hand: HotfixTurn) -> KnownHotfix:
    return KnownHotfix(
        incident=general.incident,
        playbook=general.playbook,
        severity=general.severity,
        services=general.services,
        hotfixes=general.hotfixes,
        rules=hand.rules,
        hotfix=hand.hotfix,
        engineer=hand.engineer,
        needed=still_needed(hand),
        ways=ways_open(hand),
    )
