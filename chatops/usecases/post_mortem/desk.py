"""Everything that can be asked about post-mortems, in one place, for the edges to call."""

from dataclasses import dataclass

from chatops.usecases.hotfix.naming import Names, Profiles
from chatops.usecases.permission import Directory
from chatops.usecases.post_mortem.ending import FinishPostMortem, SkipPostMortem
from chatops.usecases.post_mortem.recording import Drawer
from chatops.usecases.post_mortem.reviewing import HoldReview, PlanReview
from chatops.usecases.post_mortem.showing import LookAtPostMortem
from chatops.usecases.post_mortem.taking_out import ExportPostMortem, ShowPostMortem
from chatops.usecases.post_mortem.writing import AnswerQuestions, EditPostMortem
from chatops.usecases.turns import Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortemDesk:
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


def open_post_mortem_desk(
    *, turns: Turns, directory: Directory, people: Profiles
) -> PostMortemDesk:
    """Build the use cases over their ports."""
    drawer = Drawer(turns, Names(turns.team, people))
    return PostMortemDesk(
        look=LookAtPostMortem(turns, drawer),
        show=ShowPostMortem(turns, drawer),
        answer=AnswerQuestions(turns, directory),
        edit=EditPostMortem(turns, directory, drawer),
        finish=FinishPostMortem(turns, directory),
        skip=SkipPostMortem(turns, directory),
        export=ExportPostMortem(turns, drawer),
        plan_review=PlanReview(turns, directory, drawer, people),
        hold_review=HoldReview(turns, directory),
    )
