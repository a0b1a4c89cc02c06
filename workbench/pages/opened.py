"""Opening a page: from a notebook's parameters to a page that answers."""

from __future__ import annotations

from typing import Any

from workbench.api import open as open_log
from workbench.errors import WorkbenchError, unknown_name
from workbench.i18n import Speech
from workbench.pages.base import Page, Setting
from workbench.pages.closed import ClosedPage
from workbench.pages.connect import ConnectPage
from workbench.pages.diagnose import DiagnosePage
from workbench.pages.discover import DiscoverPage
from workbench.pages.improve import ImprovePage
from workbench.pages.measure import MeasurePage
from workbench.pages.monitor import MonitorPage
from workbench.pages.overview import OverviewPage
from workbench.pages.reader import Reader, project_folder
from workbench.project import load_project

__all__ = ["PAGES", "page"]

PAGES: dict[str, type[Page]] = {
    kind.step: kind
    for kind in (
        OverviewPage,
        ConnectPage,
        DiscoverPage,
        MeasurePage,
        DiagnosePage,
        ImprovePage,
        MonitorPage,
    )
}


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
        if log.blocked and step != ConnectPage.step:
            _ = log.prepared
    except WorkbenchError as error:
        if not reader.served:
            raise
        return ClosedPage(step, reader, speech, error)
    zone = found.time_zone or "UTC" if log.blocked else log.prepared.meta.settings.zone
    setting = Setting(folder, found, log, reader, Speech(speech.language, zone=zone))
    return PAGES[step](setting)
