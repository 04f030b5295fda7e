"""A modal that only tells something: that it is loading, or what came of it."""

from slack_sdk.models.blocks import PlainTextObject
from slack_sdk.models.views import View

from chatops.adapters.slack.rendering import blocks
from chatops.domain.messages.posts import Post

NOTICE = "notice"


def loading() -> View:
    """What is shown at once, before anything is looked up."""
    return _told("One moment", "Looking it up… If this stays, close it and try again.")


def working(name: str) -> View:
    """What is shown above a form when carrying it out takes longer than Slack waits."""
    view = _told("Working…", "This takes a little longer. The answer comes here.")
    view.external_id = name
    return view


def notice(post: Post, *, is_last: bool = False, subject: str = "Incident") -> View:
    """Tell something; with ``is_last`` closing it closes the form below as well."""
    return View(
        type="modal",
        callback_id=NOTICE,
        title=PlainTextObject(text=subject),
        close=PlainTextObject(text="Close"),
        blocks=blocks.message(post),
        clear_on_close=is_last,
    )


def outdated(command: str) -> Post:
    """What is said to a button or a form that we no longer know."""
    text = f"This button is outdated; use `{command}`. Nothing was changed."
    return Post(headline=text, text=text)


def _told(title: str, text: str) -> View:
    return View(
        type="modal",
        callback_id=NOTICE,
        title=PlainTextObject(text=title),
        close=PlainTextObject(text="Close"),
        blocks=blocks.sections(text),
    )
