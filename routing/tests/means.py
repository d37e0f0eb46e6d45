"""What each means of routing brings, measured on the labelled messages; a table for the README.

`./manage.py shell -c "from routing.tests.means import table; print(table())"`
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from portal.kernel.text import fold
from routing.enums import Kind, Stage
from routing.policy import CONFIDENTIAL_UNITS, DESK, Facts, RuleSpec, choose, compile_rules
from routing.services.files import BUNDLED, DATA, read_rules
from routing.services.trial import LabelledMessage, delivered_services, read_messages

HERE = Path(__file__).parent / "data"
FIRST = HERE / "first-rules.csv"
SETS = {
    "tuning": DATA / "routing-cases.csv",
    "held out": HERE / "held-out.csv",
    "later": HERE / "more-cases.csv",
}

SERVICES = delivered_services()

Chooser = Callable[[LabelledMessage], str]


def substrings(specs: list[RuleSpec], same: Callable[[str], str]) -> Chooser:
    """Choose the first rule that has a keyword anywhere in the text, also inside another word."""
    words = [(spec.unit, [same(keyword.phrase) for keyword in spec.keywords]) for spec in specs]

    def choose_unit(message: LabelledMessage) -> str:
        text = same(f"{message.subject} {message.body}")
        found = (unit for unit, phrases in words if any(phrase in text for phrase in phrases))
        return next(found, SERVICES.get(message.service_hint, DESK))

    return choose_unit


def scored(specs: list[RuleSpec], *, lanes: bool = True) -> Chooser:
    """Choose as the portal does; without lanes, every rule gives points whatever the kind."""
    if not lanes:
        specs = [
            replace(spec, stage=Stage.POINTS, kinds=frozenset(), always=0) for spec in specs if spec.keywords
        ]
    rules = compile_rules(specs)

    def choose_unit(message: LabelledMessage) -> str:
        facts = Facts(
            kind=message.kind if lanes else Kind.REQUEST,
            subject=fold(message.subject),
            body=fold(message.body),
            service_unit=SERVICES.get(message.service_hint),
        )
        return choose(rules, facts).unit

    return choose_unit


def rows() -> Iterable[tuple[str, Chooser]]:
    first, delivered = read_rules(FIRST), read_rules(BUNDLED)
    yield "first 15 rules: raw substring, first match", substrings(first, str)
    yield "+ folding", substrings(first, fold)
    yield "+ words with endings, points, service", scored(first, lanes=False)
    yield "+ lanes", scored(first)
    yield "delivered rules: raw substring, first match", substrings(delivered, str)
    yield "+ folding", substrings(delivered, fold)
    yield "+ words with endings, points, service", scored(delivered, lanes=False)
    yield "+ lanes (the portal)", scored(delivered)


def table() -> str:
    """Return the table in Markdown: right answers per set and grade, misconduct outside the confidential units."""
    messages = {name: read_messages(path) for name, path in SETS.items()}
    columns = [(name, grade) for name in SETS for grade in ("easy", "hard") if name != "later"] + [
        ("later", "")
    ]
    lines = [
        "| means | " + " | ".join(f"{name} {grade}".strip() for name, grade in columns) + " | leaks |",
        "|---" * (len(columns) + 2) + "|",
    ]
    for title, chooser in rows():
        counts = [_right(messages[name], grade, chooser) for name, grade in columns]
        reports = [m for of_set in messages.values() for m in of_set if m.kind == Kind.MISCONDUCT]
        leaks = sum(chooser(report) not in CONFIDENTIAL_UNITS for report in reports)
        lines.append(f"| {title} | {' | '.join(counts)} | {leaks}/{len(reports)} |")
    return "\n".join(lines)


def _right(messages: list[LabelledMessage], grade: str, chooser: Chooser) -> str:
    graded = [message for message in messages if not grade or message.grade == grade]
    return f"{sum(chooser(message) == message.expected_unit for message in graded)}/{len(graded)}"
