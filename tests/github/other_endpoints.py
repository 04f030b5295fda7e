"""Repositories, checks, workflows and apps, as GitHub's API answers about them."""

from datetime import timedelta

import jwt

from tests.github import shapes
from tests.github.calls import Answer, Call, Page
from tests.github.records import Account, Refusal, Repository, Run, Workflow

_LONGEST_SIGNATURE = 600


def read_repository(call: Call) -> Answer:
    return Answer(200, shapes.repository(call.repo, call.url))


def list_checks(call: Call) -> Page:
    call.needs("checks")
    newest = {each.name: each for each in call.repo.checks if each.sha == call.part("sha")}
    found = [shapes.check(each, call.url) for each in newest.values()]
    return Page(found, under="check_runs")


def list_statuses(call: Call) -> Page:
    call.needs("checks")
    sha = call.part("sha")
    newest = {each.context: each for each in call.repo.statuses if each.sha == sha}
    return Page([shapes.status(each, call.url) for each in newest.values()], under="statuses")


def dispatch(call: Call) -> Answer:
    call.needs("actions")
    found = _workflow(call)
    inputs, ref = call.body.get("inputs") or {}, call.text("ref", "Workflow")
    if call.repo.bare.ref(ref) is None:
        raise Refusal(422, f"No ref found for: {ref}")
    if not found.enabled:
        raise Refusal(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow")
    if not found.by_hand:
        raise Refusal(422, "Workflow does not have 'workflow_dispatch' trigger")
    if strange := sorted(set(inputs) - set(found.inputs)):
        raise Refusal(422, f"Unexpected inputs provided: {strange}".replace("'", '"'))
    for name in found.required:
        if not inputs.get(name):
            raise Refusal(422, f"Required input '{name}' not provided")
    run = Run(
        id=call.number(),
        workflow=found.file,
        ref=ref,
        inputs=inputs,
        event="workflow_dispatch",
        at=call.now,
    )
    call.repo.runs.append(run)
    return Answer(204, None)


def list_runs(call: Call) -> Page:
    call.needs("actions")
    found, query = _workflow(call), call.query
    since = query.get("created", ">=").removeprefix(">=")
    runs = [
        shapes.run(call.repo, each, call.url)
        for each in reversed(call.repo.runs)
        if each.workflow == found.file
        and query.get("event", each.event) == each.event
        and (shapes.moment(each.at) or "") >= since
        and not call.unlisted
    ]
    return Page(runs, under="workflow_runs")


def read_workflow(call: Call) -> Answer:
    call.needs("actions")
    return Answer(200, shapes.workflow(call.repo, _workflow(call), call.url))


def _workflow(call: Call) -> Workflow:
    asked = call.part("workflow")
    for each in call.repo.workflows:
        if asked in {each.file, str(each.id)}:
            return each
    raise Refusal(404, "Not Found")


def app_token(call: Call) -> Answer:
    """A token for an installation, to whoever signs with the app's key."""
    app = next((each for each in call.apps if f"{each.installation}" == call.part("id")), None)
    words = "A JSON web token could not be decoded"
    try:
        claims = jwt.decode(
            call.secret,
            app.public_key if app else "",
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_iat": False},
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise Refusal(401, words) from error
    now = call.now.timestamp()
    if app is None or claims.get("iss") != app.id:
        raise Refusal(404, "Integration not found")
    if claims["exp"] < now or claims["iat"] > now:
        raise Refusal(401, "'Expiration time' claim ('exp') must be a numeric value in the future")
    if claims["exp"] - claims["iat"] > _LONGEST_SIGNATURE:
        raise Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
    token = f"ghs_{call.number():036d}"
    ends = call.now + timedelta(seconds=app.lasts)
    call.accounts[token] = Account(login=app.login, ends=ends)
    return Answer(201, {"token": token, "expires_at": shapes.moment(ends), "permissions": {}})


def moved_to(repo: Repository, call: Call) -> Refusal:
    """The answer under a name that a repository had once."""
    rest = call.path.partition(f"/repos/{call.part('owner')}/{call.part('name')}")[2]
    status = 301 if call.method == "GET" else 307
    location = f"{call.url}/repositories/{repo.id}{rest}"
    return Refusal(status, "Moved Permanently", headers={"Location": location})
