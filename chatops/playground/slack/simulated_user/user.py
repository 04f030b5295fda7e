"""All hands together, and the hands of one person."""

from chatops.playground.slack.simulated_user.clicks import Clicks
from chatops.playground.slack.simulated_user.forms import Modals
from chatops.playground.slack.simulated_user.membership import Places
from chatops.playground.slack.simulated_user.messages import Words


class Hands(Words, Clicks, Modals, Places):
    """Everything people can do; the first argument says who does it, by id or handle."""
