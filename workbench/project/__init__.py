"""A user's project: what its `project.toml` says, read into frozen models with every name checked."""

from workbench.project.model import (
    PROJECT_FILE,
    Control,
    Project,
    expand_path,
    load_project,
    parse_project,
)
from workbench.project.privacy import MissingKeyError, Privacy, PrivacyKey, Treatment, privacy_key
from workbench.project.sources import (
    Also,
    AnySource,
    CasesSource,
    Column,
    EventColumn,
    EventsSource,
    Label,
    LookupSource,
    RatesSource,
    Source,
    TableSource,
)

__all__ = [
    "PROJECT_FILE",
    "Also",
    "AnySource",
    "CasesSource",
    "Column",
    "Control",
    "EventColumn",
    "EventsSource",
    "Label",
    "LookupSource",
    "MissingKeyError",
    "Privacy",
    "PrivacyKey",
    "Project",
    "RatesSource",
    "Source",
    "TableSource",
    "Treatment",
    "expand_path",
    "load_project",
    "parse_project",
    "privacy_key",
]
