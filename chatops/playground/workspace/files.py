"""The files and canvases of a workspace."""

from dataclasses import replace

from chatops.playground.workspace.changes import Changes
from chatops.playground.workspace.model import File


class WorkspaceFiles:
    """What was uploaded or written as a canvas."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._files: dict[str, File] = {}

    @property
    def all(self) -> tuple[File, ...]:
        with self._changes.reading():
            return tuple(self._files.values())

    def find(self, file_id: str) -> File | None:
        return self._files.get(file_id)

    def add(
        self, *, name: str, title: str, owner: str, content: bytes = b"", filetype: str = "text"
    ) -> File:
        with self._changes.making():
            file = File(
                id=self._changes.new_id("F"),
                name=name,
                title=title,
                owner=owner,
                created=self._changes.clock.now(),
                content=content,
                filetype=filetype,
            )
            self._files[file.id] = file
        return file

    def receive(self, file_id: str, content: bytes) -> File:
        with self._changes.making():
            return self._keep(replace(self._files[file_id], content=content))

    def share(self, file_id: str, *, title: str, channel_id: str | None) -> File:
        with self._changes.making():
            file = self._files[file_id]
            channels = file.channels if channel_id is None else (*file.channels, channel_id)
            return self._keep(replace(file, title=title or file.title, channels=channels))

    def _keep(self, file: File) -> File:
        self._files[file.id] = file
        return file
