"""conversations.history and .replies: reading back what was said."""

import re
from collections.abc import Sequence

from chatops.playground.slack import shapes
from chatops.playground.slack.methods.request import Answer, Request
from chatops.playground.slack.refusals import Refusal, Why
from chatops.playground.workspace_values import Channel, Message

_TS = re.compile(r"\d+(\.\d+)?")


def history(request: Request) -> Answer:
    room = _room_to_read(request)
    messages = list(reversed(request.workspace.messages(room.id)))
    wanted = _between(request, messages)
    page, metadata = _page(request, wanted)
    more = bool(metadata["next_cursor"])
    pins = sum(1 for one in request.workspace.talk.everything(room.id) if one.is_pinned)
    answer: Answer = {"messages": page, "has_more": more, "pin_count": pins}
    return answer | ({"response_metadata": metadata} if more else {})


def replies(request: Request) -> Answer:
    room = _room_to_read(request)
    ts = request.required("ts")
    found = request.workspace.talk.find(room.id, ts)
    if found is None:
        raise Refusal(Why.THREAD_NOT_FOUND)
    thread = request.workspace.thread(room.id, found.thread_ts or found.ts)
    root, rest = thread[:1], _between(request, thread[1:])
    page, metadata = _page(request, [*root, *rest], default=1000)
    more = bool(metadata["next_cursor"])
    answer: Answer = {"messages": page, "has_more": more}
    return answer | ({"response_metadata": metadata} if more else {})


def _room_to_read(request: Request) -> Channel:
    room = request.channel()
    request.need_for(room, "history")
    if request.bot.id not in room.members:
        raise Refusal(Why.NOT_IN_CHANNEL)
    return room


def _between(request: Request, messages: Sequence[Message]) -> list[Message]:
    oldest = _ts(request, "oldest", Why.INVALID_TS_OLDEST)
    latest = _ts(request, "latest", Why.INVALID_TS_LATEST)
    inclusive = request.flag("inclusive")

    def wanted(message: Message) -> bool:
        at = float(message.ts)
        if inclusive and at in {oldest, latest}:
            return True
        return (oldest is None or at > oldest) and (latest is None or at < latest)

    return [one for one in messages if wanted(one)]


def _ts(request: Request, name: str, why: Why) -> float | None:
    raw = request.text(name)
    if not raw or raw == "now":
        return None
    if not _TS.fullmatch(raw):
        raise Refusal(why)
    return float(raw)


def _page(
    request: Request, messages: Sequence[Message], default: int = 100
) -> tuple[list[Answer], Answer]:
    with_metadata = request.flag("include_all_metadata")
    shown = [
        shapes.message(
            one,
            request.workspace,
            app_id=request.installation.app_id,
            with_metadata=with_metadata,
        )
        for one in messages
    ]
    return shapes.page(shown, limit=request.limit(default), start=request.cursor())
