"""Generated projects, read back with plain pandas: what is checked here shares no code with the generator."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from workbench.generate import generate_project

CASES = 11_000
"""One whole chunk and a part of the next."""


@dataclass(frozen=True)
class Written:
    """A project as it stands on the disk. Money is read as whole cents, 0 where there is none."""

    folder: Path

    @cached_property
    def truth(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "truth.json").read_text(encoding="utf-8")))

    @cached_property
    def project(self) -> dict[str, Any]:
        return tomllib.loads((self.folder / "project.toml").read_text(encoding="utf-8"))

    def table(self, name: str) -> pd.DataFrame:
        table = pq.read_table(self.folder / "data" / f"{name}.parquet")
        for number, field in enumerate(table.schema):
            if pa.types.is_decimal(field.type):
                cents = pc.multiply(table[field.name], pa.scalar(100, pa.decimal128(3, 0)))
                table = table.set_column(number, field.name, pc.fill_null(cents.cast(pa.int64()), 0))
            elif pa.types.is_date(field.type):
                table = table.set_column(number, field.name, table[field.name].cast(pa.timestamp("s")))
        return table.to_pandas()

    @cached_property
    def events(self) -> pd.DataFrame:
        return self.table("events")

    def of(self, *names: str) -> pd.DataFrame:
        """The events of some activities, in the order of the file."""
        return self.events[self.events["activity_name"].isin(names)]


def _written(factory: pytest.TempPathFactory, process: str) -> Written:
    folder = factory.mktemp("generated") / process
    generate_project(folder, process=process, cases=CASES, seed=3)
    return Written(folder)


@pytest.fixture(scope="session")
def receivables(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return _written(tmp_path_factory, "credit-collections")


@pytest.fixture(scope="session")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return _written(tmp_path_factory, "lead-to-cash")


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return _written(tmp_path_factory, "any-process")


@pytest.fixture(params=["receivables", "sales", "desk"])
def written(request: pytest.FixtureRequest) -> Written:
    """Each of the generated projects in turn."""
    found: Written = request.getfixturevalue(request.param)
    return found
