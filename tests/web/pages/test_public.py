"""The public status: in stakeholders' words, nothing private, there without the database too."""

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx

from tests.acceptance.stage import Actor, Stage
from tests.web.pages.reader import Reader, data_of

PATHS = ("/status", "/status.atom", "/status.json")
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "]]><script>alert(1)</script> & \"'\x1b[31m \u202e <@U0123456> <!channel> {{ 7 * 7 }}"


def declare(actor: Actor, title: str, *, private: bool = False, impact: str = "") -> None:
    actor.types(f"/incident {title}")
    fields: dict[str, object] = {"How bad is it?": "P0", "In plain words": impact}
    if private:
        fields["Who may see it?"] = ["yes"]
    assert actor.submits(fields).ok


def update(stage: Stage, actor: Actor, plain: str, technical: str = "") -> None:
    actor.types("/incident update", stage.incident_room)
    assert actor.submits({"For stakeholders": plain, "For responders": technical}).ok


def resolve(stage: Stage, actor: Actor, fix: str, last: str = "") -> None:
    actor.types("/incident resolve", stage.incident_room)
    fields = {"What fixed it?": fix} | ({"Last word": last} if last else {})
    assert actor.submits(fields).ok
    stage.advance(seconds=5)


def entries(answer: httpx.Response) -> list[ET.Element]:
    assert answer.status_code == 200
    return ET.fromstring(answer.content).findall(f"{ATOM}entry")  # noqa: S314 - our own


def test_when_nothing_is_wrong_the_page_says_so(stranger: Reader) -> None:
    assert "All in order." in stranger.reads("/status")
    assert data_of(stranger.opens("/status.json"))["all_in_order"] is True
    assert entries(stranger.opens("/status.atom")) == []


def test_everybody_reads_the_last_plain_word_and_when_the_next_comes(
    stage: Stage, sam: Actor, stranger: Reader
) -> None:
    declare(sam, "Checkout is down", impact="Some customers cannot pay")
    update(stage, sam, "We know why and are testing a fix.", "pool of checkout-db-1 exhausted")
    stage.advance(seconds=5)
    words = stranger.reads("/status")
    assert "Checkout is down" in words
    assert "We know why and are testing a fix." in words
    assert "Next word by 2 Mar 2026, 14:" in words
    assert "Some customers cannot pay" in words


def test_what_is_technical_and_who_did_it_stays_inside(
    stage: Stage, sam: Actor, stranger: Reader
) -> None:
    declare(sam, "Checkout is down")
    update(stage, sam, f"{sam.mention} is on it.", "pool of checkout-db-1 exhausted")
    resolve(stage, sam, "Raised max_connections on checkout-db-1", "You can pay again.")
    for path in PATHS:
        text = stranger.opens(path).text
        assert "You can pay again." in text
        assert "a colleague is on it." in text
        for secret in ("checkout-db-1", "max_connections", sam.id, "Sam", "INC-", "P0"):
            assert secret not in text, (path, secret)


def test_of_a_private_incident_nothing_is_said_not_even_that_it_is_there(
    stage: Stage, sam: Actor, stranger: Reader
) -> None:
    before = [stranger.opens(path).text for path in PATHS]
    declare(sam, "Data of customers leaked", private=True, impact="Customers' addresses")
    stage.advance(minutes=20)
    assert [stranger.opens(path).text for path in PATHS] == before


def test_a_reader_cannot_tell_from_ids_that_one_is_left_out(
    stage: Stage, sam: Actor, stranger: Reader
) -> None:
    declare(sam, "Data of customers leaked", private=True)
    declare(sam, "Checkout is down")
    stage.advance(seconds=5)
    [shown] = data_of(stranger.opens("/status.json"))["incidents"]
    assert not re.search(r"2026-00|\b[12]\b", json.dumps({**shown, "words": [], "since": ""}))


def test_what_was_resolved_stays_for_a_fortnight_with_how_long_it_lasted(
    stage: Stage, sam: Actor, stranger: Reader
) -> None:
    declare(sam, "Checkout is down")
    stage.advance(minutes=30)
    resolve(stage, sam, "Restarted it", "You can pay again.")
    words = stranger.reads("/status")
    assert "All in order." in words
    assert "lasted 30 min" in words
    assert "You can pay again." in words
    stage.clock.advance(timedelta(days=15))
    assert "Checkout is down" not in stranger.reads("/status")


def test_when_it_comes_back_everybody_reads_that_and_not_that_it_works(
    stage: Stage, sam: Actor, stranger: Reader
) -> None:
    declare(sam, "Checkout is down")
    resolve(stage, sam, "Restarted it", "You can pay again.")
    sam.types("/incident reopen the pool on checkout-db-1 is full", stage.incident_room)
    stage.advance(seconds=5)
    text = stranger.opens("/status").text
    assert "The problem is back" in text
    assert "All in order" not in text
    assert "checkout-db-1" not in text


def test_a_browser_that_has_it_is_told_so(stage: Stage, sam: Actor, stranger: Reader) -> None:
    declare(sam, "Checkout is down")
    stage.advance(seconds=5)
    headers = {path: stranger.opens(path).headers for path in PATHS}
    stage.clock.advance(timedelta(seconds=30))
    for path, had in headers.items():
        listed = f'"other", W/{had["etag"]}'
        assert stranger.opens(path, **{"If-None-Match": listed}).status_code == 304, path
        changed = had["last-modified"]
        assert stranger.opens(path, **{"If-Modified-Since": changed}).status_code == 304, path
    update(stage, sam, "We are testing a fix.")
    stage.advance(seconds=5)
    for path, had in headers.items():
        assert stranger.opens(path, **{"If-None-Match": had["etag"]}).status_code == 200, path
        for since in (had["last-modified"], "yesterday"):
            assert stranger.opens(path, **{"If-Modified-Since": since}).status_code == 200, path


def test_the_feed_is_valid_whatever_people_write(
    stage: Stage, sam: Actor, stranger: Reader
) -> None:
    declare(sam, f"Down {HOSTILE}", impact=HOSTILE)
    update(stage, sam, HOSTILE)
    stage.advance(seconds=5)
    page, feed = stranger.opens("/status"), stranger.opens("/status.atom")
    assert "<script>alert" not in page.text
    assert "\u202e" not in page.text + feed.text
    [newest, _] = entries(feed)
    content = newest.findtext(f"{ATOM}content") or ""
    assert content.startswith("]]><script>alert(1)</script>")
    assert "{{ 7 * 7 }}" in content


def test_entries_keep_their_ids_and_times(stage: Stage, sam: Actor, stranger: Reader) -> None:
    declare(sam, "Checkout is down")
    update(stage, sam, "We are testing a fix.")
    stage.advance(seconds=5)
    before = [each.findtext(f"{ATOM}id") for each in entries(stranger.opens("/status.atom"))]
    resolve(stage, sam, "Restarted it")
    feed = entries(stranger.opens("/status.atom"))
    after = [each.findtext(f"{ATOM}id") for each in feed]
    assert after[1:] == before
    assert len(set(after)) == len(after) == 3
    assert all((each.findtext(f"{ATOM}updated") or "").endswith("Z") for each in feed)


def test_the_feed_says_how_to_find_it(stranger: Reader) -> None:
    page, feed = stranger.opens("/status"), stranger.opens("/status.atom")
    assert 'type="application/atom+xml"' in page.text
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert feed.headers["access-control-allow-origin"] == "*"


def break_database(folder: Path, stage: Stage) -> None:
    """Put something else where the database was."""
    stage.bot.engine.dispose()
    for file in folder.glob("chatops.db*"):
        file.unlink()
    (folder / "chatops.db").mkdir()


def mend_database(folder: Path, stage: Stage, kept: bytes) -> None:
    stage.bot.engine.dispose()
    shutil.rmtree(folder / "chatops.db")
    (folder / "chatops.db").write_bytes(kept)


def test_while_the_database_is_gone_the_copy_is_shown_and_says_as_of_when(
    stage: Stage, sam: Actor, stranger: Reader, tmp_path: Path
) -> None:
    declare(sam, "Checkout is down")
    update(stage, sam, "We are testing a fix.")
    stage.advance(seconds=5)
    stranger.reads("/status")
    stage.bot.engine.dispose()
    kept = (tmp_path / "chatops.db").read_bytes()
    break_database(tmp_path, stage)
    stage.clock.advance(timedelta(minutes=5))

    words = stranger.reads("/status")

    assert "This is a copy, as of 2 Mar 2026, 14:00 UTC" in words
    assert "We are testing a fix." in words
    assert data_of(stranger.opens("/status.json"))["as_of"].startswith("2026-03-02T14:00:")
    assert len(entries(stranger.opens("/status.atom"))) == 2
    mend_database(tmp_path, stage, kept)
    stage.clock.advance(timedelta(minutes=1))
    assert "This is a copy" not in stranger.reads("/status")


def test_the_copy_can_be_served_from_elsewhere(
    stage: Stage, sam: Actor, stranger: Reader, tmp_path: Path
) -> None:
    declare(sam, "Checkout is down")
    stage.advance(seconds=5)
    stranger.reads("/status")
    folder = tmp_path / "status"
    names = {file.name for file in folder.iterdir()}
    assert names == {"status.html", "status.atom", "status.json", "web"}
    page = (folder / "status.html").read_text()
    loaded = re.findall(r'(?:href|src)="(web/[^"]+|status\.[a-z]+)"', page)
    assert loaded
    assert [name for name in loaded if not (folder / name).is_file()] == []
    assert (folder / "status.html").stat().st_mode & 0o777 == 0o644
