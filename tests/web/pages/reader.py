"""Somebody who reads the bot's pages over HTTP, and signs in with the double of Slack."""

import html
import re
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.acceptance.stage import Stage

#: Where the playground serves the bot.
ROOT = "/bot"
_TAGS = re.compile(r"<[^>]+>")
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Reader:
    """A browser without JavaScript."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.client = httpx.Client(base_url=stage.slack.address)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()

    def opens(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a page; a redirect is not followed."""
        return self.client.get(f"{ROOT}{path}", headers=headers)

    def reads(self, path: str) -> str:
        """The words of a page that is there."""
        answer = self.opens(path)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return words_of(answer)

    def goes_to_slack(self, to: str = "/incidents") -> str:
        """Begin to sign in; returns the address at Slack."""
        answer = self.client.get(f"{ROOT}/sign-in", params={"to": to})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def agrees(self, address: str, handle: str) -> str:
        """Agree at Slack to be ``handle``; returns where Slack sends the browser."""
        person = self._stage.slack.workspace.people_store.handled(handle)
        assert person is not None
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        answer = self.client.get("/openid/connect/allow", params={**query, "user": person.id})
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])

    def comes_back(self, handle: str, to: str = "/incidents") -> httpx.Response:
        """Sign in, and show what the bot answers to the one who comes back."""
        return self.client.get(self.agrees(self.goes_to_slack(to), handle))

    def signs_in(self, handle: str) -> None:
        answer = self.comes_back(handle)
        assert answer.status_code == 303, answer.text

    def signs_out(self, token: str | None = None) -> httpx.Response:
        if token is None:
            found = _TOKEN.search(self.opens("/incidents").text)
            assert found is not None
            token = found[1]
        return self.client.post(f"{ROOT}/sign-out", data={"token": token})

    @property
    def cookie(self) -> str:
        return str(self.client.cookies.get("chatops", ""))


def words_of(answer: httpx.Response) -> str:
    """What a reader reads: no tags, blanks in one."""
    body = answer.text.partition("<body")[2]
    return " ".join(html.unescape(_TAGS.sub(" ", f"<body{body}")).split())


def data_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    data = answer.json()
    assert isinstance(data, dict)
    return data
