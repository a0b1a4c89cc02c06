"""The notebooks without opening them: run on a project as one recorded run, or served as pages to readers."""

from __future__ import annotations

from workbench.run.pages import Page
from workbench.run.parameters import parse_assignment
from workbench.run.runner import Run, StepRun, run_project
from workbench.run.serve import Serving, prepare_serving
from workbench.run.steps import Step, all_steps, choose_steps

__all__ = [
    "Page",
    "Run",
    "Serving",
    "Step",
    "StepRun",
    "all_steps",
    "choose_steps",
    "parse_assignment",
    "prepare_serving",
    "run_project",
]
