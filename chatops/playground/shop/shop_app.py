"""What stands in the shop's files, and how one sees whether they can take a payment."""

import json
import re
from typing import Final

PAYMENT: Final = "checkout/payment.py"
PAYMENT_TEST: Final = "tests/test_payment.py"
CART: Final = "checkout/cart.py"
CHANGELOG: Final = "CHANGELOG.md"
VERSION: Final = "VERSION"
PACKAGE: Final = "package.json"
LOCK: Final = "package-lock.json"

#: Any of these lets an order through whose voucher paid it all.
_GUARD = re.compile(r"\bis None\b|\bis not None\b|\bnot amount\b|\bor 0\b")

README: Final = """\
# Checkout

The shop's checkout: the cart, the payment and the receipt.

Releases are tagged on `main`; the next one grows on `develop`. Whoever fixes something in a hurry
branches from `main`, and brings the fix back.

The new checkout is behind the flag `new-checkout`. Without it, the old one takes the money.
"""

#: The shop as it opened.
PAYMENT_AT_FIRST: Final = '''\
"""Takes the money for an order."""

ATTEMPTS = 1


def amount_due(order):
    """What the bank is asked for; a voucher may have paid all of it."""
    amount = order["amount"] or 0
    return round(amount, 2)


def pay(order, bank):
    """Charge an order, and say how it went."""
    for attempt in range(ATTEMPTS):
        answer = bank.charge(order["card"], amount_due(order))
        if answer.ok:
            return answer.receipt
    raise ValueError(answer.reason)


def refund(receipt, bank):
    """Give the money back."""
    return bank.refund(receipt)
'''

BEFORE: Final = """\
    amount = order["amount"] or 0
    return round(amount, 2)
"""
#: The lines that crash on an order without an amount.
BUG: Final = """\
    amount = order["amount"]
    return round(amount * 100)
"""
FIX: Final = """\
    amount = order["amount"]
    if amount is None:
        return 0
    return round(amount * 100)
"""
#: What another team makes of the same lines.
REWRITTEN: Final = """\
    amount = Decimal(str(order["amount"]))
    return int(amount.scaleb(2))
"""

CART_AT_FIRST: Final = '''\
"""What the customer is about to buy."""


class Cart:
    def __init__(self):
        self.lines = []

    def add(self, price, count=1):
        self.lines.append((price, count))

    def total(self):
        return sum(price * count for price, count in self.lines)
'''

PAYMENT_TEST_AT_FIRST: Final = """\
from checkout.payment import amount_due


def test_an_order_is_charged_what_it_costs():
    assert amount_due({"amount": 12.5}) == 12.5
"""

FIX_TEST: Final = """

def test_nothing_is_due_when_a_voucher_paid_it_all():
    assert amount_due({"amount": None}) == 0
"""


def can_pay(payment: str | None) -> bool:
    """Whether the payment of these sources survives an order that a voucher has paid."""
    return payment is not None and _GUARD.search(payment) is not None


def fixed(payment: str) -> str | None:
    """The payment with the fix in it; none where it is not known what it does."""
    guarded = REWRITTEN.replace(
        "    amount", '    if order["amount"] is None:\n        return 0\n    amount', 1
    )
    for broken, whole in ((BUG, FIX), (REWRITTEN, guarded)):
        if broken in payment:
            return payment.replace(broken, whole)
    return None


def rewritten(payment: str) -> str:
    """The payment with other work on the lines of the bug."""
    for lines in (FIX, BUG, BEFORE):
        payment = payment.replace(lines, REWRITTEN)
    if "from decimal" in payment:
        return payment
    end = '."""\n'
    return payment.replace(end, f"{end}\nfrom decimal import Decimal\n", 1)


def version_files(version: str) -> dict[str, str]:
    """Everything that states the version."""
    package = {"name": "checkout", "version": version, "private": True}
    lock = {
        "name": "checkout",
        "version": version,
        "lockfileVersion": 3,
        "requires": True,
        "packages": {"": {"name": "checkout", "version": version}},
    }
    return {
        VERSION: f"{version}\n",
        PACKAGE: json.dumps(package, indent=2) + "\n",
        LOCK: json.dumps(lock, indent=2) + "\n",
    }
