"""All hands together, and the hands of one person."""

from chatops.playground.slack.hands.clicks import Clicks
from chatops.playground.slack.hands.modals import Modals
from chatops.playground.slack.hands.places import Places
from chatops.playground.slack.hands.words import Words


class Hands(Words, Clicks, Modals, Places):
    """Everything people can do; the first argument says who does it, by id or handle."""
