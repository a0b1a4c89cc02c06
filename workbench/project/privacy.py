"""What a project does to the values of its columns before anything is kept, and the key of its pseudonyms."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from workbench.errors import WorkbenchError, did_you_mean
from workbench.messages import Message
from workbench.places import in_project
from workbench.project.parts import Part, refusal

__all__ = ["KEY_VARIABLE", "MissingKeyError", "Privacy", "PrivacyKey", "Treatment", "privacy_key"]

KEY_VARIABLE = "WORKBENCH_PRIVACY_KEY"
_LEAST_KEY = 16
_BLOCK = 64
_DIGITS = 24
_PLAIN = ("keep", "drop", "pseudonymise", "month", "quarter", "year")


class Treatment(Part):
    """What is done to a column: kept, dropped, pseudonymised, or told less finely.

    Dates to their `month`, `quarter` or `year`, numbers to a `range` of some size, texts to their first `letters`.
    """

    how: Literal["keep", "drop", "pseudonymise", "month", "quarter", "year", "range", "letters"]
    size: float = 0

    @property
    def written(self) -> str:
        """The treatment as the project file has it.

        >>> Treatment(how="range", size=1000).written
        'range 1000'
        """
        return f"{self.how} {self.size:g}" if self.size else self.how


def _as_treatment(value: Any) -> Any:
    if isinstance(value, Treatment):
        return value
    if isinstance(value, str) and value in _PLAIN:
        return {"how": value}
    if isinstance(value, Mapping) and len(value) == 1:
        ((how, size),) = value.items()
        number = isinstance(size, int | float) and not isinstance(size, bool)
        if how == "range" and number and size > 0:
            return {"how": how, "size": size}
        if how == "letters" and isinstance(size, int) and number and size > 0:
            return {"how": how, "size": size}
    hint = did_you_mean(value, _PLAIN) if isinstance(value, str) else ""
    raise refusal(
        Message("{value} is nothing that can be done to a column", value=repr(value)),
        hint
        or Message(
            'Write "keep", "drop", "pseudonymise", "month", "quarter", "year", { range = 1000 } or { letters = 3 }'
        ),
    )


class Privacy(Part):
    """What is done to people's names and to columns when reading.

    `columns` are named as in the log or as in the source. `key` is a file, outside the project. Groups of fewer than
    `least` cases are shown as one, so that nobody is singled out; 1 shows every group.
    """

    resources: Literal["keep", "pseudonymise", "drop"] = "keep"
    columns: Mapping[str, Annotated[Treatment, BeforeValidator(_as_treatment)]] = Field(default_factory=dict)
    key: str | None = None
    least: Annotated[int, Field(ge=1)] = 5

    @model_validator(mode="after")
    def _key_is_a_path(self) -> Privacy:
        if self.key is not None and not self.key.strip():
            raise refusal(Message("The key's file has no name"), Message("Write its path, or leave it out"))
        return self

    @property
    def needs_key(self) -> bool:
        """Whether anything is pseudonymised."""
        ways = {treatment.how for treatment in self.columns.values()}
        return "pseudonymise" in ways or self.resources == "pseudonymise"


class MissingKeyError(WorkbenchError):
    """The key of pseudonyms is not at hand: who only reads a prepared log does without it."""


@dataclass(frozen=True, slots=True, repr=False)
class PrivacyKey:
    """The key of pseudonyms. It is never written anywhere; `id` tells it from another and gives nothing away."""

    secret: bytes

    @property
    def id(self) -> str:
        return hmac.new(self.secret, b"the name of this key", hashlib.sha256).hexdigest()[:12]

    @property
    def pads(self) -> tuple[bytes, bytes]:
        """The inner and the outer pad of HMAC-SHA256, for an engine that can only hash."""
        key = hashlib.sha256(self.secret).digest() if len(self.secret) > _BLOCK else self.secret
        key = key.ljust(_BLOCK, b"\0")
        return bytes(one ^ 0x36 for one in key), bytes(one ^ 0x5C for one in key)

    def pseudonym(self, value: str) -> str:
        """The pseudonym of a value: the first 96 bits of its keyed hash."""
        return hmac.new(self.secret, value.encode(), hashlib.sha256).hexdigest()[:_DIGITS]

    def sql(self, text: str, inner: str, outer: str) -> str:
        """The same in SQL, of a text, with the pads in two expressions."""
        return f"left(sha256({outer} || unhex(sha256({inner} || encode({text})))), {_DIGITS})"


def privacy_key(privacy: Privacy, folder: Path) -> PrivacyKey | None:
    """The key of a project's pseudonyms; None where nothing is pseudonymised.

    It comes from the file that `[privacy] key` names, else from the environment. Raises WorkbenchError where there
    is none, where it is too short to be one, and where its file lies inside the project: who may read the project
    could then undo every pseudonym.
    """
    if not privacy.needs_key:
        return None
    if privacy.key is None:
        text = os.environ.get(KEY_VARIABLE, "")
        if not text:
            raise MissingKeyError(
                Message("Pseudonyms need a key, and there is none"),
                where=in_project("[privacy]"),
                remedy=Message(
                    "Make one outside the project, {command}, and name the file: key = {path}; or set {variable}",
                    command="openssl rand -hex 32 > ~/workbench.key",
                    path='"~/workbench.key"',
                    variable=KEY_VARIABLE,
                ),
            )
        return _checked(text.encode(), KEY_VARIABLE)
    where = in_project("[privacy] key")
    path = Path(os.path.expandvars(privacy.key)).expanduser()
    path = path if path.is_absolute() else folder / path
    if path.resolve().is_relative_to(folder.resolve()):
        raise WorkbenchError(
            Message(
                "The key lies inside the project: whoever may read the project could undo its pseudonyms"
            ),
            where=where,
            remedy=Message("Move it out of the project's folder"),
        )
    try:
        secret = path.read_bytes()
    except OSError as error:
        raise MissingKeyError(
            Message("The key cannot be read: {fault}", fault=error.strerror or type(error).__name__),
            where=where,
            remedy=Message("Put the file there, or mend the path"),
        ) from error
    return _checked(secret, where)


def _checked(secret: bytes, where: str) -> PrivacyKey:
    secret = secret.strip()
    if len(secret) < _LEAST_KEY:
        raise WorkbenchError(
            Message("The key is too short: it could be guessed"),
            where=where,
            remedy=Message("Use {n} characters or more, drawn by chance", n=_LEAST_KEY),
        )
    return PrivacyKey(secret)
