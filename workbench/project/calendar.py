"""The days on which a project does not work: weekends, a country's public holidays, dates of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated

from pydantic import Field, model_validator

from workbench.errors import did_you_mean
from workbench.messages import Message
from workbench.project.parts import Part, refusal

__all__ = ["Calendar"]

# The years of which holidays are asked: what lies outside is taken for a mistake anyway.
_YEARS = range(1990, 2061)


class Calendar(Part):
    """Days not worked: ISO weekdays (6 = Saturday), the public holidays of a country or a part of it, and dates.

    `country` is a code of ISO 3166 (FR), `subdivision` that of a part (BY in DE), as the package `holidays` has them.
    """

    weekend: tuple[Annotated[int, Field(ge=1, le=7)], ...] = (6, 7)
    holidays: tuple[date, ...] = ()
    country: str | None = None
    subdivision: str | None = None

    @model_validator(mode="after")
    def _known(self) -> Calendar:
        if self.country is None:
            if self.subdivision is not None:
                raise refusal(
                    Message("A part of a country is named without the country"),
                    Message('Write its code as well: country = "FR"'),
                )
            return self
        known = _supported()
        if self.country not in known:
            raise refusal(
                Message("The public holidays of {value} are not known", value=repr(self.country)),
                did_you_mean(self.country, known)
                or Message("Use a country code of ISO 3166 such as FR, or list the dates under holidays"),
            )
        parts = known[self.country]
        if self.subdivision is not None and self.subdivision not in parts:
            raise refusal(
                Message("{country} has no part {value}", country=self.country, value=repr(self.subdivision)),
                did_you_mean(self.subdivision, parts)
                or Message("Known are: {names}", names=", ".join(parts) or "—"),
            )
        return self

    @property
    def days_off(self) -> tuple[date, ...]:
        """The dates of its own and the public holidays, each once, in their order."""
        public = () if self.country is None else _public(self.country, self.subdivision)
        return tuple(sorted({*self.holidays, *public}))


@cache
def _supported() -> Mapping[str, list[str]]:
    """The countries whose holidays are known, each with its parts."""
    from holidays import list_supported_countries

    return {str(code): list(parts) for code, parts in list_supported_countries().items()}


@cache
def _public(country: str, subdivision: str | None) -> tuple[date, ...]:
    from holidays import country_holidays

    return tuple(sorted(country_holidays(country, subdiv=subdivision, years=_YEARS)))
