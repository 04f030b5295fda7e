"""The hooks of the shop's bare repository: they refuse, and let others be quicker, when told to."""

from pathlib import Path
from typing import Final

#: Settings of the bare repository that the hooks read.
PROTECTED: Final = "shop.protected"
OUTRUN: Final = "shop.outrun"

#: Who has this in the environment is not outrun: it is the bot that is to be tried.
NEVER_OUTRUN: Final = "SHOP_NEVER_OUTRUN"

#: Refuses pushes to main, in the words in which a forge does.
_UPDATE: Final = """\
#!/bin/sh
if [ "$1" = refs/heads/main ] && [ "$(git config --bool shop.protected)" = true ]; then
    echo "error: GH006: Protected branch update failed for refs/heads/main." >&2
    echo "error: Changes must be made through a pull request." >&2
    exit 1
fi
"""

#: Lands a colleague's commit on the branch while the push to it is under way: once.
#: What is pushed lies in quarantine until the hook is over; the colleague's commit must not.
_PRE_RECEIVE: Final = """\
#!/bin/sh
[ -z "$SHOP_NEVER_OUTRUN" ] && [ "$(git config --bool shop.outrun)" = true ] || exit 0
while read -r old new ref; do
    case "$ref" in refs/heads/*) ;; *) continue ;; esac
    case "$old$new" in *0000000000000000000000000000000000000000*) continue ;; esac
    git config --unset shop.outrun
    unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
    export GIT_INDEX_FILE="$PWD/outrun.index"
    export GIT_AUTHOR_NAME="Aiko Mori" GIT_AUTHOR_EMAIL=aiko@shop.example
    export GIT_COMMITTER_NAME="Aiko Mori" GIT_COMMITTER_EMAIL=aiko@shop.example
    git read-tree "$old" &&
    file=$(echo "Open on every day of the week, holidays too. ($old)" |
        git hash-object -w --stdin) &&
    git update-index --add --cacheinfo "100644,$file,docs/opening-hours.md" &&
    tree=$(git write-tree) &&
    commit=$(git commit-tree "$tree" -p "$old" -m "docs: opening hours over the holidays") &&
    git update-ref "$ref" "$commit" "$old"
    rm -f "$GIT_INDEX_FILE"
    break
done
exit 0
"""


def install_hooks(bare: Path) -> None:
    """Give the bare repository its hooks."""
    folder = bare / "hooks"
    folder.mkdir(exist_ok=True)
    for name, text in (("update", _UPDATE), ("pre-receive", _PRE_RECEIVE)):
        file = folder / name
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)
