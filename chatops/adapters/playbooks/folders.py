"""Finds playbook folders: the shipped ones, and copies that a team has edited."""

from hashlib import sha256
from importlib import resources
from pathlib import Path

from chatops.adapters.playbooks.yaml_source import UnknownPlaybook

#: The file that makes a folder a playbook.
POLICY = "playbook.yml"
#: The folder of texts for every playbook that has none of its own.
SHARED = "_base"


def find_templates() -> Path:
    """The folder of shipped playbooks."""
    return templates_of(Path(str(resources.files("chatops"))))


def templates_of(package: Path) -> Path:
    """Where the templates of an installed package or of a checkout lie."""
    installed = package / "_templates"
    return installed if installed.is_dir() else package.parent / "templates"


def shipped(templates: Path) -> tuple[str, ...]:
    """The names of the playbooks in ``templates``."""
    return tuple(sorted(file.parent.name for file in templates.glob(f"*/{POLICY}")))


def resolve(name_or_path: str, *, near: Path | None = None, templates: Path | None = None) -> Path:
    """The folder of a shipped playbook, by name, or of a copied one, by path.

    A relative path is looked for beside ``near``, the file that names it. A folder that is there
    wins over a shipped playbook of the same name.

    Raises:
        UnknownPlaybook: there is neither.
    """
    templates_folder = templates or find_templates()
    known = shipped(templates_folder)
    folder = _playbook_at(near.parent if near else Path(), name_or_path)
    if folder is not None:
        return folder
    if name_or_path in known:
        return templates_folder / name_or_path
    raise UnknownPlaybook(name_or_path, known)


def _playbook_at(start: Path, path: str) -> Path | None:
    try:
        folder = start / Path(path).expanduser()
        return folder.resolve() if (folder / POLICY).is_file() else None
    except (OSError, RuntimeError, ValueError):  # a path that no disk can hold, or nobody's home
        return None


def text_files(folder: Path) -> dict[str, Path]:
    """The texts that ``folder`` words, by name."""
    return {file.stem: file for file in sorted(folder.glob("*.j2"))}


def digests_of(folder: Path, *, templates: Path) -> frozenset[tuple[Path, bytes]]:
    """Every file that a playbook is read from, with what is in it: equal while nothing changes.

    Raises:
        OSError: one of them cannot be read.
    """
    places = [each.resolve() for each in (folder, *shared_folders(folder, templates=templates))]
    files = (file for each in places for file in (each / POLICY, *text_files(each).values()))
    return frozenset((file, sha256(file.read_bytes()).digest()) for file in files if file.exists())


def shared_folders(folder: Path, *, templates: Path) -> tuple[Path, ...]:
    """Where texts come from that ``folder`` does not word, the nearest last."""
    beside, ours = folder.parent / SHARED, templates / SHARED
    found = (ours, beside) if beside.is_dir() and beside != ours else (ours,)
    return tuple(each for each in found if each.is_dir())
