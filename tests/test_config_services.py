"""`services:` in chatops.yml: names alone or whole services, and the words for what is wrong."""

from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.adapters.playbooks.check import examine
from chatops.config import BrokenConfig, read_team
from chatops.domain.playbook.pipeline import VersionFileKind
from chatops.domain.services import Command, ForgeKind, Service, Workflow
from chatops.domain.team import GitRules, Team

SETTINGS = [each.name for each in fields(Service)]
EXAMPLE = Path(__file__).parents[1] / "templates" / "chatops.example.yml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "chatops.yml"


def team(file: Path, text: str) -> Team:
    file.write_text(text, encoding="utf-8")
    return read_team(file)


def shop(file: Path, settings: str) -> Service:
    return team(file, f"services:\n  shop: {{{settings}}}\n").services["shop"]


def refusal(file: Path, text: str) -> str:
    with pytest.raises(BrokenConfig) as caught:
        team(file, text)
    return str(caught.value).removeprefix(f"{file}:")


def shop_refusal(file: Path, settings: str) -> str:
    told = refusal(file, f"services:\n  shop: {{{settings}}}\n")
    assert told.startswith("2 services.shop")
    assert len(told.splitlines()) == 1
    return told.removeprefix("2 services.shop").removeprefix(".")


def test_services_may_be_names_alone(file: Path) -> None:
    services = team(file, "services: [checkout, search.v2, log_in]").services
    assert services == {name: Service(name=name) for name in ("checkout", "search.v2", "log_in")}
    assert not any(service.has_code for service in services.values())


def test_a_service_without_settings_is_a_name_alone(file: Path) -> None:
    settings = "services:\n  checkout:\n  search:\n    repository: git@host:acme/search.git\n"
    found = team(file, settings)
    assert list(found.services) == ["checkout", "search"]
    assert list(found.coded) == ["search"]


@pytest.mark.parametrize("text", ["services:", "services: []", "services: {}"])
def test_there_may_be_no_services(file: Path, text: str) -> None:
    assert team(file, text).services == {}


def test_the_example_shows_every_setting_of_a_service() -> None:
    services = read_team(EXAMPLE).services
    checkout, plain = services["checkout"], Service(name="checkout")
    shown = EXAMPLE.read_text(encoding="utf-8")
    assert [each for each in SETTINGS if f"    {each}:" not in shown] == ["name"]
    same = {each for each in SETTINGS if getattr(checkout, each) == getattr(plain, each)}
    assert same == {"name", "look_every", "internal"}
    assert checkout.forge is ForgeKind.GITHUB
    assert isinstance(checkout.deploy, Command)
    assert checkout.deploy.timeout == timedelta(minutes=10)
    assert isinstance(checkout.stage, Workflow)
    assert checkout.version_files
    assert checkout.version_files[1].kind is VersionFileKind.CONSTANT


def test_the_examples_services_follow_pipelines_that_its_playbook_has() -> None:
    found = read_team(EXAMPLE)
    plan = examine(EXAMPLE.parent / found.playbook).playbook
    assert plan
    asked = [service.pipeline for service in found.services.values() if service.pipeline]
    assert asked
    assert all(plan.hotfix.pipeline(key) for key in asked)


def test_durations_are_written_as_people_say_them(file: Path) -> None:
    service = shop(file, "look_every: 1 min 30 s, deploy: {run: [x], timeout: 1 h}")
    assert service.look_every == timedelta(seconds=90)
    assert service.deploy is not None
    assert service.deploy.timeout == timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("services: checkout", "1 services: must be a list of names, also for one: [checkout]"),
        ("services: [5]", "1 services[0]: must be a name; write “5” in quotes if it is one"),
        (
            "services:\n  - checkout: {}",
            "2 services[0]: has settings: leave the dash out, as in “checkout:”",
        ),
        ("services:\n  shop: yes", "2 services.shop: must be a list of settings"),
        ("services: [Log in]", "1 services[0]: “Log in” is not a service's name: letters, digits"),
        ("services:\n  a/b: {}", "2 services.a/b: “a/b” is not a service's name"),
        ("services: ['-rf']", "1 services[0]: “-rf” is not a service's name"),
        ("services: [a..b]", "1 services[0]: “a..b” is not a service's name"),
    ],
)
def test_a_name_that_cannot_be_used_says_why(file: Path, text: str, words: str) -> None:
    assert refusal(file, text).startswith(words)


def test_a_name_that_cannot_be_used_is_mended(file: Path) -> None:
    assert refusal(file, "services: [Log in]").endswith("; write it as log-in")
    assert "at most 60" in refusal(file, f"services: [{'x' * 61}]")


REPOSITORY = "repository: https://github.com/acme/shop.git"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("repositry: x", "repositry: is not a setting; did you mean repository?"),
        ("name: shop", "name: goes without saying: it is what stands before the colon"),
        (
            "repository: https://me:hunter2@github.com/acme/shop",
            "repository: “https://***@github.com/acme/shop” cannot be used as a repository address",
        ),
        ("repository: ../shop", "repository: “../shop” cannot be used as a repository address"),
        ("repository: 'ext::sh -c id'", "repository: “ext::sh -c id” cannot be used"),
        (f"{REPOSITORY}, forge: githup", "forge: is none of git, github; did you mean github?"),
        (f"{REPOSITORY}, project: a/b", "project: is for a forge: set forge: github, or leave"),
        (
            f"{REPOSITORY}, forge: github, project: shop",
            "project: “shop” is not a project, such as acme/shop",
        ),
        (
            "repository: /srv/shop, forge: github, production: main",
            "project: is missing: write owner/name, as the forge has it",
        ),
        ("production: -main", "production: “-main” cannot be used as a branch name"),
        ("targets: develop", "targets: must be a list, also for one: [develop]"),
        ("targets: ['a b']", "targets[0]: “a b” cannot be used as a branch name"),
        ("production: main, targets: [main]", "targets: main is production, which has the fix"),
        ("version_files: [{kind: npm, path: a}]", "version_files[0].kind: is none of package_json"),
        ("version_files: [{kind: version}]", "version_files[0].path: is missing"),
        (
            "version_files: [{kind: version, path: ../x}]",
            "version_files[0].path: must lie inside the repository",
        ),
        (
            "version_files: [{kind: constant, path: x}]",
            "version_files[0].pattern: a constant, and nothing else, is found by a pattern",
        ),
        ("look_every: often", "look_every: “often” is not a duration. Write a number"),
        ("look_every: 1 s", "look_every: must be from 10 s to 1 h"),
        ("internal: maybe", "internal: must be true or false"),
    ],
)
def test_a_setting_that_is_wrong_says_what_would_be_right(
    file: Path, settings: str, words: str
) -> None:
    assert shop_refusal(file, settings).startswith(words)


@pytest.mark.parametrize(
    ("deploy", "words"),
    [
        (
            "'./deploy.sh {version} now'",
            'deploy: must say what is run: {run: [./deploy.sh, "{version}", now]}',
        ),
        ("[./deploy.sh, now]", "deploy: must say what is run: {run: [./deploy.sh, now]}"),
        (
            "{run: './deploy.sh {version} 5'}",
            "deploy.run: is one line, and no shell reads it: write its words as a list,",
        ),
        ("{}", 'deploy: needs run, as in {run: [deploy, "{version}"]}, or workflow'),
        ("{run: [x], workflow: y.yml}", "deploy: is either a command (run) or a workflow of the"),
        ("{run: []}", "deploy.run: is empty: write the program and its arguments"),
        ("{run: [sleep, 5]}", "deploy.run[1]: must be a text; write “5” in quotes if it is meant"),
        ("{run: [x, true]}", "deploy.run[1]: must be a text; write “true” in quotes if it is"),
        ("{run: [x, {a: b}]}", "deploy.run[1]: must be a text"),
        ("{run: [deploy now]}", "deploy.run[0]: is several words: write each as an item"),
        ("{run: ['--now']}", "deploy.run[0]: must be a program: an option comes after it"),
        ("{run: ['{branch}']}", "deploy.run[0]: the program itself is always the same one"),
        (
            "{run: [x, '--tag={verison}']}",
            "deploy.run[1]: {verison} is not known. Known are {version}, {previous}, {branch}, {",
        ),
        ("{run: [x, 'a{b']}", "deploy.run[1]: “a{b” has a brace left open. Write {{ and }} for"),
        ("{run: [x], timeout: 10}", "deploy.timeout: “10” is not a duration. Write a number and"),
        ("{run: [x], timeout: 2 days}", "deploy.timeout: must be from 1 s to 6 h"),
        ("{run: [./x]}", "deploy.folder: is missing: ./x is looked for in it"),
        ("{run: [x], folder: deploy}", "deploy.folder: must be written in full, from / on"),
        ("{run: [x], secret: [A]}", "deploy.secret: is not a setting; did you mean secrets?"),
        ("{run: [x], secrets: [PATH]}", "deploy.secrets[0]: PATH is not a secret, and commands"),
        ("{workflow: deploy}", "deploy.workflow: must be the name of the workflow's file"),
        ("{workflow: d.yml, inputs: {dry: false}}", "deploy.inputs.dry: must be a text; write “f"),
        ("{workflow: d.yml, inputs: {a: '{x}'}}", "deploy.inputs.a: {x} is not known"),
        ("{workflow: d.yml, ref: '{x}'}", "deploy.ref: {x} is not known"),
    ],
)
def test_a_command_that_cannot_be_run_says_what_would_be_right(
    file: Path, deploy: str, words: str
) -> None:
    settings = f"{REPOSITORY}, forge: github, deploy: {deploy}"
    assert shop_refusal(file, settings).startswith(words)


def test_a_near_miss_in_braces_is_mended(file: Path) -> None:
    told = shop_refusal(file, "deploy: {run: [x, '{verison}']}")
    assert told.endswith("{service}, {reference}; did you mean version?")


def test_a_workflow_needs_a_forge_that_has_some(file: Path) -> None:
    told = shop_refusal(file, f"{REPOSITORY}, deploy: {{workflow: deploy.yml}}")
    assert told == "deploy.workflow: needs a forge that has workflows: set forge: github"


def test_a_secret_that_was_pasted_is_not_repeated(file: Path) -> None:
    told = shop_refusal(file, "deploy: {run: [x], secrets: [hunter2-hunter2]}")
    assert told == (
        "deploy.secrets[0]: must be the name of a variable, such as DEPLOY_TOKEN, never the secret"
        " itself"
    )


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ("[new-cart]", "flags: must be a list of fields"),
        ("{new-cart: }", 'flags.new-cart: is empty: write {run: [deploy, "{version}"]}'),
        ("{new cart: {run: [x]}}", "flags.new cart: “new cart” must be one word, so that people"),
        ("{a: {workflow: x.yml}}", "flags.a: turns a flag off with a command: write run in place"),
        ("{a: {run: [x, '{flag}']}}", "flags.a.run[1]: {flag} is not known"),
    ],
)
def test_a_flag_that_cannot_be_turned_off_says_what_would_be_right(
    file: Path, flags: str, words: str
) -> None:
    assert shop_refusal(file, f"flags: {flags}").startswith(words)


URL = "url: https://shop.example.com/health"


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (f"{{{URL}}}", ".title: is missing"),
        (f"{{title: '', {URL}}}", ".title: must say in a few words what is looked at"),
        ("{title: Up}", ".url: is missing"),
        ("{title: Up, url: shop.example.com}", ".url: “shop.example.com” begins with neither"),
        ("{title: Up, url: 'https://me:pw@x.example/'}", ".url: the address holds a user or a pas"),
        ("{title: Up, url: 'https://x.example/{versoin}'}", ".url: {versoin} is not known. Known"),
        ("{title: Up, url: 'http://10.0.0.5/'}", ".url: 10.0.0.5 is an address inside: if that is"),
        ("{title: Up, url: 'http://localhost:80/'}", ".url: localhost is an address inside"),
        ("{title: Up, url: 'http://[::1]/'}", ".url: ::1 is an address inside"),
        ("{title: Up, url: 'http://169.254.169.254/'}", ".url: 169.254.169.254 is an address ins"),
        (f"{{title: Up, {URL}, status: 42}}", ".status: must be a status of HTTP, such as 200"),
        (f"{{title: Up, {URL}, status: ok}}", ".status: must be a whole number"),
        (f"{{title: Up, {URL}, equals: 1.2}}", ".equals: must be a text; write “1.2” in quotes"),
        (f"{{title: Up, {URL}, equals: '{{v}}'}}", ".equals: {v} is not known"),
        (f"{{title: Up, {URL}, equals: a, below: 1}}", ".equals: cannot stand beside below or fal"),
        (f"{{title: Up, {URL}, below: much}}", ".below: must be a number"),
        (f"{{title: Up, {URL}, json: '.'}}", ".json: must be a path into the answer"),
        (f"{{title: Up, {URL}, timeout: 5 min}}", ".timeout: must be from 0 s to 1 min"),
        (f"{{title: Up, {URL}, contain: x}}", ".contain: is not a setting; did you mean contains?"),
    ],
)
@pytest.mark.parametrize("field", ["verify", "watch"])
def test_a_check_that_cannot_be_asked_says_what_would_be_right(
    file: Path, field: str, check: str, words: str
) -> None:
    assert shop_refusal(file, f"{field}: [{check}]").startswith(f"{field}[0]{words}")


def test_checks_are_a_list(file: Path) -> None:
    told = shop_refusal(file, f"verify: {{title: Up, {URL}}}")
    assert told == (
        "verify: must be a list, also for one: each begins with a dash on a line of its own"
    )


def test_two_checks_have_two_titles(file: Path) -> None:
    one, other = f"{{title: Up, {URL}}}", f"{{title: Up, {URL}, contains: ok}}"
    told = shop_refusal(file, f"verify: [{one}], watch: [{one}, {other}]")
    assert told == "watch[1].title: “Up” is the title of another check"


def test_a_check_may_go_inside_where_that_is_said(file: Path) -> None:
    check = "{title: Up, url: 'http://10.0.0.5/{service}'}"
    assert shop(file, f"internal: true, verify: [{check}]").verify[0].title == "Up"


def test_what_runs_in_production_must_be_compared(file: Path) -> None:
    told = shop_refusal(file, f"deployed: {{title: Version, {URL}, contains: ok}}")
    assert told.startswith('deployed.equals: must say what is to run, as in equals: "{version}"')


def test_each_thing_that_is_wrong_is_told_on_its_line(file: Path) -> None:
    text = (
        "playbok: x\n"
        "services:\n"
        "  shop:\n"
        "    look_every: often\n"
        "    deploy:\n"
        "      run: ./deploy.sh\n"
        "  my shop: {}\n"
        "  search:\n"
        "    production: a b\n"
    )
    lines = [line.rpartition("chatops.yml:")[2] for line in refusal(file, text).splitlines()]
    assert [line.partition(" ")[0] for line in lines] == ["1", "4", "6", "7", "9"]


def test_the_bot_has_a_name_in_git(file: Path) -> None:
    rules = "{name: Bo, email: bo@example.com, people: {U0A: 'Ada L <ada@example.com>'}}"
    assert team(file, f"git: {rules}").git == GitRules(
        name="Bo", email="bo@example.com", people={"U0A": "Ada L <ada@example.com>"}
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("git: {nam: x}", "1 git.nam: is not a setting; did you mean name?"),
        ("git: {name: 'a <b>'}", "1 git.name: must be a name without < and >"),
        ("git: {email: bot}", "1 git.email: “bot” is not an address, such as"),
        ("git: {people: {ada: 'A <a@b.c>'}}", "1 git.people.ada: “ada” is not a person's id"),
        ("git: {people: {U1: ada}}", "1 git.people.U1: “ada” is not an author, such as Anna Berg"),
        (
            "hotfix_command: hotfix",
            "1 hotfix_command: “hotfix” is not a slash command; write it as",
        ),
        ("hotfix_command: /incident", "1 hotfix_command: /incident is the command for incidents"),
    ],
)
def test_a_name_in_git_or_slack_that_is_wrong_says_why(file: Path, text: str, words: str) -> None:
    assert refusal(file, text).startswith(words)


VALUES = ["~", "x", "5", "true", "[]", "{}", "[x]", "[~]", "{x: y}", "{run: [x]}", "[{}]", "''"]


@given(st.dictionaries(st.sampled_from(SETTINGS), st.sampled_from(VALUES), max_size=4))
def test_any_shape_of_a_service_is_taken_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, settings: dict[str, str]
) -> None:
    file = tmp_path_factory.mktemp("config") / "chatops.yml"
    inside = ", ".join(f"{key}: {value}" for key, value in settings.items())
    file.write_text(f"services:\n  shop: {{{inside}}}\n", encoding="utf-8")
    try:
        found = read_team(file).services["shop"].name
    except BrokenConfig as error:
        found = "shop" if f"{file}:2 services.shop" in str(error) else str(error)
    assert found == "shop"


def test_the_service_in_the_docs_is_all_that_a_hotfix_needs(file: Path) -> None:
    page = EXAMPLE.parents[1] / "docs" / "hotfix.md"
    shown = page.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    checkout = team(file, shown).services["checkout"]
    assert checkout.has_code
    assert checkout.deploy
    assert checkout.deployed
    assert checkout.verify
