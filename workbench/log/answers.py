"""Answers already given for a log, kept beside its store, so that the next page or run need not ask again.

An answer rests on all that the log rests on, on the as-of day, on what the log was filtered by, and on the
workbench's own code: any of these changes, and it is not found. The cache is bounded, safe for several processes,
and never needed: what cannot be read or written is worked out anew. WORKBENCH_CACHE=0 leaves it alone.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from workbench.files import caching

__all__ = ["Answers"]

_log = logging.getLogger(__name__)
_MOST = 20_000
_MOST_BYTES = 2**28
_LARGEST_BYTES = 2**24
_WAIT_SECONDS = 5.0
_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    log TEXT NOT NULL, question TEXT NOT NULL, answer BLOB NOT NULL, PRIMARY KEY (log, question)
)
"""
_TOO_MUCH = """
DELETE FROM answers WHERE rowid IN (
    SELECT rowid FROM (SELECT rowid, sum(length(answer)) OVER (ORDER BY rowid DESC) AS bytes FROM answers)
    WHERE bytes > ?
)
"""


@cache
def _code() -> str:
    """What the code that answers looks like: its files with their sizes and times of change."""
    package = Path(__file__).resolve().parents[1]
    found = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        known = path.stat()
        found.update(f"{path.relative_to(package)} {known.st_size} {known.st_mtime_ns}\n".encode())
    return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one log, in the file `path`; `log` says of which (its fingerprint, as-of day and filters)."""

    path: Path
    log: str

    def narrowed(self, said: str) -> Answers:
        """The answers of the same log with a filter, said in full."""
        return replace(self, log=f"{self.log} {hashlib.sha256(said.encode()).hexdigest()}")

    def get(self, question: str) -> Any:
        """The answer as JSON has it, or None when it was never given."""
        if not caching() or not self.path.exists():
            return None
        try:
            with self._open() as database:
                found = database.execute(
                    "SELECT answer FROM answers WHERE log = ? AND question = ?", (self._key(), question)
                ).fetchone()
            return None if found is None else json.loads(found[0])
        except (sqlite3.Error, ValueError) as error:
            _log.info("No answer is taken from %s: %s", self.path, error)
            return None

    def put(self, answers: dict[str, Any]) -> None:
        """Keep answers by their questions; the oldest go when there are too many, and what is very long is not kept."""
        if not caching() or not answers:
            return
        # As bytes: their number is known without reading them, a text's letters must be counted each time.
        told = {
            question: json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass")
            for question, answer in answers.items()
        }
        rows = [
            (self._key(), question, answer)
            for question, answer in told.items()
            if len(answer) <= _LARGEST_BYTES
        ]
        try:
            with self._open() as database, database:
                database.execute(_TABLE)
                database.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", rows)
                database.execute(
                    "DELETE FROM answers WHERE rowid <= (SELECT max(rowid) FROM answers) - ?", (_MOST,)
                )
                database.execute(_TOO_MUCH, (_MOST_BYTES,))
        except sqlite3.Error as error:
            _log.info("No answer is kept in %s: %s", self.path, error)

    def _key(self) -> str:
        return f"{self.log} {_code()}"

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=_WAIT_SECONDS)) as database:
            yield database
