"""The prepared log: sorted once, stored with the answer beside each event, then only grouped."""

from __future__ import annotations

from workbench.log.engine import DuckDBEngine, Engine, Progress
from workbench.log.prepared import PreparedLog
from workbench.log.raw import RawLog
from workbench.log.settings import Settings
from workbench.log.spark import SparkEngine

__all__ = ["DuckDBEngine", "Engine", "PreparedLog", "Progress", "RawLog", "Settings", "SparkEngine"]
