"""Step 1, Connect: any export in, with an account of every row and a verdict before any chart."""

from __future__ import annotations

from workbench.connect.frame import read_frame
from workbench.connect.new import ProposalReport, new_project
from workbench.connect.proposal import Proposal
from workbench.connect.propose import propose
from workbench.connect.read import read_project

__all__ = ["Proposal", "ProposalReport", "new_project", "propose", "read_frame", "read_project"]
