"""What a log has to say about itself before any chart: counted, with the first rows and what to do about it.

A finding blocks when a figure would be wrong without it being seen; it warns when a figure may be; it is a note
when the user should merely know. A check is a function of the log under check that yields findings; `registry` has them
all, one module a family.
"""

from __future__ import annotations

from workbench.connect.checks.registry import CHECKS, check_log

__all__ = ["CHECKS", "check_log"]
