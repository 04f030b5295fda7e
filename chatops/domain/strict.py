"""The mark that makes a misspelt field of a playbook an error."""

from collections.abc import Mapping

#: Pydantic reads this when a playbook file is checked.
STRICT: Mapping[str, str] = {"extra": "forbid"}
