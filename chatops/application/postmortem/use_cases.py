"""Everything that can be asked about post-mortems, in one place, for the edges to call."""

from dataclasses import dataclass

from chatops.application.authorization import PeopleDirectory
from chatops.application.git_identity import GitIdentities, Profiles
from chatops.application.postmortem.draft import AnswerQuestions, Drawer, EditPostMortem
from chatops.application.postmortem.export import ExportPostMortem, ShowPostMortem
from chatops.application.postmortem.finish import FinishPostMortem, SkipPostMortem
from chatops.application.postmortem.review import HoldReview, PlanReview
from chatops.application.postmortem.views import LookAtPostMortem
from chatops.application.session import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortemUseCases:
    """The use cases, ready to be called."""

    look: LookAtPostMortem
    show: ShowPostMortem
    answer: AnswerQuestions
    edit: EditPostMortem
    finish: FinishPostMortem
    skip: SkipPostMortem
    export: ExportPostMortem
    plan_review: PlanReview
    hold_review: HoldReview


def open_post_mortem_use_cases(
    *, sessions: Sessions, directory: PeopleDirectory, people: Profiles
) -> PostMortemUseCases:
    """Build the use cases over their ports."""
    drawer = Drawer(sessions, GitIdentities(sessions.team, people))
    return PostMortemUseCases(
        look=LookAtPostMortem(sessions, drawer),
        show=ShowPostMortem(sessions, drawer),
        answer=AnswerQuestions(sessions, directory),
        edit=EditPostMortem(sessions, directory, drawer),
        finish=FinishPostMortem(sessions, directory),
        skip=SkipPostMortem(sessions, directory),
        export=ExportPostMortem(sessions, drawer),
        plan_review=PlanReview(sessions, directory, drawer, people),
        hold_review=HoldReview(sessions, directory),
    )
