"""Names for git: what passes, what is refused in which words, and that git itself agrees."""

import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatops.domain.git.names import (
    BranchName,
    CommitId,
    RefusedBranchName,
    RefusedCommitId,
    RefusedPattern,
    RefusedTagName,
    TagName,
    collision,
    fill_pattern,
    ref_name_fault,
    slug,
)
from chatops.domain.git.urls import RefusedRemoteUrl, RemoteUrl

HOSTILE_NAMES = {
    "": "it is empty",
    "-x": "begins with a dash",
    "--upload-pack=touch /tmp/x": "contains a space",
    "--upload-pack=evil": "begins with a dash",
    "a..b": "`..`",
    "../../etc/passwd": "begins with a dot",
    "a\nb": "invisible character (U+000A)",
    "a\x00b": "invisible character (U+0000)",
    "a b": "contains a space",
    "a\u00a0b": "contains a space",
    "refs/heads/x": "full ref name",
    "Refs/heads/x": "full ref name",
    "HEAD": "the current commit",
    "head": "the current commit",
    "@": "the current commit",
    "@{-1}": "look back in time",
    "a" * 40: "looks like a commit id",
    "ABCDEF0123" * 4: "looks like a commit id",
    "0" * 64: "looks like a commit id",
    "x" * 300: "300 characters",
    "main\u202egnp.exe": "invisible character (U+202E)",
    "ma\u200bin": "invisible character (U+200B)",
    "\ud800": "invisible character (U+D800)",
    "e\u0301": "separate accents",
    "🔥" * 60: "takes more than 200 bytes",
    "a.lock": "`.lock`",
    "a.lock/b": "`.lock`",
    ".a": "begins with a dot",
    "a/.b": "begins with a dot",
    "a.": "ends in a dot",
    "/a": "empty part",
    "a/": "empty part",
    "a//b": "empty part",
    "a~1": "one of",
    "a^": "one of",
    "a:b": "one of",
    "a?": "one of",
    "a*": "one of",
    "a[b": "one of",
    "a\\b": "one of",
    "a@{b": "look back in time",
}
GOOD_NAMES = ["main", "release/1.2", "hotfix/ET-1234-fix", "it's", 'a"b', "größe", "a@b", "v1.2.3"]


@pytest.mark.parametrize(("name", "reason"), HOSTILE_NAMES.items())
def test_a_hostile_name_is_refused_with_its_reason_as_branch_and_as_tag(
    name: str, reason: str
) -> None:
    with pytest.raises(RefusedBranchName) as branch:
        BranchName(name)
    with pytest.raises(RefusedTagName) as tag:
        TagName(name)
    assert reason in str(branch.value)
    assert "as a branch name" in str(branch.value)
    assert "as a tag name" in str(tag.value)


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_a_good_name_keeps_its_spelling_and_knows_its_full_ref(name: str) -> None:
    assert BranchName(name).ref == f"refs/heads/{name}"
    assert TagName(name).ref == f"refs/tags/{name}"


def test_a_refusal_is_one_short_line_whatever_was_typed() -> None:
    with pytest.raises(RefusedBranchName) as refused:
        BranchName("x\n<!channel>\u202e" + "y" * 5000)
    assert "\n" not in str(refused.value)
    assert "\u202e" not in str(refused.value)
    assert len(str(refused.value)) < 200


names = st.lists(
    st.sampled_from([*"abAZ019/.-_@{}~^:?*[]\\ '\"\n\x7fé\u202e", ".lock", "..", "refs/"]),
    max_size=12,
).map("".join)


@settings(max_examples=60, deadline=None)
@given(names)
@example("a/.lock")
@example("@/a")
def test_whatever_passes_here_also_passes_git(name: str) -> None:
    if ref_name_fault(name) is None:
        assert git_accepts(name)


@settings(max_examples=60, deadline=None)
@given(names)
def test_what_git_refuses_is_refused_here(name: str) -> None:
    if "\x00" not in name and name and not git_accepts(name):
        assert ref_name_fault(name) is not None


def git_accepts(name: str) -> bool:
    asked = subprocess.run(
        ["git", "check-ref-format", f"refs/heads/{name}"], check=False, capture_output=True
    )
    return asked.returncode == 0


@pytest.mark.parametrize(
    "text", ["a" * 39, "A" * 40, "a" * 41, "--help", "HEAD", "", "g" * 40, "a" * 40 + "\n"]
)
def test_a_commit_id_is_forty_or_sixty_four_small_hexadecimal_digits(text: str) -> None:
    with pytest.raises(RefusedCommitId):
        CommitId(text)


def test_a_full_commit_id_passes() -> None:
    assert CommitId("0a" * 20).short == "0a0a0a0a0a"
    assert str(CommitId("0a" * 32)) == "0a" * 32


@pytest.mark.parametrize(
    ("url", "protocol", "origin"),
    [
        ("https://github.com/team/shop.git", "https", "https://github.com"),
        ("https://git.example:8443/shop", "https", "https://git.example:8443"),
        ("http://127.0.0.1:9000/shop.git", "http", "http://127.0.0.1:9000"),
        ("ssh://git@github.com/team/shop.git", "ssh", "ssh://github.com"),
        ("git@github.com:team/shop.git", "ssh", ""),
        ("/srv/git/shop.git", "file", ""),
        ("file:///srv/git/shop.git", "file", ""),
    ],
)
def test_an_address_knows_its_protocol_and_where_it_asks_for_credentials(
    url: str, protocol: str, origin: str
) -> None:
    assert (RemoteUrl(url).protocol, RemoteUrl(url).origin) == (protocol, origin)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "neither"),
        ("--upload-pack=evil", "begins with a dash"),
        ("ext::sh -c evil", "space"),
        ("ext::sh", "transport helper"),
        ("fd::17", "transport helper"),
        ("https://user:secret@github.com/a", "credentials are configured apart"),
        ("https://token@github.com/a", "credentials are configured apart"),
        ("ssh://-oProxyCommand=evil/a", "no proper host"),
        ("-oProxyCommand=evil:a", "begins with a dash"),
        ("git@-oProxyCommand=evil:a", "no proper host"),
        ("git@host:-a", "path begins with a dash"),
        ("http://github.com/a", "in the clear"),
        ("git://github.com/a", "git:// is not one of"),
        ("https://github.com", "names no repository"),
        ("file://host/a", "takes no host"),
        ("relative/path", "neither"),
        ("https://github.com/a\nb", "invisible"),
        ("https://github.com/" + "a" * 3000, "3019 characters"),
    ],
)
def test_a_hostile_address_is_refused_and_its_secret_is_not_repeated(url: str, reason: str) -> None:
    with pytest.raises(RefusedRemoteUrl) as refused:
        RemoteUrl(url)
    assert reason in str(refused.value)
    assert "secret@" not in str(refused.value)


def test_names_collide_when_one_is_a_folder_of_the_other_or_only_the_case_differs() -> None:
    assert "`release` is in the way" in str(collision("release/1.2", ["main", "release"]))
    assert "`a/b/c` is in the way" in str(collision("a/b", ["a/b/c"]))
    assert "upper and lower case" in str(collision("Hotfix/x", ["hotfix"]))
    assert collision("hotfix/x", ["hotfix/x", "hotfix/y", "hotfix-x"]) is None


@given(st.text(max_size=80))
def test_a_slug_is_empty_or_a_good_name(words: str) -> None:
    made = slug(words)
    assert made == "" or ref_name_fault(f"hotfix/{made}") is None
    assert len(made) <= 50


def test_a_long_slug_ends_at_a_word() -> None:
    assert slug("alpha beta gamma", longest=12) == "alpha-beta"
    assert slug("alphabetagamma", longest=5) == "alpha"


def test_a_pattern_is_filled_and_a_wrong_one_is_refused_with_what_is_known() -> None:
    assert (
        fill_pattern("backport/{key}-from-hotfix", {"key": "ET-1"}) == "backport/ET-1-from-hotfix"
    )
    with pytest.raises(RefusedPattern, match=r"\{ticket\} is not known; known are \{key\}"):
        fill_pattern("hotfix/{ticket}", {"key": "ET-1"})
    with pytest.raises(RefusedPattern, match="left open"):
        fill_pattern("hotfix/{key", {"key": "ET-1"})
    with pytest.raises(RefusedPattern, match=r"nothing to put for \{key\}"):
        fill_pattern("hotfix/{key}", {"key": ""})
