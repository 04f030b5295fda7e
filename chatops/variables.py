"""What a variable of the environment may be, and how a problem with one is told."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from chatops.domain.errors import UserError
from chatops.domain.git.urls import is_loopback


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


class BrokenSettings(UserError):
    """The environment cannot be used as it is; ``problems`` holds everything that is wrong."""

    def __init__(self, problems: tuple[SettingProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def _address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError(text)
    return text


def _api(text: str) -> str:
    return _address(text).rstrip("/") + "/"


def _site(text: str) -> str:
    return _address(text).rstrip("/")


def _secure(text: str) -> str:
    """An address to which a token may be sent."""
    host = urlsplit(text).netloc
    if not text.startswith("https://") and not (text.startswith("http://") and is_loopback(host)):
        raise ValueError(text)
    return _site(text)


def _database(secret: SecretStr) -> SecretStr:
    try:
        make_url(secret.get_secret_value())
    except ArgumentError as error:
        raise ValueError from error
    return secret


Site = Annotated[str, AfterValidator(_site)]
Secure = Annotated[str, AfterValidator(_secure)]
Api = Annotated[str, AfterValidator(_api)]
Database = Annotated[SecretStr, AfterValidator(_database)]


def variable(name: str, default: Any, what: str, *, right: str) -> Any:
    """A field that is read from ``name``; ``right`` says what it may be."""
    return Field(
        default=default,
        validation_alias=name,
        description=what,
        json_schema_extra={"right": right},
    )


class ServerSettings(BaseSettings):
    """Where the bot listens, and where it finds and keeps what it needs."""

    host: str = variable(
        "CHATOPS_HOST",
        "127.0.0.1",
        "Address to listen on; 0.0.0.0 for every network of the machine.",
        right="the address or name of a network interface, such as 0.0.0.0",
    )
    port: Annotated[int, Field(ge=0, le=65535)] = variable(
        "CHATOPS_PORT",
        3000,
        "Port to listen on; 0 for any that is free.",
        right="a port: a whole number from 0 to 65535",
    )
    config: Path = variable(
        "CHATOPS_CONFIG",
        Path("chatops.yml"),
        "The team's own settings: playbook, channels, audiences, permissions.",
        right="the path of a file",
    )
    data_dir: Path = variable(
        "CHATOPS_DATA_DIR",
        Path("data"),
        "Folder for what the bot keeps: the database file, unless it is elsewhere.",
        right="the path of a folder",
    )
    database_url: Database | None = variable(
        "CHATOPS_DATABASE_URL",
        None,
        "PostgreSQL, for several replicas; without it a SQLite file in the data folder.",
        right="postgresql://user:password@host/name or sqlite:///path/to/file.db",
    )

    @property
    def database(self) -> str:
        """Where the state is kept, as SQLAlchemy wants it; may hold a password."""
        if self.database_url:
            return self.database_url.get_secret_value()
        file = self.data_dir / "chatops.db"
        return URL.create("sqlite", database=str(file)).render_as_string()


def hint(value: str) -> str:
    """Kubernetes sets CHATOPS_PORT=tcp://… in every pod beside a Service called chatops."""
    if value.startswith("tcp://"):
        return ". Kubernetes sets it like this: put enableServiceLinks: false into the pod's spec"
    return ""
