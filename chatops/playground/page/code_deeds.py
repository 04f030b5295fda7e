"""What can be done to the shop from the page: pushes of its engineers, and its switches."""

from collections.abc import Mapping

from chatops.playground.code.shop import Push, Shop
from chatops.playground.code.trouble import CodeSwitch
from chatops.playground.page.deeds import Deed, Desk
from chatops.playground.slack.hands.outcome import ImpossibleError, Outcome


class NoShopError(ImpossibleError):
    """The playground was opened without the shop."""

    def __init__(self) -> None:
        super().__init__("There is no repository here: install git and open the playground again.")


class Pushes(Deed):
    """Have an engineer of the shop push something."""

    what: Push

    def done(self, desk: Desk) -> Outcome:
        _shop(desk).push(self.what)
        return Outcome()


class ThrowsCode(Deed):
    """Throw a switch for trouble with code and servers."""

    name: CodeSwitch
    on: bool

    def done(self, desk: Desk) -> Outcome:
        shop = _shop(desk)
        shop.trouble.throw(self.name, on=self.on)
        shop.look()
        return Outcome()


#: Every deed under the name that it has in its address, ``/play/<name>``.
CODE_DEEDS: Mapping[str, type[Deed]] = {"push": Pushes, "code-trouble": ThrowsCode}


def _shop(desk: Desk) -> Shop:
    if desk.shop is None:
        raise NoShopError
    return desk.shop
