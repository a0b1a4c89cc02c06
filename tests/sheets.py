"""Contact sheets of step 2, to be looked at: four languages, light and dark, wide and narrow, few and many activities.

    python -m tests.sheets DIR                     write DIR/<log>.<width>.<scheme>.png (make sheets)
    python -m tests.sheets DIR --only sixty fines  some of the logs alone
    python -m tests.sheets DIR --whole             keep every page whole as well

Each sheet shows the page of one log in the four languages side by side. The logs are the demo, three of 6, 16 and 60
activities, and the real road fines where their folder is. Needs Chromium and some minutes.
"""

from __future__ import annotations

import argparse
import base64
import csv
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chromium import PATIENCE, chromium
from tests.serving import Server, serving
from tests.shown import SHOWN, calls
from workbench.generate import generate_project
from workbench.i18n import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
FINES = ROOT.parent / "shared" / "data" / "road_fines"
PAGE = "2_discover"
WIDTHS = {1280: 900, 390: 844}
SCHEMES = ("light", "dark")
# Of a page of that width, what is shown of its length.
LENGTH = {1280: 4200, 390: 6000}
GAP = 16
SHEET = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: {gap}px; background: #8a9299; }}
main {{ display: grid; grid-template-columns: repeat({n}, {width}px); gap: {gap}px; align-items: start; }}
img {{ display: block; width: 100%; }}
</style><main>{pictures}</main>"""
PROJECT = """format = 1
process = "any-process"
name = "{n} activities"
language = "en"
time_zone = "UTC"
currency = "EUR"

[[sources]]
name = "events"
path = "events.csv"
kind = "events"
case = "case"
activity = "activity"
time = "time"
resource = "who"
"""


def demo(folder: Path) -> None:
    generate_project(folder, process="credit-collections", cases=400, seed=1)


def of_activities(n: int) -> Callable[[Path], None]:
    """A log of n activities: most cases go the straight way, some leave steps out, repeat or turn back."""

    def written(folder: Path) -> None:
        chance = random.Random(n)
        names = [f"Step {number:02} of the process" for number in range(1, n + 1)]
        folder.mkdir(parents=True)
        (folder / "project.toml").write_text(PROJECT.format(n=n), encoding="utf-8")
        with (folder / "events.csv").open("w", newline="", encoding="utf-8") as file:
            lines = csv.writer(file)
            lines.writerow(["case", "activity", "time", "who"])
            for case in range(400):
                at = datetime(2025, 1, 1, 8) + timedelta(hours=chance.uniform(0, 8000))
                place = 0
                for _ in range(3 * n):
                    if place >= n:
                        break
                    lines.writerow([f"C{case:04}", names[place], f"{at:%Y-%m-%d %H:%M}", f"P{place % 7}"])
                    at += timedelta(hours=chance.expovariate(1 / 20))
                    place = max(0, place + chance.choices([1, 2, 3, 0, -2], [80, 8, 4, 4, 4])[0])

    return written


def fines(folder: Path) -> None:
    shutil.copytree(ROOT / "examples" / "road-fines", folder)
    told = folder / "project.toml"
    told.write_text(told.read_text(encoding="utf-8").replace("${DATA}", str(FINES)), encoding="utf-8")


LOGS: Mapping[str, Callable[[Path], None]] = {
    "demo": demo,
    "six": of_activities(6),
    "sixteen": of_activities(16),
    "sixty": of_activities(60),
    "fines": fines,
}


def opened(tab: Page, server: Server, language: str) -> None:
    """Step 2 in a language, all of its parts drawn."""
    tab.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})
    tab.goto(f"{server.base}/voila/render/{PAGE}.ipynb?language={language}", wait_until="load")
    parts = tab.locator(f"{SHOWN}:not({SHOWN} {SHOWN})")
    parts.nth(calls(ROOT / "notebooks" / f"{PAGE}.ipynb") - 1).wait_for(state="attached")
    # A part is drawn when it is looked at: go down the page once, and wait for what comes.
    for _ in range(40):
        if tab.evaluate("scrollBy(0, innerHeight), scrollY + innerHeight >= document.body.scrollHeight - 2"):
            break
        tab.wait_for_function("!document.querySelector('.wb-is-busy:not(:empty)')")
    tab.wait_for_function("!document.querySelector('.wb-is-busy')")
    tab.evaluate("scrollTo(0, 0)")


def sheet(browser: Browser, pictures: list[bytes], width: int) -> bytes:
    page = browser.new_page(viewport={"width": len(pictures) * (width + GAP) + GAP, "height": 400})
    images = "".join(
        f'<img src="data:image/png;base64,{base64.b64encode(picture).decode()}">' for picture in pictures
    )
    page.set_content(SHEET.format(gap=GAP, n=len(pictures), width=width, pictures=images))
    page.wait_for_function("[...document.images].every(image => image.complete)")
    taken = page.screenshot(full_page=True)
    page.close()
    return taken


def take(browser: Browser, project: Path, name: str, into: Path, *, whole: bool) -> None:
    """All sheets of one log."""
    shots: dict[tuple[int, str], list[bytes]] = {}
    with serving(project, log=project.parent / f"{name}.log") as server:
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        context.request.get(server.address, max_redirects=0)
        tab = context.new_page()
        for language in LANGUAGES:
            opened(tab, server, language)
            for width, height in WIDTHS.items():
                tab.set_viewport_size({"width": width, "height": height})
                for scheme in SCHEMES:
                    tab.emulate_media(color_scheme=scheme)
                    length = tab.evaluate("document.documentElement.scrollHeight")
                    clip = {"x": 0, "y": 0, "width": width, "height": min(length, LENGTH[width])}
                    shots.setdefault((width, scheme), []).append(tab.screenshot(clip=clip, full_page=True))
                    if whole:
                        tab.screenshot(path=into / f"{name}.{width}.{scheme}.{language}.png", full_page=True)
        context.close()
    for (width, scheme), pictures in shots.items():
        path = into / f"{name}.{width}.{scheme}.png"
        path.write_bytes(sheet(browser, pictures, width))
        sys.stdout.write(f"{path}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("into", type=Path, metavar="DIR", help="where the sheets are written")
    parser.add_argument("--only", nargs="+", choices=sorted(LOGS), help="these logs alone")
    parser.add_argument("--whole", action="store_true", help="keep every page whole as well")
    told = parser.parse_args()
    told.into.mkdir(parents=True, exist_ok=True)
    wanted = told.only or [name for name in LOGS if name != "fines" or FINES.is_dir()]
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        for name in wanted:
            project = Path(folder) / name
            LOGS[name](project)
            take(browser, project, name, told.into, whole=told.whole)
    return 0


if __name__ == "__main__":
    sys.exit(main())
