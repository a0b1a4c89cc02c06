"""Process templates: what is special to a process, as data, validated when read."""

from __future__ import annotations

from workbench.template.load import load_template, load_template_folder, template_folders, template_summaries
from workbench.template.model import Template

__all__ = ["Template", "load_template", "load_template_folder", "template_folders", "template_summaries"]
