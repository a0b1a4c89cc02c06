"""A generated project of lead-to-cash, with its leads, spend and targets: every figure is the restated one."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from tests.oracle import plain_all, plain_deals
from tests.oracle.notation import CaseTable
from tests.oracle.plain_leads import Beside
from tests.oracle.test_generated import equal, generated


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix == ".parquet":
        yield from parquet.read_table(path).to_pylist()
    else:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def table(folder: Path, settings: dict[str, Any], name: str) -> CaseTable:
    """A table beside the log by its canonical columns."""
    source = next(source for source in settings["sources"] if source["name"] == name)
    names = source["attributes"]
    return {
        str(number): {to: "" if row[column] is None else str(row[column]) for to, column in names.items()}
        for number, row in enumerate(_rows(folder / source["path"]))
    }


def test_generated_sales(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    project = generated(folder, "lead-to-cash")
    settings = project.settings
    beside = Beside(
        leads=table(folder, settings, "leads"),
        spend=table(folder, settings, "spend"),
        targets=table(folder, settings, "targets"),
    )
    assert all([beside.leads, beside.spend, beside.targets])
    policy = plain_deals.Policy(discount=Fraction(str(settings["policy"]["discount_limit"])))
    plain = plain_all.sales(
        project.events,
        project.cases,
        as_of=project.as_of,
        policy=policy,
        rates=project.rates,
        beside=beside,
    )
    equal(folder, project, plain)
