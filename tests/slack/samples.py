"""Posts to shape and to send."""

from chatops.domain.messages.posts import Ask, Button, Confirm, Post, Tone

HOSTILE = "<!channel> & <@U1> \u202e*x*\n```\n' \" \\ {{ 7*7 }} \x00\ud800 ` ~"

BOARD = Post(
    title="INC-2026-014 · Checkout is down",
    headline="SEV1: checkout is down",
    text="*Some customers cannot pay.* <@U012AB3CD> leads. Next word by 15:15.",
    facts=(("Severity", "SEV1"), ("Status", "Investigating"), ("Lead", "<@U012AB3CD>")),
    buttons=(
        Button(ask=Ask.UPDATE, label="Update", about="14", tone=Tone.WANTED),
        Button(ask=Ask.SEVERITY, label="Severity", about="14"),
        Button(ask=Ask.ROLE, label="Roles", about="14"),
        Button(
            ask=Ask.RESOLVE,
            label="Resolve",
            about="14",
            tone=Tone.DANGER,
            confirm=Confirm(title="Resolve?", text="Stakeholders are told.", yes="Resolve"),
        ),
    ),
    more=(
        Button(ask=Ask.TASK, label="Add a task", about="14"),
        Button(ask=Ask.DECIDE, label="Note a decision", about="14"),
    ),
    footnote="Declared 14:00 UTC by <@U012AB3CD>",
)


def words(post_text: str, headline: str = "Something happened") -> Post:
    return Post(headline=headline, text=post_text)
