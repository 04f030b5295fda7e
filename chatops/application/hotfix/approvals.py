"""Takes approvals: of exactly one commit, by somebody else, in the roles that the policy names."""

from chatops.application.authorization import PeopleDirectory
from chatops.application.git_identity import Profiles, has_written
from chatops.application.hotfix.approval_requests import must_be_approvable, still_needed
from chatops.application.hotfix.session import ApproveRequest, HotfixSession, HotfixSessions
from chatops.application.hotfix.state_machine import end
from chatops.domain.errors import UserError
from chatops.domain.hotfix.errors import NotSpoken, StaleApproval, own_fix
from chatops.domain.hotfix.model import ApprovalGiven, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.pipeline import StepKind


def nobody_approves(roles: tuple[str, ...]) -> UserError:
    """The role that must approve has nobody in chatops.yml."""
    named = " or ".join(role.replace("_", " ") for role in roles)
    return UserError(
        f"You are not {named}, whose approval is still needed. Ask one of them to press"
        " Approve, or to type `/hotfix approve`."
    )


class Approve:
    """Take an approval."""

    def __init__(
        self, sessions: HotfixSessions, directory: PeopleDirectory, people: Profiles
    ) -> None:
        self._sessions = sessions
        self._directory = directory
        self._people = people

    def __call__(self, request: ApproveRequest) -> Post:
        """Note who agreed to which commit; with the last one the step is done.

        Raises:
            UserError, StaleApproval, NotSpoken, UserError, and what ``must_be_approvable`` raises
        """
        by = request.spoken_by or request.user
        with self._sessions.looking(request) as session:
            roles = tuple(dict.fromkeys(session.rules.approval.roles))
            names = session.hotfix.work.authors
        held = {role: by in self._directory.people(role) for role in roles}
        own_name = has_written(by, names, self._sessions.sessions.team, self._people)
        with self._sessions.begin(request) as session:
            mine = tuple(r for r in roles if held[r] or session.incident.roles.get(r) == by)
            _must_be_possible(session, request, by)
            if by == session.engineer or own_name:
                raise own_fix()
            needed = still_needed(session)
            if not mine and "any" not in needed and needed:
                raise nobody_approves(needed)
            self._take(session, request, by, mine)
            return session.answer("approve_answer", needed=still_needed(session), by=by)

    def _take(
        self, session: HotfixSession, request: ApproveRequest, by: str, roles: tuple[str, ...]
    ) -> None:
        witness = request.user if request.spoken_by else None
        bound = session.hotfix.comes_after_fix(StepKind.APPROVE)
        given = ApprovalGiven(
            by=by,
            sha=session.hotfix.head if bound else "",
            at=session.now,
            roles=roles,
            witness=witness,
        )
        session.hotfix = session.hotfix.approved(given)
        what = given.sha[:10] or "the plan"
        heard = f", spoken to <@{witness}>" if witness else ""
        session.note(f"<@{by}> approved {what}{heard}", EntryKind.APPROVED)
        needed = still_needed(session)
        post = session.post("approval_given", given=given, needed=needed)
        session.tell_thread(f"approved:{by}:{given.sha}", post)
        if witness is not None:
            direct = session.post("approval_direct", given=given)
            session.incident_session.tell_person(
                session.key(f"spoken:{by}:{given.sha}"), by, direct
            )
        if not needed:
            _end(session)


def _must_be_possible(session: HotfixSession, request: ApproveRequest, by: str) -> None:
    must_be_approvable(session.hotfix)
    bound = session.hotfix.comes_after_fix(StepKind.APPROVE)
    if bound and request.sha and request.sha != session.hotfix.head:
        raise StaleApproval(request.sha, session.hotfix.head)
    if request.spoken_by:
        _must_be_speakable(session, request, by)


def _must_be_speakable(session: HotfixSession, request: ApproveRequest, by: str) -> None:
    if not session.rules.approval.verbal:
        why = f"the playbook wants a click for {session.severity.label}. Ask <@{by}> for theirs."
        raise NotSpoken(why)
    if by == request.user:
        why = "a witness puts it down, not the one who speaks. Press Approve instead."
        raise NotSpoken(why)
    if request.user == session.engineer:
        why = "whoever made the fix cannot be the witness. Ask somebody else to put it down."
        raise NotSpoken(why)


def _end(session: HotfixSession) -> None:
    step = session.hotfix.step(StepKind.APPROVE)
    current = session.hotfix.current
    if step is None or step.state not in {StepState.WAITING, StepState.FAILED}:
        return
    if current is not None and current.kind is StepKind.APPROVE:
        names = ", ".join(f"<@{given.by}>" for given in session.hotfix.standing)
        end(session, StepKind.APPROVE, f"Approved by {names}")
