"""Addresses of databases as a project writes them: no secret in the file, variables filled in when they are used."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.messages import Message

if TYPE_CHECKING:
    from sqlalchemy import URL

__all__ = ["filled_address"]

_VARIABLE = re.compile(r"\$\{(\w+)\}")


def filled_address(address: str, *, where: str) -> URL:
    """The address with ${NAME} in any part of it from the environment. WorkbenchError where a variable is not set."""
    from sqlalchemy import URL, make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise WorkbenchError(
            Message("This is no address of a database"),
            where=where,
            remedy=Message("Write it as {example}", example="postgresql://user:${PASSWORD}@host/database"),
        ) from error
    return URL.create(
        url.drivername,
        username=_filled(url.username, where),
        password=_filled(url.password, where),
        host=_filled(url.host, where),
        port=url.port,
        database=_filled(url.database, where),
        query={name: _filled(str(value), where) or "" for name, value in url.query.items()},
    )


def _filled(value: str | None, where: str) -> str | None:
    """Variables are filled in part by part: a password may hold what would end it within an address."""
    if value is None:
        return None
    for name in _VARIABLE.findall(value):
        if not os.environ.get(name):
            raise WorkbenchError(
                Message("The environment variable {name} is not set", name=name),
                where=where,
                remedy=Message("Set it where the workbench is started"),
            )
    return _VARIABLE.sub(lambda found: os.environ[found[1]], value)
