"""Rules as a CSV file: the form they are delivered, reviewed and exchanged in."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from routing.enums import RULE_STAGES, Stage
from routing.policy import Keyword, RuleSpec

DATA = Path(__file__).parent.parent / "data"
BUNDLED = DATA / "rules.csv"

WORDS = "any_of (word=weight)"
COLUMNS = ("id", "stage", "kinds", WORDS, "not_if", "unit")
#: Stands for «every message of these kinds», in the place of a word.
ALWAYS = "*"


class RulesFileError(ValueError):
    """A rules file that cannot be read; the message names the line and the fault."""


def bundled_rules() -> list[RuleSpec]:
    """Return the rules that come with the product."""
    return read_rules(BUNDLED)


def read_rules(path: Path) -> list[RuleSpec]:
    """Return the rules of a CSV file in their order; raises `RulesFileError` where it is not what we expect.

    A rule with many words may take several rows, each with its id, stage, kinds and unit.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := [column for column in COLUMNS if column not in (reader.fieldnames or ())]:
            raise RulesFileError(f"{path.name} has no column {', '.join(missing)}")
        rules: dict[str, RuleSpec] = {}
        for row in reader:
            place = f"{path.name}, line {reader.line_num}"
            rule = _rule(row, place)
            rules[rule.id] = _joined(rules[rule.id], rule, place) if rule.id in rules else rule
        return list(rules.values())


def _joined(rule: RuleSpec, more: RuleSpec, place: str) -> RuleSpec:
    """Return a rule with the words of a further row of the same id."""
    if (rule.unit, rule.stage, rule.kinds) != (more.unit, more.stage, more.kinds):
        raise RulesFileError(f"{place}: the rows of {rule.id} differ in stage, kinds or unit")
    return replace(
        rule,
        keywords=rule.keywords + more.keywords,
        not_if=rule.not_if + more.not_if,
        always=rule.always + more.always,
    )


def _rule(row: dict[str, str], place: str) -> RuleSpec:
    if row["stage"] not in dict(RULE_STAGES):
        raise RulesFileError(f"{place}: «{row['stage']}» is no stage of a rule")
    weights = [_weight(cell, place) for cell in _cells(row[WORDS])]
    return RuleSpec(
        id=row["id"],
        unit=row["unit"],
        stage=Stage(row["stage"]),
        kinds=frozenset(_cells(row["kinds"])),
        keywords=tuple(Keyword(phrase, weight) for phrase, weight in weights if phrase != ALWAYS),
        not_if=tuple(_cells(row["not_if"])),
        always=sum(weight for phrase, weight in weights if phrase == ALWAYS),
        note=row.get("note") or "",
    )


def _cells(text: str) -> Iterator[str]:
    return filter(None, map(str.strip, text.split("|")))


def _weight(cell: str, place: str) -> tuple[str, int]:
    phrase, _equals, weight = cell.rpartition("=")
    if not phrase or not weight.isdecimal():
        raise RulesFileError(f"{place}: «{cell}» is not word=weight")
    return phrase.strip(), int(weight)
