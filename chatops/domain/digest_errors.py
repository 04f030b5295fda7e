"""What cannot be asked of digests, with what can."""

from collections.abc import Sequence

from chatops.domain.errors import Mistake


class UnknownDigest(Mistake):
    """The playbook has no digest of that name."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        named = f"Pick one of {', '.join(known)}." if known else "The playbook has none."
        super().__init__(f"There is no digest “{asked[:40]}”. {named}")
