"""What an engine inside the process says for an expression, and what comes back, in the expression's own types."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb.converter import DuckDBPandasData, DuckDBPyArrowData
from ibis.backends.sql.datatypes import DuckDBType
from ibis.expr.operations import DatabaseTable, Namespace
from ibis.expr.schema import Schema

from workbench.sql import ident

__all__ = ["created", "duckdb_type", "in_arrow", "in_pandas", "temporary"]


@lru_cache(maxsize=256)
def duckdb_type(kind: dt.DataType) -> str:
    """What DuckDB calls a type."""
    return str(DuckDBType.to_string(kind))


def temporary(name: str, select: str) -> str:
    """The statement that makes a temporary table of another one's rows, in place of an earlier one."""
    return f"CREATE OR REPLACE TEMP TABLE {ident(name)} AS {select}"


def created(backend: Any, name: str, schema: Schema, select: str) -> ir.Table:
    """A new table of a statement's rows, its columns of the types of a schema.

    As `create_table` of ibis, which asks the engine for what is known and takes twice as long: of a small log that
    was a third of what deriving it costs.
    """
    columns = ", ".join(
        f"{ident(column)} {duckdb_type(kind)}{'' if kind.nullable else ' NOT NULL'}"
        for column, kind in schema.items()
    )
    backend.raw_sql(f"CREATE TABLE {ident(name)} ({columns}); INSERT INTO {ident(name)} {select}")
    operation = DatabaseTable(name, schema=schema, source=backend, namespace=Namespace())
    return operation.to_expr()


def in_arrow(found: pa.Table, schema: Schema) -> pa.Table:
    """What was answered, in the types of a schema."""
    table: pa.Table = DuckDBPyArrowData.convert_table(found, schema)
    return table


def in_pandas(found: pa.Table, schema: Schema) -> pd.DataFrame:
    """What was answered as a pandas frame, as `to_pandas` of ibis makes it: of a column with nulls, an object each."""
    columns = {}
    for (name, kind), column in zip(schema.items(), found.columns, strict=True):
        kept = pa.types.is_nested(column.type) or pa.types.is_dictionary(column.type)
        # Of an empty list a frame makes numbers, a series of its own objects.
        values = (
            pd.DataFrame({name: column.to_pylist()})[name]
            if column.null_count or kept
            else column.to_pandas()
        )
        columns[name] = DuckDBPandasData.convert_column(values, kind)
    return pd.DataFrame(columns)
