"""A frame as a table that a reader can trust: figures in columns, everything else as text and nothing but text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from markupsafe import Markup

from workbench.draw.signs import tag
from workbench.draw.words import MISSING, as_day, as_moment, data_text, is_missing, said, words
from workbench.errors import WorkbenchError, unknown_name
from workbench.messages import Message

if TYPE_CHECKING:
    import pandas as pd

    from workbench.i18n import Speech

__all__ = ["Column", "Kind", "table"]

Kind = Literal[
    "text", "strong", "code", "number", "percent", "money", "days", "duration", "day", "month", "moment",
    "list", "path", "yesno", "bar", "figure", "verdict", "tag", "html", "acts",
]  # fmt: skip
_RIGHT = {"number", "percent", "money", "days", "duration", "figure"}
_WIDTH = re.compile(r"\d{1,4}(\.\d+)?(px|em|ch|%)")
# From this amount on a column of money has no use for cents.
_WITHOUT_CENTS = 10_000
_LONGEST_WORD = 24
# Of a way of more steps than these the first and the last are shown.
_LONGEST_PATH, _BEGINS, _ENDS = 16, 6, 2
# What stands between the values of a cell; a line may end after it, never before.
_THEN, _AND = (Markup('<span class="wb-between">\u00a0{} </span>').format(sign) for sign in "›·")


@dataclass(frozen=True)
class Column:
    """One column: the frame's name for it, the reader's, and how its values are said.

    Values by kind: `percent` and `bar` a share 0–1; `money` in major units; `days` in days; `duration` in seconds;
    `day`, `month`, `moment` dates, the last in naive UTC; `list` several values in no order, `path` one after the
    other; `figure` a KPI's value in `unit`, or else in what the frame's column `unit` says; `verdict` and `tag` a
    verdict's word; `html` Markup made by us, `acts` the same of buttons, which are not printed. `currency` is a
    code or the name of the frame's column that holds it; `places` the decimals, else what suits the column; `exact`
    shows money to its minor unit however large it is, and a figure to two decimals; `beneath` is the frame's column
    with a sentence of ours for a second, smaller line; `width` a CSS length ("12em", "30%"). An `optional` column is
    left out where no row that is shown has anything in it.
    """

    name: str
    label: Any
    kind: Kind = "text"
    _: KW_ONLY
    unit: str | None = None
    currency: str | None = None
    places: int | None = None
    exact: bool = False
    beneath: str | None = None
    width: str | None = None
    optional: bool = False


Row = Mapping[str, Any]
Say = Callable[[Any, Row], Markup]


def table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    speech: Speech,
    *,
    limit: int | None = 20,
    caption: Any = None,
    empty: Any = None,
) -> Markup:
    """The first `limit` rows (None: all) of a frame; a line below says how many more there are.

    A value that is missing is a dash. An empty frame is the sentence `empty`. Raises WorkbenchError for a column
    that the frame does not have and for a kind that there is not.
    """
    _check(frame, columns)
    if frame.empty:
        sentence = speech.say("There is nothing to show here") if empty is None else said(empty, speech)
        return Markup('<p class="wb-empty">{}</p>').format(words(sentence))
    shown = frame if limit is None else frame.head(limit)
    columns = [column for column in columns if not (column.optional and _is_bare(shown[column.name]))]
    rows: list[dict[str, Any]] = [dict(zip(shown.columns, row, strict=True)) for row in _values(shown)]
    cells = [_sayer(column, rows, speech) for column in columns]
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                _cell(column, say, row, first=place == 0)
                for place, (column, say) in enumerate(zip(columns, cells, strict=True))
            )
        )
        for row in rows
    )
    heads = Markup("").join(
        Markup('<th scope="col" class="wb-k-{}">{}</th>').format(
            column.kind,
            column.label if isinstance(column.label, Markup) else words(said(column.label, speech)),
        )
        for column in columns
    )
    return Markup(
        '<div class="wb-scroll" tabindex="0"><table class="wb-table">{caption}{widths}<thead><tr>{heads}</tr></thead>'
        "<tbody>{body}</tbody></table></div>{more}"
    ).format(
        caption=Markup("")
        if caption is None
        else Markup("<caption>{}</caption>").format(words(said(caption, speech))),
        widths=_widths(columns),
        heads=heads,
        body=body,
        more=_more(len(frame) - len(rows), speech),
    )


def _values(frame: pd.DataFrame) -> Iterable[tuple[Any, ...]]:
    # Column by column, so that a whole number stays one beside a float, and a message keeps its memory.
    return zip(*(frame.iloc[:, place].tolist() for place in range(frame.shape[1])), strict=True)


def _check(frame: pd.DataFrame, columns: Sequence[Column]) -> None:
    known = [str(name) for name in frame.columns]
    for column in columns:
        if column.name not in frame.columns:
            raise unknown_name("column", column.name, known, where=Message("the frame of a table"))
        if column.beneath is not None and column.beneath not in frame.columns:
            raise unknown_name("column", column.beneath, known, where=_of(column))
        if column.kind not in get_args(Kind):
            raise unknown_name("kind of column", column.kind, get_args(Kind), where=_of(column))
        if column.kind == "figure" and column.unit is None and "unit" not in frame.columns:
            raise WorkbenchError(
                Message("The column {name!r} holds figures without a unit", name=column.name),
                where=Message("the frame of a table"),
                remedy=Message("Give the frame a column 'unit'"),
            )
        if column.width is not None and not _WIDTH.fullmatch(column.width):
            raise WorkbenchError(
                Message("{width!r} is no width", width=column.width),
                where=_of(column),
                remedy=Message("Write it like 12em or 30%"),
            )


def _is_bare(values: Iterable[Any]) -> bool:
    """Whether none of the values says anything."""
    return all(is_missing(value) or (hasattr(value, "__len__") and len(value) == 0) for value in values)


def _of(column: Column) -> Message:
    return Message("column {name!r}", name=column.name)


def _widths(columns: Sequence[Column]) -> Markup:
    if all(column.width is None for column in columns):
        return Markup("")
    return Markup("<colgroup>{}</colgroup>").format(
        Markup("").join(
            Markup("<col>") if column.width is None else Markup('<col style="width:{}">').format(column.width)
            for column in columns
        )
    )


def _more(count: int, speech: Speech) -> Markup:
    if count <= 0:
        return Markup("")
    text = speech.say("… 1 more row") if count == 1 else speech.say("… {n} more rows", n=count)
    return Markup('<p class="wb-more">{}</p>').format(words(text))


def _cell(column: Column, say: Say, row: Row, *, first: bool) -> Markup:
    value = row[column.name]
    missing = is_missing(value)
    content = Markup(MISSING) if missing else say(value, row)
    below = None if column.beneath is None else row[column.beneath]
    if not is_missing(below) and below:
        content += Markup(' <span class="wb-beneath">{}</span>').format(words(below))
    mark = " wb-missing" if missing else ""
    # The first column names its row: a screen reader says it with every cell.
    if first and column.kind in ("text", "strong", "code", "list", "path"):
        return Markup('<th scope="row" class="wb-k-{}{}">{}</th>').format(column.kind, mark, content)
    return Markup('<td class="wb-k-{}{}">{}</td>').format(column.kind, mark, content)


# ---------------------------------------------------------------------- how a value of each kind is said
def _sayer(column: Column, rows: Sequence[Row], speech: Speech) -> Say:
    """What turns a value of this column into markup. Decimals are the column's, so that its figures stand in line."""
    known = [row[column.name] for row in rows if not is_missing(row[column.name])]
    if column.kind in _RIGHT:
        number = _number_sayer(column, known, speech)
        return lambda value, row: words(number(value, row))
    return _text_sayer(column, known, speech)


def _number_sayer(column: Column, known: Sequence[Any], speech: Speech) -> Callable[[Any, Row], str]:
    if column.kind == "number":
        whole = all(float(value).is_integer() for value in known)
        places = column.places if column.places is not None else (0 if whole else 1)
        return lambda value, row: speech.number(value, places=places)
    if column.kind == "percent":
        decimals = 1 if column.places is None else column.places
        return lambda value, row: speech.percent(value, places=decimals)
    if column.kind == "money":
        large = not column.exact and any(abs(value) >= _WITHOUT_CENTS for value in known)
        cents = column.places if column.places is not None else (0 if large else None)
        return lambda value, row: speech.money(value, _currency(column, row), places=cents)
    if column.kind == "days":
        return lambda value, row: speech.days(float(value) * 86400)
    if column.kind == "duration":
        return lambda value, row: speech.duration(float(value))
    return lambda value, row: speech.figure(
        float(value), column.unit or str(row["unit"]), _currency(column, row), exact=column.exact
    )


def _currency(column: Column, row: Row) -> str | None:
    name = "currency" if column.currency is None else column.currency
    found = row.get(name, column.currency)
    return None if is_missing(found) else str(found)


def _text_sayer(column: Column, known: Sequence[Any], speech: Speech) -> Say:
    kind = column.kind
    if kind == "strong":
        return lambda value, row: Markup("<strong>{}</strong>").format(_text(value, speech))
    if kind == "code":
        return lambda value, row: Markup("<code>{}</code>").format(data_text(value, speech))
    if kind == "day":
        return lambda value, row: words(speech.day(as_day(value)))
    if kind == "month":
        return lambda value, row: words(_month(value, speech))
    if kind == "moment":
        finest = speech.precision(filter(None, map(as_moment, known)))
        return lambda value, row: words(speech.moment(as_moment(value), to=finest))
    if kind == "list":
        return lambda value, row: _several(value, _AND, speech)
    if kind == "path":
        return lambda value, row: _path(value, speech)
    if kind == "yesno":
        return lambda value, row: words(speech.yes_no(bool(value)))
    if kind == "bar":
        return lambda value, row: _bar(float(value), speech, column.places)
    if kind in ("verdict", "tag"):
        return lambda value, row: tag(value, speech)
    if kind in ("html", "acts"):
        return lambda value, row: words(value)
    return lambda value, row: _text(value, speech)


def _text(value: Any, speech: Speech) -> Markup:
    """A text; one word such as a case's id stays in one piece, where a line would end at its hyphen."""
    shown, text = data_text(value, speech), said(value, speech)
    if "-" in text and len(text) <= _LONGEST_WORD and not any(map(str.isspace, text)):
        return Markup('<span class="wb-whole">{}</span>').format(shown)
    return shown


def _month(value: Any, speech: Speech) -> str:
    day = as_day(value)
    return MISSING if day is None else speech.month(day)


def _several(value: Any, between: Markup, speech: Speech) -> Markup:
    items = [value] if isinstance(value, str) else list(value)
    return between.join(_text(item, speech) for item in items)


def _path(value: Any, speech: Speech) -> Markup:
    """What came after what; of a long way the middle is folded, so that ways can still be told apart on one screen."""
    items = [value] if isinstance(value, str) else list(value)
    if len(items) <= _LONGEST_PATH:
        return _several(items, _THEN, speech)
    head, middle, tail = items[:_BEGINS], items[_BEGINS:-_ENDS], items[-_ENDS:]
    return Markup(
        '{head}<details class="wb-details wb-folded"><summary>{more}</summary>{middle}</details>{tail}'
    ).format(
        head=_several(head, _THEN, speech) + _THEN,
        more=speech.say(Message("{n} more steps", n=len(middle))),
        middle=_several(middle, _THEN, speech) + _THEN,
        tail=_several(tail, _THEN, speech),
    )


def _bar(share: float, speech: Speech, places: int | None) -> Markup:
    length = f"{100 * min(max(share, 0.0), 1.0):.1f}"
    return Markup(
        '<span class="wb-bar"><svg class="wb-bar-track" viewBox="0 0 100 8" preserveAspectRatio="none" '
        'aria-hidden="true"><rect class="wb-bar-fill" width="{}" height="8"/></svg>'
        '<span class="wb-bar-value">{}</span></span>'
    ).format(length, words(speech.percent(share, places=1 if places is None else places)))
