"""How long a reader of step 2 waits, measured in the browser: from the click until what changed is painted.

    python -m benchmarks.browser PROJECT [PROJECT ...] --clicks 20 --runs 3

Writes benchmarks/browser.json, of which `benchmarks.report` tells. Each project is served as `workbench serve` does;
Chromium opens its page. Measured are the first page (with the kernel that the server has just begun to start, and with
one that waits ready), a first click as soon as the page is there, clicks of a reader who has looked at it for a while –
they narrow the log and take that back, on the map of counts and on that of mean times – and the memory of the reader's
kernel. Every click asks for something that was not asked before, unless it goes back; what was answered in earlier
measurements is forgotten.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page

import workbench as wb
from benchmarks.machine import machine, versions
from tests.chromium import chromium
from tests.serving import Server, serving

__all__ = ["main", "measured"]

_PATIENCE = 120_000
_FIRST = ("map", "headline")
_OVERLAYS = ("frequency", "mean")
# Seconds for which a reader looks at a page before anything is clicked, and before its memory is told.
_LOOKS = 10
# A page's parts say when they were painted after what was done; all that are looked at have when none is busy.
_WAIT = """
() => {
  const visible = [...document.querySelectorAll('.wb-panel')].filter((part) => {
    const { top, bottom } = part.getBoundingClientRect();
    return bottom > -200 && top < window.innerHeight + 200;
  });
  return visible.length > 0 && visible.every((part) => part.getAttribute('aria-busy') === 'false');
}
"""
# What is clicked may lie above the window, which must not move for it.
_CLICK = "(part) => part.dispatchEvent(new MouseEvent('click', { bubbles: true }))"
# The map and, below it, the cards.
_LOOK = "() => document.querySelector('.wb-headline').scrollIntoView({ block: 'end' })"
# Activities that some cases have and others not: what every case has leaves nothing out, and changes no figure.
_SOME = """
() => {
  const all = Number(document.querySelector('.wb-count').textContent.match(/[\\d,]+/)[0].replaceAll(',', ''));
  return [...document.querySelectorAll('.wb-map-node.wb-map-step')]
    .map((node) => [node.dataset.key, /Cases: ([\\d,]+)/.exec(node.getAttribute('aria-description'))])
    .filter(([, said]) => said && Number(said[1].replaceAll(',', '')) < all)
    .map(([key]) => key);
}
"""
_MARKS = """
() => {
  const marks = performance.getEntriesByType('mark');
  const sent = marks.filter(({ name }) => name === 'wb-sent').at(-1)?.startTime ?? 0;
  const painted = {};
  for (const { name, startTime } of marks) {
    if (name.startsWith('wb-painted-') && startTime > sent) painted[name.slice(11)] = startTime - sent;
  }
  return painted;
}
"""


def measured(project: Path, *, clicks: int) -> dict[str, Any]:
    """What a reader of the project waits for, in milliseconds, and what the kernel takes, in bytes."""
    (project / "store" / "answers.db").unlink(missing_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(project, log=Path(folder) / "log") as server,
        chromium() as browser,
    ):
        context = browser.new_context(viewport={"width": 1280, "height": 1000})
        context.set_default_timeout(_PATIENCE)
        context.request.get(server.address, max_redirects=0)
        page = context.new_page()
        cold = _opened(page, server)
        memory = _memory(server)
        page.goto("about:blank")
        time.sleep(20)  # the next kernel gets ready
        ready = _opened(page, server)
        # What lies below the window comes while the reader reads; whoever clicks later finds all of it.
        page.wait_for_function("() => !document.querySelector('.wb-to-come')")
        at_once = _clicked(page, 0)
        _clicked(page, 1)
        time.sleep(_LOOKS)
        looked = _memory(server)
        waits = {}
        for place, overlay in enumerate(_OVERLAYS):
            _shows(page, overlay)
            numbers = range(2 + place * clicks, 2 + (place + 1) * clicks)
            waits[overlay] = [_clicked(page, number) for number in numbers]
        time.sleep(_LOOKS)
        after = _memory(server)
        shared = _shared(server)
        context.close()
    size = wb.open(project).size()
    return {
        "cases": size.cases,
        "events": size.events,
        "first page": {"cold": cold, "ready": ready},
        "memory": {"opened": memory, "looked": looked, "used": after, "shared": shared},
        "at once": at_once,
        "clicks": waits,
    }


def _together(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Several runs as one: all clicks, and the median of what each run has once."""

    def middle(*keys: str) -> dict[str, float]:
        return {key: median(run[keys[0]][key] for run in runs) for key in keys[1:]}

    return {
        **{key: runs[0][key] for key in ("cases", "events")},
        "first page": middle("first page", "cold", "ready"),
        "memory": middle("memory", "opened", "looked", "used", "shared"),
        "at once": middle("at once", "first", "all"),
        "clicks": {name: [click for run in runs for click in run["clicks"][name]] for name in _OVERLAYS},
    }


def _opened(page: Page, server: Server) -> float:
    """Milliseconds until the map of step 2 is painted and everything in view is there."""
    began = time.perf_counter()
    page.goto(f"{server.base}/voila/render/2_discover.ipynb", wait_until="commit")
    page.wait_for_selector(".wb-map-stage .wb-map-node")
    page.wait_for_function(_WAIT)
    return round(1000 * (time.perf_counter() - began), 1)


def _shows(page: Page, overlay: str) -> None:
    """Have the map say counts or times."""
    page.locator(".wb-map .wb-tools select").first.select_option(overlay)
    page.wait_for_timeout(500)
    page.wait_for_function(_WAIT)


def _clicked(page: Page, number: int) -> dict[str, float]:
    """One act of a reader: a condition set by a click in the map's details, or taken back."""
    page.evaluate(_LOOK)
    page.wait_for_function(_WAIT)
    button = page.get_by_role("button", name="Undo", exact=True).first
    if not number % 2:
        keys = page.evaluate(_SOME)
        page.locator(f".wb-map-node[data-key='{keys[(number // 2) % len(keys)]}']").evaluate(_CLICK)
        page.wait_for_selector(".wb-map-detail h3")
        page.wait_for_function(_WAIT)
        button = page.locator(".wb-map-detail").get_by_role("button").nth((number // 2) % 2)
    page.evaluate("performance.clearMarks()")
    button.evaluate(_CLICK)
    page.wait_for_function("() => performance.getEntriesByName('wb-painted-headline').length > 0")
    page.wait_for_function(_WAIT)
    page.wait_for_timeout(50)
    painted = page.evaluate(_MARKS)
    return {
        "new": 1 - number % 2,
        "first": round(max(painted.get(name, 0.0) for name in _FIRST), 1),
        "all": round(max(painted.values(), default=0.0), 1),
        **{name: round(value, 1) for name, value in painted.items()},
    }


def _memory(server: Server) -> int:
    """What the largest of the server's kernels holds: the reader's, not the one that waits."""
    return max(int(kernel.memory_full_info().uss) for kernel in server.kernels())


def _shared(server: Server) -> int:
    """What is loaded once for all of them: the process that they are copies of, with the files that it maps."""
    return int(server.kernels()[0].parent().memory_info().rss)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("projects", type=Path, nargs="+")
    parser.add_argument("--clicks", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("browser.json"))
    options = parser.parse_args()
    if not shutil.which("chromium"):
        parser.error("Chromium is not installed")
    found = {
        "date": date.today().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "load": os.getloadavg()[0],
        "runs": options.runs,
        "projects": [
            _together([measured(project, clicks=options.clicks) for _ in range(options.runs)])
            for project in options.projects
        ],
    }
    text = json.dumps(found, indent=1)
    options.out.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
