"""Emoji shortcodes, and the drawings that look the same on every machine."""

import re
from collections.abc import Iterator

from markupsafe import Markup

from chatops.playground.page.blockkit.html import Child, join, tag

CHARACTERS = {
    "+1": "👍",
    "-1": "👎",
    "100": "💯",
    "alarm_clock": "⏰",
    "ambulance": "🚑",
    "arrow_down": "⬇️",
    "arrow_forward": "▶️",
    "arrow_left": "⬅️",
    "arrow_right": "➡️",
    "arrow_up": "⬆️",
    "arrows_counterclockwise": "🔄",
    "ballot_box_with_check": "☑️",
    "bar_chart": "📊",
    "bell": "🔔",
    "black_circle": "⚫",
    "book": "📖",
    "books": "📚",
    "boom": "💥",
    "broken_heart": "💔",
    "brown_circle": "🟤",
    "bug": "🐛",
    "bulb": "💡",
    "busts_in_silhouette": "👥",
    "bust_in_silhouette": "👤",
    "calendar": "📅",
    "chart_with_downwards_trend": "📉",
    "chart_with_upwards_trend": "📈",
    "checkered_flag": "🏁",
    "clap": "👏",
    "clipboard": "📋",
    "clock1": "🕐",
    "clock3": "🕒",
    "closed_book": "📕",
    "construction": "🚧",
    "cry": "😢",
    "dart": "🎯",
    "double_vertical_bar": "⏸️",
    "exclamation": "❗",
    "eyes": "👀",
    "fast_forward": "⏩",
    "file_folder": "📁",
    "fire": "🔥",
    "fire_engine": "🚒",
    "gear": "⚙️",
    "green_book": "📗",
    "green_heart": "💚",
    "grey_question": "❔",
    "grimacing": "😬",
    "grinning": "😀",
    "hammer_and_wrench": "🛠️",
    "handshake": "🤝",
    "heart": "❤️",
    "heavy_check_mark": "✔️",
    "heavy_minus_sign": "\N{HEAVY MINUS SIGN}",
    "heavy_plus_sign": "\N{HEAVY PLUS SIGN}",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "house": "🏠",
    "inbox_tray": "📥",
    "information_source": "\N{INFORMATION SOURCE}\ufe0f",
    "joy": "😂",
    "key": "🔑",
    "label": "🏷️",
    "large_blue_circle": "🔵",
    "large_brown_circle": "🟤",
    "large_green_circle": "🟢",
    "large_orange_circle": "🟠",
    "large_purple_circle": "🟣",
    "large_yellow_circle": "🟡",
    "link": "🔗",
    "lock": "🔒",
    "loudspeaker": "📢",
    "mag": "🔍",
    "mega": "📣",
    "memo": "📝",
    "muscle": "💪",
    "mute": "🔇",
    "no_bell": "🔕",
    "no_entry": "⛔",
    "no_entry_sign": "🚫",
    "octagonal_sign": "🛑",
    "ok": "🆗",
    "ok_hand": "👌",
    "outbox_tray": "📤",
    "package": "📦",
    "page_facing_up": "📄",
    "pager": "📟",
    "paperclip": "📎",
    "pencil": "📝",
    "pencil2": "✏️",
    "phone": "☎️",
    "point_right": "👉",
    "police_car": "🚓",
    "pray": "🙏",
    "pushpin": "📌",
    "question": "❓",
    "raised_hands": "🙌",
    "red_circle": "🔴",
    "repeat": "🔁",
    "rewind": "⏪",
    "rocket": "🚀",
    "rotating_light": "🚨",
    "round_pushpin": "📍",
    "satellite_antenna": "📡",
    "scales": "⚖️",
    "scroll": "📜",
    "see_no_evil": "🙈",
    "seedling": "🌱",
    "shield": "🛡️",
    "ship": "🚢",
    "shrug": "🤷",
    "siren": "🚨",
    "sleeping": "😴",
    "slightly_smiling_face": "🙂",
    "smile": "😄",
    "snail": "🐌",
    "sos": "🆘",
    "sparkles": "✨",
    "speech_balloon": "💬",
    "star": "⭐",
    "stethoscope": "🩺",
    "stop_button": "⏹️",
    "stopwatch": "⏱️",
    "sunny": "☀️",
    "sweat_smile": "😅",
    "tada": "🎉",
    "telephone_receiver": "📞",
    "thinking_face": "🤔",
    "thumbsdown": "👎",
    "thumbsup": "👍",
    "ticket": "🎫",
    "timer_clock": "⏲️",
    "tools": "🛠️",
    "traffic_light": "🚥",
    "triangular_flag_on_post": "🚩",
    "trophy": "🏆",
    "truck": "🚚",
    "twisted_rightwards_arrows": "🔀",
    "unlock": "🔓",
    "warning": "⚠️",
    "wastebasket": "🗑️",
    "wave": "👋",
    "white_check_mark": "✅",
    "white_circle": "⚪",
    "wrench": "🔧",
    "x": "❌",
    "zap": "⚡",
    "zzz": "💤",
}

DRAWN = {
    "☑": "ballot_box_with_check",
    "⚖": "scales",
    "⭐": "star",
    "❓": "question",
    "❗": "exclamation",
    "🏷": "label",
    "👤": "bust_in_silhouette",
    "👥": "busts_in_silhouette",
    "💡": "bulb",
    "📁": "file_folder",
    "📄": "page_facing_up",
    "📅": "calendar",
    "📈": "chart_with_upwards_trend",
    "📞": "telephone_receiver",
    "📦": "package",
    "🔄": "arrows_counterclockwise",
    "🔗": "link",
    "🕐": "clock3",
    "🕒": "clock3",
    "🛑": "octagonal_sign",
    "⚡": "zap",
    "⚠": "warning",
    "⚪": "white_circle",
    "⚫": "black_circle",
    "⛔": "no_entry",
    "✅": "white_check_mark",
    "❌": "x",
    "⏰": "alarm_clock",
    "⏳": "hourglass",
    "⌛": "hourglass",
    "🎉": "tada",
    "👀": "eyes",
    "👋": "wave",
    "👍": "thumbsup",
    "👎": "thumbsdown",
    "💬": "speech_balloon",
    "📋": "clipboard",
    "📌": "pushpin",
    "📍": "pushpin",
    "📝": "memo",
    "📟": "pager",
    "📢": "mega",
    "📣": "mega",
    "🔒": "lock",
    "🔔": "bell",
    "🔕": "no_bell",
    "🔥": "fire",
    "🔴": "red_circle",
    "🔵": "blue_circle",
    "🚀": "rocket",
    "🚨": "rotating_light",
    "🛠": "tools",
    "🟠": "orange_circle",
    "🟡": "yellow_circle",
    "🟢": "green_circle",
    "🟣": "purple_circle",
    "🟤": "brown_circle",
    "❤": "heart",
    "🙏": "pray",
    "\N{INFORMATION SOURCE}": "information_source",
}

PICKED_FOR_REACTIONS = (
    "pushpin",
    "+1",
    "eyes",
    "white_check_mark",
    "rotating_light",
    "tada",
    "heart",
    "pray",
    "fire",
    "rocket",
    "-1",
    "x",
)

_VARIANT = "\ufe0f"
_DRAWN_PATTERN = re.compile(f"[{''.join(DRAWN)}]{_VARIANT}?")


def shortcode(name: str) -> Markup | None:
    """The emoji of a shortcode without its colons, or nothing when it is not in the table."""
    character = CHARACTERS.get(name.partition("::")[0])
    return None if character is None else _glyph(character, name.partition("::")[0])


def reaction(name: str) -> Markup:
    """The emoji of a reaction; one we do not know is shown by its name."""
    return shortcode(name) or tag("span", f":{name}:", class_="emoji-name")


def with_drawings(text: str) -> Markup:
    """A text, escaped, in which the emoji that we have drawn are shown as drawings."""
    return join(_pieces(text))


def _pieces(text: str) -> Iterator[Child]:
    end = 0
    for match in _DRAWN_PATTERN.finditer(text):
        yield text[end : match.start()]
        yield _glyph(match.group(), DRAWN[match.group()[0]])
        end = match.end()
    yield text[end:]


def _glyph(character: str, name: str) -> Markup:
    title = f":{name}:"
    drawing = DRAWN.get(character.removesuffix(_VARIANT))
    if drawing is None:
        label = name.replace("_", " ")
        return tag("span", character, class_="emoji", role="img", aria_label=label, title=title)
    source = f"/play/static/emoji/{drawing}.svg"
    return tag("img", class_="emoji", src=source, alt=character, title=title, draggable="false")
