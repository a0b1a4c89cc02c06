"""How fast the workbench is, beside pm4py and DuckDB on the very same events: `python -m benchmarks.run`.

`maps`, `tables` and `small` hold the works, ours and the peer's side by side; `run` measures each in a fresh
process; `report` writes docs/performance.md from what was found. `generate` measures the generator alone.
"""
