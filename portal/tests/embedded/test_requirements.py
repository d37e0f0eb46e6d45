"""The lists of packages: each exact, and nothing of the trial or the tests in a production installation."""

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest

from portal.embedded.checks import CHECKOUT

LISTS = {
    path.stem: path for path in (CHECKOUT / "requirements.txt", *(CHECKOUT / "requirements").glob("*.txt"))
}
LINE = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)(?:\[[a-z-]+\])?==\S+")
NAME = re.compile(r"[A-Za-z0-9_.-]+")


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line and not line.startswith("#")]


def names(path: Path) -> set[str]:
    return {normal(found["name"]) for line in lines(path) if (found := LINE.fullmatch(line))}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def with_all_they_bring(wanted: set[str]) -> set[str]:
    """Return the names and, from the installed packages' own words, all they ask for, extras included."""
    seen: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += [normal(found[0]) for line in asked_by(name) if (found := NAME.match(line))]
    return seen


def asked_by(name: str) -> list[str]:
    """Return what a package asks for in any case, plus the extras the production list turns on."""
    try:
        asked = requires(name) or []
    except PackageNotFoundError:
        return []
    extras = ("redis", "mfa", "brotli")
    return [
        line
        for line in asked
        if "extra ==" not in line or re.search(rf"extra == ['\"]({'|'.join(extras)})", line)
    ]


@pytest.mark.parametrize("path", LISTS.values(), ids=LISTS.keys())
def test_requirements_when_read_then_every_package_is_pinned_and_no_address_is_named(path: Path) -> None:
    assert [
        line for line in lines(path) if not LINE.fullmatch(line) and not line.startswith(("-r ", "-c "))
    ] == []
    assert "://" not in path.read_text()


def test_production_when_installed_then_nothing_of_the_trial_or_the_tests_comes_along() -> None:
    production = LISTS["requirements"]
    unwanted = names(LISTS["embedded"]) | names(LISTS["test"])

    assert [line for line in lines(production) if line.startswith("-")] == []
    assert with_all_they_bring(names(production)) & unwanted == set()


def test_constraints_when_read_then_they_hold_all_that_production_brings() -> None:
    pinned = names(LISTS["constraints"]) | names(LISTS["requirements"])

    missing = {name for name in with_all_they_bring(names(LISTS["requirements"])) - pinned if asked_by(name)}

    assert missing == set()
