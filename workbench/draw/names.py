"""What activities, fields, KPIs and rules are called in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from workbench.i18n import Message, Speech

if TYPE_CHECKING:
    from workbench.log.meta import LogMeta
    from workbench.template import Template
    from workbench.template.base import Text

__all__ = ["Names"]


class Names:
    """The reader's names for whatever a log and its template know; what is the log's own keeps its own name.

    `meta` is None for a log that a finding blocks: only the template's names are known then.
    """

    def __init__(self, template: Template, meta: LogMeta | None, speech: Speech) -> None:
        self.template = template
        self.speech = speech
        self._meta = meta

    def say(self, text: str | Text, /, **values: object) -> str:
        """A sentence in the reader's language."""
        return self.speech.say(text, **values)

    def activity(self, name: str | None) -> str:
        """What an activity is called in the reader's language; one of the log's own keeps its own name."""
        if name is None:
            return "–"
        declared = self.template.activities.get(name) or self.template.derived.get(name)
        return name if declared is None else self.say(declared.name)

    def activities(self, names: Iterable[str | None]) -> list[str]:
        return [self.activity(name) for name in names]

    def attribute(self, name: str) -> str:
        """What a field is called in the reader's language; one of the log's own keeps its source's name."""
        declared = self.template.attributes.get(name)
        if declared is not None:
            return self.say(declared.name)
        own = None if self._meta is None else self._meta.attribute(name)
        return name if own is None else own.label

    def known(self, name: str) -> str:
        """What an activity, group, field, pair, ledger or policy value is called: whatever a reason may name."""
        if isinstance(name, Message):
            return self.reason(name)
        if name in self.template.activities or name in self.template.derived:
            return self.activity(name)
        term = self.template.terms.get(name.removeprefix("policy."))
        if term is not None and name not in self.template.attributes:
            return self.say(term)
        if name in self.template.groups:
            return self._one_of(self.activities(self.template.expand((name,))))
        return self.attribute(name)

    def reason(self, reason: Any) -> str:
        """Why there is no value, with the reader's names for what the log lacks."""
        if not isinstance(reason, Message):
            return reason if isinstance(reason, str) else ""
        return self.speech.say(reason, **{name: self._named(value) for name, value in reason.values.items()})

    def _named(self, value: Any) -> Any:
        if isinstance(value, Message):
            return self.reason(value)
        if isinstance(value, list | tuple):
            return self.speech.listing([self._named(item) for item in value])
        if not isinstance(value, str):
            return value
        return self._one_of([self.known(name) for name in value.split(" or ")])

    def _one_of(self, names: list[str]) -> str:
        if len(names) == 1:
            return names[0]
        return self.say("{these} or {that}", these=self.speech.listing(names[:-1]), that=names[-1])

    def kpi_name(self, kpi_id: str) -> str:
        kpi = self.template.kpis.get(kpi_id)
        return kpi_id if kpi is None else self.say(kpi.name)

    def rule_name(self, rule_id: str) -> str:
        rule = self.template.rules.get(rule_id)
        return rule_id if rule is None else self.say(rule.name)
