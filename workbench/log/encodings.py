"""How the numbers of a Parquet file are packed, where a reader does not know every way."""

from __future__ import annotations

from pathlib import Path

__all__ = ["has_split_bytes"]


def has_split_bytes(path: Path) -> bool:
    """Whether a Parquet file, or one of a folder of them, splits its numbers into streams of bytes.

    DuckDB writes numbers so that hardly repeat, and columns without any value. Of Spark's two readers only the one
    that goes row by row reads them.
    """
    import pyarrow.parquet as parquet

    for file in sorted(path.glob("*.parquet")) if path.is_dir() else [path]:
        known = parquet.read_metadata(file)
        groups = [known.row_group(number) for number in range(known.num_row_groups)]
        columns = [group.column(number) for group in groups for number in range(known.num_columns)]
        if any("BYTE_STREAM_SPLIT" in column.encodings for column in columns):
            return True
    return False
