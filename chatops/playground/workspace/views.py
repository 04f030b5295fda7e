"""The modals that people have open, and the App Homes that the app has drawn for them."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from chatops.playground.workspace.changes import Changes
from chatops.playground.workspace.model import Json, View, ViewKind


class WorkspaceViews:
    """A stack of modals and one Home for each person."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._stacks: dict[str, tuple[View, ...]] = {}
        self._homes: dict[str, View] = {}

    def stack(self, user: str) -> tuple[View, ...]:
        """List the person's open modals, the top one last."""
        return self._stacks.get(user, ())

    def modal(self, user: str) -> View | None:
        """Show the modal that the person sees."""
        return next(reversed(self.stack(user)), None)

    def home(self, user: str) -> View | None:
        return self._homes.get(user)

    def find(self, view_id: str) -> View | None:
        return next((one for one in self._all() if one.id == view_id), None)

    def find_external(self, external_id: str) -> View | None:
        return next((one for one in self._all() if one.external_id == external_id), None)

    def open(self, user: str, content: Json, *, channel: str | None = None) -> View:
        """Show a first modal; whatever the person had open is gone."""
        with self._changes.making():
            view = replace(self._made(ViewKind.MODAL, user, content), opened_in=channel)
            self._stacks[user] = (view,)
        return view

    def push(self, user: str, content: Json) -> View:
        with self._changes.making():
            below = self._stacks[user][-1]
            made = self._made(ViewKind.MODAL, user, content)
            view = replace(
                made, root_id=below.root_id, previous_id=below.id, opened_in=below.opened_in
            )
            self._stacks[user] = (*self._stacks[user], view)
        return view

    def publish(self, user: str, content: Json) -> View:
        with self._changes.making():
            shown = self._homes.get(user)
            if shown is None:
                view = self._made(ViewKind.HOME, user, content)
            else:
                view = self._redrawn(shown, content)
            self._homes[user] = view
        return view

    def update(self, view: View, content: Json) -> View:
        """Redraw a modal; what was entered stays in inputs whose ids stay."""
        with self._changes.making():
            changed = self._redrawn(view, content)
            self._put(changed)
        return changed

    def enter(self, view: View, values: Json) -> View:
        """Remember what the person has entered so far."""
        with self._changes.making():
            changed = replace(self.find(view.id) or view, values=values)
            self._put(changed)
        return changed

    def close(self, view: View) -> None:
        """Close one modal; the one below it is shown again."""
        with self._changes.making():
            stack = self.stack(view.owner)
            self._stacks[view.owner] = tuple(one for one in stack if one.id != view.id)

    def clear(self, user: str) -> None:
        with self._changes.making():
            self._stacks.pop(user, None)

    def _all(self) -> tuple[View, ...]:
        with self._changes.reading():
            modals = tuple(view for stack in self._stacks.values() for view in stack)
            return modals + tuple(self._homes.values())

    def _put(self, changed: View) -> None:
        if changed.kind is ViewKind.HOME:
            self._homes[changed.owner] = changed
            return
        stack = self.stack(changed.owner)
        self._stacks[changed.owner] = tuple(
            changed if one.id == changed.id else one for one in stack
        )

    def _made(self, kind: ViewKind, user: str, content: Json) -> View:
        view_id = self._changes.new_id("V")
        return View(
            id=view_id,
            kind=kind,
            owner=user,
            content=content,
            hash=self._new_hash(view_id),
            root_id=view_id,
        )

    def _redrawn(self, view: View, content: Json) -> View:
        kept = values_kept(view.values, content)
        return replace(view, content=content, values=kept, hash=self._new_hash(view.id))

    def _new_hash(self, view_id: str) -> str:
        ts = self._changes.new_ts()
        return f"{ts.partition('.')[0]}.{sha256((view_id + ts).encode()).hexdigest()[:8]}"


def values_kept(values: Mapping[str, Any], content: Json) -> Json:
    """Keep what was entered in the blocks that are still there."""
    still_there = {block.get("block_id") for block in content.get("blocks", ())}
    return {block_id: entered for block_id, entered in values.items() if block_id in still_there}
