"""Posts to shape and to send."""

from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Confirm, Post

HOSTILE = "<!channel> & <@U1> \u202e*x*\n```\n' \" \\ {{ 7*7 }} \x00\ud800 ` ~"

BOARD = Post(
    title="INC-2026-014 · Checkout is down",
    headline="SEV1: checkout is down",
    text="*Some customers cannot pay.* <@U012AB3CD> leads. Next word by 15:15.",
    facts=(("Severity", "SEV1"), ("Status", "Investigating"), ("Lead", "<@U012AB3CD>")),
    buttons=(
        Button(ask=ActionId("update"), label="Update", about="14", tone=ButtonStyle.WANTED),
        Button(ask=ActionId("severity"), label="Severity", about="14"),
        Button(ask=ActionId("role"), label="Roles", about="14"),
        Button(
            ask=ActionId("resolve"),
            label="Resolve",
            about="14",
            tone=ButtonStyle.DANGER,
            confirm=Confirm(title="Resolve?", text="Stakeholders are told.", yes="Resolve"),
        ),
    ),
    more=(
        Button(ask=ActionId("task"), label="Add a task", about="14"),
        Button(ask=ActionId("decide"), label="Note a decision", about="14"),
    ),
    footnote="Declared 14:00 UTC by <@U012AB3CD>",
)


def words(post_text: str, headline: str = "Something happened") -> Post:
    return Post(headline=headline, text=post_text)
