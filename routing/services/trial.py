"""Trying rules on labelled messages: how many reach the right unit, and why the others do not. Writes nothing."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _

from directory.models import Service
from directory.selectors import parents
from directory.services import DATA as DIRECTORY_DATA
from portal.kernel.text import fold
from routing.enums import Kind
from routing.models import RuleSet
from routing.policy import (
    CONFIDENTIAL_UNITS,
    CompiledRules,
    Decision,
    Facts,
    Passage,
    choose,
    compile_rules,
    excluded_by,
    passages,
)
from routing.selectors import rules_in_force, rules_ready
from routing.services.decisions import facts_of
from routing.services.files import bundled_rules

COLUMNS = ("kind", "service_hint", "county", "subject", "body", "expected_unit")
#: Columns that a file may have besides.
MORE_COLUMNS = ("why", "addressed_unit")
#: How the column `why` begins when a message is graded.
GRADES = ("easy", "hard")


class TrialFileError(ValueError):
    """A file of labelled messages that cannot be read; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """What a citizen might write, and the unit that should get it. `line` is where it ends in the file."""

    line: int
    kind: str
    service_hint: str
    county: str
    subject: str
    body: str
    expected_unit: str
    why: str = ""
    addressed_unit: str = ""

    @property
    def grade(self) -> str:
        return next((grade for grade in GRADES if self.why.startswith(grade)), "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A labelled message and what the rules decided."""

    message: LabelledMessage
    decision: Decision

    @property
    def is_right(self) -> bool:
        return self.decision.unit == self.message.expected_unit

    @property
    def is_leak(self) -> bool:
        """A misconduct report that left the confidential units."""
        return self.message.kind == Kind.MISCONDUCT and self.decision.unit not in CONFIDENTIAL_UNITS


@dataclass(frozen=True, slots=True)
class Score:
    """How many of some messages reached the right unit."""

    total: int
    right: int

    @property
    def share(self) -> float:
        """Return the part that was right, 0 to 1; 0 of no messages."""
        return self.right / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class UnitScore:
    """A unit's messages: those it should get, those of them it got, those it did not, and others it got instead."""

    expected: int
    right: int
    wrong: int
    stray: int


@dataclass(frozen=True, slots=True)
class Trial:
    """The outcome of a trial. `rules` names the rules that were tried."""

    rules: str
    outcomes: tuple[Outcome, ...]

    @property
    def misses(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.is_right]

    @property
    def leaks(self) -> int:
        """Misconduct reports that left the confidential units; must be none."""
        return sum(outcome.is_leak for outcome in self.outcomes)

    def score(self, grade: str | None = None) -> Score:
        """Return the score of all messages, or of those of one grade."""
        of_grade = [outcome for outcome in self.outcomes if grade is None or outcome.message.grade == grade]
        return Score(len(of_grade), sum(outcome.is_right for outcome in of_grade))

    def units(self) -> dict[str, UnitScore]:
        """Return the score of every unit that was expected or chosen, by code."""
        expected = Counter(outcome.message.expected_unit for outcome in self.outcomes)
        got = Counter(outcome.decision.unit for outcome in self.outcomes)
        right = Counter(outcome.decision.unit for outcome in self.outcomes if outcome.is_right)
        return {
            unit: UnitScore(
                expected[unit], right[unit], expected[unit] - right[unit], got[unit] - right[unit]
            )
            for unit in sorted(expected | got)
        }

    def as_json(self) -> dict[str, Any]:
        """Return the whole trial as values that JSON knows."""
        return {
            "rules": self.rules,
            "all": _score_json(self.score()),
            **{grade: _score_json(score) for grade in GRADES if (score := self.score(grade)).total},
            "misconduct_leaks": self.leaks,
            "units": {unit: asdict(score) for unit, score in self.units().items()},
            "misses": [{**asdict(miss.message), "decision": asdict(miss.decision)} for miss in self.misses],
        }


def _score_json(score: Score) -> dict[str, float]:
    return {"total": score.total, "right": score.right, "accuracy": round(score.share, 4)}


def try_rules(messages: Iterable[LabelledMessage]) -> Trial:
    """Return what the rules in force do with labelled messages; without published rules, what the delivered ones do."""
    name, rules, service_units = _what_to_try()
    return Trial(name, outcomes(messages, rules, service_units))


def outcomes(
    messages: Iterable[LabelledMessage], rules: CompiledRules, service_units: Mapping[str, str]
) -> tuple[Outcome, ...]:
    """Return what `rules` decide for each message; `service_units` maps a service's code to its unit's."""
    return tuple(Outcome(message, _decision(message, rules, service_units)) for message in messages)


def try_ruleset(messages: Iterable[LabelledMessage], ruleset: RuleSet) -> Trial:
    """Return what a rule set, also a draft, does with messages; raises `BrokenRules`."""
    units = dict(Service.objects.values_list("code", "unit__code"))
    return Trial(f"version {ruleset.version}", outcomes(messages, rules_ready(ruleset), units))


@dataclass(frozen=True, slots=True)
class Trying:
    """One message tried: what was decided, and its subject and body with what the rules heard in them."""

    decision: Decision
    subject: list[Passage]
    body: list[Passage]


def try_message(
    *,
    rules: CompiledRules,
    kind: str,
    subject: str,
    body: str,
    at: datetime,
    service: Service | None = None,
    county: str | None = None,
    addressed_unit: str | None = None,
    about_unit: str | None = None,
) -> Trying:
    """Return what `rules` do with a message as if it came in at `at`; by the same calls as the live run."""
    facts = facts_of(
        kind=kind,
        subject=subject,
        body=body,
        at=at,
        service=service.code if service else None,
        service_unit=service.unit.code if service else None,
        county=county,
        addressed_unit=addressed_unit,
        excluded=excluded_by(about_unit, parents()) if about_unit else frozenset(),
    )
    decision = choose(rules, facts)
    return Trying(decision, passages(rules, decision, subject), passages(rules, decision, body))


def _what_to_try() -> tuple[str, CompiledRules, Mapping[str, str]]:
    try:
        rules, units = rules_in_force(), dict(Service.objects.values_list("code", "unit__code"))
    except DatabaseError:  # the tables are not made yet
        rules, units = None, {}
    if rules is None:
        return "delivered with the portal", compile_rules(bundled_rules()), units or delivered_services()
    return f"version {rules.version}", rules, units or delivered_services()


def delivered_services() -> dict[str, str]:
    """Return the services that come with the product, as code → their unit's code."""
    with (DIRECTORY_DATA / "services.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: row["unit"] for row in csv.DictReader(file)}


def _decision(message: LabelledMessage, rules: CompiledRules, service_units: Mapping[str, str]) -> Decision:
    return choose(
        rules,
        Facts(
            kind=message.kind,
            subject=fold(message.subject),
            body=fold(message.body),
            service=message.service_hint or None,
            service_unit=service_units.get(message.service_hint),
            county=message.county or None,
            addressed_unit=message.addressed_unit or None,
        ),
    )


def read_messages(path: Path) -> list[LabelledMessage]:
    """Return the labelled messages of a CSV file; raises `TrialFileError` where it is not what we expect."""
    try:
        return parse_messages(path.read_bytes())
    except OSError as error:
        raise TrialFileError(f"{path} cannot be read: {error.strerror}.") from error


def parse_messages(content: bytes) -> list[LabelledMessage]:
    """Return the labelled messages of a CSV text; raises `TrialFileError` where it is not what we expect.

    The text is UTF-8, with or without a byte order mark; further columns are ignored.
    """
    try:
        text = content.decode("utf-8-sig")
        return list(_messages(csv.DictReader(StringIO(text, newline=""))))
    except UnicodeDecodeError as error:
        words = _("The file is not in UTF-8 (byte %(byte)s): save it as “CSV UTF-8”.")
        raise TrialFileError(words % {"byte": error.start}) from error
    except csv.Error as error:
        raise TrialFileError(_("This is not a CSV file: %(fault)s.") % {"fault": error}) from error


def _messages(reader: "csv.DictReader[str]") -> Iterator[LabelledMessage]:
    columns = reader.fieldnames or ()
    if missing := [column for column in COLUMNS if column not in columns]:
        words = _("The file lacks the column %(missing)s; it needs %(columns)s.")
        raise TrialFileError(words % {"missing": ", ".join(missing), "columns": ", ".join(COLUMNS)})
    for row in reader:
        cells = {
            column: (row[column] or "").strip() for column in (*COLUMNS, *MORE_COLUMNS) if column in columns
        }
        if cells["kind"] not in Kind.values:
            words = _("Line %(line)s: “%(kind)s” is no kind; kinds are %(kinds)s.")
            named = {"line": reader.line_num, "kind": cells["kind"], "kinds": ", ".join(Kind.values)}
            raise TrialFileError(words % named)
        yield LabelledMessage(line=reader.line_num, **cells)
