"""Related files: lookups by key, exchange rates, tables beside the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from workbench.errors import WorkbenchError

MAIN = '[[sources]]\nname = "deals"\npath = "deals.csv"\nkind = "cases"\ncase = "id"\n[sources.events]\ngo = "at"\n'
LOOKUP = (
    '[[sources]]\nname = "products"\npath = "products.csv"\nkind = "lookup"\nkey = "product"\nto = "item"\n'
    "{same}[sources.attributes]\n"
    'price = {{ column = "price", type = "money", level = "case" }}\n'
)
FILES = {
    "deals.csv": "id,at,item\n1,2024-01-01,GTXPro\n2,2024-01-02,GTX Basic\n3,2024-01-03,GTXPro\n"
    "4,2024-01-04,Zeta\n5,2024-01-05,\n",
    "products.csv": "product,price\nGTX Pro,4821\nGTX Basic,550\nMG Special,55\n",
}


def test_keys_without_a_partner_are_told_with_near_misses(read: Callable) -> None:
    found = read(FILES, MAIN + LOOKUP.format(same=""))
    assert found.cases() == [("1", None), ("2", Decimal(550)), ("3", None), ("4", None), ("5", None)]
    missing = found.finding("unmatched_join")
    assert (missing.severity, missing.count, missing.share) == ("warn", 3, 0.75)
    assert missing.data["values"] == [
        {"value": "GTXPro", "rows": 2, "near": "GTX Pro"},
        {"value": "Zeta", "rows": 1, "near": None},
    ]
    assert 'same = { "GTXPro" = "GTX Pro" }' in missing.remedy


def test_an_accepted_spelling_joins(read: Callable) -> None:
    found = read(FILES, MAIN + LOOKUP.format(same='same = { "GTXPro" = "GTX Pro" }\n'))
    assert found.cases()[0] == ("1", Decimal(4821))
    assert found.finding("unmatched_join").count == 1
    assert [(one.source, one.rows_in, one.rows_kept) for one in found.log.accounting] == [
        ("deals", 5, 5),
        ("products", 3, 3),
    ]


def test_a_spelling_that_the_lookup_lacks_is_refused(read: Callable) -> None:
    with pytest.raises(WorkbenchError, match=r"`same` names 'GTX Prox'.*Did you mean 'GTX Pro'"):
        read(FILES, MAIN + LOOKUP.format(same='same = { "GTXPro" = "GTX Prox" }\n'))


def test_a_repeated_key_multiplies_nothing(read: Callable) -> None:
    files = FILES | {"products.csv": "product,price\nGTX Basic,550\nGTX Basic,560\n,1\n"}
    found = read(files, MAIN + LOOKUP.format(same=""))
    assert found.cases()[1] == ("2", Decimal(550))
    assert len(found.events()) == 5
    assert found.finding("duplicate_key").count == 1
    assert found.log.accounting[1].dropped == {"no_or_repeated_key": 2}


def test_a_join_column_that_no_source_has_is_refused(read: Callable) -> None:
    with pytest.raises(WorkbenchError, match=r"Unknown column 'itm'.*Did you mean 'item'"):
        read(FILES, MAIN + LOOKUP.format(same="").replace('to = "item"', 'to = "itm"'))


LONG = (
    '[[sources]]\nname = "log"\npath = "log.csv"\nkind = "events"\ncase = "case"\nactivity = "activity"\n'
    'time = "time"\n'
)


def test_a_lookup_by_case_gives_case_attributes(read: Callable) -> None:
    found = read(
        {
            "log.csv": "case,activity,time,seg\n1,x,2024-01-01,\n1,y,2024-01-02,\n2,x,2024-01-01,own\n"
            "3,x,2024-01-01,\n",
            "head.csv": "case,seg,size\n1,A,10\n2,B,20\n9,C,30\n",
        },
        LONG + '[sources.attributes]\nregion = { column = "seg", type = "cat", level = "case" }\n'
        '[[sources]]\nname = "head"\npath = "head.csv"\nkind = "lookup"\nkey = "case"\nto = "case"\n'
        '[sources.attributes]\nseg = { column = "seg", type = "cat", level = "case" }\n'
        'size = { column = "size", type = "num", level = "case" }\n',
    )
    assert found.cases() == [("1", None, "A", 10.0), ("2", "own", "B", 20.0), ("3", None, None, None)]
    assert found.finding("unmatched_join").data["values"] == [{"value": "3", "rows": 1, "near": None}]


def test_a_lookup_may_describe_events(read: Callable) -> None:
    found = read(
        {
            "log.csv": "case,activity,time,who\n1,x,2024-01-01,u1\n1,y,2024-01-02,u2\n",
            "users.csv": "user,team\nu1,North\nu2,South\n",
        },
        LONG + '[[sources]]\nname = "users"\npath = "users.csv"\nkind = "lookup"\nkey = "user"\nto = "who"\n'
        '[sources.attributes]\nteam = { column = "team", type = "cat", level = "event" }\n',
    )
    assert found.events("activity", "team") == [("x", "North"), ("y", "South")]


def test_an_attribute_filled_twice_is_refused(read: Callable) -> None:
    with pytest.raises(WorkbenchError, match="'price' is filled twice"):
        read(
            FILES,
            MAIN.replace(
                "[sources.events]",
                '[sources.attributes]\nprice = { column = "item", type = "money", level = "case" }\n[sources.events]',
            )
            + LOOKUP.format(same=""),
        )


RATES = '[[sources]]\nname = "rates"\npath = "rates.csv"\nkind = "rates"\ndate = "day"\nfrom = "cur"\nrate = "rate"\n'


def test_rates_are_exact_and_sorted(read: Callable) -> None:
    found = read(
        FILES
        | {
            "rates.csv": "day,cur,rate\n2024-01-02,usd,0.91\n2024-01-01,USD,0.9\n2024-01-01,GBP,1.15\n"
            "2024-01-03,,1\n2024-01-03,USD,0\n"
        },
        MAIN + RATES,
    )
    assert found.log.rates == (
        (date(2024, 1, 1), "GBP", Decimal("1.15")),
        (date(2024, 1, 1), "USD", Decimal("0.9")),
        (date(2024, 1, 2), "USD", Decimal("0.91")),
    )
    assert found.log.accounting[1].dropped == {"missing_currency": 1, "missing_rate": 1}


def test_two_rates_for_one_day_are_asked_about(read: Callable) -> None:
    found = read(
        FILES | {"rates.csv": "day,cur,rate\n2024-01-01,USD,0.9\n2024-01-01,USD,0.8\n"}, MAIN + RATES
    )
    assert found.finding("contradictory_rates").severity == "block"


def test_requests_stand_beside_the_log(read: Callable) -> None:
    found = read(
        {
            "inv.csv": "id,made\n1,2024-01-05\n2,2024-01-06\n",
            "req.csv": "no,customer,asked,decided,result,limit\n"
            "R1,C1,2024-01-01 09:00,2024-01-02 10:00,approved,1000.50\n,C2,2024-01-01 09:00,,,\n",
        },
        '[[sources]]\nname = "inv"\npath = "inv.csv"\nkind = "cases"\ncase = "id"\n'
        '[sources.events]\ninvoice_generated = "made"\n'
        '[[sources]]\nname = "req"\npath = "req.csv"\nkind = "requests"\n[sources.attributes]\n'
        'request_id = "no"\ncustomer_id = "customer"\nrequested_at = "asked"\ndecided_at = "decided"\n'
        'decision = "result"\nrequested_limit = "limit"\n',
        process="credit-collections",
    )
    assert found.side("requests") == [
        ("R1", "C1", datetime(2024, 1, 1, 9), datetime(2024, 1, 2, 10), "approved", Decimal("1000.5"))
    ]
    assert found.log.accounting[1].dropped == {"missing_key": 1}


def test_a_table_has_the_name_of_its_source(read: Callable) -> None:
    found = read(
        FILES | {"quota.csv": "month,amount\n2024-01-01,100\n"},
        MAIN + '[[sources]]\nname = "quota"\npath = "quota.csv"\nkind = "table"\n[sources.attributes]\n'
        'month = { column = "month", type = "date" }\namount = { column = "amount", type = "money" }\n',
    )
    assert found.side("quota") == [(date(2024, 1, 1), Decimal(100))]


def test_a_project_without_a_main_source_is_refused(read: Callable) -> None:
    with pytest.raises(WorkbenchError, match="no source of events or cases"):
        read({"rates.csv": "day,cur,rate\n2024-01-01,USD,0.9\n2024-01-02,USD,0.9\n"}, RATES)
