"""The shop as a service of the team: its repository, and how it is deployed and looked at."""

import json
import shlex
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import chatops
from chatops.domain.playbook.pipeline import Pipeline, Skip, StepKind
from chatops.domain.services import Check, Command, Service
from chatops.playground.shop.repository import PEOPLE
from chatops.playground.shop.servers import FLAG, Servers
from chatops.playground.shop.shop import Shop

NAME: Final = "checkout"
_PROGRAM: Final = "chatops.playground.shop.deploy"
_TIMEOUT: Final = timedelta(minutes=2)
_LOOK_EVERY: Final = timedelta(seconds=15)
#: Errors in per cent from which on something is wrong.
_TOO_MANY: Final = 5.0


def develop_of(pipeline: Pipeline | None) -> str:
    """What the branch is called that a pipeline brings fixes back to."""
    targets = pipeline.backport.targets if pipeline and pipeline.backport else ()
    return next(iter(targets), "develop")


def deploys_itself(pipeline: Pipeline | None) -> bool:
    """Whether the pipeline counts on every push to main being deployed."""
    step = pipeline.step(StepKind.DEPLOY) if pipeline else None
    return step is not None and step.automatic


def goes_straight(pipeline: Pipeline | None) -> bool:
    """Whether a hotfix is committed to main itself."""
    return pipeline is not None and pipeline.branch is None


def write_access(servers: Servers, url: str, file: Path) -> None:
    """Write where the servers are, and what lets one deploy, for nobody else to read."""
    file.touch(mode=0o600)
    file.write_text(json.dumps({"url": url, "token": servers.token}), encoding="utf-8")


def write_program(file: Path, access: Path) -> None:
    """Write the deploy program under a short name, since people read it before they agree."""
    words = (sys.executable, "-m", _PROGRAM, "--access", str(access))
    package = shlex.quote(str(Path(chatops.__file__).parents[1]))
    start = f"PYTHONPATH={package} exec {shlex.join(words)}"
    file.write_text(f'#!/bin/sh\n{start} "$@"\n', encoding="utf-8")
    file.chmod(0o755)


def service(shop: Shop, *, url: str, pipeline: Pipeline | None) -> Service:
    """The service as `chatops.yml` would describe it; the shop answers at ``url``."""
    folder = shop.repository.folder
    write_access(shop.servers, url, folder / "access.json")
    write_program(folder / "deploy", folder / "access.json")
    release = ("--version", "{version}") if _is_versioned(pipeline) else ()
    pays = Check(title="A test payment", url=f"{url}/pay")
    return Service(
        name=NAME,
        repository=str(shop.repository.remote),
        pipeline=pipeline.key if pipeline else None,
        production="main",
        targets=(shop.repository.develop,),
        deploy=_command(folder, "--to", "production", *release, "--sha", "{sha}"),
        stage=_command(folder, "--to", "staging", "--sha", "{sha}"),
        rollback=_command(folder, "--to", "production", *(release or ("--back",))),
        flags={FLAG: _command(folder, "--flag-off", FLAG)},
        deployed=Check(title="Production runs it", url=f"{url}/health", json="sha", equals="{sha}"),
        verify=(
            Check(title="Health", url=f"{url}/health", json="status", equals="ok"),
            pays,
        ),
        watch=(
            Check(title="Errors", url=f"{url}/health", json="errors_percent", below=_TOO_MANY),
            pays,
        ),
        look_every=_LOOK_EVERY,
        internal=True,
    )


def _is_versioned(pipeline: Pipeline | None) -> bool:
    """Whether every hotfix has a version: one that might not cannot stand in a command."""
    if pipeline is None:
        return False
    bump = pipeline.step(StepKind.BUMP)
    return pipeline.tag is not None or (bump is not None and bump.skip_rule is Skip.NEVER)


def people(ids: Mapping[str, str]) -> dict[str, str]:
    """Who the workspace's people are in git; ``ids`` are theirs by handle."""
    return {
        ids[handle]: author.text
        for author in PEOPLE
        if (handle := author.email.partition("@")[0]) in ids
    }


def _command(folder: Path, *arguments: str) -> Command:
    return Command(run=("./deploy", *arguments), timeout=_TIMEOUT, folder=str(folder))
