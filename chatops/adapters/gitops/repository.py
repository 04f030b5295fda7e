"""A git directory together with the runner that works on it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chatops.adapters.gitops.runner import NOTHING, GitAnswer, GitRunner


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Where the objects are, and what each git command on them has to know."""

    path: Path
    runner: GitRunner
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None

    def run(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        env: Mapping[str, str] = NOTHING,
        expect: Collection[int] = (0,),
        timeout: float | None = None,
        keep_open: Sequence[int] = (),
    ) -> GitAnswer:
        return self.runner.run(
            arguments,
            cwd=self.cwd or self.path,
            env={"GIT_DIR": str(self.path), **self.env, **env},
            stdin=stdin,
            expect=expect,
            timeout=timeout,
            keep_open=keep_open,
        )

    def with_env(self, **more: str) -> "Repository":
        return replace(self, env={**self.env, **more})
