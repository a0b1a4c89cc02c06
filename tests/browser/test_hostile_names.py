"""Names that another system made – of activities, customers, columns, files – are text wherever a browser shows them.

`tests/draw` asks that of every part of a page; here it is asked of whole pages, by a browser that would run what
slipped through.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tomlkit
from playwright.sync_api import BrowserContext, Page

from tests.chromium import Watch
from tests.serving import Server, serving
from workbench.pages.base import NOTEBOOKS
from workbench.run import run_project
from workbench.run.runner import Run

pytestmark = pytest.mark.browser

NAMES = (
    "<script>alert('name')</script>",
    "\"><img src=x onerror=alert('name')>",
    "</title></style></svg></script><script>alert('name')</script>",
    "' onmouseover=alert('name') x=\"",
    "{{7*7}} ${7*7} {% if %} %s {0}",
    "]]> <!-- & &amp; &lt;b&gt;",
    "cost $7$ and \\(x^2\\)",
    "invoice \u202egpj.exe\u2066 end",
)
# Shown as they stand; what would turn the direction of a line is written out.
SHOWN = [name.translate({0x202E: "\\u202e", 0x2066: "\\u2066"}) for name in NAMES]
# These keep their own names: nothing in project.toml says what they mean.
OWN = (
    "Credit Assessed",
    "Goods Delivered",
    "Invoice Sent To Customer",
    "Payment Reminder Sent",
    "Dispute Resolved",
    "Collection Call Made",
    "Invoice Cancelled",
    "Order Released",
)
ACTIVITIES = dict(zip(OWN, NAMES, strict=True))
# One of few values, by which parts of a log are told apart.
FIELD = "business_unit"
COLUMN = "unit \"><img src=x onerror=alert('column')> {{7*7}}"
FILE = "invoices '\"><img src=x onerror=alert('file')> {{7*7}} ]]>.parquet"
SOURCE = "</title><script>alert('source')</script>"
PROJECT = "</title><script>alert('project')</script> {{7*7}}"
CASE = "<u onclick=alert('case')>{}"

# A script of a type that no browser runs is how widgets are handed over: data, in which names from the log may stand.
INJECTED = """() => [...document.querySelectorAll("*")].filter(element =>
    [...element.attributes].some(attribute => attribute.name.startsWith("on"))
    || element.matches('img[src="x"], u, object, embed, iframe')
    || (element.localName === "script" && /^$|javascript|module/.test(element.type)
        && element.textContent.includes("alert("))
).map(element => element.outerHTML)"""
SEEN = """() => {
    document.querySelectorAll("details").forEach(element => { element.open = true });
    return document.title + " " + document.body.innerText;
}"""


def changed(path: Path, target: Path, **columns: Callable[[Any], Any]) -> None:
    """A Parquet file with some columns' values changed."""
    table = pq.read_table(path)
    path.unlink()
    for name, change in columns.items():
        values = [None if value is None else change(value) for value in table[name].to_pylist()]
        table = table.set_column(table.column_names.index(name), name, pa.array(values, pa.string()))
    names = [COLUMN if name == FIELD else name for name in table.column_names]
    pq.write_table(table.rename_columns(names), target)


def in_turn() -> Callable[[Any], str]:
    """The same hostile name for the same value, another for another; a number keeps them apart."""
    turn, given = cycle(NAMES), dict[str, str]()
    return lambda value: given.setdefault(value, f"{next(turn)} {len(given)}")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from workbench.generate import generate_project

    folder = tmp_path_factory.mktemp("hostile") / "project"
    generate_project(folder, process="credit-collections", cases=200, seed=6)
    data = folder / "data"
    changed(
        data / "events.parquet", data / "events.parquet",
        invoice_number=CASE.format, activity_name=lambda name: ACTIVITIES.get(name, name), user_or_collector=in_turn(),
    )  # fmt: skip
    changed(
        data / "invoices.parquet", data / FILE,
        invoice_number=CASE.format, customer_id=in_turn(), **{FIELD: in_turn()},
    )  # fmt: skip
    path = folder / "project.toml"
    document: Any = tomlkit.parse(path.read_text(encoding="utf-8"))
    document["name"] = PROJECT
    events, invoices = document["sources"][:2]
    for name in OWN:
        del events["activities"][name]
    invoices["name"], invoices["path"] = SOURCE, f"data/{FILE}"
    # A field of the log's own, which is called what its column is called.
    del invoices["attributes"][FIELD]
    invoices["attributes"]["unit"] = {"column": COLUMN, "type": "cat", "level": "case"}
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(project: Path) -> Run:
    done = run_project(project)
    assert (done.status, done.message) == ("done", "")
    return done


@pytest.fixture(scope="module")
def hostile(project: Path, run: Run) -> Iterator[Server]:
    with serving(project, log=project.parent / "stderr") as server:
        yield server


@pytest.fixture
def watch(context: BrowserContext) -> Watch:
    return Watch().over(context)


def shown(tab: Page) -> str:
    """What a reader sees of a page, everything unfolded; nothing of the data is an element of it."""
    text = str(tab.evaluate(SEEN))
    assert tab.evaluate(INJECTED) == []
    return text


def test_served_pages(watch: Watch, context: BrowserContext, hostile: Server) -> None:
    context.request.get(hostile.address, max_redirects=0)
    seen = {}
    for step, (notebook, _) in NOTEBOOKS.items():
        tab = context.new_page()
        tab.goto(f"{hostile.base}/voila/render/{notebook}.ipynb?language=fr", wait_until="load")
        if step == "discover":
            # Its parts are alive: they come once the page has loaded.
            tab.locator(".wb-map-node").first.wait_for()
            tab.wait_for_function("() => !document.querySelector('.wb-to-come, .wb-is-busy')")
        seen[step] = shown(tab)
        assert PROJECT in tab.title()
        assert seen[step].count(PROJECT) >= 2
        tab.close()
    watch.check()
    for text in (COLUMN, SOURCE):
        assert text in seen["connect"]
    assert COLUMN in seen["measure"]
    for text in SHOWN:
        assert text in seen["discover"], "an activity"
        assert text in seen["improve"], "an activity"
    # Units, customers, people: those that these pages have room for.
    for step in ("measure", "diagnose", "monitor"):
        assert sum(text in seen[step] for text in SHOWN) > 2, step
    for step in ("discover", "diagnose", "monitor"):
        assert CASE.format("INV-") in seen[step]


def test_a_page_that_cannot_be_shown_names_the_file(
    watch: Watch, context: BrowserContext, hostile: Server, project: Path
) -> None:
    file = project / "data" / FILE
    context.request.get(hostile.address, max_redirects=0)
    tab = context.new_page()
    file.rename(project / "elsewhere")
    try:
        tab.goto(f"{hostile.base}/voila/render/overview.ipynb", wait_until="load")
        seen = shown(tab)
    finally:
        (project / "elsewhere").rename(file)
    watch.check()
    assert FILE in seen
    assert "This page cannot be shown" in seen


def test_the_report(watch: Watch, context: BrowserContext, run: Run) -> None:
    tab = context.new_page()
    tab.goto((run.folder / "report.html").as_uri())
    seen = shown(tab)
    watch.check()
    for text in (PROJECT, COLUMN, SOURCE, *SHOWN):
        assert text in seen


def test_the_executed_notebooks_as_nbconvert_exports_them(
    watch: Watch, context: BrowserContext, run: Run, tmp_path: Path
) -> None:
    from nbconvert.exporters import HTMLExporter

    # Its pages call for scripts from elsewhere, for formulas and widgets that ours do not have: they get none.
    context.route(lambda address: not address.startswith("file:"), lambda route: route.abort())
    seen = ""
    for notebook in sorted(run.folder.glob("*.ipynb")):
        page, _ = HTMLExporter().from_filename(str(notebook))
        (tmp_path / f"{notebook.stem}.html").write_text(page, encoding="utf-8")
        tab = context.new_page()
        tab.goto((tmp_path / f"{notebook.stem}.html").as_uri())
        seen += shown(tab)
        tab.close()
    assert watch.dialogs == []
    for text in (PROJECT, COLUMN, SOURCE, *SHOWN):
        assert text in seen


def test_the_picture_of_the_map_alone(
    watch: Watch, context: BrowserContext, project: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "workbench", "map", str(project), "--format", "svg"]
    picture = subprocess.run(command, check=True, capture_output=True).stdout
    (tmp_path / "map.svg").write_bytes(picture)
    tab = context.new_page()
    tab.goto((tmp_path / "map.svg").as_uri())
    root = tab.locator("svg").first
    assert root.evaluate("element => element.ownerDocument.documentElement === element")
    assert tab.evaluate(INJECTED) == []
    watch.check()
    words = root.text_content() or ""
    drawn = [text for text in SHOWN if text in words]
    assert len(drawn) > 3
    assert tab.locator("text").filter(has_text="<script>").first.is_visible()
