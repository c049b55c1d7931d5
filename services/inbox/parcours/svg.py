"""A drawing as the page's SVG needs it: numbers, closed sets of words, lines of text; the template makes the markup.

Sizes are the modeller's pixels. Everything that comes of a diagram's text stays text: the template escapes it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

TASKS = {
    "userTask": "user", "serviceTask": "service", "scriptTask": "script", "businessRuleTask": "rules",
    "sendTask": "message", "receiveTask": "message", "manualTask": "user", "task": None,
}  # fmt: skip
HOLDERS = ("subProcess", "callActivity")
GATEWAYS = {
    "exclusiveGateway": "exclusive", "parallelGateway": "parallel", "inclusiveGateway": "inclusive",
    "eventBasedGateway": "event",
}  # fmt: skip
EVENTS = {
    "startEvent": "start", "endEvent": "end", "intermediateCatchEvent": "between", "boundaryEvent": "between",
    "intermediateThrowEvent": "between",
}  # fmt: skip
TRIGGERS = frozenset(
    ("message", "timer", "signal", "error", "escalation", "conditional", "link", "terminate", "compensate")
)
THROWN = ("endEvent", "intermediateThrowEvent", "sendTask")
MARKED = ("done", "current", "cancelled", "private")
REPEATS = {"loop": "loop", "sequential": "sequential", "parallel": "items"}
LINES = {"sequenceFlow": "flow", "messageFlow": "message"}
MARGIN, TITLE_BAND, LINE_HEIGHT = 20.0, 15.0, 14.0
FIRST_SIGHT = 500.0  # pixels of a long pool that are seen before one scrolls
TASK_LETTER, LABEL_LETTER = 6.4, 5.6  # widths of an average letter


@dataclass(frozen=True)
class Words:
    """Lines of text around a middle. ``turned``: read from below to above."""

    x: float
    y: float
    lines: Sequence[tuple[float, str]]  # y, text
    turned: bool = False


@dataclass(frozen=True)
class Figure:
    """``kind``: frame | task | holder | event | gateway | note; ``icon``: of the symbols of the template, or None;
    ``marks``: symbols at the foot of an activity, each with its x; ``said``: its name and state in words."""

    id: str
    kind: str
    state: str
    x: float
    y: float
    width: float
    height: float
    said: str
    words: Words | None
    icon: str | None = None
    ring: str = ""  # of an event: start | between | end
    filled: bool = False
    dashed: bool = False
    thick: bool = False
    marks: Sequence[tuple[float, str]] = ()
    times: int = 0

    @property
    def cx(self) -> float:
        return _tidy(self.x + self.width / 2)

    @property
    def cy(self) -> float:
        return _tidy(self.y + self.height / 2)

    @property
    def radius(self) -> float:
        return _tidy(self.width / 2)

    @property
    def is_marked(self) -> bool:
        return self.state in MARKED


@dataclass(frozen=True)
class Stroke:
    """A line. ``kind``: flow | message | link."""

    kind: str
    path: str
    words: Words | None
    slash: str = ""  # path over the first part of a default flow


@dataclass(frozen=True)
class Picture:
    name: str
    view: str
    width: int
    height: int
    figures: Sequence[Figure]
    strokes: Sequence[Stroke]


def picture(
    drawing: Mapping[str, Any], states: Mapping[str, Mapping[str, Any]], say: Callable[[str, str, int], str]
) -> Picture:
    """``states``: element id → what the service says of it; ``say``: (name, state, times) → words."""
    x, y, width, height = drawing["box"]
    figures = [_figure(shape, states.get(shape["id"], {}), say) for shape in drawing["shapes"]]
    view = f"{_n(x - MARGIN)} {_n(y - MARGIN)} {_n(width + 2 * MARGIN)} {_n(height + 2 * MARGIN)}"
    return Picture(
        drawing["name"], view, round(width + 2 * MARGIN), round(height + 2 * MARGIN), figures,
        [_stroke(line) for line in drawing["lines"]],
    )  # fmt: skip


def _figure(
    shape: Mapping[str, Any], element: Mapping[str, Any], say: Callable[[str, str, int], str]
) -> Figure:
    kind, state, times = _kind(shape["type"]), element.get("state", ""), element.get("times", 0)
    x, y, width, height = (_tidy(number) for number in shape["box"])
    return Figure(
        shape["id"], kind, state, x, y, width, height, say(shape["name"], state, times), _words(shape, kind),
        icon=_icon(shape), ring=EVENTS.get(shape["type"], ""), filled=shape["type"] in THROWN,
        dashed=bool(shape.get("beside")) or (kind == "event" and not shape.get("interrupting", True)),
        thick=shape["type"] == "callActivity", marks=_marks(shape, kind), times=times if times > 1 else 0,
    )  # fmt: skip


def _kind(type_: str) -> str:
    if type_ in ("participant", "lane", "group"):
        return "frame"
    kinds = ((TASKS, "task"), (HOLDERS, "holder"), (EVENTS, "event"), (GATEWAYS, "gateway"))
    return next((kind for types, kind in kinds if type_ in types), "note")


def _icon(shape: Mapping[str, Any]) -> str | None:
    type_ = shape["type"]
    if type_ in EVENTS:
        return shape["trigger"] if shape.get("trigger") in TRIGGERS else None
    return TASKS.get(type_) or GATEWAYS.get(type_)


def _marks(shape: Mapping[str, Any], kind: str) -> list[tuple[float, str]]:
    """What stands at the foot of an activity, from left to right around its middle."""
    if kind not in ("task", "holder"):
        return []
    is_folded = shape["type"] == "callActivity" or not shape["expanded"]
    found = [REPEATS[shape["repeats"]]] if shape.get("repeats") in REPEATS else []
    found += ["undo"] if shape.get("undoes") else []
    found += ["folded"] if kind == "holder" and is_folded else []
    x, _, width, _ = shape["box"]
    left = x + width / 2 - 9 * len(found)
    return [(_tidy(left + 18 * place), name) for place, name in enumerate(found)]


def _words(shape: Mapping[str, Any], kind: str) -> Words | None:
    """The name: in a task, above the inside of a subprocess, beside an event, along a frame."""
    name, (x, y, width, height) = shape["name"], shape["box"]
    if not name:
        return None
    if kind == "frame":
        return _of_frame(shape, name)
    if shape["label"]:
        return _label(name, shape["label"])
    if kind in ("event", "gateway"):
        return _label(name, [x + width / 2 - 45, y + height + 4, 90, LINE_HEIGHT])
    if kind == "holder" and shape["expanded"] and shape["type"] == "subProcess":
        return _lines(name, x + width / 2, y + 18, width - 70, 1, TASK_LETTER)
    most = max(1, int((height - 12) // LINE_HEIGHT))
    return _centred(name, x + width / 2, y + height / 2, width - 10, most)


def _of_frame(shape: Mapping[str, Any], name: str) -> Words:
    x, y, width, height = shape["box"]
    if height < len(name) * TASK_LETTER:  # a pool that is closed: there is nothing in it but its name
        return _lines(name, x + min(width, FIRST_SIGHT) / 2, y + height / 2 + 4, width, 1, TASK_LETTER)
    if shape["upright"] or shape["type"] == "group":
        return _lines(name, x + width / 2, y + TITLE_BAND + 4, width, 1, TASK_LETTER)
    middle = _lines(name, x + TITLE_BAND, y + height / 2 + 4, height, 1, TASK_LETTER)
    return Words(middle.x, middle.y, middle.lines, turned=True)


def _label(name: str, box: Sequence[float]) -> Words:
    return _lines(name, box[0] + box[2] / 2, box[1] + 11, max(box[2], 60), 6, LABEL_LETTER)


def _centred(name: str, x: float, y: float, width: float, most: int) -> Words:
    found = _wrapped(name, int(width / TASK_LETTER), most)
    return _lines(name, x, y - (len(found) - 1) * LINE_HEIGHT / 2 + 4, width, most, TASK_LETTER)


def _lines(name: str, x: float, y: float, width: float, most: int, letter: float) -> Words:
    found = _wrapped(name, int(width / letter), most)
    return Words(
        _tidy(x), _tidy(y), [(_tidy(y + number * LINE_HEIGHT), text) for number, text in enumerate(found)]
    )


def _wrapped(text: str, letters: int, most: int) -> list[str]:
    """At most ``most`` lines of about ``letters``; what is left over is cut, the whole name is in ``said``."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"]


def _stroke(line: Mapping[str, Any]) -> Stroke:
    points = line["points"]
    path = _path(points)
    words = _label(line["name"], line["label"]) if line["name"] and line["label"] else None
    return Stroke(LINES.get(line["type"], "link"), path, words, _slash(points) if line["default"] else "")


def _slash(points: Sequence[Sequence[float]]) -> str:
    """A short stroke across the beginning of a line."""
    (x, y), (to_x, to_y) = points[0], points[1]
    length = max(((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5, 1)
    middle_x, middle_y = x + (to_x - x) / length * 10, y + (to_y - y) / length * 10
    return f"M{_n(middle_x - 4)} {_n(middle_y + 5)} L{_n(middle_x + 4)} {_n(middle_y - 5)}"


def _tidy(number: float) -> float:
    """At most one digit behind the point, none when there is nothing behind it."""
    rounded = round(number, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def _n(number: float) -> str:
    return str(_tidy(number))


def _path(points: Sequence[Sequence[float]]) -> str:
    """A path by the shortest of its commands: most lines run along an axis."""
    steps = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for (before_x, before_y), (x, y) in pairwise(points):
        along = f"H{_n(x)}" if y == before_y else f"V{_n(y)}" if x == before_x else ""
        steps.append(along or f"L{_n(x)} {_n(y)}")
    return "".join(steps)
