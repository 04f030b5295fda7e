"""files.*, canvases.* and apps.*: uploads, canvases and the Socket Mode address."""

from chatops.playground.slack import shapes
from chatops.playground.slack.errors import InvalidArgument, Refusal, Why
from chatops.playground.slack.methods.request import Answer, MethodRequest
from chatops.playground.workspace.model import Message


def upload_url(request: MethodRequest) -> Answer:
    """files.getUploadURLExternal: where the bytes are to be sent."""
    name, length = request.required("filename"), request.required("length")
    if not length.isdecimal() or int(length) < 1:
        raise InvalidArgument(name="length", expected="a positive number")
    file = request.workspace.files.add(
        name=name,
        title=name,
        owner=request.bot.id,
        filetype=request.text("snippet_type") or name.rpartition(".")[2],
    )
    return {"upload_url": f"{request.address}/upload/v1/{file.id}", "file_id": file.id}


def complete_upload(request: MethodRequest) -> Answer:
    """files.completeUploadExternal: shares uploaded files in a channel, if one is named."""
    rows = request.json("files")
    if not isinstance(rows, list) or not rows:
        raise InvalidArgument(name="files", expected="an array")
    files = request.workspace.files
    if any(files.find(row.get("id", "")) is None for row in rows):
        raise Refusal(Why.FILE_NOT_FOUND)
    channel_id = request.text("channel_id") or None
    if channel_id is not None:
        request.channel("channel_id", member=True, open_only=True)
    shared = [
        files.share(row["id"], title=row.get("title", ""), channel_id=channel_id) for row in rows
    ]
    if channel_id is not None:
        _post(request, channel_id, tuple(one.id for one in shared))
    return {"files": [shapes.file(one, request.address) for one in shared]}


def create_canvas(request: MethodRequest) -> Answer:
    """canvases.create: a canvas of its own, tabbed in a channel where one is named."""
    body = (request.json("document_content") or {}).get("markdown", "")
    title = request.text("title") or "Untitled"
    channel_id = request.text("channel_id") or None
    if channel_id is not None:
        request.channel("channel_id", member=True, open_only=True)
    files = request.workspace.files
    canvas = files.add(
        name=title, title=title, owner=request.bot.id, content=body.encode(), filetype="quip"
    )
    files.share(canvas.id, title=title, channel_id=channel_id)
    return {"canvas_id": canvas.id}


def edit_canvas(request: MethodRequest) -> Answer:
    """canvases.edit: one change a call; here the whole content alone can be replaced."""
    files, canvas_id = request.workspace.files, request.required("canvas_id")
    changes = request.json("changes")
    if files.find(canvas_id) is None:
        raise Refusal(Why.CANVAS_NOT_FOUND)
    if not isinstance(changes, list) or len(changes) != 1:
        raise InvalidArgument(name="changes", expected="an array of one change")
    if changes[0].get("operation") != "replace" or changes[0].get("section_id"):
        raise InvalidArgument(name="operation", expected="replace")
    body = (changes[0].get("document_content") or {}).get("markdown", "")
    files.receive(canvas_id, body.encode())
    return {}


def open_connection(request: MethodRequest) -> Answer:
    """apps.connections.open: where a Socket Mode client connects, once."""
    ticket = request.trigger_ids.new_socket()
    return {"url": f"{request.address.replace('http', 'ws', 1)}/link/?ticket={ticket}"}


def _post(request: MethodRequest, channel_id: str, files: tuple[str, ...]) -> None:
    request.workspace.message_store.post(
        Message(
            channel=channel_id,
            ts="",
            author=request.bot.id,
            bot_id=request.bot.bot_id,
            text=request.text("initial_comment"),
            thread_ts=request.text("thread_ts") or None,
            subtype="file_share",
            files=files,
        )
    )
