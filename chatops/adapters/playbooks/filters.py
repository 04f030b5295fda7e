"""Makes what people wrote safe for each surface, and shows people, rooms and moments there."""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from chatops.domain.messages.templates import OutputFormat
from chatops.domain.time import durations

#: Control characters, and the marks that turn the direction of everything after them.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_INLINE = re.compile(r"([\\`*_\[\]|~])")
_LINE_START = re.compile(r"(?m)^[ \t]*(?:([#+=-])|(\d+)(?=[.)](?:\s|$)))")
_SUMMONS = re.compile(r"([@#])(?=\w)")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-]+(?::\d+)?(?:/[A-Za-z0-9/_.~%+=&?#@!,:;-]*)?")
#: A time of day is taken for the one that is nearest.
_NEAR = timedelta(hours=12)
_NOBODY = "nobody yet"
_UNSET = "a time not yet set"
_ELLIPSIS = "…"

Name = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableNames:
    """What people and rooms are called where Slack's own tokens mean nothing."""

    person: Name = "@{}".format
    room: Name = "#{}".format


def clean(value: object) -> str:
    """What somebody wrote, without what cannot be seen but does something."""
    return _UNSEEN.sub("", str(value).replace("\r\n", "\n"))


def shown(output: OutputFormat) -> Callable[[object], object]:
    """How a value from outside enters a text of ``surface``, before it is escaped as HTML is."""

    def markdown(value: object) -> object:
        return value if hasattr(value, "__html__") else _markdown(clean(value))

    def other(value: object) -> object:
        return value if hasattr(value, "__html__") else clean(value)

    def slack(value: object) -> object:
        return value if hasattr(value, "__html__") else clean(value).replace("```", "`")

    match output:
        case OutputFormat.MARKDOWN:
            return markdown
        case OutputFormat.SLACK:
            return slack
        case OutputFormat.HTML | OutputFormat.PLAIN:
            return other


def _ours(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - every caller has escaped what came from outside


def _markdown(text: str) -> Markup:
    """``text`` as Markdown that shows it letter by letter and summons nobody on a forge."""
    text = _INLINE.sub(r"\\\1", text)
    text = _LINE_START.sub(lambda start: f"\\{start[1]}" if start[1] else f"{start[2]}\\", text)
    return _ours(escape(_SUMMONS.sub("\\1\u200b", text)))


def finished(rendered: str, output: OutputFormat) -> str:
    """The last touch: only the escapes that ``surface`` reads, no runs of blank lines."""
    text = re.sub(r"[ \t]+\n", "\n", rendered)
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    match output:
        case OutputFormat.SLACK:
            return text.replace("&#39;", "'").replace("&#34;", '"')
        case OutputFormat.PLAIN:
            return html.unescape(text)
        case OutputFormat.MARKDOWN | OutputFormat.HTML:
            return text


def line(value: object, limit: int = 200) -> str:
    """One line of at most ``limit`` characters.

    >>> line(" a  long   story ", 9)
    'a long s…'
    """
    return _cut(" ".join(clean(value).split()), limit)


def passage(value: object, limit: int = 1200) -> str:
    """At most ``limit`` characters, with the line breaks kept."""
    return _cut(re.sub(r"\n\s*\n", "\n", clean(value)).strip(), limit)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + _ELLIPSIS


def filters(output: OutputFormat, names: ReadableNames) -> Mapping[str, Callable[..., object]]:
    """The filters that know how ``surface`` shows people, rooms and moments."""
    on_slack = output is OutputFormat.SLACK
    shape = shown(output)
    return {
        "mention": _slack_mention if on_slack else _named(names.person, shape),
        "room": _slack_room if on_slack else _named(names.room, shape),
        "moment": _nearest(_slack_moment, _slack_day) if on_slack else _nearest(_moment, _day),
        "day": _slack_day if on_slack else _day,
        "said": _said(_slack_mention if on_slack else _named(names.person, shape), shape),
        "duration": durations.spoken,
        "line": line,
        "passage": passage,
        "code": partial(_code, output),
        "block": partial(_block, output),
        "link": partial(_link, output),
        "join": _joiner(shape),
    }


def _code(output: OutputFormat, value: object) -> str | Markup:
    """A name, a version or a SHA, set apart as what it is."""
    text = line(value).replace("`", "'")
    match output:
        case OutputFormat.SLACK:
            return Markup("`{}`").format(text)
        case OutputFormat.HTML:
            return Markup("<code>{}</code>").format(text)
        case OutputFormat.MARKDOWN:
            return _ours(f"`{text}`")
        case OutputFormat.PLAIN:
            return text


def _block(output: OutputFormat, value: str | Iterable[str], limit: int = 1200) -> str | Markup:
    """What a program said or is told, line by line, in a frame that nothing in it can leave.

    It stands on lines of its own. ``limit`` counts what Slack counts, which is the text once it
    is escaped; of a longer one the end is kept, which tells most.
    """
    lines = value.splitlines() if isinstance(value, str) else value
    text = _end_of(clean("\n".join(lines)).replace("```", '"""').strip("\n"), limit)
    match output:
        case OutputFormat.SLACK:
            return Markup("```\n{}\n```").format(text)
        case OutputFormat.HTML:
            return Markup("<pre>{}</pre>").format(text)
        case OutputFormat.MARKDOWN:
            return _ours(f"```\n{text}\n```")
        case OutputFormat.PLAIN:
            return text


def _end_of(text: str, limit: int) -> str:
    """The last lines of a text that are at most ``limit`` characters once they are escaped."""
    if len(escape(text)) <= limit:
        return text
    start, room = len(text), limit - 2
    while start and (room := room - len(escape(text[start - 1]))) >= 0:
        start -= 1
    cut, _, whole = text[start:].partition("\n")
    return f"{_ELLIPSIS}\n{whole or cut}"


def _link(output: OutputFormat, address: str, label: str = "") -> str | Markup:
    """An address that can be followed, under a name if it has one; anything else stays a text."""
    if not _ADDRESS.fullmatch(address):
        return line(f"{label} {address}", 500)
    match output:
        case OutputFormat.SLACK if label:
            return Markup("<{}|{}>").format(address, line(label))
        case OutputFormat.MARKDOWN if label:
            named = label if hasattr(label, "__html__") else _markdown(line(label))
            return Markup("[{}](<{}>)").format(named, address)
        case OutputFormat.SLACK | OutputFormat.MARKDOWN:
            return Markup("<{}>").format(address)
        case OutputFormat.HTML:
            link = Markup('<a href="{}" rel="noopener noreferrer">{}</a>')
            return link.format(address, line(label) or address)
        case OutputFormat.PLAIN:
            return f"{label} {address}".strip()


def _named(name: Name, shape: Callable[[object], object]) -> Callable[[str | None], object]:
    def named(identity: str | None) -> object:
        return shape(name(identity)) if identity else _NOBODY

    return named


def _joiner(shape: Callable[[object], object]) -> Callable[..., Markup]:
    def join(values: Iterable[object], separator: str = ", ") -> Markup:
        return escape(separator).join(escape(shape(value)) for value in values)

    return join


_PERSON = re.compile(r"<@([UW][A-Z0-9]{2,20})(?:\|[^<>]*)?>")


def _said(mention: Callable[[str], object], shape: Callable[[object], object]) -> Name:
    """What somebody wrote, with the people they mention shown as people, and nothing else."""

    def said(value: object, limit: int = 1200) -> Markup:
        pieces = _PERSON.split(passage(value, limit))
        return Markup().join(
            escape(mention(piece) if odd else shape(piece))
            for odd, piece in zip(cycle((False, True)), pieces, strict=False)
        )

    return said


_SLACK_ID = re.compile(r"[A-Z0-9]{2,40}")


def _slack_mention(identity: str | None) -> str | Markup:
    if identity is None:
        return _NOBODY
    sign = "!subteam^" if identity.startswith("S") else "@"
    return _token(sign, identity)


def _slack_room(identity: str | None) -> str | Markup:
    return _NOBODY if identity is None else _token("#", identity)


def _token(sign: str, identity: str) -> str | Markup:
    if not _SLACK_ID.fullmatch(identity):
        return identity
    return _ours(f"<{sign}{identity}>")


def _nearest(time: Callable[..., str], day: Callable[..., str]) -> Callable[..., str]:
    """The time of day alone where nobody can take it for that of another day."""

    @pass_context
    def nearest(facts: Context, moment: datetime | None) -> str:
        now = facts.get("now")
        near = moment is None or now is None or abs(moment - now) < _NEAR
        return time(moment) if near else day(moment)

    return nearest


def _slack_moment(moment: datetime | None) -> str | Markup:
    return _slack_date(moment, "{time}", _moment(moment))


def _slack_day(moment: datetime | None) -> str | Markup:
    return _slack_date(moment, "{date_short_pretty} {time}", _day(moment))


def _slack_date(moment: datetime | None, form: str, fallback: str) -> str | Markup:
    if moment is None:
        return fallback
    stamp = int(moment.timestamp())
    return _ours(f"<!date^{stamp}^{form}|{fallback}>")


def _moment(moment: datetime | None) -> Markup:
    return _ours(f"{moment.astimezone(UTC):%H:%M} UTC" if moment else _UNSET)


def _day(moment: datetime | None) -> Markup:
    return _ours(f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else _UNSET)
