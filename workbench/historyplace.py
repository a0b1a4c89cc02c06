"""Where the figures of all runs are kept: a file of the project's own, or a database that a team shares."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from workbench.messages import Message

__all__ = ["HISTORY_FILE", "SCHEME", "HistoryPlace", "holds_secret"]

HISTORY_FILE = "history.db"
SCHEME = "postgresql+psycopg"
_SECRET = ("password", "passwd", "pwd", "passphrase", "sslpassword", "token")
_VARIABLE = re.compile(r"\$\{\w+\}")


def holds_secret(url: str) -> bool:
    """Whether an address holds a password itself, not the name of a variable that does."""
    parts = urlsplit(url)
    named = parse_qs(parts.query)
    secrets = [parts.password, *(one for name in _SECRET for one in named.get(name, []))]
    return any(secret and not _VARIABLE.fullmatch(secret) for secret in secrets)


def _shared(url: str) -> str:
    """An address that holds no secret: project files are mailed, copied and committed."""
    parts = urlsplit(url)
    if parts.scheme != SCHEME or not parts.path.strip("/"):
        # The value itself stays out of the message: it may hold a password.
        raise _refusal(
            Message("This is no address of a run history"),
            Message("Write it as {example}", example=f"{SCHEME}://user:${{HISTORY_PASSWORD}}@host/database"),
        )
    if holds_secret(url):
        raise _refusal(
            Message("A password does not belong into a file"),
            Message("Write ${NAME} in its place and set the environment variable NAME"),
        )
    return url


def _refusal(message: Message, hint: Message) -> PydanticCustomError:
    return PydanticCustomError("refused", "{message}", {"message": message, "hint": hint})


class HistoryPlace(BaseModel):
    """`[history]` of project.toml: no `url` means `history.db` in the project's folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, AfterValidator(_shared)] = ""
