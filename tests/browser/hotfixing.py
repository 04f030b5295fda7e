"""A hotfix on its way: through the gate, past the fix and the approvals, into main."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

_CHANNEL = "incident-2026-001"


def hotfix(visitor: Visitor, take: Callable[[str], None]) -> None:
    """Bring Sam's fix from an incident into main, and call ``take`` where it is worth a look."""
    visitor.becomes("Sam")
    visitor.declares("checkout is down", "P0 Critical", "Nobody can pay with a voucher")
    _passes_the_gate(visitor, take)
    _does(visitor, "Branch from main")
    visitor.sees("push the fix to it")
    _pushes_the_fix(visitor, take)
    _does(visitor, "Bump VERSION to the next patch")
    _does(visitor, "Deploy to staging")
    visitor.sees("Staging validation")
    visitor.lets_pass("1 minute")
    _ticks_off(visitor, "Deploy to staging", "It works there")
    visitor.lets_pass("1 minute")
    _ticks_off(visitor, "Go through the manual checklist", "All is well")
    visitor.sees("Approve v1.2.4")
    visitor.lets_pass("1 minute")
    _approves(visitor, "Priya", take)
    _approves(visitor, "Ines", take)
    visitor.becomes("Sam")
    visitor.goes_to(_CHANNEL)
    _does(visitor, "Merge into main")
    visitor.sees("develop: does not have it yet")
    expect(visitor.page.locator(".code")).to_contain_text("The fix is on main")
    _looks_at_the_card(visitor)
    take("hotfix")


def _passes_the_gate(visitor: Visitor, take: Callable[[str], None]) -> None:
    visitor.types("/hotfix")
    form = visitor.form
    form.get_by_label("What does the fix do?").fill("Paying by voucher")
    form.get_by_label("Complete system outage", exact=False).first.check()
    form.get_by_label("Why can it not wait?").fill("Nobody can pay since 14:20")
    form.get_by_label("A rollback plan is ready").check()
    form.get_by_label("The rollback procedure was tested").check()
    take("hotfix-gate")
    _sends(visitor, "Start")


def _pushes_the_fix(visitor: Visitor, take: Callable[[str], None]) -> None:
    if not visitor.page.locator(".code").is_visible():
        visitor.page.get_by_role("button", name="Code", exact=True).click()
    visitor.page.get_by_role("button", name="Push the fix as Sam").click()
    expect(visitor.page.locator(".code")).to_contain_text("The fix")
    visitor.lets_pass("1 minute")
    visitor.sees("1 commit pushed")
    visitor.presses("The fix is ready…")
    visitor.form.get_by_label("The pushed commits are the fix").check()
    take("hotfix-fix")
    _sends(visitor, "This is the fix")


def _ticks_off(visitor: Visitor, step: str, submit: str) -> None:
    visitor.presses(f"{step}…")
    expect(visitor.form.get_by_role("checkbox").first).to_be_visible()
    for item in visitor.form.get_by_role("checkbox").all():
        item.check()
    _sends(visitor, submit)


def _approves(visitor: Visitor, name: str, take: Callable[[str], None]) -> None:
    visitor.becomes(name)
    visitor.goes_to(_CHANNEL)
    visitor.types("/hotfix approve")
    expect(visitor.form.get_by_text("Still needed")).to_be_visible()
    take(f"hotfix-approve-{name.lower()}")
    _sends(visitor, "Approve")


def _does(visitor: Visitor, step: str) -> None:
    """Look at what a step does, and have it done."""
    visitor.presses(f"{step}…")
    _sends(visitor, "Do it")


def _sends(visitor: Visitor, submit: str) -> None:
    visitor.form.get_by_role("button", name=submit, exact=True).click()
    expect(visitor.form).to_have_count(0)


def _looks_at_the_card(visitor: Visitor) -> None:
    card = visitor.page.locator(".message").filter(has_text="Hotfix 1 · checkout").first
    visitor.page.locator(".message").filter(has_text="INC-2026-001").first.hover()
    visitor.page.mouse.move(0, 0)  # the tools stay with the message that was pointed at last
    visitor.page.evaluate("document.activeElement.blur()")
    card.evaluate("card => card.scrollIntoView({block: 'start'})")
