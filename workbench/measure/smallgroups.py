"""Groups too small to be shown by name: one rule for every breakdown, so that nobody is singled out."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from workbench.messages import Message

__all__ = ["OTHER", "OTHER_PART", "merged", "other", "small_groups"]

# Stands for all merged groups among the keys of a group; sorts behind every name.
OTHER = "\ufffe"
# What merged parts of a figure are called: the key of a part is data, which pages name in the reader's language.
OTHER_PART = "other"


def other() -> Message:
    """What the merged groups are called."""
    return Message("other")


def small_groups(sizes: Mapping[str, int], least: int) -> frozenset[str]:
    """The groups of fewer than `least` cases.

    >>> sorted(small_groups({"a": 9, "b": 2, "c": 5}, 5))
    ['b']
    """
    return frozenset(name for name, n in sizes.items() if n < least)


def merged(names: ir.StringValue, sizes: Mapping[str, int], small: frozenset[str]) -> ir.StringValue:
    """A column of names with OTHER for those of small groups; missing ones stay missing."""
    if not small:
        return names
    kept = sizes.keys() - small
    if len(kept) < len(small):
        return ibis.cases((names.isnull(), names), (names.isin(sorted(kept)), names), else_=OTHER)
    return ibis.ifelse(names.isin(sorted(small)), OTHER, names)
