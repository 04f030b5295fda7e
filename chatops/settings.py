"""Reads the environment: every variable that the bot knows, what it is for and what it may be."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource
from pydantic_settings import SettingsConfigDict as Config
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from chatops.domain.errors import Mistake

#: May hold a password, so no message repeats it.
_HUSHED = {"CHATOPS_DATABASE_URL"}


class LogLevel(StrEnum):
    """From what weight on things are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How a log line looks: for people, or for programs."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProblem:
    """One variable that cannot be used as it is, and what would be right."""

    variable: str
    message: str

    def __str__(self) -> str:
        return f"{self.variable} {self.message}"


class BrokenSettings(Mistake):
    """The environment cannot be used as it is; ``problems`` holds everything that is wrong."""

    def __init__(self, problems: tuple[SettingProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackAccess:
    """What it takes to talk with a workspace: over HTTP, or over a socket with ``app_token``."""

    bot_token: SecretStr
    signing_secret: SecretStr | None
    app_token: SecretStr | None
    api_url: str


def _address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError(text)
    return text


def _api(text: str) -> str:
    return _address(text).rstrip("/") + "/"


def _site(text: str) -> str:
    return _address(text).rstrip("/")


def _database(secret: SecretStr) -> SecretStr:
    try:
        make_url(secret.get_secret_value())
    except ArgumentError as error:
        raise ValueError from error
    return secret


Site = Annotated[str, AfterValidator(_site)]
Api = Annotated[str, AfterValidator(_api)]
Database = Annotated[SecretStr, AfterValidator(_database)]


def _variable(name: str, default: Any, what: str, *, right: str) -> Any:
    """A field that is read from ``name``; ``right`` says what it may be."""
    return Field(
        default=default,
        validation_alias=name,
        description=what,
        json_schema_extra={"right": right},
    )


class Settings(BaseSettings):
    """What the environment says, checked; ``read_settings`` makes one."""

    model_config = Config(case_sensitive=True, frozen=True, hide_input_in_errors=True)

    host: str = _variable(
        "CHATOPS_HOST",
        "127.0.0.1",
        "Address to listen on; 0.0.0.0 for every network of the machine.",
        right="the address or name of a network interface, such as 0.0.0.0",
    )
    port: Annotated[int, Field(ge=0, le=65535)] = _variable(
        "CHATOPS_PORT",
        3000,
        "Port to listen on; 0 for any that is free.",
        right="a port: a whole number from 0 to 65535",
    )
    config: Path = _variable(
        "CHATOPS_CONFIG",
        Path("chatops.yml"),
        "The team's own settings: playbook, channels, audiences, permissions.",
        right="the path of a file",
    )
    data_dir: Path = _variable(
        "CHATOPS_DATA_DIR",
        Path("data"),
        "Folder for what the bot keeps: the database file, unless it is elsewhere.",
        right="the path of a folder",
    )
    database_url: Database | None = _variable(
        "CHATOPS_DATABASE_URL",
        None,
        "PostgreSQL, for several replicas; without it a SQLite file in the data folder.",
        right="postgresql://user:password@host/name or sqlite:///path/to/file.db",
    )
    public_url: Site | None = _variable(
        "CHATOPS_PUBLIC_URL",
        None,
        "Where Slack reaches this bot; `python -m chatops.manifest` writes it into the manifest.",
        right="an address, such as https://incidents.example.com",
    )
    log_level: LogLevel = _variable(
        "CHATOPS_LOG_LEVEL",
        LogLevel.INFO,
        "How much is logged: debug, info, warning or error.",
        right="debug, info, warning or error",
    )
    log_format: LogFormat = _variable(
        "CHATOPS_LOG_FORMAT",
        LogFormat.TEXT,
        "How it is logged: text for people, json for programs.",
        right="text or json",
    )
    alerts_secret: SecretStr | None = _variable(
        "CHATOPS_ALERTS_SECRET",
        None,
        "What alerts must know to be heard on `POST /webhooks/alerts`; without it nobody is.",
        right="a long random text",
    )
    slack_bot_token: SecretStr | None = _variable(
        "SLACK_BOT_TOKEN",
        None,
        "The app's bot token (xoxb-…), from OAuth & Permissions.",
        right="a bot token, which starts with xoxb-",
    )
    slack_signing_secret: SecretStr | None = _variable(
        "SLACK_SIGNING_SECRET",
        None,
        "The app's signing secret, from Basic Information; needed without a socket.",
        right="32 letters and digits",
    )
    slack_app_token: SecretStr | None = _variable(
        "SLACK_APP_TOKEN",
        None,
        "The app-level token (xapp-…); when set, Slack is reached by Socket Mode.",
        right="an app-level token, which starts with xapp-",
    )
    slack_api_url: Api = _variable(
        "SLACK_API_URL",
        "https://slack.com/api/",
        "Where Slack's Web API is.",
        right="an address, such as https://slack.com/api/",
    )

    @classmethod
    def settings_customise_sources(
        cls, *_: Any, **sources: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is handed in: ``read_settings`` says which environment counts."""
        return (sources["init_settings"],)

    @property
    def database(self) -> str:
        """Where the state is kept, as SQLAlchemy wants it; may hold a password."""
        if self.database_url:
            return self.database_url.get_secret_value()
        file = self.data_dir / "chatops.db"
        return URL.create("sqlite", database=str(file)).render_as_string()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no output may show."""
        given = (
            self.slack_bot_token,
            self.slack_signing_secret,
            self.slack_app_token,
            self.alerts_secret,
        )
        password = make_url(self.database).password
        return (*(each.get_secret_value() for each in given if each), *filter(None, (password,)))

    def slack(self) -> SlackAccess:
        """What it takes to talk with Slack.

        Raises:
            BrokenSettings: the bot token is missing, or what proves that a request is Slack's.
        """
        missing = []
        if not self.slack_bot_token:
            missing.append(_missing("SLACK_BOT_TOKEN", "OAuth & Permissions"))
        if not self.slack_signing_secret and not self.slack_app_token:
            missing.append(_missing("SLACK_SIGNING_SECRET", "Basic Information"))
        if missing or not self.slack_bot_token:
            raise BrokenSettings(tuple(missing))
        return SlackAccess(
            bot_token=self.slack_bot_token,
            signing_secret=self.slack_signing_secret,
            app_token=self.slack_app_token,
            api_url=self.slack_api_url,
        )


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


def unknown_variables(environ: Mapping[str, str] | None = None) -> tuple[SettingProblem, ...]:
    """Variables that look like ours and do nothing: CHATOPS_…, and near misses of SLACK_…."""
    known = [str(field.validation_alias) for field in Settings.model_fields.values()]
    strange = sorted({name for name, _ in _or_own(environ)} - set(known))
    found = []
    for name in strange:
        meant = get_close_matches(name, known, n=1, cutoff=0.85)
        if meant and name.startswith(("CHATOPS", "SLACK")):
            found.append(SettingProblem(variable=name, message=f"does nothing; meant {meant[0]}?"))
        elif name.startswith("CHATOPS_"):
            found.append(SettingProblem(variable=name, message="does nothing; I do not know it"))
    return tuple(found)


def settings_table() -> str:
    """Every variable as a row of a Markdown table, for the README."""
    rows = ["| variable | default | what it is for |", "|---|---|---|"]
    for field in Settings.model_fields.values():
        default = f"`{field.default}`" if field.default is not None else ""
        rows.append(f"| `{field.validation_alias}` | {default} | {field.description} |")
    return "\n".join(rows)


def _or_own(environ: Mapping[str, str] | None) -> Iterable[tuple[str, str]]:
    return (os.environ if environ is None else environ).items()  # noqa: TID251 - the one place


def _missing(variable: str, page: str) -> SettingProblem:
    message = f"is not set: copy it from the app's page “{page}” on api.slack.com"
    return SettingProblem(variable=variable, message=message)


def _problem(variable: str, value: str) -> SettingProblem:
    field = next(
        each for each in Settings.model_fields.values() if each.validation_alias == variable
    )
    extra = field.json_schema_extra
    right = extra["right"] if isinstance(extra, dict) else ""
    shown = "is not usable" if variable in _HUSHED else f"is “{value[:80]}”"
    return SettingProblem(variable=variable, message=f"{shown}: it must be {right}{_hint(value)}")


def _hint(value: str) -> str:
    """Kubernetes sets CHATOPS_PORT=tcp://… in every pod beside a Service called chatops."""
    if value.startswith("tcp://"):
        return ". Kubernetes sets it like this: put enableServiceLinks: false into the pod's spec"
    return ""
