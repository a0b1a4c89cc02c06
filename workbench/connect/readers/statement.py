"""Whether a query does no more than read: one SELECT, with no function that reaches beyond the tables."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["is_ordered", "refuse_all_but_reading"]

_LONGEST = 100_000
_DIALECTS = {
    "postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite", "oracle": "oracle",
    "mssql": "tsql", "snowflake": "snowflake", "bigquery": "bigquery", "redshift": "redshift", "trino": "trino",
    "clickhouse": "clickhouse", "databricks": "databricks", "duckdb": "duckdb",
}  # fmt: skip
# Families of functions that read or write files, run programs, reach other servers, change settings or wait.
_BEYOND = re.compile(
    r"(?:pg_(?!typeof$)|lo_|dblink|(?:query|table|schema|database|cursor)_to_xml|set_config$|current_setting$|nextval$|"
    r"setval$|txid_|xp_|sp_|utl_|dbms_|sys_|owa_|httpuri|load_|read_|readfile|writefile|edit$|fts3_tokenizer|sleep$|"
    r"benchmark$|get_lock$|openrowset|openquery|opendatasource|glob$|getenv|file$|url$|s3$|remote|exec|system|parquet_|"
    r"sniff_|query$|query_table$|from_substrait)"
)
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


@contextmanager
def _quiet() -> Iterator[None]:
    """What the parser has to say goes into our errors, not to the terminal."""
    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _parsed(query: str, backend: str, where: str) -> list[object]:
    import sqlglot
    from sqlglot.errors import SqlglotError

    # MySQL runs what stands in such a comment; a parser does not see it.
    if len(query) > _LONGEST or re.search(r"/\*M?!", query):
        raise _refused(Message("The query is too long or holds a comment that is run"), where)
    try:
        with _quiet():
            return [one for one in sqlglot.parse(query, read=_DIALECTS.get(backend)) if one is not None]
    except (SqlglotError, RecursionError) as error:
        fault = re.sub(r"\x1b\[\d+m", "", str(error)).splitlines() or [""]
        raise _refused(
            Message("The query cannot be read as SQL: {fault}", fault=fault[0].rstrip(".")), where
        ) from error


def refuse_all_but_reading(query: str, backend: str, *, where: str) -> None:
    """Raises WorkbenchError unless the query is one SELECT that touches nothing but tables."""
    from sqlglot import exp

    statements = _parsed(query, backend, where)
    if len(statements) != 1:
        raise _refused(Message("There are {count} statements in the query", count=len(statements)), where)
    (whole,) = statements
    if not isinstance(whole, exp.Query | exp.Values):
        raise _refused(Message("The query is no SELECT"), where)
    for node in whole.walk():
        if isinstance(node, exp.DML | exp.DDL | exp.Into | exp.Command | exp.Lock) and not isinstance(
            node, exp.Query
        ):
            raise _refused(Message("The query does more than read: {what}", what=node.key.upper()), where)
        if isinstance(node, exp.Anonymous | exp.Func):
            name = str(node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
            if not _PLAIN.fullmatch(name) or _BEYOND.match(name):
                raise _refused(
                    Message("The query calls {name!r}, which reaches beyond the tables", name=name), where
                )


def is_ordered(query: str, backend: str, *, where: str) -> bool:
    """Whether the query says in what order its rows come."""
    (whole,) = _parsed(query, backend, where)
    return bool(whole.args.get("order"))  # type: ignore[attr-defined]


def _refused(message: Message, where: str) -> WorkbenchError:
    return WorkbenchError(
        message,
        where=where,
        remedy=Message("Write one SELECT over tables or views; values are bound as :name"),
    )
