"""Shows a post-mortem: to pages and terminals as one value, to a channel as a file."""

from dataclasses import dataclass

from chatops.application.postmortem.draft import Drawer, held, left_open, record_of, revision_of
from chatops.application.postmortem.review import proposed
from chatops.application.session import Request, Sessions
from chatops.domain.incident.model import Incident
from chatops.domain.playbook.policy import Playbook
from chatops.domain.postmortem.facts import AnsweredQuestion, questions_of
from chatops.domain.postmortem.model import Export, PostMortem, Review


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortemView:
    """A post-mortem as pages and forms see it.

    ``markdown`` is the whole text, and empty where it was not asked for. ``version`` is to be
    given back with an edited text: it tells whether others wrote in between. ``owed`` says that
    the playbook wants one, ``exports`` where it can be taken, ``review`` the meeting that is
    planned or proposed.
    """

    incident: Incident
    playbook: Playbook
    post_mortem: PostMortem
    markdown: str
    questions: tuple[AnsweredQuestion, ...]
    left: tuple[AnsweredQuestion, ...]
    owed: bool
    exports: tuple[Export, ...]
    review: Review
    version: int


class LookAtPostMortem:
    """Looks at a post-mortem, for one pair of eyes."""

    def __init__(self, sessions: Sessions, drawer: Drawer) -> None:
        self._sessions = sessions
        self._drawer = drawer

    def __call__(self, request: Request, *, whole: bool = True) -> PostMortemView:
        """What there is; the ``whole`` text with the names of people.

        Raises:
            UnknownIncident
        """
        drawn = self._drawer.drawn(request) if whole else None
        with self._sessions.looking(request) as session:
            record = record_of(session)
            stored = held(session)
            docs = session.team.docs is not None and not session.incident.private
            return PostMortemView(
                incident=session.incident,
                playbook=session.playbook,
                post_mortem=stored,
                markdown=drawn.text if drawn is not None else "",
                questions=questions_of(record),
                left=left_open(record),
                owed=session.severity.post_mortem.owed,
                exports=tuple(each for each in Export if docs or each is not Export.DOCS),
                review=stored.review or proposed(session),
                version=drawn.version if drawn is not None else revision_of(record),
            )
