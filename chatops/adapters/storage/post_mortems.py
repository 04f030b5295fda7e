"""Post-mortems in the database: each as one document, with columns for what is searched by."""

from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, select, update

from chatops.adapters.storage.errors import StalePostMortem
from chatops.adapters.storage.tables import PostMortemRow
from chatops.domain.postmortem.model import PostMortem


class SqlPostMortems:
    """All post-mortems."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, incident: int) -> PostMortem | None:
        same = select(PostMortemRow).where(PostMortemRow.incident == incident)
        row = self._session.exec(same).one_or_none()
        return None if row is None else row.whole

    def save(self, post_mortem: PostMortem) -> PostMortem:
        saved = replace(post_mortem, version=post_mortem.version + 1)
        columns: dict[str, Any] = {"state": saved.state, "version": saved.version, "whole": saved}
        if post_mortem.version == 0:
            self._session.add(PostMortemRow(incident=saved.incident, **columns))
            self._session.flush()
            return saved
        same = (
            col(PostMortemRow.incident) == saved.incident,
            col(PostMortemRow.version) == post_mortem.version,
        )
        change = update(PostMortemRow).where(*same).values(**columns)
        if self._session.exec(change).rowcount == 0:
            raise StalePostMortem(saved.incident, post_mortem.version)
        return saved
