"""Commits, trailers and tags as the bot makes them."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from chatops.adapters.git.objects.commits import (
    Signing,
    picked_from,
    signature,
    with_trailers,
    write_commit,
    write_tag,
)
from chatops.adapters.git.objects.objects import read_commit
from chatops.domain.git.names import TagName
from tests.git.git_workshop import BOT, NOON, Workshop


def test_a_person_whom_git_could_not_store_is_made_storable() -> None:
    odd = signature("  Eve\n<Evil>\x00 Engineer ", " eve@example.com\n", NOON)
    assert (odd.name, odd.email, odd.when) == (
        "Eve Evil Engineer",
        "eve@example.com",
        "1772625600 +0000",
    )
    assert signature("", "", NOON).name == "unknown"


def test_the_message_of_a_commit_in_another_encoding_is_read(workshop: Workshop) -> None:
    workshop.git("config", "i18n.commitEncoding", "ISO-8859-1")
    (workshop.place / "message").write_bytes("Größe".encode("latin-1"))
    workshop.git("commit", "-q", "--allow-empty", "-F", "message")
    assert read_commit(workshop.repo, workshop.head()).subject == "Größe"


def test_trailers_join_the_block_that_is_there_and_are_not_doubled() -> None:
    message = "fix: a\n\nbody\n\nSigned-off-by: Eve <e@e>\n"
    once = with_trailers(message, [("Incident", "INC-1")])
    assert once == "fix: a\n\nbody\n\nSigned-off-by: Eve <e@e>\nIncident: INC-1"
    assert with_trailers(once, [("Incident", "INC-1")]) == once
    assert with_trailers("fix: a", []) == "fix: a"
    assert with_trailers("", [("Incident", "INC-1")]) == "Incident: INC-1"


@pytest.mark.parametrize(
    "body", ["fix: a", "fix: a\n\nText: with a colon\nbut no block", "a\n\nK: v"]
)
def test_a_picked_message_is_the_one_that_git_writes(workshop: Workshop, body: str) -> None:
    workshop.commit({"a": "1"}, "start")
    workshop.branch("side")
    fix = workshop.commit({"b": "1"}, body)
    workshop.switch("main")
    workshop.git("cherry-pick", "-x", str(fix))
    assert picked_from(body, fix) + "\n" == read_commit(workshop.repo, workshop.head()).message


def test_a_tag_object_is_annotated_and_keeps_no_ref(workshop: Workshop) -> None:
    head = workshop.commit({"a": "1"})
    tag = write_tag(
        workshop.repo, name=TagName("v1.2.4"), commit=head, message="Hotfix: a\n\n# kept", by=BOT
    )
    assert workshop.git("cat-file", "-t", str(tag)) == "tag"
    assert workshop.git("cat-file", "tag", str(tag)).endswith("Hotfix: a\n\n# kept")
    assert workshop.git("tag", "--list") == ""


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="signs with an ssh key")
def test_commits_and_tags_are_signed_where_a_key_is_configured(
    workshop: Workshop, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    by = replace(BOT, signing=Signing(key=str(key), settings=("gpg.format=ssh",)))
    head = workshop.commit({"a": "1"})
    made = write_commit(
        workshop.repo,
        tree=workshop.tree(),
        parents=[head],
        message="signed",
        author=BOT.signature,
        by=by,
    )
    tag = write_tag(workshop.repo, name=TagName("v1"), commit=made, message="signed", by=by)
    assert "-----BEGIN SSH SIGNATURE-----" in workshop.git("cat-file", "commit", str(made))
    assert "-----BEGIN SSH SIGNATURE-----" in workshop.git("cat-file", "tag", str(tag))
