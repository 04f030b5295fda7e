"""Words what goes into the docs repository: the file, the commit, the pull request."""

from dataclasses import dataclass
from datetime import datetime

from chatops.domain.incident.model import slug
from chatops.domain.postmortem.facts import Called
from chatops.domain.services import Service
from chatops.usecases.hotfix.jobs import Signed
from chatops.usecases.post_mortem.recording import held, text_of
from chatops.usecases.turn import Turn

#: The trailer that tells the bot's own commits of a post-mortem from other people's.
TRAILER = "Post-Mortem"
_NOWHERE = "users.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A post-mortem on its way into a repository; ``before`` is where it stands already."""

    service: Service
    base: str
    branch: str
    path: str
    content: str
    message: str
    title: str
    body: str
    signed: Signed
    before: str


def publication_of(turn: Turn, called: Called, *, at: datetime) -> Publication | None:
    """What is to be brought there; none if the team has no such place any more."""
    docs = turn.team.docs
    service = turn.team.services.get(docs.service) if docs is not None else None
    if docs is None or service is None or not service.has_code:
        return None
    incident, stored = turn.incident, held(turn)
    writer = stored.changed_by or stored.owner or incident.leader
    return Publication(
        service=service,
        base=docs.branch,
        branch=f"postmortem/{incident.reference}",
        path=docs.path.format(
            year=incident.year, reference=incident.reference, slug=slug(incident.title)
        ),
        content=f"{text_of(turn, called)}\n",
        message=turn.plain("post_mortem_commit"),
        title=turn.plain("post_mortem_pull_title"),
        body=turn.markdown("post_mortem_pull_body"),
        signed=Signed(
            name=called.get(writer, turn.team.git.name),
            email=_address(turn, writer),
            at=at,
            trailers=(
                ("Incident", incident.reference),
                (TRAILER, f"{incident.reference} version {stored.version}"),
            ),
        ),
        before=stored.exports.get("pull_request", ""),
    )


def _address(turn: Turn, user: str) -> str:
    """As chatops.yml has it, else one that reaches nobody."""
    _, found, rest = turn.team.git.people.get(user, "").partition("<")
    return rest.strip(" >") if found else f"{user}@{_NOWHERE}"
