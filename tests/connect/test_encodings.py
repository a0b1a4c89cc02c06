"""Encodings told apart where little speaks for any: a few accented words are Western unless their letters say other."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from workbench.errors import WorkbenchError


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize(
    "words",
    [
        ["Facture créée", "Facture payée", "Relance envoyée"],
        ["Fällig", "Größe"],
        ["José Peña"],
        ["é"],
        ["Rykker sendt på ØK"],
    ],
    ids=["French", "German", "Spanish", "letter", "Danish"],
)
def test_few_accented_words_are_western(opened: Callable, encoding: str, words: list[str]) -> None:
    text = "id;what\n" + "".join(f"{number};{word}\n" for number, word in enumerate(words))
    _, rows = opened(text.encode(encoding))
    assert [row[1] for row in rows] == words


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1251", ["Оплата получена", "Счёт выставлен"]),
        ("cp1250", ["Zażółć", "Wpłata częściowa"]),
        ("gb18030", ["收款"]),
        ("shift_jis", ["請求書", "支払い"]),
        ("big5", ["發票", "付款"]),
    ],
)
def test_words_of_other_scripts_stay_in_their_own(opened: Callable, encoding: str, words: list[str]) -> None:
    text = "id;what\n" + "".join(f"{number};{word}\n" for number, word in enumerate(words))
    _, rows = opened(text.encode(encoding))
    assert [row[1] for row in rows] == words


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe" + bytes(range(256)) * 9 + b"\x00\xd8",
        b"SQLite format 3\x00" + b"\x00" * 4000 + b"\xd8\x00\xd8",
    ],
    ids=["mark", "zeros"],
)
def test_bytes_that_are_no_text_are_refused_and_nothing_else(opened: Callable, content: bytes) -> None:
    with pytest.raises(WorkbenchError, match=r"in no text encoding|cannot be read|no data table"):
        opened(content + os.urandom(501))
