from dataclasses import replace

from chatops.domain.incident.timeline import Entry, EntryKind, current, first_broken
from tests.domain.samples import MINUTE, NOW


def chain(*texts: str) -> list[Entry]:
    entries: list[Entry] = []
    for number, text in enumerate(texts, start=1):
        entry = Entry(
            incident=7,
            at=NOW + number * MINUTE,
            written_at=NOW + number * MINUTE,
            kind=EntryKind.NOTE,
            actor="UOLA",
            text=text,
            id=number,
        )
        previous = entries[-1].seal if entries else ""
        entries.append(replace(entry, seal=entry.sealed(previous)))
    return entries


def test_an_untouched_timeline_is_whole() -> None:
    assert first_broken(chain("It began.", "We looked.", "It ended.")) is None


def test_an_entry_that_was_changed_is_found() -> None:
    entries = chain("It began.", "We looked.", "It ended.")
    entries[1] = replace(entries[1], text="We slept.")
    assert first_broken(entries) == entries[1]


def test_an_entry_that_was_taken_out_is_noticed_at_the_next_one() -> None:
    entries = chain("It began.", "We looked.", "It ended.")
    del entries[1]
    assert first_broken(entries) == entries[1]


def test_a_correction_stands_where_the_first_wording_stood() -> None:
    began, looked = chain("It began.", "We lokked.")
    mended = replace(looked, id=3, text="We looked.", replaces=2, written_at=NOW + 9 * MINUTE)
    assert [entry.text for entry in current([began, looked, mended])] == ["It began.", "We looked."]


def test_entries_are_told_in_the_order_they_happened() -> None:
    began, looked = chain("It began.", "We looked.")
    earlier = replace(looked, id=3, at=NOW - MINUTE, text="First noticed.")
    told = current([began, looked, earlier])
    assert [entry.text for entry in told] == ["First noticed.", "It began.", "We looked."]
