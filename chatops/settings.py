"""Reads the environment: every variable that the bot knows, what it is for and what it may be."""

import os
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import EnvSettingsSource, PydanticBaseSettingsSource
from pydantic_settings import SettingsConfigDict as Config
from sqlalchemy.engine import make_url

from chatops.access import (
    GithubAccess,
    GitLogin,
    SignInAccess,
    SlackAccess,
    git_login,
    github_access,
    sign_in_access,
    slack_access,
    spellings,
)
from chatops.domain.text import closest_match
from chatops.variables import (
    Api,
    BrokenSettings,
    LogFormat,
    LogLevel,
    Secure,
    ServerSettings,
    SettingProblem,
    Site,
    hint,
    variable,
)

__all__ = [
    "BrokenSettings",
    "LogFormat",
    "LogLevel",
    "SettingProblem",
    "SlackAccess",
]  # those who read settings meet them

#: May hold a password, so no message repeats it.
_HUSHED = {"CHATOPS_DATABASE_URL"}


class Settings(ServerSettings):
    """What the environment says, checked; ``read_settings`` makes one."""

    model_config = Config(case_sensitive=True, frozen=True, hide_input_in_errors=True)

    public_url: Site | None = variable(
        "CHATOPS_PUBLIC_URL",
        None,
        "Where Slack and browsers reach this bot; `python -m chatops.manifest` writes it down.",
        right="an address, such as https://incidents.example.com",
    )
    log_level: LogLevel = variable(
        "CHATOPS_LOG_LEVEL",
        LogLevel.INFO,
        "How much is logged: debug, info, warning or error.",
        right="debug, info, warning or error",
    )
    log_format: LogFormat = variable(
        "CHATOPS_LOG_FORMAT",
        LogFormat.TEXT,
        "How it is logged: text for people, json for programs.",
        right="text or json",
    )
    alerts_secret: SecretStr | None = variable(
        "CHATOPS_ALERTS_SECRET",
        None,
        "What alerts must know to be heard on `POST /webhooks/alerts`; without it nobody is.",
        right="a long random text",
    )
    slack_bot_token: SecretStr | None = variable(
        "SLACK_BOT_TOKEN",
        None,
        "The app's bot token (xoxb-…), from OAuth & Permissions.",
        right="a bot token, which starts with xoxb-",
    )
    slack_signing_secret: SecretStr | None = variable(
        "SLACK_SIGNING_SECRET",
        None,
        "The app's signing secret, from Basic Information; needed without a socket.",
        right="32 letters and digits",
    )
    slack_app_token: SecretStr | None = variable(
        "SLACK_APP_TOKEN",
        None,
        "The app-level token (xapp-…); when set, Slack is reached by Socket Mode.",
        right="an app-level token, which starts with xapp-",
    )
    slack_api_url: Api = variable(
        "SLACK_API_URL",
        "https://slack.com/api/",
        "Where Slack's Web API is.",
        right="an address, such as https://slack.com/api/",
    )
    slack_client_id: str | None = variable(
        "SLACK_CLIENT_ID",
        None,
        "The app's client id, from Basic Information; with it people sign in to the pages.",
        right="two numbers with a dot between them",
    )
    slack_client_secret: SecretStr | None = variable(
        "SLACK_CLIENT_SECRET",
        None,
        "The app's client secret, from Basic Information.",
        right="32 letters and digits",
    )
    session_secret: SecretStr | None = variable(
        "CHATOPS_SESSION_SECRET",
        None,
        "What the pages' cookies are signed with; else a key made from the client secret.",
        right="a long random text",
    )
    github_token: SecretStr | None = variable(
        "GITHUB_TOKEN",
        None,
        "A token of the bot's own GitHub account; or else the three of a GitHub App.",
        right="a token, which starts with github_pat_ or ghp_",
    )
    github_app_id: str | None = variable(
        "GITHUB_APP_ID",
        None,
        "The id of a GitHub App, from its page “General”.",
        right="the app's number or its client id",
    )
    github_app_installation_id: Annotated[int, Field(gt=0)] | None = variable(
        "GITHUB_APP_INSTALLATION_ID",
        None,
        "Where the app is installed: the number at the end of the installation's address.",
        right="a whole number",
    )
    github_app_private_key: SecretStr | None = variable(
        "GITHUB_APP_PRIVATE_KEY",
        None,
        "The app's private key: the path of its .pem file, or the text in it.",
        right="the path of a .pem file, or the text in it",
    )
    github_api_url: Secure = variable(
        "GITHUB_API_URL",
        "https://api.github.com",
        "Where GitHub's API is; for an Enterprise Server https://its-name/api/v3.",
        right="an https address, such as https://github.example.com/api/v3",
    )
    github_webhook_secret: SecretStr | None = variable(
        "GITHUB_WEBHOOK_SECRET",
        None,
        "What GitHub signs with on `POST /webhooks/github`; without it nobody is heard there.",
        right="a long random text",
    )
    git_username: str | None = variable(
        "GIT_USERNAME",
        None,
        "The bot's user on plain git servers, for repositories at https addresses.",
        right="the name of a user",
    )
    git_password: SecretStr | None = variable(
        "GIT_PASSWORD",
        None,
        "The password or token of that user.",
        right="a password or token",
    )

    @classmethod
    def settings_customise_sources(
        cls, *_: Any, **sources: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is handed in: ``read_settings`` says which environment counts."""
        return (sources["init_settings"],)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no output may show."""
        given = (
            self.slack_bot_token,
            self.slack_signing_secret,
            self.slack_app_token,
            self.slack_client_secret,
            self.session_secret,
            self.alerts_secret,
            self.github_token,
            self.github_webhook_secret,
            self.git_password,
        )
        password = make_url(self.database).password
        known = (*(each.get_secret_value() for each in given if each), password)
        return tuple(filter(None, (*known, *spellings(self.github_app_private_key))))

    def slack(self) -> SlackAccess:
        """What it takes to talk with Slack.

        Raises:
            BrokenSettings: the bot token is missing, or what proves that a request is Slack's.
        """
        return slack_access(
            bot_token=self.slack_bot_token,
            signing_secret=self.slack_signing_secret,
            app_token=self.slack_app_token,
            api_url=self.slack_api_url,
        )

    def sign_in(self) -> SignInAccess | None:
        """What it takes to let people sign in to the pages; none where it is not set up.

        Raises:
            BrokenSettings: it is told by halves.
        """
        return sign_in_access(
            client_id=self.slack_client_id,
            client_secret=self.slack_client_secret,
            session_secret=self.session_secret,
            public_url=self.public_url,
        )

    def github(self) -> GithubAccess | None:
        """What it takes to talk with GitHub; none where it is not asked for.

        Raises:
            BrokenSettings: it is told by halves, or twice.
        """
        return github_access(
            token=self.github_token,
            app=self.github_app_id,
            installation=self.github_app_installation_id,
            private_key=self.github_app_private_key,
            api_url=self.github_api_url,
        )

    def git_login(self) -> GitLogin | None:
        """Who the bot is on plain git servers. Raises BrokenSettings."""
        return git_login(self.git_username, self.git_password)


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read ``environ``, or the process's own environment; an empty variable counts as unset.

    Raises:
        BrokenSettings: something in it cannot be used.
    """
    source = EnvSettingsSource(Settings)
    source.env_vars = {name: value.strip() for name, value in _or_own(environ) if value.strip()}
    try:
        return Settings(**source())
    except ValidationError as error:
        wrong = (str(each["loc"][0]) for each in error.errors())
        problems = tuple(_problem(name, source.env_vars.get(name) or "") for name in wrong)
        raise BrokenSettings(problems) from error


def environment() -> Mapping[str, str]:
    """The process's own environment, of which commands get what their services name."""
    return dict(_or_own(None))


def unknown_variables(environ: Mapping[str, str] | None = None) -> tuple[SettingProblem, ...]:
    """Variables that look like ours and do nothing: CHATOPS_…, and near misses of others."""
    known = [str(field.validation_alias) for field in Settings.model_fields.values()]
    strange = sorted({name for name, _ in _or_own(environ)} - set(known))
    found = []
    for name in strange:
        meant = closest_match(name, known, likeness=0.85)
        if meant and name.startswith(("CHATOPS", "SLACK", "GITHUB_", "GIT_")):
            found.append(SettingProblem(variable=name, message=f"does nothing; meant {meant}?"))
        elif name.startswith("CHATOPS_"):
            found.append(SettingProblem(variable=name, message="does nothing; I do not know it"))
    return tuple(found)


def settings_table() -> str:
    """Every variable as a row of a Markdown table, for the docs."""
    rows = ["| variable | default | what it is for |", "|---|---|---|"]
    for field in Settings.model_fields.values():
        default = f"`{field.default}`" if field.default is not None else ""
        rows.append(f"| `{field.validation_alias}` | {default} | {field.description} |")
    return "\n".join(rows)


def _or_own(environ: Mapping[str, str] | None) -> Iterable[tuple[str, str]]:
    return (os.environ if environ is None else environ).items()  # noqa: TID251 - the one place


def _problem(variable: str, value: str) -> SettingProblem:
    field = next(
        each for each in Settings.model_fields.values() if each.validation_alias == variable
    )
    extra = field.json_schema_extra
    right = extra["right"] if isinstance(extra, dict) else ""
    shown = "is not usable" if variable in _HUSHED else f"is “{value[:80]}”"
    return SettingProblem(variable=variable, message=f"{shown}: it must be {right}{hint(value)}")
