"""Take the pictures of docs/pictures anew: a demo project, served, as its readers see it.

    python -m tests.pictures              write docs/pictures/ (make pictures)
    python -m tests.pictures --raw DIR    keep every page whole as well, DIR/<page>.<language>.png, to look at closely
    python -m tests.pictures --only NAME  one of the larger pictures alone: overview, map, explore, measure

A contact sheet in each language shows the head of all seven pages; single pictures are larger. What is drawn
is generated from a fixed seed, so that a picture changes only when the workbench does. Needs Chromium and the packages
of the tests, and some minutes.
"""

from __future__ import annotations

import argparse
import base64
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.chromium import PATIENCE, chromium
from tests.serving import Server, serving
from workbench.generate import generate_project
from workbench.i18n import LANGUAGES, Speech
from workbench.pages.base import NOTEBOOKS
from workbench.run import all_steps, run_project

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
CASES, SEED = 500, 1
# The history of runs shows months in which the project was run.
MONTHS = (date(2025, 10, 31), date(2025, 11, 30), date(2025, 12, 31))
WIDTH, ACROSS = 1280, 4
# Of each page its head, as large as four of them fit beside each other.
HEAD, SMALL = 1700, 420
QUALITY = 82
# Of a larger picture, points to a point of the screen.
SHARP = 2
# A larger picture: the page, the language, the part of the page (all of it where none is named).
LARGE = {
    "overview": ("overview", "en", None),
    "map": ("2_discover", "en", ".wb-map-stage"),
    "explore": ("2_discover", "en", ".wb-panel.wb-map"),
    "measure": ("3_measure", "en", ".wb-kpis .wb-cards"),
}
SHEET = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 24px; width: {width}px; box-sizing: border-box; background: #e9edf0; color: #1a1e23;
  font: 600 15px/1.4 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; }}
main {{ display: grid; grid-template-columns: repeat({across}, {small}px); gap: 24px; }}
figure {{ margin: 0; }}
figcaption {{ margin: 0 0 8px; }}
div {{ height: {head}px; overflow: hidden; background: #fff; box-shadow: 0 1px 4px #0003; }}
img {{ display: block; width: 100%; }}
</style><main>{figures}</main>"""


def project_in(folder: Path, months: Iterable[date]) -> Path:
    """A demo project that was run at the end of some months."""
    generate_project(folder, process="credit-collections", cases=CASES, seed=SEED)
    measuring = [step for step in all_steps() if step.number == 3]
    for day in months:
        run = run_project(folder, steps=measuring, as_of=day)
        if run.status != "done":
            raise SystemExit(f"The run of {day} ended with {run.status}: {run.message}")
    return folder


def opened(context: BrowserContext, server: Server, page: str, language: str) -> Page:
    """A page, whole, its widgets drawn."""
    tab = context.new_page()
    tab.goto(f"{server.base}/voila/render/{page}.ipynb?language={language}", wait_until="load")
    tab.locator(".wb-view, .failed").last.wait_for()
    if tab.locator(".widget").count():
        tab.locator(".wb-focus :is(input[type=checkbox], select), .wb-map-node").first.wait_for()
    # What lies below comes while somebody reads.
    tab.wait_for_function("() => !document.querySelector('.wb-to-come')")
    return tab


def asked(tab: Page) -> None:
    """The live map with what it tells of an activity open, and cases that show it."""
    tab.locator(".wb-map-node").nth(3).click()
    tab.locator(".wb-map-detail .wb-examples li").first.wait_for()


# What is done on a page before its picture is taken.
DONE = {"explore": asked}


def shown(tab: Page, name: str) -> bytes:
    """One of the larger pictures, of a page that is open."""
    DONE.get(name, lambda tab: None)(tab)
    return webp(tab, LARGE[name][2], scale=SHARP)


def webp(tab: Page, selector: str | None = None, *, scale: float = 1) -> bytes:
    """A page, or the first element of it that there is, as WebP; drawn anew for a scale, not blown up."""
    size = tab.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
    box: Any = {"x": 0, "y": 0, "width": size[0], "height": size[1]}
    if selector is not None:
        # A click may have scrolled the page: a box is told from the top of what is seen.
        tab.evaluate("scrollTo(0, 0)")
        box = tab.locator(selector).first.bounding_box()
    clip = {name: box[name] for name in ("x", "y", "width", "height")}
    taken = tab.context.new_cdp_session(tab).send(
        "Page.captureScreenshot",
        {
            "format": "webp", "quality": QUALITY, "captureBeyondViewport": True,
            "clip": {**clip, "scale": scale},
        },
    )  # fmt: skip
    return base64.b64decode(taken["data"])


def sheet(browser: Browser, heads: dict[str, bytes], language: str) -> bytes:
    """The heads of all pages on one sheet, each under its name."""
    titles = dict(NOTEBOOKS.values())
    figures = "".join(
        f"<figure><figcaption>{escape(Speech(language).say(titles[name]))}</figcaption>"
        f'<div><img src="data:image/png;base64,{base64.b64encode(head).decode()}"></div></figure>'
        for name, head in heads.items()
    )
    width = ACROSS * SMALL + (ACROSS - 1) * 24 + 48
    page = browser.new_page(viewport={"width": width, "height": 400})
    page.set_content(
        SHEET.format(
            width=width, across=ACROSS, small=SMALL, head=round(HEAD * SMALL / WIDTH), figures=figures
        )
    )
    page.wait_for_function("[...document.images].every(image => image.complete)")
    return webp(page)


def take(browser: Browser, server: Server, raw: Path | None, only: str | None) -> dict[str, bytes]:
    """All pictures, or one of the larger ones, by the names of their files."""
    context = browser.new_context(viewport={"width": WIDTH, "height": 900})
    context.set_default_timeout(PATIENCE)
    context.request.get(server.address, max_redirects=0)
    if only is not None:
        return {f"{only}.webp": shown(opened(context, server, *LARGE[only][:2]), only)}
    head = {"x": 0, "y": 0, "width": WIDTH, "height": HEAD}
    pictures: dict[str, bytes] = {}
    for language in LANGUAGES:
        heads = {}
        for page, _ in NOTEBOOKS.values():
            tab = opened(context, server, page, language)
            heads[page] = tab.screenshot(clip=head, full_page=True)
            for name, (of, said, _) in LARGE.items():
                if (of, said) == (page, language):
                    pictures[f"{name}.webp"] = shown(tab, name)
            if raw is not None:
                tab.screenshot(path=raw / f"{page}.{language}.png", full_page=True)
            tab.close()
        pictures[f"pages-{language}.webp"] = sheet(browser, heads, language)
    return pictures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--raw", type=Path, metavar="DIR", help="keep every page whole as well, in this folder"
    )
    parser.add_argument("--only", choices=sorted(LARGE), help="one of the larger pictures alone")
    told = parser.parse_args()
    raw: Path | None = told.raw
    if raw is not None:
        raw.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        project = project_in(Path(folder) / "project", MONTHS if told.only is None else ())
        with serving(project, log=Path(folder) / "log") as server:
            pictures = take(browser, server, raw, told.only)
    PICTURES.mkdir(exist_ok=True)
    for name, content in pictures.items():
        (PICTURES / name).write_bytes(content)
        sys.stdout.write(f"docs/pictures/{name}: {len(content) / 1024:,.0f} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
