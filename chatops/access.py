"""What it takes to get into Slack, GitHub and plain git servers: complete, or told what lacks."""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from chatops.variables import BrokenSettings, SettingProblem

_TOKEN = "GITHUB_TOKEN"  # noqa: S105 - the variable's name
_APP = "GITHUB_APP_ID"
_INSTALLATION = "GITHUB_APP_INSTALLATION_ID"
_KEY = "GITHUB_APP_PRIVATE_KEY"
_BEGIN = "-----BEGIN"
_WHERE = {
    _APP: "copy it from the app's page “General” on GitHub",
    _INSTALLATION: "it is the number at the end of the address of the app's installation",
    _KEY: "generate one on the app's page “General” on GitHub",
}

_BASIC = "copy it from the app's page “Basic Information” on api.slack.com"
#: What signing in to the pages needs, and where each is found.
_NEEDED = {
    "SLACK_CLIENT_ID": _BASIC,
    "SLACK_CLIENT_SECRET": _BASIC,
    "CHATOPS_PUBLIC_URL": "people come back from Slack to that address",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackAccess:
    """What it takes to talk with a workspace: over HTTP, or over a socket with ``app_token``."""

    bot_token: SecretStr
    signing_secret: SecretStr | None
    app_token: SecretStr | None
    api_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAccess:
    """What it takes to let people sign in with Slack to pages that are reached at an address."""

    client_id: str
    client_secret: SecretStr
    session_secret: SecretStr
    public_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GithubApp:
    """An app, where it is installed, and its private key in PEM."""

    app: str
    installation: int
    private_key: SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class GithubAccess:
    """A token, or an app that gets itself tokens; and where GitHub's API is."""

    key: SecretStr | GithubApp
    api_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GitLogin:
    """A user and a password for plain git servers."""

    username: str
    password: SecretStr


def slack_access(
    *,
    bot_token: SecretStr | None,
    signing_secret: SecretStr | None,
    app_token: SecretStr | None,
    api_url: str,
) -> SlackAccess:
    """How the bot gets into Slack.

    Raises:
        BrokenSettings: the bot token is missing, or what proves that a request is Slack's.
    """
    missing = []
    if not bot_token:
        missing.append(_missing("SLACK_BOT_TOKEN", "OAuth & Permissions"))
    if not signing_secret and not app_token:
        missing.append(_missing("SLACK_SIGNING_SECRET", "Basic Information"))
    if missing or not bot_token:
        raise BrokenSettings(tuple(missing))
    return SlackAccess(
        bot_token=bot_token,
        signing_secret=signing_secret,
        app_token=app_token,
        api_url=api_url,
    )


def sign_in_access(
    *,
    client_id: str | None,
    client_secret: SecretStr | None,
    session_secret: SecretStr | None,
    public_url: str | None,
) -> SignInAccess | None:
    """What it takes to let people sign in to the pages; none where they are not to.

    Without a session secret one is made from the client secret, so that every replica has the
    same, and a new client secret signs everybody out.

    Raises:
        BrokenSettings: it is told by halves.
    """
    if not client_id and not client_secret:
        return None
    if client_id and client_secret and public_url:
        return SignInAccess(
            client_id=client_id,
            client_secret=client_secret,
            session_secret=session_secret or _derived(client_secret),
            public_url=public_url,
        )
    given = "SLACK_CLIENT_ID" if client_id else "SLACK_CLIENT_SECRET"
    known = {"SLACK_CLIENT_ID": client_id, "SLACK_CLIENT_SECRET": client_secret}
    missing = {**known, "CHATOPS_PUBLIC_URL": public_url}
    raise BrokenSettings(
        tuple(
            SettingProblem(variable=name, message=f"is not set, but {given} is: {_NEEDED[name]}")
            for name, value in missing.items()
            if not value
        )
    )


def github_access(
    *,
    token: SecretStr | None,
    app: str | None,
    installation: int | None,
    private_key: SecretStr | None,
    api_url: str,
) -> GithubAccess | None:
    """How the bot gets into GitHub; none where it is not meant to.

    Raises:
        BrokenSettings: an app is told by halves, or beside a token, or its key cannot be read.
    """
    given: Mapping[str, object] = {_APP: app, _INSTALLATION: installation, _KEY: private_key}
    named = [name for name, value in given.items() if value]
    if not named:
        return GithubAccess(key=token, api_url=api_url) if token else None
    if problems := tuple(_problems(token, named)):
        raise BrokenSettings(problems)
    assert app and installation and private_key  # noqa: S101, PT018 - said by the problems
    key = GithubApp(app=app, installation=installation, private_key=pem(private_key))
    return GithubAccess(key=key, api_url=api_url)


def git_login(username: str | None, password: SecretStr | None) -> GitLogin | None:
    """The login for plain git servers over https.

    Raises:
        BrokenSettings: one half of it is missing.
    """
    if username and password:
        return GitLogin(username=username, password=password)
    if not username and not password:
        return None
    missing, given = ("GIT_PASSWORD", "GIT_USERNAME")[:: 1 if username else -1]
    message = f"is not set, but {given} is: set both, or neither"
    raise BrokenSettings((SettingProblem(variable=missing, message=message),))


def spellings(private_key: SecretStr | None) -> tuple[str, ...]:
    """How a key that is given as text, not as the path of a file, may turn up in an output."""
    text = private_key.get_secret_value() if private_key else ""
    return (text, _with_lines(text)) if text.startswith(_BEGIN) else ()


def pem(given: SecretStr) -> SecretStr:
    r"""The key itself; ends of lines may be written as ``\n``, as env files want them.

    Raises:
        BrokenSettings: it is no private key, or stands in a file that cannot be read.
    """
    text = given.get_secret_value()
    text = _with_lines(text if text.startswith(_BEGIN) else _read(Path(text))).strip()
    if "PRIVATE KEY-----" not in text.partition("\n")[0]:
        message = "holds no private key: one begins with -----BEGIN … PRIVATE KEY-----"
        raise BrokenSettings((SettingProblem(variable=_KEY, message=message),))
    return SecretStr(f"{text}\n")


def _derived(secret: SecretStr) -> SecretStr:
    made = hmac.new(secret.get_secret_value().encode(), b"chatops: sessions of the pages", "sha256")
    return SecretStr(made.hexdigest())


def _missing(variable: str, page: str) -> SettingProblem:
    message = f"is not set: copy it from the app's page “{page}” on api.slack.com"
    return SettingProblem(variable=variable, message=message)


def _problems(token: SecretStr | None, named: list[str]) -> Iterator[SettingProblem]:
    if token:
        message = f"stands beside {', '.join(named)}: keep the token or the app, unset the rest"
        yield SettingProblem(variable=_TOKEN, message=message)
    else:
        for name, where in _WHERE.items():
            if name not in named:
                message = f"is not set, but {named[0]} is: {where}"
                yield SettingProblem(variable=name, message=message)


def _with_lines(text: str) -> str:
    return text.replace("\\n", "\n")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        # What stands there may be the key itself, spoilt in copying, so it is not repeated.
        message = "is neither a key in PEM nor the path of a file that can be read"
        raise BrokenSettings((SettingProblem(variable=_KEY, message=message),)) from error
