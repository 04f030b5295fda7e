"""The people of the workspace, with everything that they can do in Slack's client."""

from chatops.playground.slack.simulated_user.clicks import UserClicks
from chatops.playground.slack.simulated_user.forms import UserForms
from chatops.playground.slack.simulated_user.membership import UserMembership
from chatops.playground.slack.simulated_user.messages import UserMessages


class SimulatedUser(UserMessages, UserClicks, UserForms, UserMembership):
    """Everything people can do; the first argument says who does it, by id or handle."""
