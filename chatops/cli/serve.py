"""`chatops serve`: the bot itself."""

from chatops.cli.opening import open_settings
from chatops.serving import serve


def serve_command() -> None:
    """Start the bot: over HTTP, or by Socket Mode when SLACK_APP_TOKEN is set."""
    serve(open_settings())
