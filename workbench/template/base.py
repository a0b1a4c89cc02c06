"""What every declared thing in a template shares: strictness, names in several languages, values."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from workbench.i18n import LANGUAGES

__all__ = ["LANGUAGES", "AttributeValue", "Declared", "Text", "Value", "Words", "as_list", "mentioned"]


class Declared(BaseModel):
    """A table of a template: unknown words are errors, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Declared):
    """One text in the four languages; `reviewed` names the languages a speaker of them has confirmed."""

    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)
    es: str = Field(min_length=1)
    zh: str = Field(min_length=1)
    reviewed: tuple[Literal["en", "fr", "es", "zh"], ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _reviewed_flag(cls, data: Any) -> Any:
        """`reviewed = false` says that no translation is confirmed; `true` that all are."""
        if isinstance(data, dict) and isinstance(data.get("reviewed"), bool):
            return {**data, "reviewed": LANGUAGES if data["reviewed"] else ("en",)}
        return data

    def in_language(self, language: str) -> str:
        """The text in one of the four languages; an unknown language is a programming error."""
        return str(getattr(self, language))

    def all(self) -> tuple[str, ...]:
        return tuple(self.in_language(language) for language in LANGUAGES)


def as_list(value: Any) -> Any:
    """A single word where a list is meant is read as a list of one."""
    return [value] if isinstance(value, str | dict) else value


Words = Annotated[tuple[str, ...], BeforeValidator(as_list)]


class AttributeValue(Declared):
    """The value of another attribute of the same row, as the right side of a comparison."""

    attribute: str


# A literal, a policy parameter ("policy.first_dunning_days"), or another attribute of the row.
Value = bool | int | float | str | AttributeValue


def mentioned(value: Any) -> frozenset[str]:
    """Every name that a declared entry mentions anywhere inside it: what has to be at hand to answer it."""
    if isinstance(value, str):
        return frozenset({value.removeprefix("last ")})
    if isinstance(value, Declared):
        parts = [getattr(value, name) for name in type(value).model_fields if name not in ("name", "note")]
    elif isinstance(value, dict):
        parts = list(value.values())
    elif isinstance(value, list | tuple):
        parts = list(value)
    else:
        return frozenset()
    return frozenset().union(*map(mentioned, parts))
