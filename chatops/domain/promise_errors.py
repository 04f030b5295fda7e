"""The mistakes people can make about what is owed, each told in words for who made it."""

from collections.abc import Sequence

from chatops.domain.errors import Mistake


class WhichPromise(Mistake):
    """What was named is not owed, or more than one thing that is owed is called so."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        listed = "\n".join(f"• {each}" for each in known) or "Nothing is owed."
        first = f"I cannot tell what you mean by “{asked[:60]}”." if asked else "Say what you mean."
        super().__init__(f"{first} This is owed:\n{listed}")


class SettledElsewhere(Mistake):
    """A promise is settled by doing what it is about."""

    def __init__(self, name: str, how: str) -> None:
        super().__init__(f"The {name} is settled by doing it: `{how}`.")


class ComesWithRole(Mistake):
    """What is owed by whoever plays a part cannot be given away alone."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The {name} belongs to whoever leads. Give them the part instead:"
            " `/incident role commander @person`."
        )
