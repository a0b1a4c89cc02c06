"""Who reads a page, and where: the project, the language and the challenges that concern the reader."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from workbench.i18n import LANGUAGES, PSEUDO

__all__ = ["Reader", "project_folder"]

_DEMO = Path("../demo")
_AROUND = (Path(), Path(".."))
# Set for the kernels of a run, which nobody looks at while they work.
_UNATTENDED = "WORKBENCH_UNATTENDED"


def _in_a_kernel() -> bool:
    """Whether this is a notebook's kernel; asked without loading what makes one."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return getattr(shell, "kernel", None) is not None


def project_folder(given: str) -> Path:
    """The project's folder: the one given, else that of WORKBENCH_PROJECT, else the one that the notebook stands in.

    A notebook stands in a project when it lies in its folder or one below, as a tile of JupyterLab's launcher puts
    it; one that stands in none shows the demo beside the notebooks.
    """
    chosen = given or os.environ.get("WORKBENCH_PROJECT")
    if chosen:
        return Path(chosen)
    return next((around for around in _AROUND if (around / "project.toml").is_file()), _DEMO)


@dataclass(frozen=True, slots=True)
class Reader:
    """What the address of a served page asks for. In JupyterLab and in a run there is no address: all is empty.

    Whatever stands in an address may be anybody's: a language that there is not is ignored, names of challenges
    are looked up before they are used. `live` says whether somebody can act on what is shown.
    """

    served: bool = False
    live: bool = False
    language: str = ""
    focus: tuple[str, ...] | None = None

    @classmethod
    def here(cls, environment: Mapping[str, str] | None = None) -> Reader:
        """The reader of the page that this kernel serves, by what Voilà tells it."""
        found = os.environ if environment is None else environment
        if not found.get("SERVER_SOFTWARE", "").startswith("voila"):
            return cls(live=_UNATTENDED not in found and _in_a_kernel())
        query = parse_qs(found.get("QUERY_STRING", ""), keep_blank_values=True)
        language = query.get("language", [""])[-1]
        focus = query.get("focus")
        return cls(
            served=True,
            live=True,
            language=language if language in (*LANGUAGES, PSEUDO) else "",
            focus=None if focus is None else tuple(name for name in focus[-1].split(",") if name),
        )

    def address(self, notebook: str, *, language: str, focus: tuple[str, ...]) -> str:
        """Where another page is, for this reader: what was chosen goes along in a served page's address."""
        name = f"{notebook}.ipynb"
        if not self.served:
            return name
        chosen = {"language": language}
        if focus or self.focus is not None:
            chosen["focus"] = ",".join(focus)
        return f"{name}?{urlencode(chosen)}"
