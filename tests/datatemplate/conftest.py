"""Generated data of each process, in the tables of its data template."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.datatemplate.filling import data_columns
from workbench.connect.datatemplate import plan_of
from workbench.generate import generate_project
from workbench.template import load_template

Tables = dict[str, list[dict[str, Any]]]
# Which generated files hold what: of a process, the file of each table, and columns that are called otherwise.
FILES = {
    "any-process": {"events": "events.parquet"},
    "credit-collections": {
        "events": "events.parquet",
        "cases": "invoices.parquet",
        "requests": "requests.parquet",
        "ratings": "ratings.parquet",
        "rates": "rates.csv",
    },
    "lead-to-cash": {
        "events": "events.parquet",
        "cases": "deals.parquet",
        "leads": "leads.parquet",
        "rates": "rates.csv",
    },
}
RENAMED = {"request": "case_id"}


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Tables]:
    """The rows of a process by table: activities by id, times without a zone, money with its cents."""
    made: dict[str, Tables] = {}

    def rows(process: str) -> Tables:
        template = load_template(process)
        origin = template.extends or process
        if origin not in made:
            folder = tmp_path_factory.mktemp("generated") / origin
            generate_project(folder, process=origin, cases=30, seed=5)
            made[origin] = {table: _rows(folder, origin, table) for table in FILES[origin]}
        return made[origin]

    return rows


def _rows(folder: Path, process: str, table: str) -> list[dict[str, Any]]:
    template = load_template(process)
    path = folder / "data" / FILES[process][table]
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, parse_dates=["date"])
    renamed = {"currency": "from"} if table == "rates" else RENAMED
    frame = frame.rename(columns=renamed)
    if table == "rates":
        frame = frame.iloc[:40]
    wanted = data_columns(plan_of(template), table)
    frame = frame[[name for name in frame.columns if name in wanted]]
    project = tomllib.loads((folder / "project.toml").read_text("utf-8"))
    labels = project["sources"][0].get("activities", {})
    return [
        {name: _value(name, value, labels) for name, value in row.items()} for row in frame.to_dict("records")
    ]


def _value(name: str, value: Any, labels: dict[str, str]) -> Any:
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        moment = value.tz_localize(None) if value.tzinfo else value
        return moment.round("s").to_pydatetime()
    if name == "activity_name":
        return labels.get(value, value)
    return value.item() if hasattr(value, "item") else value
