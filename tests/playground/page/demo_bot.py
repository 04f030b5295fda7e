"""A small bot that uses everything the page can show, until a test needs more."""

from threading import Event
from typing import Any

from slack_bolt import Ack, App, Respond, Say
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.machine import PATIENCE

Json = dict[str, Any]


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words, "emoji": True}


def mrkdwn(words: str) -> Json:
    return {"type": "mrkdwn", "text": words}


def option(value: str, words: str, about: str = "") -> Json:
    made = {"value": value, "text": text(words)}
    return made | ({"description": text(about)} if about else {})


SEVERITIES = [
    option("P0", "P0 · Critical", "Customers cannot use the product. Pages on-call at once."),
    option("P1", "P1 · High", "A core feature is broken for many. Updates every 30 minutes."),
    option("P2", "P2 · Medium", "There is a way around it. One update a day."),
]


def button(words: str, action: str, **more: Any) -> Json:
    return {"type": "button", "text": text(words), "action_id": action, "value": action, **more}


def declare_view(title: str = "") -> Json:
    return {
        "type": "modal",
        "callback_id": "declare",
        "title": text("Declare an incident"),
        "submit": text("Declare"),
        "close": text("Cancel"),
        "notify_on_close": True,
        "blocks": [
            {
                "type": "input",
                "block_id": "title",
                "label": text("What is broken?"),
                "hint": text("As a customer would say it. It names the channel."),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "title",
                    "max_length": 120,
                    "placeholder": text("Checkout is down"),
                }
                | ({"initial_value": title} if title else {}),
            },
            {
                "type": "input",
                "block_id": "severity",
                "dispatch_action": True,
                "label": text("How bad is it?"),
                "element": {
                    "type": "static_select",
                    "action_id": "severity",
                    "placeholder": text("Choose a severity"),
                    "options": SEVERITIES,
                },
            },
            {
                "type": "input",
                "block_id": "people",
                "optional": True,
                "label": text("Who should be there?"),
                "element": {
                    "type": "multi_users_select",
                    "action_id": "people",
                    "placeholder": text("Search people"),
                },
            },
            {
                "type": "input",
                "block_id": "details",
                "optional": True,
                "label": text("What do you see?"),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "details",
                    "multiline": True,
                    "placeholder": text("Errors, graphs, since when"),
                },
            },
        ],
    }


def every_input_view() -> Json:
    plain_options = [option("a", "Alpha", "the first letter"), option("b", "Beta")]
    elements: dict[str, Json] = {
        "number": {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
        "email": {"type": "email_text_input"},
        "url": {"type": "url_text_input"},
        "date": {"type": "datepicker", "initial_date": "2026-11-21"},
        "time": {"type": "timepicker", "initial_time": "15:15"},
        "moment": {"type": "datetimepicker"},
        "boxes": {"type": "checkboxes", "options": plain_options},
        "radio": {"type": "radio_buttons", "options": plain_options},
        "service": {"type": "external_select", "min_query_length": 1},
        "channel": {"type": "channels_select"},
        "several": {"type": "multi_static_select", "options": plain_options},
        "person": {"type": "users_select"},
        "story": {"type": "rich_text_input"},
    }
    return {
        "type": "modal",
        "callback_id": "everything",
        "title": text("Every input"),
        "submit": text("Send"),
        "blocks": [
            {"type": "alert", "level": "info", "text": text("Nothing of this is kept.")},
            *(
                {
                    "type": "input",
                    "block_id": name,
                    "optional": True,
                    "label": text(name.capitalize()),
                    "element": element | {"action_id": name},
                }
                for name, element in elements.items()
            ),
        ],
    }


def board(title: str, severity: str, leader: str) -> list[Json]:
    return [
        {"type": "header", "text": text(f":red_circle: {severity} · {title}")},
        {
            "type": "section",
            "fields": [
                mrkdwn(f"*Leads*\n<@{leader}>"),
                mrkdwn("*Status*\nInvestigating"),
                mrkdwn("*Affected*\ncheckout, payments"),
                mrkdwn("*Next update*\n<!date^1795273200^{date_short_pretty} at {time}|15:00 UTC>"),
            ],
        },
        {
            "type": "actions",
            "block_id": "board",
            "elements": [
                button("Send update", "update", style="primary"),
                button("Page on-call", "page"),
                button(
                    "Resolve",
                    "resolve",
                    style="danger",
                    confirm={
                        "title": text("Resolve the incident?"),
                        "text": mrkdwn("Stakeholders are told that *everything works again*."),
                        "confirm": text("Resolve"),
                        "deny": text("Not yet"),
                        "style": "danger",
                    },
                ),
                {
                    "type": "overflow",
                    "action_id": "more",
                    "options": [option("tasks", "Show tasks"), option("hand", "Hand over")],
                },
            ],
        },
        {
            "type": "context",
            "elements": [mrkdwn(":clock3: Declared by <@" + leader + "> · updates every 15 min")],
        },
    ]


class DemoBot:
    """The bot as an ASGI app, with what it was told."""

    def __init__(self, token: str, signing_secret: str, api_url: str) -> None:
        client = WebClient(token=token, base_url=api_url)
        self.app = App(
            client=client,
            signing_secret=signing_secret,
            process_before_response=False,
            request_verification_enabled=True,
        )
        #: Lets a command that never answers end with the test.
        self.released = Event()
        self.heard: list[Json] = []
        self._listen()
        handler = SlackRequestHandler(self.app)

        async def receive(request: Request) -> Response:
            return await handler.handle(request)

        self.asgi = Starlette(routes=[Route("/slack/events", receive, methods=["POST"])])

    def _listen(self) -> None:
        app = self.app
        app.command("/incident")(self._incident)
        app.command("/slow")(self._slow)
        app.view("declare")(self._declared)
        app.view("everything")(self._everything)
        app.view_closed("declare")(self._closed)
        app.action("severity")(self._severity)
        app.options("service")(self._services)
        app.shortcut("declare_global")(self._shortcut)
        app.shortcut("declare_from_message")(self._shortcut)
        app.event("app_home_opened")(self._home)
        for action in ("update", "page", "resolve", "more", "ping"):
            app.action(action)(self._acted)

    def _incident(self, ack: Ack, command: Json, client: WebClient, respond: Respond) -> None:
        ack()
        words = command.get("text", "")
        if words == "help":
            respond("*How to use it*\n`/incident <title>` declares one.")
            return
        if words == "everything":
            client.views_open(trigger_id=command["trigger_id"], view=every_input_view())
            return
        loading = {
            "type": "modal",
            "title": text("Declare an incident"),
            "blocks": [{"type": "section", "text": text("Working…")}],
        }
        opened = client.views_open(trigger_id=command["trigger_id"], view=loading)
        client.views_update(view_id=opened["view"]["id"], view=declare_view(words))

    def _slow(self, ack: Ack) -> None:
        self.released.wait(PATIENCE)
        ack()

    def _declared(self, ack: Ack, body: Json, view: Json, client: WebClient) -> None:
        values = view["state"]["values"]
        title = values["title"]["title"]["value"]
        if "now" in title:
            ack(response_action="errors", errors={"title": "Say what is broken, not when."})
            return
        ack()
        severity = values["severity"]["severity"]["selected_option"]["value"]
        user = body["user"]["id"]
        name = "inc-" + "-".join(title.lower().split())
        channel = client.conversations_create(name=name)["channel"]["id"]
        client.conversations_invite(channel=channel, users=user)
        posted = client.chat_postMessage(
            channel=channel, text=title, blocks=board(title, severity, user)
        )
        client.pins_add(channel=channel, timestamp=posted["ts"])

    def _everything(self, ack: Ack, view: Json) -> None:
        ack()
        self.heard.append(view["state"]["values"])

    def _closed(self, ack: Ack, body: Json) -> None:
        ack()
        self.heard.append({"closed": body["view"]["callback_id"]})

    def _severity(self, ack: Ack, body: Json, client: WebClient, action: Json) -> None:
        ack()
        chosen = action["selected_option"]
        view = declare_view()
        about = chosen["description"]["text"]
        view["blocks"].insert(
            2, {"type": "context", "block_id": "means", "elements": [mrkdwn(f":bell: {about}")]}
        )
        client.views_update(view_id=body["view"]["id"], view=view)

    def _services(self, ack: Ack, body: Json) -> None:
        names = ("checkout", "catalogue", "payments", "search")
        found = [name for name in names if name.startswith(body["value"])]
        ack(options=[option(name, name) for name in found])

    def _shortcut(self, ack: Ack, shortcut: Json, client: WebClient) -> None:
        ack()
        words = shortcut.get("message", {}).get("text", "")
        client.views_open(trigger_id=shortcut["trigger_id"], view=declare_view(words))

    def _home(self, event: Json, client: WebClient) -> None:
        blocks = [
            {"type": "header", "text": text("Your incidents")},
            {
                "type": "section",
                "text": mrkdwn("*No incident is open.* :white_check_mark:"),
                "accessory": button("Declare…", "ping", style="primary"),
            },
        ]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    def _acted(self, ack: Ack, action: Json, body: Json, say: Say) -> None:
        ack()
        self.heard.append({"action": action["action_id"], "user": body["user"]["id"]})
        if "channel" in body:
            say(f"<@{body['user']['id']}> pressed {action['action_id']}")
