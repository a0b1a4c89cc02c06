"""Texts in lines: what fits, where it breaks, and what gives way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.draw.lettering import shortened, width_of, wrapped


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Paid", ["Paid"]),
        ("Insert Date Appeal to Prefecture", ["Insert Date Appeal", "to Prefecture"]),
        ("O_SENT_BACK_INCOMPLETE_FILES", ["O_SENT_BACK_", "INCOMPLETE_FILES"]),
        ("付款申请已更正并记账于总账", ["付款申请已更正", "并记账于总账"]),
        ("订单，已确认", ["订单，已确认"]),
        ("  spaces \n and\tbreaks ", ["spaces and breaks"]),
        ("", [""]),
    ],
)
def test_where_a_text_breaks(text: str, lines: list[str]) -> None:
    assert wrapped(text, 12, width=140, lines=3) == lines


def test_what_does_not_fit_gives_way_to_an_ellipsis() -> None:
    found = wrapped("one two three four five six seven eight nine ten", 12, width=70, lines=2)
    assert len(found) == 2
    assert found[-1].endswith("…")
    assert shortened("x" * 50, 10) == "x" * 9 + "…"


@given(st.text(max_size=80), st.integers(40, 200), st.integers(1, 4))
def test_no_line_is_wider_than_there_is_room(text: str, width: int, lines: int) -> None:
    found = wrapped(text, 12, width=width, lines=lines)
    assert 1 <= len(found) <= lines
    for line in found:
        # One letter stands alone however narrow the room.
        assert width_of(line, 12) <= width or len(line) <= 3


@given(st.text(alphabet="abc 付_é", max_size=60))
def test_nothing_is_lost_while_there_are_lines(text: str) -> None:
    found = wrapped(text, 12, width=100, lines=60)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
