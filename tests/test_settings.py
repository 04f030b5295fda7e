"""The environment, read from mappings: no test touches the real one."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from chatops.access import GithubApp
from chatops.settings import (
    BrokenSettings,
    LogFormat,
    Settings,
    read_settings,
    settings_table,
    unknown_variables,
)

PAGE = Path(__file__).parents[1] / "docs" / "operating.md"
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s3cret"}


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(BrokenSettings) as caught:
        read_settings(environ).slack()
    return str(caught.value)


def test_an_empty_environment_has_defaults() -> None:
    settings = read_settings({})
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)
    assert settings.config == Path("chatops.yml")
    assert settings.database == "sqlite:///data/chatops.db"
    assert settings.slack_api_url == "https://slack.com/api/"


def test_every_variable_is_read() -> None:
    settings = read_settings(
        {
            "CHATOPS_HOST": "0.0.0.0",  # noqa: S104 - read, not bound
            "CHATOPS_PORT": "8080",
            "CHATOPS_CONFIG": "/etc/chatops.yml",
            "CHATOPS_DATA_DIR": "/var/lib/chatops",
            "CHATOPS_DATABASE_URL": "sqlite:////tmp/x.db",
            "CHATOPS_PUBLIC_URL": "https://bot.example.com/",
            "CHATOPS_LOG_LEVEL": "debug",
            "CHATOPS_LOG_FORMAT": "json",
            "SLACK_API_URL": "http://127.0.0.1:9/api",
            "SLACK_APP_TOKEN": "xapp-1",
            "CHATOPS_ALERTS_SECRET": "hush",
            "SLACK_CLIENT_ID": "1.2",
            "SLACK_CLIENT_SECRET": "hush hush",
            "CHATOPS_SESSION_SECRET": "hush hush hush",
            "GITHUB_TOKEN": "ghp_1",
            "GITHUB_APP_ID": "77",
            "GITHUB_APP_INSTALLATION_ID": "88",
            "GITHUB_APP_PRIVATE_KEY": "app.pem",
            "GITHUB_API_URL": "https://github.example.com/api/v3/",
            "GITHUB_WEBHOOK_SECRET": "hush",
            "GIT_USERNAME": "bot",
            "GIT_PASSWORD": "hush",
            **SLACK,
        }
    )
    assert "hush" in settings.secrets
    assert settings.model_fields_set == set(Settings.model_fields)
    assert settings.public_url == "https://bot.example.com"
    assert settings.github_api_url == "https://github.example.com/api/v3"
    assert settings.log_format is LogFormat.JSON
    access = settings.slack()
    assert access.api_url == "http://127.0.0.1:9/api/"
    assert access.bot_token.get_secret_value() == "xoxb-1"


def test_an_empty_variable_counts_as_unset() -> None:
    assert read_settings({"CHATOPS_PORT": "", "CHATOPS_HOST": "  "}) == read_settings({})


def test_a_pasted_line_end_does_not_belong_to_a_token() -> None:
    access = read_settings({**SLACK, "SLACK_BOT_TOKEN": "xoxb-1\n"}).slack()
    assert access.bot_token.get_secret_value() == "xoxb-1"


def test_a_databases_password_is_known_as_a_secret_however_it_is_spelt() -> None:
    settings = read_settings({"CHATOPS_DATABASE_URL": "postgresql://me:p%40ss@db/bot"})
    assert settings.database == "postgresql://me:p%40ss@db/bot"
    assert settings.secrets == ("p@ss",)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("CHATOPS_PORT", "http", "CHATOPS_PORT is “http”: it must be a port: a whole number"),
        ("CHATOPS_PORT", "65536", "CHATOPS_PORT is “65536”: it must be a port"),
        ("CHATOPS_PORT", "-1", "CHATOPS_PORT is “-1”: it must be a port"),
        ("CHATOPS_PORT", "tcp://10.0.0.1:3000", "enableServiceLinks: false"),
        ("CHATOPS_LOG_LEVEL", "loud", "“loud”: it must be debug, info, warning or error"),
        ("CHATOPS_LOG_FORMAT", "xml", "“xml”: it must be text or json"),
        ("CHATOPS_PUBLIC_URL", "bot.example.com", "such as https://incidents.example.com"),
        ("SLACK_API_URL", "slack.com", "such as https://slack.com/api/"),
        ("CHATOPS_DATABASE_URL", "bot.db", "it must be postgresql://"),
        ("GITHUB_API_URL", "http://github.example.com/api/v3", "it must be an https address"),
        ("GITHUB_API_URL", "http://127.0.0.1.example.com", "it must be an https address"),
        ("GITHUB_APP_INSTALLATION_ID", "acme", "“acme”: it must be a whole number"),
    ],
)
def test_a_refusal_names_the_variable_and_what_would_be_right(
    variable: str, value: str, words: str
) -> None:
    text = refusal({**SLACK, variable: value})
    assert text.startswith(variable)
    assert words in text


def test_everything_that_is_wrong_is_told_at_once() -> None:
    text = refusal({"CHATOPS_PORT": "x", "CHATOPS_LOG_LEVEL": "y"})
    assert len(text.splitlines()) == 2


def test_no_refusal_repeats_a_password() -> None:
    assert "hunter2" not in refusal({"CHATOPS_DATABASE_URL": "postgresql://me:hunter2@db:port/bot"})


def test_no_rendering_of_the_settings_shows_a_secret() -> None:
    environ = {
        "SLACK_BOT_TOKEN": "hush-1",
        "SLACK_SIGNING_SECRET": "hush-2",
        "SLACK_APP_TOKEN": "hush-3",
        "CHATOPS_DATABASE_URL": "postgresql://me:hush-4@db/bot",
        "CHATOPS_ALERTS_SECRET": "hush-5",
        "GITHUB_TOKEN": "hush-6",
        "GITHUB_WEBHOOK_SECRET": "hush-7",
        "GIT_USERNAME": "bot",
        "GIT_PASSWORD": "hush-8",
    }
    settings = read_settings(environ)
    ways_in = f"{settings.slack()} {settings.github()} {settings.git_login()}"
    assert "hush" not in f"{settings} {settings!r} {settings.model_dump()} {ways_in}"
    assert set(settings.secrets) == {f"hush-{number}" for number in range(1, 9)}


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, ["SLACK_SIGNING_SECRET"]),
        ({"SLACK_SIGNING_SECRET": "s"}, ["SLACK_BOT_TOKEN"]),
        ({"SLACK_APP_TOKEN": "xapp-1"}, ["SLACK_BOT_TOKEN"]),
    ],
)
def test_what_is_missing_for_slack_is_named(environ: dict[str, str], named: list[str]) -> None:
    assert [line.split()[0] for line in refusal(environ).splitlines()] == named


def test_over_a_socket_no_signing_secret_is_needed() -> None:
    environ = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    assert read_settings(environ).slack().signing_secret is None


def test_a_misspelt_variable_is_pointed_out() -> None:
    environ = {"CHATOPS_DATABSE_URL": "x", "SLACK_BOT_TOKN": "x", "CHATOPS_COLOUR": "red"}
    assert [str(each) for each in unknown_variables(environ)] == [
        "CHATOPS_COLOUR does nothing; I do not know it",
        "CHATOPS_DATABSE_URL does nothing; meant CHATOPS_DATABASE_URL?",
        "SLACK_BOT_TOKN does nothing; meant SLACK_BOT_TOKEN?",
    ]


def test_other_programs_variables_are_none_of_our_business() -> None:
    assert unknown_variables({"HOME": "/", "SLACK_WEBHOOK": "x", **SLACK}) == ()


@given(st.dictionaries(st.sampled_from([*SLACK, "CHATOPS_PORT"]), st.text()))
def test_any_text_is_taken_or_refused_in_words(environ: dict[str, str]) -> None:
    with suppress(BrokenSettings):
        read_settings(environ).slack()


PEM = "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n"
APP = {
    "GITHUB_APP_ID": "77",
    "GITHUB_APP_INSTALLATION_ID": "88",
    "GITHUB_APP_PRIVATE_KEY": PEM,
}


def app_of(environ: dict[str, str]) -> GithubApp:
    access = read_settings(environ).github()
    assert access is not None
    assert isinstance(access.key, GithubApp)
    return access.key


def github_refusal(environ: dict[str, str]) -> str:
    with pytest.raises(BrokenSettings) as caught:
        read_settings(environ).github()
    return str(caught.value)


def test_without_a_word_of_github_there_is_no_github() -> None:
    assert read_settings({}).github() is None


def test_a_token_is_enough_for_github() -> None:
    access = read_settings({"GITHUB_TOKEN": "ghp_1"}).github()
    assert access is not None
    assert isinstance(access.key, SecretStr)
    assert access.api_url == "https://api.github.com"


def test_an_app_is_enough_for_github() -> None:
    app = app_of(APP)
    assert (app.app, app.installation) == ("77", 88)
    assert app.private_key.get_secret_value() == PEM


def test_the_apps_key_may_be_written_on_one_line() -> None:
    app = app_of({**APP, "GITHUB_APP_PRIVATE_KEY": PEM.replace("\n", "\\n")})
    assert app.private_key.get_secret_value() == PEM


def test_the_apps_key_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "app.pem"
    file.write_text(PEM)
    app = app_of({**APP, "GITHUB_APP_PRIVATE_KEY": str(file)})
    assert app.private_key.get_secret_value() == PEM


def test_a_key_on_one_line_is_kept_out_of_outputs_however_it_is_written() -> None:
    one_line = PEM.replace("\n", "\\n").strip()
    secrets = read_settings({**APP, "GITHUB_APP_PRIVATE_KEY": one_line}).secrets
    assert secrets == (one_line, PEM)


def test_the_path_of_the_apps_key_is_no_secret() -> None:
    assert read_settings({**APP, "GITHUB_APP_PRIVATE_KEY": "/keys/app.pem"}).secrets == ()


@pytest.mark.parametrize("left_out", sorted(APP))
def test_an_app_told_by_halves_says_what_is_missing(left_out: str) -> None:
    text = github_refusal({name: value for name, value in APP.items() if name != left_out})
    assert text.startswith(f"{left_out} is not set, but GITHUB_APP_")
    assert len(text.splitlines()) == 1


def test_a_token_beside_an_app_is_not_guessed_about() -> None:
    text = github_refusal({"GITHUB_TOKEN": "ghp_1", "GITHUB_APP_ID": "77"})
    assert text.startswith("GITHUB_TOKEN stands beside GITHUB_APP_ID: keep the token or the app")


@pytest.mark.parametrize("key", ["/no/such.pem", "c2VjcmV0" * 900, "\x00", "-----BEGIN PUBLIC KEY"])
def test_a_key_that_cannot_be_read_is_told_without_being_repeated(key: str) -> None:
    text = github_refusal({**APP, "GITHUB_APP_PRIVATE_KEY": key})
    assert text.startswith("GITHUB_APP_PRIVATE_KEY ")
    assert key[:8] not in text.replace("-----BEGIN …", "")


@pytest.mark.parametrize(
    ("given", "missing"), [("GIT_USERNAME", "GIT_PASSWORD"), ("GIT_PASSWORD", "GIT_USERNAME")]
)
def test_half_a_login_for_git_names_the_other_half(given: str, missing: str) -> None:
    with pytest.raises(BrokenSettings, match=f"^{missing} is not set, but {given} is"):
        read_settings({given: "x"}).git_login()


def test_no_login_for_git_is_needed() -> None:
    assert read_settings({}).git_login() is None


def test_the_docs_show_every_setting() -> None:
    text = PAGE.read_text(encoding="utf-8")
    shown = text.partition("<!-- settings -->\n")[2].partition("<!-- /settings -->")[0]
    assert shown.strip() == settings_table()


SIGN_IN = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "s3cret",
    "CHATOPS_PUBLIC_URL": "https://bot.example.com",
}


def test_people_sign_in_where_the_app_is_known_and_the_pages_have_an_address() -> None:
    access = read_settings(SIGN_IN).sign_in()
    assert access is not None
    assert (access.client_id, access.public_url) == ("1.2", "https://bot.example.com")
    assert read_settings({}).sign_in() is None


def test_cookies_are_signed_with_a_secret_of_ones_own_or_one_made_from_the_apps() -> None:
    made = read_settings(SIGN_IN).sign_in()
    own = read_settings({**SIGN_IN, "CHATOPS_SESSION_SECRET": "long and random"}).sign_in()
    assert made is not None
    assert own is not None
    assert len(made.session_secret.get_secret_value()) == 64
    assert own.session_secret.get_secret_value() == "long and random"


@pytest.mark.parametrize("missing", SIGN_IN)
def test_signing_in_told_by_halves_is_refused(missing: str) -> None:
    given = {name: value for name, value in SIGN_IN.items() if name != missing}
    with pytest.raises(BrokenSettings) as caught:
        read_settings(given).sign_in()
    assert [problem.variable for problem in caught.value.problems] == [missing]
