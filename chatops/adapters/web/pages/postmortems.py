"""The page of a post-mortem: read by everybody who may see the incident, written in Markdown."""

from collections.abc import Mapping
from http import HTTPStatus

from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chatops.adapters.web.pages.incidents import Frame
from chatops.adapters.web.pages.sign_in import SignIn, Visitor
from chatops.application.pages.incident import Pages
from chatops.application.pages.public import clean
from chatops.application.postmortem.requests import EditRequest
from chatops.application.postmortem.use_cases import PostMortemUseCases
from chatops.application.session import Request as Asked
from chatops.clock import Clock
from chatops.domain.errors import UnknownIncident, UserError
from chatops.domain.postmortem.model import EditedMeanwhile

_OPTIONS = {"html": False, "linkify": False, "typographer": False}
#: The page has a first heading of its own; the text's own begin below it.
_DEEPEST = 6


class PostMortemPages:
    """Shows post-mortems, and takes in what people wrote of them."""

    def __init__(
        self,
        use_cases: PostMortemUseCases,
        pages: Pages,
        sign_in: SignIn,
        *,
        frame: Frame,
        clock: Clock,
    ) -> None:
        self._use_cases = use_cases
        self._pages = pages
        self._sign_in = sign_in
        self._frame = frame
        self._clock = clock

    def page(self, request: Request) -> Response:
        """`GET /incidents/{reference}/postmortem`."""
        return self._shown(request, self._sign_in.visitor(request))

    def save(self, request: Request, form: Mapping[str, str]) -> Response:
        """`POST /incidents/{reference}/postmortem`: the whole text, if nobody else changed it."""
        visitor = self._sign_in.visitor(request)
        self._sign_in.must_be_ours(visitor, form.get("token", ""))
        asked = self._asked(request, visitor)
        body, version = form.get("body", ""), form.get("version", "")
        try:
            self._use_cases.edit(
                EditRequest(
                    incident=asked.incident,
                    user=asked.user,
                    now=asked.now,
                    body=body,
                    version=int(version) if version.isdecimal() and version.isascii() else -1,
                )
            )
        except UnknownIncident:
            raise
        except EditedMeanwhile as meanwhile:
            return self._shown(request, visitor, mistake=meanwhile, yours=body)
        except UserError as mistake:
            return self._shown(request, visitor, mistake=mistake, yours=body)
        return RedirectResponse(request.url.path, HTTPStatus.SEE_OTHER)

    def _asked(self, request: Request, visitor: Visitor) -> Asked:
        """Raises UnknownIncident."""
        incident = self._pages.named(
            team=visitor.team, user=visitor.user, reference=request.path_params["reference"]
        )
        return Asked(incident=incident, user=visitor.user, now=self._clock.now())

    def _shown(
        self,
        request: Request,
        visitor: Visitor,
        *,
        mistake: UserError | None = None,
        yours: str | None = None,
    ) -> Response:
        view = self._use_cases.look(self._asked(request, visitor))
        facts = {
            "view": view,
            "incident": view.incident,
            "text": as_html(view.markdown),
            "mistake": str(mistake).replace("`", "") if mistake else "",
            "typed": view.markdown if yours is None else yours,
        }
        response = self._frame.shown(request, visitor, "postmortem.html", facts)
        if mistake is not None:
            changed = isinstance(mistake, EditedMeanwhile)
            response.status_code = (
                HTTPStatus.CONFLICT if changed else HTTPStatus.UNPROCESSABLE_ENTITY
            )
        return response


def as_html(markdown: str) -> Markup:
    """Markdown as HTML, one heading deeper; raw HTML, pictures and unsafe addresses stay text."""
    parser = MarkdownIt("commonmark", _OPTIONS).enable(["table", "strikethrough"])
    parser.disable("image")
    tokens = parser.parse(clean(markdown))
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + 1, _DEEPEST)}"
        token.attrs.pop("style", None)  # columns are aligned by it, and no page may have it
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704 - it escapes
