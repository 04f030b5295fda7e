"""The shop's history so far: releases, an old hotfix, and the commit that brought a bug in."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from chatops.playground.shop import shop_app
from chatops.playground.shop.git import Author

MAIN: Final = "main"
SAM: Final = Author(name="Sam Okafor", email="sam@shop.example")
TOM: Final = Author(name="Tom Becker", email="tom@shop.example")
AIKO: Final = Author(name="Aiko Mori", email="aiko@shop.example")
LENA: Final = Author(name="Lena Fischer", email="lena@shop.example")
PEOPLE: Final = (SAM, TOM, AIKO, LENA)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopCommit:
    """One commit: with ``merges`` everything becomes as it is on that branch."""

    branch: str
    author: Author
    hours_ago: int
    message: str
    files: dict[str, str] = field(default_factory=dict)
    merges: str | None = None
    starts_at: str | None = None
    tag: str | None = None


def stream(commits: list[ShopCommit], now: datetime) -> str:
    """The commits as `git fast-import` reads them; what a branch of old was called is forgotten."""
    files: dict[str, dict[str, str]] = {}
    lines: list[str] = []
    for mark, commit in enumerate(commits, start=1):
        before = files.get(commit.starts_at or commit.branch, {})
        changed = files[commit.merges] if commit.merges else commit.files
        files[commit.branch] = {**before, **changed}
        lines += _lines(commit, changed, mark, now)
    gone = sorted({one.branch for one in commits if "/" in one.branch})
    lines += [f"reset refs/heads/{name}\nfrom {'0' * 40}" for name in gone]
    return "".join(f"{line}\n" for line in lines)


def _lines(commit: ShopCommit, files: dict[str, str], mark: int, now: datetime) -> list[str]:
    at = now - timedelta(hours=commit.hours_ago)
    signature = f"{commit.author.text} {int(at.timestamp())} +0000"
    lines = []
    if commit.starts_at:
        lines.append(f"reset refs/heads/{commit.branch}\nfrom refs/heads/{commit.starts_at}")
    lines += [
        f"commit refs/heads/{commit.branch}",
        f"mark :{mark}",
        f"author {signature}",
        f"committer {signature}",
        _data(commit.message),
    ]
    if commit.merges:
        lines.append(f"merge refs/heads/{commit.merges}")
    for path, content in files.items():
        lines += [f"M 100644 inline {path}", _data(content)]
    if commit.tag:
        words = _data(f"Release {commit.tag.removeprefix('v')}")
        lines += [f"tag {commit.tag}\nfrom :{mark}\ntagger {signature}", words]
    return lines


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}"


def history(develop: str) -> list[ShopCommit]:
    payment = shop_app.PAYMENT_AT_FIRST
    patient = payment.replace("ATTEMPTS = 1", "ATTEMPTS = 3")
    in_cents = patient.replace(shop_app.BEFORE, shop_app.BUG)
    mailed = in_cents.replace(
        '    """Give the money back."""\n    return bank.refund(receipt)\n',
        '    """Give the money back, and tell the customer."""\n'
        "    returned = bank.refund(receipt)\n"
        "    receipt.customer.write(returned)\n"
        "    return returned\n",
    )
    cart = shop_app.CART_AT_FIRST
    vouchers = cart.replace("def total(self):", "def total(self, voucher=0):").replace(
        "for price, count in self.lines)", "for price, count in self.lines) - voucher"
    )
    never_below = vouchers.replace("return sum(", "return max(0, sum(").replace(
        "- voucher", "- voucher)"
    )
    week = never_below.replace("self.lines = []", "self.lines = []\n        self.kept_for_days = 7")
    test = shop_app.PAYMENT_TEST_AT_FIRST
    first = {
        "README.md": shop_app.README,
        shop_app.CART: cart,
        shop_app.PAYMENT: payment,
        shop_app.PAYMENT_TEST: test,
    }
    log = ("# Changes\n", "Vouchers", "Payments are tried three times", "No total below zero",
           "Amounts in cents")  # fmt: skip
    hotfix = "hotfix/negative-total"
    return [
        ShopCommit(branch=MAIN, author=LENA, hours_ago=980, message="Open the shop",
                files={**first, **_release("1.1.0", log[:1])}),
        ShopCommit(branch=develop, starts_at=MAIN, author=TOM, hours_ago=900,
                message="feat(cart): take vouchers", files={shop_app.CART: vouchers}),
        ShopCommit(branch=develop, author=LENA, hours_ago=800, message="Prepare 1.2.0",
                files=_release("1.2.0", log[:2])),
        ShopCommit(branch=MAIN, merges=develop, author=LENA, hours_ago=799,
                message="Release 1.2.0", tag="v1.2.0"),
        ShopCommit(branch=develop, author=AIKO, hours_ago=600,
                message="feat(payment): ask the bank three times before giving up",
                files={shop_app.PAYMENT: patient}),
        ShopCommit(branch=develop, author=LENA, hours_ago=501, message="Prepare 1.2.1",
                files=_release("1.2.1", log[:3])),
        ShopCommit(branch=MAIN, merges=develop, author=LENA, hours_ago=500,
                message="Release 1.2.1", tag="v1.2.1"),
        ShopCommit(branch=hotfix, starts_at=MAIN, author=SAM, hours_ago=330,
                message="fix(cart): a total is never below zero",
                files={shop_app.CART: never_below}),
        ShopCommit(branch=hotfix, author=SAM, hours_ago=329, message="Bump version to 1.2.2",
                files=_release("1.2.2", log[:4])),
        ShopCommit(branch=MAIN, merges=hotfix, author=SAM, hours_ago=328,
                message="Merge hotfix/negative-total into main", tag="v1.2.2"),
        ShopCommit(branch=develop, merges=hotfix, author=SAM, hours_ago=327,
                message=f"Merge hotfix/negative-total into {develop}"),
        ShopCommit(branch=develop, author=TOM, hours_ago=72,
                message="feat(payment): count in cents, so that nothing is rounded twice",
                files={
                    shop_app.PAYMENT: in_cents,
                    shop_app.PAYMENT_TEST: test.replace("== 12.5", "== 1250"),
                }),
        ShopCommit(branch=develop, author=LENA, hours_ago=21, message="Prepare 1.2.3",
                files=_release("1.2.3", log)),
        ShopCommit(branch=MAIN, merges=develop, author=LENA, hours_ago=20,
                message="Release 1.2.3", tag="v1.2.3"),
        ShopCommit(branch=develop, author=LENA, hours_ago=19, message="Begin 1.3.0",
                files=shop_app.version_files("1.3.0")),
        ShopCommit(branch=develop, author=TOM, hours_ago=6,
                message="feat(payment): write to customers about refunds",
                files={shop_app.PAYMENT: mailed}),
        ShopCommit(branch=develop, author=AIKO, hours_ago=2,
                message="feat(cart): keep a cart for a week", files={shop_app.CART: week}),
    ]  # fmt: skip


def _release(version: str, log: tuple[str, ...]) -> dict[str, str]:
    """A release's version files, with all that was released until then, newest first."""
    title, *entries = log
    older = [f"1.2.{number}" for number in range(len(entries))]
    chapters = [f"## {name}\n\n- {entry}.\n" for name, entry in zip(older, entries, strict=True)]
    return {
        **shop_app.version_files(version),
        shop_app.CHANGELOG: "\n".join([title, *reversed(chapters)]),
    }
