"""The report: what the executed notebooks show, on one page that needs nothing but itself.

It is stitched from the notebooks' own outputs, so that it shows what the run showed, figure by figure. There is
no script in it, and nothing that it would have to load.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from workbench.errors import WorkbenchError
from workbench.i18n import Speech
from workbench.run.fragments import read_fragment

__all__ = ["LeftOut", "Occasion", "Report", "make_report"]

# Parts of a notebook that only serve to move about in it.
_NOT_FOR_PAPER = frozenset({"navigation", "controls"})


@dataclass(frozen=True)
class Occasion:
    """What a report says of the run that it is of. `problems` says what went wrong, by the notebook's name."""

    run: str
    project: str
    process: str
    as_of: date | None
    made: datetime
    versions: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)
    ending: str = ""


@dataclass(frozen=True)
class LeftOut:
    """A part of a notebook that may not stand in a report, and why."""

    step: str
    view: str
    reason: str


@dataclass(frozen=True)
class Report:
    """A finished report: its page, how many views stand in it, and which do not."""

    html: str
    views: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class _Part:
    anchor: str
    html: Markup
    title: str


@dataclass(frozen=True)
class _Chapter:
    anchor: str
    title: str
    titled: bool
    parts: tuple[_Part, ...]
    stopped: str

    @property
    def entries(self) -> list[_Part]:
        """The parts that the table of contents lists."""
        return [part for part in self.parts[1 if self.titled else 0 :] if part.title]


def make_report(notebooks: Sequence[Path], occasion: Occasion, speech: Speech) -> Report:
    """The report of executed notebooks, in the order given.

    A view that holds anything but what a report may show is left out, and named both in the page and in the
    answer.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from workbench.draw.style import stylesheet

    pages = {path.name: _anchor(path) for path in notebooks}
    left_out: list[LeftOut] = []
    chapters = [_chapter(path, pages, occasion.problems.get(path.stem, ""), left_out) for path in notebooks]
    environment = Environment(
        loader=PackageLoader("workbench.run"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("report.html.j2").render(
        language=speech.tag,
        title=occasion.project,
        subtitle=_subtitle(occasion, speech),
        ending=occasion.ending,
        steps=chapters,
        facts=_facts(occasion, speech),
        left_out=[_said(entry, speech) for entry in left_out],
        # Files of ours, without any data.
        stylesheet=Markup(stylesheet()),
        report_style=Markup(_own_style()),
        words={
            "contents": speech.say("Contents"),
            "about": speech.say("About this report"),
            "left_out": speech.say("Left out"),
        },
    )
    return Report(page, sum(len(chapter.parts) for chapter in chapters), tuple(left_out))


def _anchor(notebook: Path) -> str:
    return f"step-{notebook.stem.partition('_')[0]}"


def _own_style() -> str:
    return files("workbench.run").joinpath("templates", "report.css").read_text(encoding="utf-8")


# ------------------------------------------------------------------ from the notebooks
def _chapter(notebook: Path, pages: Mapping[str, str], problem: str, left_out: list[LeftOut]) -> _Chapter:
    anchor = pages[notebook.name]
    parts = []
    for position, (name, text) in enumerate(_views(notebook), start=1):
        own = f"{anchor}-{position}"
        try:
            fragment = read_fragment(text, prefix=f"{own}-", pages=pages)
        except WorkbenchError as error:
            left_out.append(LeftOut(notebook.stem, name, error.message))
            continue
        if fragment.html.strip():
            parts.append(_Part(own, fragment.html, fragment.heading))
    titled = bool(parts) and "<h1" in parts[0].html
    title = parts[0].title if titled else notebook.stem
    return _Chapter(anchor, title, titled, tuple(parts), problem)


def _views(notebook: Path) -> Iterator[tuple[str, str]]:
    """The views that a notebook shows, as (name, HTML); whatever else it shows is not for the report."""
    import nbformat

    if not notebook.is_file():
        return
    content: Any = nbformat.read(notebook, as_version=4)
    for cell in content.cells:
        for output in cell.get("outputs", []):
            marked = output.get("metadata", {}).get("workbench", {})
            name = marked.get("view") if isinstance(marked, dict) else None
            text = output.get("data", {}).get("text/html")
            if isinstance(name, str) and isinstance(text, str) and name not in _NOT_FOR_PAPER:
                yield name, text


# ------------------------------------------------------------------ in words
def _subtitle(occasion: Occasion, speech: Speech) -> str:
    if occasion.as_of is None:
        return occasion.process
    return speech.say("{process} · as of {day}", process=occasion.process, day=occasion.as_of)


def _facts(occasion: Occasion, speech: Speech) -> list[tuple[str, str]]:
    versions = ", ".join(f"{name} {version}" for name, version in occasion.versions.items())
    return [
        (speech.say("Project"), occasion.project),
        (speech.say("Process"), occasion.process),
        (speech.say("As of"), speech.day(occasion.as_of)),
        (speech.say("Made"), f"{speech.moment(occasion.made)} ({speech.zone})"),
        (speech.say("Run"), occasion.run),
        (speech.say("Versions"), versions),
    ]


def _said(entry: LeftOut, speech: Speech) -> str:
    return speech.say("{step}, {view}: {reason}", step=entry.step, view=entry.view, reason=entry.reason)
