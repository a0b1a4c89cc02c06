"""The report: one page without script, stitched from what the notebooks showed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from workbench.i18n import Speech
from workbench.run.report import Occasion, Report, make_report


class Tags(HTMLParser):
    """Every element of a page with its attributes, read by another parser than the report's own."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def view(name: Any, text: str, kind: str = "execute_result") -> Any:
    metadata = {"workbench": {"view": name}} if name else {}
    more = {"execution_count": 1} if kind == "execute_result" else {}
    return new_output(kind, data={"text/html": text, "text/plain": name or ""}, metadata=metadata, **more)


def executed(folder: Path, name: str, *outputs: Any) -> Path:
    path = folder / f"{name}.ipynb"
    cells = [new_code_cell("page.x()", outputs=[output]) for output in outputs]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def report(*notebooks: Path, language: str = "en", **more: Any) -> Report:
    occasion = Occasion(
        run="20260630T081500Z-3f2a9c", project="<Acme> & Söhne", process="Collections", as_of=date(2026, 6, 30),
        made=datetime(2026, 6, 30, 8, 15, tzinfo=UTC), versions={"workbench": "0.1.0", "python": "3.11.7"}, **more,
    )  # fmt: skip
    return make_report(notebooks, occasion, Speech(language, zone="Europe/Paris"))


def test_views_stand_in_their_steps_and_everything_else_is_left_out_silently(tmp_path: Path) -> None:
    made = report(
        executed(
            tmp_path, "1_connect",
            view("navigation", "<nav><style>x</style><p>to and fro</p></nav>"),
            view("opening", "<section><h1>Connect</h1><p>first</p></section>"),
            view(None, "<p>a frame that somebody looked at</p>"),
            view("rows", "<section><h2>Rows &amp; reasons</h2><p>second</p></section>", "display_data"),
        ),
        executed(tmp_path, "3_measure", view("figures", "<section><h2>Figures</h2></section>")),
    )  # fmt: skip
    assert (made.views, made.left_out) == (3, ())
    page = made.html
    assert "to and fro" not in page
    assert "somebody looked at" not in page
    order = [page.index(text) for text in ("<p>first</p>", "<p>second</p>", 'id="step-3"')]
    assert order == sorted(order)
    contents = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', page[page.index("<nav") : page.index("</nav>")])
    assert contents == [
        ("step-1", "Connect"), ("step-1-2", "Rows &amp; reasons"), ("step-3", "3_measure"), ("step-3-1", "Figures"),
        ("about", "About this report"),
    ]  # fmt: skip
    ids = [attributes["id"] for _, attributes in Tags(page).found if "id" in attributes]
    assert {anchor for anchor, _ in contents} <= set(ids)


def test_the_page_says_what_it_is_of_and_needs_nothing_but_itself(tmp_path: Path) -> None:
    page = report(executed(tmp_path, "1_connect", view("x", "<p>x</p>"))).html
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert "<title>&lt;Acme&gt; &amp; Söhne</title>" in page
    for said in (
        "Collections",
        "Jun 30, 2026",
        "10:15",
        "Europe/Paris",
        "20260630T081500Z-3f2a9c",
        "python 3.11.7",
    ):
        assert said in page
    tags = Tags(page).found
    assert not {name for name, _ in tags} & {"script", "link", "iframe", "object", "embed", "form", "base"}
    for _, attributes in tags:
        assert not [name for name in attributes if name.startswith("on")]
        assert not [
            value for name in ("src", "href") if (value := attributes.get(name)) and not value.startswith("#")
        ]
    assert not re.search(r"url\((?!#)|@import", page)
    (policy,) = [
        found["content"] for name, found in tags if found.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "script" not in policy


def test_a_view_that_may_not_stand_there_is_named_and_the_others_stand(tmp_path: Path) -> None:
    made = report(
        executed(
            tmp_path, "2_discover", view("map", "<p onclick='x'>bad</p>"), view("variants", "<p>good</p>"),
            view("<b>", "<script>worse</script>"),
        )
    )  # fmt: skip
    assert made.views == 1
    assert [(entry.step, entry.view) for entry in made.left_out] == [
        ("2_discover", "map"),
        ("2_discover", "<b>"),
    ]
    assert "onclick" in made.left_out[0].reason
    assert "2_discover, map: The attribute onclick of &lt;p&gt; may not stand in a report" in made.html
    assert "2_discover, &lt;b&gt;: " in made.html
    assert "worse" not in made.html


def test_ids_of_two_views_do_not_meet(tmp_path: Path) -> None:
    picture = '<svg><clipPath id="c"></clipPath><g clip-path="url(#c)" aria-labelledby="c"></g></svg>'
    page = report(
        executed(tmp_path, "1_connect", view("a", picture), view("b", picture)),
        executed(tmp_path, "2_discover", view("a", picture)),
    ).html
    ids = [attributes["id"] for _, attributes in Tags(page).found if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert {"step-1-1-c", "step-1-2-c", "step-2-1-c"} <= set(ids)
    for name in re.findall(r"url\(#([^)]+)\)", page):
        assert name in ids


@pytest.mark.parametrize(
    ("language", "tag", "day"),
    [("fr", "fr", "30 juin 2026"), ("es", "es", "30 jun 2026"), ("zh", "zh-Hans", "2026年6月30日")],
)
def test_the_page_is_in_the_readers_language(tmp_path: Path, language: str, tag: str, day: str) -> None:
    page = report(executed(tmp_path, "1_connect", view("x", "<p>x</p>")), language=language).html
    assert f'<html lang="{tag}">' in page
    assert day in page


def test_a_run_that_stopped_says_so_at_its_head_and_where(tmp_path: Path) -> None:
    made = report(
        executed(tmp_path, "1_connect", view("x", "<p>x</p>")),
        ending="The run stopped: 1_connect: <boom>",
        problems={"1_connect": "<boom>"},
    )
    assert made.html.count("&lt;boom&gt;") == 2


def test_every_step_begins_a_page_on_paper(tmp_path: Path) -> None:
    page = report(executed(tmp_path, "1_connect", view("x", "<p>x</p>"))).html
    assert re.search(r"@media print \{.*\.wb-report-step[^}]*break-before: page", page, re.DOTALL)
