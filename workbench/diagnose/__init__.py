"""Step 4, Diagnose: rules kept and broken, with their evidence."""

from __future__ import annotations

from workbench.diagnose.breaches import breach_frame, rule_frame, verdict_frame
from workbench.diagnose.conformance import Alignments, PetriNet, TokenReplay, aligned, replayed
from workbench.diagnose.evidence import evidence_frame, stake_frame

__all__ = [
    "Alignments",
    "PetriNet",
    "TokenReplay",
    "aligned",
    "breach_frame",
    "evidence_frame",
    "replayed",
    "rule_frame",
    "stake_frame",
    "verdict_frame",
]
