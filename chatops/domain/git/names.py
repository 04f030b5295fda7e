"""Names that may be handed to git: branch, tag and commit, and what is refused.

A name that passes here can never be read as an option, never climbs out of its namespace, never
looks like something else to a person, and means one thing to every git.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from chatops.domain.errors import UserError

LONGEST_NAME: Final = 200
_OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_LOOKS_LIKE_ID = re.compile(r"(?i)[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PART_RULES: Final = (
    (re.compile(r"(?:^|/)\."), "a part of it begins with a dot"),
    (re.compile(r"\.lock(?:/|$)"), "a part of it ends in `.lock`, which git keeps for itself"),
    (re.compile(r"\.\."), "it contains `..`, which git reads as a range"),
    (re.compile(r"[~^:?*\[\\]"), "it contains one of ~ ^ : ? * [ \\, which git keeps for itself"),
    (re.compile(r"^/|/$|//"), "it has an empty part between slashes"),
    (re.compile(r"\.$"), "it ends in a dot"),
    (re.compile(r"@\{"), "it contains `@{`, which git reads as a look back in time"),
)


class RefusedName(UserError):
    """A name that git, a person or a file system could take for something else."""

    kind = "name"

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"{_shown(name)} cannot be used as a {self.kind}: {reason}.")


class RefusedBranchName(RefusedName):
    """Not a branch name."""

    kind = "branch name"


class RefusedTagName(RefusedName):
    """Not a tag name."""

    kind = "tag name"


class RefusedCommitId(RefusedName):
    """Not a full commit id."""

    kind = "commit id"


class RefusedPattern(RefusedName):
    """A pattern for names that cannot be filled in."""

    kind = "name pattern"


@dataclass(frozen=True, slots=True)
class BranchName:
    """A branch by its short name, such as ``hotfix/ET-1234-fix-payment``."""

    text: str

    def __post_init__(self) -> None:
        if reason := ref_name_fault(self.text):
            raise RefusedBranchName(self.text, reason)

    def __str__(self) -> str:
        return self.text

    @property
    def ref(self) -> str:
        return f"refs/heads/{self.text}"


@dataclass(frozen=True, slots=True)
class TagName:
    """A tag by its short name, such as ``v1.2.4``."""

    text: str

    def __post_init__(self) -> None:
        if reason := ref_name_fault(self.text):
            raise RefusedTagName(self.text, reason)

    def __str__(self) -> str:
        return self.text

    @property
    def ref(self) -> str:
        return f"refs/tags/{self.text}"


@dataclass(frozen=True, slots=True)
class CommitId:
    """A commit (or another object) by its full id, in lower case."""

    text: str

    def __post_init__(self) -> None:
        if not _OBJECT_ID.fullmatch(self.text):
            raise RefusedCommitId(self.text, "it is not 40 (or 64) lower-case hexadecimal digits")

    def __str__(self) -> str:
        return self.text

    @property
    def short(self) -> str:
        return self.text[:10]


def ref_name_fault(name: str) -> str | None:
    """Why ``name`` must not be used below ``refs/heads/`` or ``refs/tags/``, or None."""
    return _length_fault(name) or _character_fault(name) or _shape_fault(name)


def _length_fault(name: str) -> str | None:
    if not name:
        return "it is empty"
    if len(name) > LONGEST_NAME:
        return f"it has {len(name)} characters, and {LONGEST_NAME} are the most"
    if any(len(part.encode(errors="replace")) > LONGEST_NAME for part in name.split("/")):
        return f"a part of it takes more than {LONGEST_NAME} bytes on disk"
    return None


def _character_fault(name: str) -> str | None:
    for character in name:
        category = unicodedata.category(character)
        if category[0] == "C":
            return f"it contains an invisible character (U+{ord(character):04X})"
        if category[0] == "Z":
            return "it contains a space"
    if unicodedata.normalize("NFC", name) != name:
        return "it is written with separate accents, which some file systems change"
    return None


def _shape_fault(name: str) -> str | None:
    if name.startswith("-"):
        return "it begins with a dash, which git reads as an option"
    if name == "@" or name.casefold() == "head":
        return "git means the current commit by it"
    if _LOOKS_LIKE_ID.fullmatch(name):
        return "it looks like a commit id"
    if name.casefold().startswith("refs/"):
        return "it is a full ref name; give the short name"
    return next((reason for rule, reason in _PART_RULES if rule.search(name)), None)


def collision(name: str, existing: Iterable[str]) -> str | None:
    """Why ``name`` cannot stand beside the ``existing`` names, or None.

    >>> collision("release/1.2", ["main", "release"])
    'the branch or tag `release` is in the way: git cannot keep both'
    >>> collision("Main", ["main"])
    '`main` differs only in upper and lower case, and some disks cannot tell them apart'
    """
    folded = name.casefold()
    for other in existing:
        if other == name:
            continue
        if name.startswith(f"{other}/") or other.startswith(f"{name}/"):
            return f"the branch or tag `{other}` is in the way: git cannot keep both"
        if _same_but_for_case(folded, other.casefold()):
            return (
                f"`{other}` differs only in upper and lower case, "
                "and some disks cannot tell them apart"
            )
    return None


def _same_but_for_case(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def slug(words: str, *, longest: int = 50) -> str:
    """Words as a part of a branch name; empty when nothing readable is left.

    >>> slug("Fix: payment webhook is  NULL!")
    'fix-payment-webhook-is-null'
    >>> slug("Zahlung schlägt fehl")
    'zahlung-schlagt-fehl'
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    joined = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(joined) <= longest:
        return joined
    whole_words, _, _ = joined[: longest + 1].rpartition("-")
    return whole_words or joined[:longest]


def fill_pattern(pattern: str, facts: Mapping[str, str]) -> str:
    """A name made from ``pattern`` and ``facts``; what it gives still has to pass as a name.

    >>> fill_pattern("hotfix/v{version}-{slug}", {"version": "1.2.4", "slug": "null-webhook"})
    'hotfix/v1.2.4-null-webhook'
    """
    if unknown := sorted(set(_PLACEHOLDER.findall(pattern)) - facts.keys()):
        known = ", ".join(f"{{{fact}}}" for fact in sorted(facts))
        raise RefusedPattern(pattern, f"{{{unknown[0]}}} is not known; known are {known}")
    rest = _PLACEHOLDER.sub("", pattern)
    if "{" in rest or "}" in rest:
        raise RefusedPattern(pattern, "a brace is left open")
    if empty := [fact for fact in _PLACEHOLDER.findall(pattern) if not facts[fact]]:
        raise RefusedPattern(pattern, f"there is nothing to put for {{{empty[0]}}}")
    return _PLACEHOLDER.sub(lambda found: facts[found[1]], pattern)


def _shown(name: str) -> str:
    """The name as it may stand in a message: one line, visible, and not too long."""
    visible = "".join(
        c if unicodedata.category(c)[0] not in "CZ" or c == " " else "�" for c in name
    )
    most = 60
    return f"“{visible[:most]}…”" if len(visible) > most else f"“{visible}”"
