"""Command that tries the routing rules on labelled messages."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from routing.policy import Reason
from routing.services import Outcome, Trial, TrialFileError, read_messages, try_rules
from routing.services.trial import GRADES, LabelledMessage, Score


class Command(BaseCommand):
    help = (
        "Say to which units the rules in force send the labelled messages of a CSV file (columns kind, service_hint, "
        "county, subject, body, expected_unit, perhaps addressed_unit), how many are right, and why the others are "
        "not. Writes nothing."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print everything as JSON")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            with translation.override("en"):
                trial = try_rules(read_messages(options["file"]))
        except TrialFileError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(trial.as_json(), ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(_report(trial)))


def _report(trial: Trial) -> list[str]:
    return [*_scores(trial), "", *_unit_table(trial), *_miss_list(trial)]


def _scores(trial: Trial) -> list[str]:
    graded = [(grade, trial.score(grade)) for grade in GRADES]
    return [
        f"rules     {trial.rules}",
        _line("accuracy", trial.score()),
        *(_line(grade, score) for grade, score in graded if score.total),
        f"misconduct reports outside the confidential units: {trial.leaks}",
    ]


def _line(name: str, score: Score) -> str:
    return f"{name:<9} {score.right}/{score.total} ({score.share:.1%})"


def _unit_table(trial: Trial) -> list[str]:
    rows = [f"{'unit':<16} {'expected':>8} {'right':>6} {'wrong':>6} {'stray':>6}"]
    for unit, score in trial.units().items():
        rows.append(f"{unit:<16} {score.expected:>8} {score.right:>6} {score.wrong:>6} {score.stray:>6}")
    return rows


def _miss_list(trial: Trial) -> list[str]:
    return [line for miss in trial.misses for line in ("", *_miss(miss))]


def _miss(miss: Outcome) -> list[str]:
    message, decision = miss.message, miss.decision
    return [
        f"line {message.line}: {message.expected_unit} expected, {decision.unit} decided "
        f"({' '.join(filter(None, (message.kind, message.service_hint, message.county, _address(message))))})",
        f"  {message.subject} — {message.body}",
        *([f"  label: {message.why}"] if message.why else []),
        f"  by {decision.stage}{f' {decision.rule}' if decision.rule else ''}; "
        f"points: {', '.join(f'{unit} {points}' for unit, points in decision.points) or 'none'}",
        *(f"  {_reason(reason)}" for reason in decision.reasons),
    ]


def _address(message: LabelledMessage) -> str:
    return f"→ {message.addressed_unit}" if message.addressed_unit else ""


def _reason(reason: Reason) -> str:
    if not reason.points:
        return f"{reason.rule} → {reason.unit}: off, because of «{reason.word}»"
    return (
        f"{reason.rule or reason.stage} → {reason.unit}: «{reason.word}» in {reason.where} +{reason.points}"
    )
