"""What deciding one case costs, by the number of keywords: `python bench/routing.py [--write]`.

Decides a message of one kilobyte against the first ten keywords of a made-up rule set, against a thousand and against
ten thousand in a thousand rules, normalising included, as the live run does. Needs no database. `--write` keeps the
figures as a table in bench/results.
"""

import argparse
import csv
import random
import statistics
import sys
import time
from pathlib import Path

import django
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if not settings.configured:
    settings.configure(USE_TZ=True, TIME_ZONE="Asia/Tehran", INSTALLED_APPS=[])
    django.setup()

from bench.results import keep, table
from portal.kernel import text
from portal.kernel.text import fold
from routing.enums import Stage
from routing.policy import CompiledRules, Facts, Keyword, RuleSpec, choose, compile_rules, is_findable

MESSAGES = ROOT / "routing" / "data" / "routing-cases.csv"
RULES = ROOT / "routing" / "data" / "rules.csv"
#: Keywords and the rules they stand in.
SIZES = ((10, 10), (1_000, 100), (10_000, 1_000))
UNITS = ("CONT", "STAT", "EDU", "BUD", "PROJ", "TECH", "HRD", "IT", "ADM", "PR")
LETTERS = "ابپتجچخدرزسشفقکگلمنوهی"
#: UTF-8 bytes of a message, messages, and times each is decided.
BYTES, CASES, ROUNDS = 1_024, 100, 80


def words_of_messages() -> list[str]:
    with MESSAGES.open(encoding="utf-8-sig", newline="") as file:
        return [word for row in csv.DictReader(file) for word in f"{row['subject']} {row['body']}".split()]


def messages(dice: random.Random) -> list[str]:
    """Return texts of one kilobyte, each of words of real messages in a new order."""
    words = words_of_messages()
    made = []
    for _number in range(CASES):
        body = ""
        while len(body.encode()) < BYTES:
            body += " " + dice.choice(words)
        made.append(body.strip())
    return made


def rules(count: int, among: int) -> list[RuleSpec]:
    """Return rules of the delivered keywords in a fixed disorder, and beyond them of made-up words, some with two."""
    dice = random.Random(7)
    with RULES.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.DictReader(file) for cell in row["any_of (word=weight)"].split("|")]
    phrases = sorted({cell.rpartition("=")[0].strip() for cell in cells} - {"*"})
    dice.shuffle(phrases)
    while len(phrases) < count:
        words = [
            "".join(dice.choices(LETTERS, k=dice.randint(4, 8))) for _word in range(dice.choice((1, 1, 1, 2)))
        ]
        if all(map(is_findable, words)):
            phrases.append(" ".join(words))
    keywords = [Keyword(phrase, dice.randint(2, 9)) for phrase in phrases[:count]]
    share = count // among
    return [
        RuleSpec(
            id=f"r{number}",
            unit=UNITS[number % len(UNITS)],
            stage=Stage.POINTS,
            keywords=tuple(keywords[number * share : (number + 1) * share]),
        )
        for number in range(among)
    ]


def heard(compiled: CompiledRules, bodies: list[str]) -> float:
    """Return how many keywords a message holds in the mean."""
    found = [choose(compiled, Facts(kind="request", subject="", body=fold(body))).reasons for body in bodies]
    return statistics.mean(map(len, found))


def decide(compiled: CompiledRules, body: str) -> None:
    choose(compiled, Facts(kind="request", subject="", body=fold(body)))


def per_case(sets: list[CompiledRules], bodies: list[str], *, is_cold: bool) -> list[float]:
    """Return microseconds of our CPU for one case, for each rule set; the sets take turns.

    The best of the rounds counts, as others on the machine only add.
    """
    rounds: list[list[float]] = [[] for _set in sets]
    for _round in range(ROUNDS):
        for compiled, taken in zip(sets, rounds, strict=True):
            if is_cold:
                text._folded.clear()
                compiled.index.forget()
            began = time.process_time()
            for body in bodies:
                decide(compiled, body)
            taken.append(1e6 * (time.process_time() - began) / len(bodies))
    return list(map(min, rounds))


def compiling(specs: list[RuleSpec]) -> float:
    """Return milliseconds of our CPU that compiling takes, the best of thirty."""
    took = []
    for _round in range(30):
        text._folded.clear()
        began = time.process_time()
        compile_rules(specs)
        took.append(1e3 * (time.process_time() - began))
    return min(took)


def measure() -> list[str]:
    """Return the table, and what a thousand times the keywords cost."""
    bodies = messages(random.Random(1405))
    specs = [rules(count, among) for count, among in SIZES]
    sets = [compile_rules(one) for one in specs]
    usual, cold = (per_case(sets, bodies, is_cold=is_cold) for is_cold in (False, True))
    head = (
        "keywords",
        "rules",
        "found in a case",
        "one case, µs of CPU",
        "a process's first cases",
        "compiling, ms",
    )
    rows = [
        (
            f"{count:,}",
            f"{among:,}",
            f"{heard(compiled, bodies):.1f}",
            f"{own:.0f}",
            f"{first:.0f}",
            f"{compiling(spec):.0f}",
        )
        for (count, among), compiled, spec, own, first in zip(SIZES, sets, specs, usual, cold, strict=True)
    ]
    return [table(head, rows), f"10,000 keywords cost {usual[-1] / usual[0]:.2f} times what 10 cost.\n"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the figures in bench/results")
    write = parser.parse_args().write
    parts = measure()
    if write:
        keep("routing", "Deciding one case of 1 KB", parts)
    else:
        sys.stdout.write("\n".join(parts))


if __name__ == "__main__":
    main()
