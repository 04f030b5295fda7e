"""The repositories of services, as the hotfix asks for them: prepared here, and pushed."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar, assert_never

from chatops.adapters.git.errors import GitTrouble, UnknownCommit
from chatops.adapters.git.jobs.backport import bring_back
from chatops.adapters.git.jobs.branches import (
    production_branch,
    remove_branch,
    set_tag,
    start_branch,
)
from chatops.adapters.git.jobs.changes import merge_commit, pick_commit, put_file, revert_commit
from chatops.adapters.git.jobs.errors import (
    BrokenOff,
    Outrun,
    PushLost,
    in_plain_words,
    push_refused,
)
from chatops.adapters.git.jobs.job_context import JobContext, Prepared
from chatops.adapters.git.jobs.queries import prove_fix, read_log, read_state
from chatops.adapters.git.jobs.versions import bump_version
from chatops.adapters.git.objects.commits import Signing
from chatops.adapters.git.objects.mirror import Mirror, Remote, mirror_place
from chatops.adapters.git.objects.push import PushReport, PushResult, push, read_back
from chatops.adapters.git.objects.repository import GitRunner, Repository
from chatops.application.ports.external import ExternalError
from chatops.application.ports.git import (
    BranchState,
    BringBack,
    BumpVersion,
    Credential,
    Job,
    Log,
    Merge,
    Pick,
    PutFile,
    RemoveBranch,
    Result,
    Revert,
    StartBranch,
    Tag,
)
from chatops.domain.git.alignment import ProofResult
from chatops.domain.git.names import BranchName, CommitId, RefusedCommitId
from chatops.domain.git.redaction import Redactor
from chatops.domain.git.urls import RemoteUrl
from chatops.domain.playbook.pipeline import VersionRule
from chatops.domain.services import Service
from chatops.domain.team import GitRules


def prepare_job(bench: JobContext, job: Job) -> Prepared:  # noqa: C901, PLR0911 - one line for each job
    """Everything that a job makes, made in the object store; no ref is moved."""
    match job:
        case StartBranch():
            return _about(job.branch, start_branch(bench, job))
        case Revert():
            return revert_commit(bench, job)
        case Pick():
            return pick_commit(bench, job)
        case BumpVersion():
            return bump_version(bench, job)
        case Merge():
            return merge_commit(bench, job)
        case Tag():
            return _about(job.tag, set_tag(bench, job))
        case BringBack():
            return _about(job.pull_branch or job.target, bring_back(bench, job))
        case RemoveBranch():
            return _about(job.branch, remove_branch(bench, job))
        case PutFile():
            return put_file(bench, job)
        case _ as never:
            assert_never(never)


def _about(name: str, prepared: Prepared) -> Prepared:
    """The result says which branch or tag it is about, so that nobody makes the name up again."""
    return replace(prepared, result=replace(prepared.result, name=name))


_log = logging.getLogger(__name__)
_T = TypeVar("_T")

#: How often a job is prepared anew when others push to the same place.
_TRIES: Final = 3
_HEADS: Final = "refs/heads/"


def nobody(_service: Service) -> Credential | None:
    """Where no credential is needed."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class GitRepositories:
    """Works on mirrors below ``data``, as ``hands``; safe from any thread and process.

    ``credentials`` gives what a service's remote wants to see, at the moment it is needed.
    """

    data: Path
    hands: GitRules
    runner: GitRunner = field(default_factory=GitRunner)
    credentials: Callable[[Service], Credential | None] = nobody
    signing: Signing | None = None
    patience: float = 300.0

    def production(self, service: Service, candidates: Sequence[str]) -> str:
        with in_plain_words():
            mirror = self._fetched(service)
            return str(production_branch(self._bench(mirror, service, mirror.repo), candidates))

    def branches(self, service: Service) -> frozenset[str]:
        """`git ls-remote URL refs/heads/*`: the remote's branches, asked without a mirror.

        Raises:
            ExternalBusy, ExternalRefused
        """
        with in_plain_words(), TemporaryDirectory(prefix="chatops-remote-") as nowhere:
            mirror = self._mirror(service)
            found = mirror.remote.refs(replace(mirror.repo, path=Path(nowhere)), f"{_HEADS}*")
        return frozenset(ref.removeprefix(_HEADS) for ref in found)

    def log(
        self,
        service: Service,
        branch: str,
        *,
        limit: int,
        files: Sequence[str] = (),
        per_file: int = 5,
        rule: VersionRule | None = None,
        tag_pattern: str | None = None,
    ) -> Log:
        with in_plain_words():
            name, mirror = BranchName(branch), self._fetched(service)
            with mirror.at_work() as repo:
                return read_log(
                    self._bench(mirror, service, repo), name, limit=limit, files=files,
                    per_file=per_file, rule=rule, tag_pattern=tag_pattern,
                )  # fmt: skip

    def state(self, service: Service, branch: str, *, base: str, fetch: bool = True) -> BranchState:
        with in_plain_words():
            name, mirror = BranchName(branch), self._mirror(service)
            if fetch or not mirror.place.exists():
                mirror.fetch()
            with mirror.at_work() as repo:
                return read_state(self._bench(mirror, service, repo), name, base)

    def prepare(self, service: Service, job: Job) -> Result:
        with in_plain_words():
            return self._prepared(self._mirror(service), service, job).result

    def perform(self, service: Service, job: Job) -> Result:
        for _ in range(_TRIES):
            with in_plain_words():
                mirror = self._mirror(service)
                prepared = self._prepared(mirror, service, job)
                report = push(mirror, prepared.updates) if prepared.updates else None
            if report is None or _is_done(_settled(mirror, report)):
                return prepared.result
        raise Outrun(_TRIES)

    def prove(
        self, service: Service, *, base: str, fix: Sequence[str], target: str
    ) -> tuple[str, ProofResult]:
        with in_plain_words():
            name, mirror = BranchName(target), self._fetched(service)
            with mirror.at_work() as repo:
                bench = self._bench(mirror, service, repo)
                return _with_all_commits(
                    mirror, lambda: prove_fix(bench, base=base, fix=fix, target=name)
                )

    def tidy(self, services: Iterable[Service]) -> None:
        """Keep quick the mirrors that there are; one that cannot be tidied is left as it is."""
        for service in services:
            mirror = self._mirror(service)
            if not mirror.place.exists():
                continue
            try:
                mirror.tidy()
            except GitTrouble as trouble:
                extra = {"action": "tidy", "service": service.name, "why": str(trouble)}
                _log.warning("A mirror was not tidied", extra=extra)

    def _prepared(self, mirror: Mirror, service: Service, job: Job) -> Prepared:
        mirror.fetch()
        with mirror.at_work() as repo:
            bench = self._bench(mirror, service, repo)
            return _with_all_commits(mirror, lambda: prepare_job(bench, job))

    def _fetched(self, service: Service) -> Mirror:
        mirror = self._mirror(service)
        mirror.fetch()
        return mirror

    def _mirror(self, service: Service) -> Mirror:
        url, credential = RemoteUrl(service.repository), self.credentials(service)
        runner = self.runner
        if credential is not None:
            runner = replace(runner, redact=_Also(runner.redact, credential.secret))
        return Mirror(
            place=mirror_place(self.data, url),
            remote=Remote(url=url, credential=credential),
            runner=runner,
            patience=self.patience,
        )

    def _bench(self, mirror: Mirror, service: Service, repo: Repository) -> JobContext:
        return JobContext(
            repo=repo,
            service=service,
            rules=self.hands,
            branches=mirror.branches(),
            tags=mirror.tags(),
            signing=self.signing,
        )


class _Also(Redactor):
    """Another redactor, and one more secret."""

    def __init__(self, others: Redactor, secret: str) -> None:
        super().__init__([secret])
        self._others = others

    def __call__(self, text: str) -> str:
        return super().__call__(self._others(text))


def _with_all_commits(mirror: Mirror, work: Callable[[], _T]) -> _T:
    """Work; a commit of a branch that is deleted by now is asked for by its id."""
    asked: set[str] = set()
    while True:
        try:
            return work()
        except UnknownCommit as error:
            if error.name in asked or not _fetch_commit(mirror, error.name):
                raise
            asked.add(error.name)


def _fetch_commit(mirror: Mirror, name: str) -> bool:
    try:
        commit = CommitId(name)
    except RefusedCommitId:
        return False
    return mirror.fetch_commit(commit)


def _settled(mirror: Mirror, report: PushReport) -> PushReport:
    """The report of a push; what it leaves open is asked of the remote."""
    if not report.any(PushResult.UNKNOWN):
        return report
    try:
        with in_plain_words():
            return read_back(mirror, report)
    except ExternalError as trouble:
        raise PushLost([each.update.ref for each in report.outcomes], trouble) from trouble


def _is_done(report: PushReport) -> bool:
    """Whether it was taken; if not, because others were quicker: anything else is raised."""
    if report.any(PushResult.REFUSED):
        raise push_refused(report)
    if report.any(PushResult.NOT_DONE):
        raise BrokenOff(report.words)
    return report.done
