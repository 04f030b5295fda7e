"""views.*: opening, pushing, redrawing and publishing views."""

from chatops.playground.slack import shapes
from chatops.playground.slack.errors import InvalidArgument, MissingArgument, Refusal, Why
from chatops.playground.slack.methods.content import view_content
from chatops.playground.slack.methods.request import Answer, MethodRequest
from chatops.playground.workspace.model import Json, View, ViewKind

DEEPEST_STACK = 3


def open_view(request: MethodRequest) -> Answer:
    content = _modal(request)
    _external_id_is_free(request, content)
    trigger = request.trigger_ids.exchange(_trigger_id(request))
    view = request.workspace.view_store.open(trigger.user, content, channel=trigger.channel)
    return _answer(request, view)


def push(request: MethodRequest) -> Answer:
    content = _modal(request)
    _external_id_is_free(request, content)
    trigger = request.trigger_ids.check_trigger(_trigger_id(request))
    stack = request.workspace.modals(trigger.user)
    if not stack:
        raise Refusal(Why.NOT_FOUND)
    if len(stack) >= DEEPEST_STACK:
        raise Refusal(Why.PUSH_LIMIT_REACHED)
    request.trigger_ids.exchange(trigger.id)
    return _answer(request, request.workspace.view_store.push(trigger.user, content))


def update(request: MethodRequest) -> Answer:
    content = _modal(request)
    view = _view_to_update(request)
    _hash_is_current(request, view)
    _external_id_is_free(request, content, besides=view)
    return _answer(request, request.workspace.view_store.update(view, content))


def publish(request: MethodRequest) -> Answer:
    person = request.user(request.required("user_id"))
    content = view_content(request)
    if content["type"] != ViewKind.HOME:
        raise InvalidArgument(name="view/type", expected="home")
    shown = request.workspace.home(person.id)
    if shown is not None:
        _hash_is_current(request, shown)
    _external_id_is_free(request, content, besides=shown)
    return _answer(request, request.workspace.view_store.publish(person.id, content))


def _modal(request: MethodRequest) -> Json:
    content = view_content(request)
    if content["type"] != ViewKind.MODAL:
        raise InvalidArgument(name="view/type", expected="modal")
    return content


def _trigger_id(request: MethodRequest) -> str:
    return request.text("trigger_id") or request.required("interactivity_pointer")


def _view_to_update(request: MethodRequest) -> View:
    views = request.workspace.view_store
    if request.has("view_id"):
        view = views.find(request.text("view_id"))
    elif request.has("external_id"):
        view = views.find_external(request.text("external_id"))
    else:
        raise MissingArgument(name="view_id")
    if view is None or view.kind is not ViewKind.MODAL:
        raise Refusal(Why.NOT_FOUND)
    return view


def _hash_is_current(request: MethodRequest, view: View) -> None:
    if request.has("hash") and request.text("hash") != view.hash:
        raise Refusal(Why.HASH_CONFLICT)


def _external_id_is_free(
    request: MethodRequest, content: Json, besides: View | None = None
) -> None:
    external_id = content.get("external_id")
    if not external_id:
        return
    holder = request.workspace.view_store.find_external(external_id)
    if holder is not None and (besides is None or holder.id != besides.id):
        raise Refusal(Why.DUPLICATE_EXTERNAL_ID)


def _answer(request: MethodRequest, view: View) -> Answer:
    return {"view": shapes.view(view, request.workspace, app_id=request.installation.app_id)}
