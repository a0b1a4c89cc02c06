"""Running the six notebooks on a project without opening them: checked, recorded, published as one run."""

from __future__ import annotations

from workbench.run.parameters import parse_assignment
from workbench.run.runner import Run, StepRun, run_project
from workbench.run.steps import Step, all_steps, choose_steps

__all__ = ["Run", "Step", "StepRun", "all_steps", "choose_steps", "parse_assignment", "run_project"]
