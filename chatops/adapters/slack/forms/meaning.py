"""Says what a severity means and what choosing it sets going, in the playbook's own terms."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import Block

from chatops.adapters.slack.forms.fields import FieldOption
from chatops.adapters.slack.forms.form_layout import small
from chatops.adapters.slack.rendering import blocks
from chatops.adapters.slack.rendering.mrkdwn import escape
from chatops.domain.errors import UnknownSeverity
from chatops.domain.playbook.hotfix import Path
from chatops.domain.playbook.policy import NotificationRule, Playbook, Severity
from chatops.domain.time.durations import spoken

_EXAMPLES = 3
_FEW = 2
_PATHS = {
    Path.HOTFIX: "A hotfix may be shipped",
    Path.EXPEDITED: "The fix goes out with a shortened review",
    Path.NORMAL: "The fix goes out with the next regular release",
}


def choices(playbook: Playbook) -> Sequence[FieldOption]:
    """The playbook's severities, worst first, each with what choosing it sets going."""
    return [
        FieldOption(value=each.key, label=each.label, description=in_short(each))
        for each in playbook.severities
    ]


def in_short(severity: Severity) -> str:
    """What it sets going, in a few words.

    >>> in_short(Severity(key="P2", name="Medium", definition="", path=Path.NORMAL))
    'Pages nobody, promises no updates'
    """
    paged = [f"{_name(each.audience)}{_within(each)}" for each in severity.notify if each.page]
    pages = f"Pages {', '.join(paged)}" if paged else "Pages nobody"
    every = severity.update_every
    return f"{pages}, {f'updates every {spoken(every)}' if every else 'promises no updates'}"


def meaning(playbook: Playbook, key: str) -> Sequence[Block]:
    """Definition, examples and consequences of the severity chosen; before that, of each."""
    try:
        severity = playbook.severity(key)
    except UnknownSeverity:
        unsure = playbook.when_unsure.strip()
        advice = [small(escape(unsure))] if unsure else []
        return [*blocks.sections(_overview(playbook)), *advice]
    examples = "\n".join(f"• {escape(each)}" for each in severity.examples[:_EXAMPLES])
    text = f"*{escape(severity.label)}:* {escape(severity.definition)}\n{examples}"
    return [*blocks.sections(text), small(". ".join(_consequences(severity)) + ".")]


def _overview(playbook: Playbook) -> str:
    """Every severity in a line: its definition, and what is one."""
    return "\n".join(
        f"*{escape(each.label)}:* {escape(each.definition)}"
        + (f" _{escape(', '.join(each.examples[:_FEW]))}_" if each.examples else "")
        for each in playbook.severities
    )


def _consequences(severity: Severity) -> Iterator[str]:
    for notice in severity.notify:
        verb = "Pages" if notice.page else "Tells"
        yield f"{verb} {escape(_name(notice.audience))}{_within(notice) or ' at once'}"
    if severity.update_every is not None:
        yield f"Stakeholders hear of it every {spoken(severity.update_every)}"
    if severity.fix_within is not None:
        yield f"The fix is due within {spoken(severity.fix_within)}"
    yield _PATHS[severity.path]


def _within(notice: NotificationRule) -> str:
    return f" within {spoken(notice.within)}" if notice.within else ""


def _name(audience: str) -> str:
    return audience.replace("_", " ").replace("oncall", "on-call")
