"""Which version a hotfix gets: the next patch, a minor with a warning, never a major."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import total_ordering

from chatops.domain.errors import UserError

_VERSION = re.compile(
    r"(?P<major>0|[1-9]\d*)\.(?P<minor>0|[1-9]\d*)(?:\.(?P<patch>0|[1-9]\d*))?"
    r"(?P<suffix>[-+][0-9A-Za-z.+-]+|\.?(?:a|b|rc|dev)\d+)?"
)
_PLACEHOLDER = "{version}"


class UnreadableVersion(UserError):
    """A text that is no version of two or three numbers."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text:.40}” is not a version such as 1.2.3.")


def major_refused(current: "Version", asked: "Version") -> UserError:
    """A hotfix must not raise the major version."""
    return UserError(
        f"A hotfix never raises the major version ({current} → {asked}). "
        f"The next patch is {current.next_patch()}."
    )


def version_not_higher(current: "Version", asked: "Version") -> UserError:
    """The version asked for is not above the current one."""
    return UserError(f"{asked} is not above {current}. The next patch is {current.next_patch()}.")


def version_taken(asked: "Version") -> UserError:
    """The version asked for has its tag already."""
    return UserError(f"Version {asked} is tagged already; a tag is never moved.")


def no_version_known() -> UserError:
    """Neither a file nor a tag says what the current version is."""
    return UserError(
        "No version file and no version tag says what runs now: name the version yourself."
    )


class VersionIncrement(StrEnum):
    """How far a version moves."""

    PATCH = "patch"
    MINOR = "minor"


@total_ordering
@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Major, minor and patch; a suffix such as ``-rc.1`` marks what came before the release."""

    major: int
    minor: int
    patch: int
    suffix: str = ""

    @classmethod
    def parse(cls, text: str) -> "Version":
        found = _VERSION.fullmatch(text.strip())
        if not found:
            raise UnreadableVersion(text)
        return cls(
            major=int(found["major"]),
            minor=int(found["minor"]),
            patch=int(found["patch"] or 0),
            suffix=found["suffix"] or "",
        )

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}{self.suffix}"

    def __lt__(self, other: "Version") -> bool:
        return self._order < other._order

    @property
    def numbers(self) -> tuple[int, int, int]:
        return self.major, self.minor, self.patch

    @property
    def is_release(self) -> bool:
        return not self.suffix or self.suffix.startswith("+")

    @property
    def _order(self) -> tuple[int, int, int, bool, str]:
        return (*self.numbers, self.is_release, self.suffix)

    def next_patch(self) -> "Version":
        """The patch after this one; what a suffix announced comes out first.

        >>> str(Version.parse("1.2.3").next_patch()), str(Version.parse("1.2.4-rc.1").next_patch())
        ('1.2.4', '1.2.4')
        """
        ahead = 1 if self.is_release else 0
        return Version(major=self.major, minor=self.minor, patch=self.patch + ahead)

    def next_minor(self) -> "Version":
        return Version(major=self.major, minor=self.minor + 1, patch=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextVersion:
    """The version to ship, and what a person should know before it is."""

    current: Version
    version: Version
    warnings: tuple[str, ...] = ()


def next_version(
    *,
    in_files: Version | None,
    shipped: Iterable[Version],
    taken: Iterable[Version],
    step: VersionIncrement = VersionIncrement.PATCH,
) -> NextVersion:
    """The first free version above what the files say and above what production has shipped.

    ``shipped`` are the tags in the history of production, ``taken`` all tags there are. The
    version in the files is gone past even if it has no tag: it may be on its way to somebody.
    """
    current = _current(in_files, shipped)
    used = {version.numbers for version in taken}
    if step is VersionIncrement.MINOR:
        version = current.next_minor()
        while version.numbers in used:
            version = version.next_minor()
        return NextVersion(current=current, version=version, warnings=(_minor_warning(version),))
    version = current.next_patch()
    while version.numbers in used:
        version = version.next_patch()
    return NextVersion(current=current, version=version)


def asked_version(
    asked: Version,
    *,
    in_files: Version | None,
    shipped: Iterable[Version],
    taken: Iterable[Version],
) -> NextVersion:
    """The version that a person asked for, if a hotfix may have it."""
    current = _current(in_files, shipped)
    if asked.major != current.major:
        raise major_refused(current, asked)
    if asked <= current:
        raise version_not_higher(current, asked)
    if asked.numbers in {version.numbers for version in taken}:
        raise version_taken(asked)
    warnings = (_minor_warning(asked),) if asked.minor != current.minor else ()
    return NextVersion(current=current, version=asked, warnings=warnings)


def _current(in_files: Version | None, shipped: Iterable[Version]) -> Version:
    """The higher of files and tags; with files, only tags of their own major and minor count."""
    if in_files is None:
        releases = [version for version in shipped if version.is_release]
        if not releases:
            raise no_version_known()
        return max(releases)
    siblings = [version for version in shipped if version.numbers[:2] == in_files.numbers[:2]]
    return max([in_files, *siblings])


def _minor_warning(version: Version) -> str:
    return f"{version} is a minor version; a hotfix nearly always takes the next patch."


def versions_in_tags(tags: Iterable[str], pattern: str = "v{version}") -> Mapping[str, Version]:
    """The tags that follow the pattern, with the version that each stands for.

    >>> {tag: str(version) for tag, version in versions_in_tags(["v1.2.3", "1.2", "vx"]).items()}
    {'v1.2.3': '1.2.3'}
    """
    before, _, after = pattern.partition(_PLACEHOLDER)
    found = {}
    for tag in tags:
        middle = tag[len(before) : len(tag) - len(after)]
        if tag == f"{before}{middle}{after}" and _VERSION.fullmatch(middle):
            found[tag] = Version.parse(middle)
    return found
