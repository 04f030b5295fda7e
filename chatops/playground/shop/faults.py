"""The faults of code and servers that can be switched on: what each is called, and what it does."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from chatops.playground.shop import shop_app
from chatops.playground.shop.engineer import Engineer
from chatops.playground.shop.repository import OUTRUN, PROTECTED, ShopRepository
from chatops.playground.shop.servers import Servers


class CodeSwitch(StrEnum):
    """What can be made to go wrong with the shop."""

    PROTECTED = "protected"
    OUTRUN = "outrun"
    CONFLICT = "conflict"
    UNHEALTHY = "unhealthy"
    SLOW = "slow"
    FAILING = "failing"


_SETTINGS = {CodeSwitch.PROTECTED: PROTECTED, CodeSwitch.OUTRUN: OUTRUN}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLever:
    """One switch as it is shown."""

    name: CodeSwitch
    title: str
    about: str
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFaults:
    """Switches over the shop's repository and servers."""

    repository: ShopRepository
    engineer: Engineer
    servers: Servers

    @property
    def levers(self) -> tuple[CodeLever, ...]:
        develop = self.repository.develop
        words = {
            CodeSwitch.PROTECTED: ("main is protected", "Pushes to main are refused."),
            CodeSwitch.OUTRUN: (
                "Push race",
                "A colleague is quicker, once: the next push to a branch meets a new commit.",
            ),
            CodeSwitch.CONFLICT: (
                "Backport conflict",
                f"Another team has rewritten the lines of the bug on {develop}.",
            ),
            CodeSwitch.UNHEALTHY: ("Failing health check", "Production answers 503."),
            CodeSwitch.SLOW: ("Slow deploy", "A deploy takes 40 seconds."),
            CodeSwitch.FAILING: ("Failing deploy", "New versions do not start."),
        }
        return tuple(
            CodeLever(name=name, title=title, about=about, is_on=self.is_on(name))
            for name, (title, about) in words.items()
        )

    def throw(self, switch: CodeSwitch, *, on: bool) -> None:
        """Switch one fault on or off.

        Raises:
            UserError, GitSaidNo: what develop holds does not allow it.
        """
        if on == self.is_on(switch):
            return
        match switch:
            case CodeSwitch.PROTECTED | CodeSwitch.OUTRUN:
                self._set(_SETTINGS[switch], on=on)
            case CodeSwitch.CONFLICT:
                self._rewrite(on=on)
            case CodeSwitch.UNHEALTHY | CodeSwitch.SLOW | CodeSwitch.FAILING:
                setattr(self.servers.faults, switch.value, on)
            case _:
                assert_never(switch)
        self.servers.changed()

    def is_on(self, switch: CodeSwitch) -> bool:
        match switch:
            case CodeSwitch.PROTECTED | CodeSwitch.OUTRUN:
                return self.repository.bare.ask("config", "--bool", _SETTINGS[switch]) == "true"
            case CodeSwitch.CONFLICT:
                payment = self.repository.read(self.repository.develop, shop_app.PAYMENT)
                return payment is not None and shop_app.REWRITTEN in payment
            case CodeSwitch.UNHEALTHY | CodeSwitch.SLOW | CodeSwitch.FAILING:
                return bool(getattr(self.servers.faults, switch.value))
            case _:
                assert_never(switch)

    def _rewrite(self, *, on: bool) -> None:
        if on:
            self.engineer.push_to_develop()
        else:
            self.engineer.take_back_from_develop()

    def _set(self, setting: str, *, on: bool) -> None:
        self.repository.bare.run("config", setting, "true" if on else "false")
