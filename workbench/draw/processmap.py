"""The process map as one picture: activities as boxes, what follows what as lines, the main way seen at once."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, tostring

from markupsafe import Markup

from workbench.draw.layout import Frame, laid_out
from workbench.draw.lettering import FONTS, wrapped
from workbench.draw.mapscene import Measure, Scene, scene_of
from workbench.draw.mapstyle import INK, MUTED, PAPER
from workbench.draw.svg import child, drawing, number, rendered, text
from workbench.errors import unknown_name

if TYPE_CHECKING:
    import pandas as pd

    from workbench.i18n import Speech

__all__ = ["map_picture", "map_words"]

_MEASURES = ("frequency", "time")
_MARGIN = 20.0
_NARROWEST = 440.0
# Size of the letters and distance of the lines, in pixels.
_TITLE = (17.0, 24.0)
_CAPTION = (12.0, 17.0)


def map_picture(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    speech: Speech,
    *,
    title: str,
    description: str,
    all_activities: int | None = None,
    all_paths: int | None = None,
    all_cases: int | None = None,
    measure: Measure = "frequency",
    heading: bool = False,
    key: str = "",
) -> Markup:
    """A process map as one SVG: which activity follows which, and how often or after how long.

    `nodes` and `edges` are what `workbench.discover.simplified` answers, or the frames of a whole map; names are
    taken from the column `label`. All that is given is drawn: of a large map give the part that can be read, and
    in `all_activities` and `all_paths` how many there are, so that the picture says what it leaves out, and in
    `all_cases` how many begin and end, whatever of that is drawn. With `measure="time"` lines bear median times and
    darken with them; they always widen with how often they are taken. `title` and `description` are for a reader
    who does not see the picture; `heading` writes the title above it as well. Two equal pictures in one page need
    different keys.

    The picture needs nothing else: no script, style sheet, font or network. Raises WorkbenchError for an unknown
    measure, and when the map cannot be laid out.
    """
    if measure not in _MEASURES:
        raise unknown_name("measure", measure, _MEASURES)
    scene = scene_of(nodes, edges, speech, measure, all_cases)
    frame = laid_out([part.box for part in scene.boxes], [path.line for path in scene.paths])
    width = max(_NARROWEST, frame.width + 2 * _MARGIN)
    above = _lines([title], _TITLE[0], width, bold=True) if heading else []
    below = _lines(_caption(scene, speech, measure, all_activities, all_paths), _CAPTION[0], width)
    top = _MARGIN + len(above) * _TITLE[1] + (8 if above else 0)
    height = top + frame.height + 18 + len(below) * _CAPTION[1] + _MARGIN - 6
    root = _sheet(width, height, speech.language)
    _write(root, above, _TITLE, y=_MARGIN + _TITLE[0] - 4, fill=INK, font_weight="600")
    _write(root, below, _CAPTION, y=height - _MARGIN - (len(below) - 1) * _CAPTION[1], fill=MUTED)
    shift = f"translate({number((width - frame.width) / 2 - frame.left)} {number(top - frame.top)})"
    _place(child(root, "g", transform=shift), scene, frame)
    return _named(root, title, f"{description} {' '.join(below)}".strip(), key)


def map_words(process: Any, speech: Speech) -> tuple[str, str]:
    """Title and description of the map of a process, where nobody has better ones."""
    return (
        speech.say("Process map: {process}", process=process),
        speech.say("Which activity directly follows which, and how often."),
    )


def _sheet(width: float, height: float, language: str) -> Element:
    root = drawing(
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        lang="zh-Hans" if language == "zh" else language if len(language) == 2 else "en",
        font_family=FONTS,
        # Smaller than its natural size where there is less room, never larger; on paper in one piece.
        style="max-width:100%;height:auto;break-inside:avoid",
    )
    child(root, "rect", width=width, height=height, fill=PAPER)
    return root


def _place(group: Element, scene: Scene, frame: Frame) -> None:
    """Lines first, the rare ones lowest; then boxes and signs; labels on top of all."""
    ways = sorted(zip(scene.paths, frame.ways, strict=True), key=lambda found: found[0].width)
    for path, way in ways:
        path.draw_line(group, way)
    for part, at in zip(scene.boxes, frame.boxes, strict=True):
        part.draw(group, at)
    for path, way in ways:
        path.draw_label(group, way)


def _caption(
    scene: Scene, speech: Speech, measure: Measure, all_activities: int | None, all_paths: int | None
) -> list[str]:
    """What is shown and what is left out, and how to read it."""
    if not scene.steps:
        return [speech.say("There is no event to show.")]
    shown = speech.say(
        "{activities} of {all_activities} activities, {paths} of {all_paths} paths shown.",
        activities=len(scene.steps),
        all_activities=max(all_activities or 0, len(scene.steps)),
        paths=scene.paths_between,
        all_paths=max(all_paths or 0, scene.paths_between),
    )
    if measure == "time":
        reading = speech.say("In a box: events. On a line: median time from one to the next.")
    else:
        reading = speech.say("In a box: events. On a line: how often one directly follows the other.")
    derived = [speech.say("Broken border: derived from the data, not recorded.")] if scene.has_derived else []
    return [shown, " ".join([reading, *derived])]


def _lines(sentences: Sequence[str], size: float, width: float, *, bold: bool = False) -> list[str]:
    room = width - 2 * _MARGIN
    return [line for said in sentences for line in wrapped(said, size, width=room, lines=4, bold=bold)]


def _write(
    parent: Element, lines: Sequence[str], size: tuple[float, float], *, y: float, **look: str
) -> None:
    for place, line in enumerate(lines):
        text(parent, "text", line, x=_MARGIN, y=y + place * size[1], font_size=size[0], **look)


def _named(root: Element, title: str, description: str, key: str) -> Markup:
    """The picture with its title and description, under ids that no other picture in a page has."""
    content = "\x00".join([key, title, description, tostring(root, encoding="unicode")])
    name = f"wb-map-{sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
    root.set("aria-labelledby", f"{name}-title")
    root.set("aria-describedby", f"{name}-description")
    spoken = drawing()
    text(spoken, "title", title, id=f"{name}-title")
    text(spoken, "desc", description, id=f"{name}-description")
    for place, element in enumerate(spoken):
        root.insert(place, element)
    return rendered(root)
