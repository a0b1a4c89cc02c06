"""A report takes what shows something, and nothing that could load or run anything."""

from __future__ import annotations

import pytest

from workbench.errors import WorkbenchError
from workbench.run.fragments import read_fragment

PAGES = {"3_measure.ipynb": "step-3"}


def read(text: str) -> str:
    return str(read_fragment(text, prefix="p-", pages=PAGES).html)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<p>x<script src='a.js'></script></p>",
        "<svg><script>alert(1)</script></svg>",
        "<img src='x' onerror='alert(1)'>",
        "<svg onload='alert(1)'></svg>",
        "<p OnClick='x'>y</p>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java&#10;script:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<a href='https://example.org'>x</a>",
        "<a href='//example.org'>x</a>",
        "<a href='4_diagnose.ipynb'>x</a>",
        "<img src='https://example.org/x.png'>",
        "<img src='x.png'>",
        "<img src='data:image/svg+xml;base64,AAAA'>",
        "<svg><image href='https://example.org/x.png'/></svg>",
        "<svg><use xlink:href='https://example.org/x.svg#y'/></svg>",
        "<svg><foreignObject><p>x</p></foreignObject></svg>",
        "<svg><animate attributeName='href' to='javascript:alert(1)'/></svg>",
        "<svg><rect fill='url(https://example.org/x)'/></svg>",
        "<p style='background: url(https://example.org/x)'>x</p>",
        "<p style='background: u\\72l(x)'>x</p>",
        "<p style=\"background: image-set('https://example.org/x' 1x)\">x</p>",
        "<style>@import 'https://example.org/x.css';</style>",
        "<link rel='stylesheet' href='x.css'>",
        "<meta http-equiv='refresh' content='0;url=https://example.org'>",
        "<base href='https://example.org'>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data='x'></object>",
        "<embed src='x'>",
        "<form action='https://example.org'><p>x</p></form>",
        "<input autofocus>",
        "<math><mi>x</mi></math>",
        "<template><p>x</p></template>",
        "<noscript><p>x</p></noscript>",
        "<xmp><p>x</p></xmp>",
        "<details ontoggle='x'><summary>y</summary></details>",
        "<p srcdoc='x'>y</p>",
    ],
)
def test_what_could_load_or_run_something_is_refused(text: str) -> None:
    with pytest.raises(WorkbenchError, match="may not stand in a report"):
        read(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a &lt;b&gt; <p>c</p> d", "a &lt;b&gt; <p>c</p> d"),
        ("<p>x<br>y<!-- z --></p>", "<p>x<br/>y</p>"),
        ("<ul><li></li><li>1</ul>", "<ul><li></li><li>1</li></ul>"),
        ("<svg><title>a<b></title><g/></svg>", "<svg><title>a&lt;b&gt;</title><g></g></svg>"),
        ("<p title='javascript: url(x) @'>y</p>", '<p title="javascript: url(x) @">y</p>'),
        ("<p style='width: 40%; color: var(--wb-ink)'>y</p>", '<p style="width: 40%; color: var(--wb-ink)">y</p>'),
        ("<img src='data:image/png;base64,AAAA' alt='x'>", '<img src="data:image/png;base64,AAAA" alt="x"/>'),
        ("<a href='3_measure.ipynb'>x</a>", '<a href="#step-3">x</a>'),
        ("<p id='a'>x</p><a href='#a'>y</a>", '<p id="p-a">x</p><a href="#p-a">y</a>'),
        ("<i id='a'>x</i><i aria-labelledby='a b'>y</i>", '<i id="p-a">x</i><i aria-labelledby="p-a p-b">y</i>'),
        (
            "<svg><linearGradient id='g'/><rect fill='url(#g)' style='mask: url(\"#m\")'/><use href='#g'/></svg>",
            (
                '<svg><lineargradient id="p-g"></lineargradient><rect fill="url(#p-g)" style="mask: url(#p-m)"></rect>'
                '<use href="#p-g"></use></svg>'
            ),
        ),
        ("<h2>x</h2><h3 aria-level='5'>y</h3>", '<h2 aria-level="3">x</h2><h3 aria-level="5">y</h3>'),
    ],
)  # fmt: skip
def test_what_shows_something_is_written_anew_with_ids_of_its_own(text: str, written: str) -> None:
    assert read(text) == written


def test_reading_what_was_written_changes_nothing_more() -> None:
    text = "<section class='wb'><h2>a &amp; b</h2><svg viewBox='0 0 1 1'><title>&lt;script&gt;</title></svg></section>"
    once = read(text)
    assert read(once) == once


def test_the_first_heading_is_known() -> None:
    assert read_fragment("<div><p>x</p><h2>a <b>b</b></h2></div>", prefix="", pages={}).heading == "a b"
    assert read_fragment("<p>x</p>", prefix="", pages={}).heading == ""
