"""Opening a page: from a notebook's parameters to a page that answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from workbench.api import open as open_log
from workbench.errors import WorkbenchError, unknown_name
from workbench.i18n import Speech
from workbench.pages.base import Page, Setting
from workbench.pages.closed import ClosedPage
from workbench.pages.reader import Reader, project_folder
from workbench.project import load_project

__all__ = ["PAGES", "page"]

_WHERE = {
    "overview": ("workbench.pages.overview", "OverviewPage"),
    "connect": ("workbench.pages.connect", "ConnectPage"),
    "discover": ("workbench.pages.discover", "DiscoverPage"),
    "measure": ("workbench.pages.measure", "MeasurePage"),
    "diagnose": ("workbench.pages.diagnose", "DiagnosePage"),
    "improve": ("workbench.pages.improve", "ImprovePage"),
    "monitor": ("workbench.pages.monitor", "MonitorPage"),
}


class _Pages(Mapping[str, type[Page]]):
    """The pages by their step, each loaded when it is asked for: a reader's kernel holds one of them."""

    def __getitem__(self, step: str) -> type[Page]:
        module, name = _WHERE[step]
        found: type[Page] = getattr(import_module(module), name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_WHERE)

    def __len__(self) -> int:
        return len(_WHERE)


PAGES: Mapping[str, type[Page]] = _Pages()
_SHOWS_FINDINGS = "connect"


def page(step: str, *, project: str = "", as_of: str = "", language: str = "") -> Any:
    """A page of the improvement path for a project: overview, connect, discover, measure, diagnose, improve, monitor.

    `project` is the project's folder (empty: the one that is served, else the one that the notebook stands in,
    else the demo beside the notebooks), `as_of` a day (empty: the last of the data), `language` en, fr, es or zh
    (empty: the reader's, else the project's).

    Raises WorkbenchError when the project cannot be read, or when a finding blocks every figure and the step is
    not the one that shows findings; on a served page the reader gets that sentence instead of the page.
    """
    if step not in PAGES:
        raise unknown_name("page", step, PAGES)
    reader = Reader.here()
    speech = Speech(language or reader.language or "en")
    try:
        folder = project_folder(project)
        found = load_project(folder)
        speech = Speech(language or reader.language or found.language)
        log = open_log(folder, as_of=as_of or None)
        if log.blocked and step != _SHOWS_FINDINGS:
            _ = log.prepared
    except WorkbenchError as error:
        if not reader.served:
            raise
        return ClosedPage(step, reader, speech, error)
    zone = found.time_zone or "UTC" if log.blocked else log.prepared.meta.settings.zone
    setting = Setting(folder, found, log, reader, Speech(speech.language, zone=zone))
    return PAGES[step](setting)
