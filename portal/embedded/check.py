"""All checks of the project and its tests: what `./test` runs after the installation.

The checks run beside the tests and are told of after them; every one runs even when another failed. Arguments go to
pytest; when they pick tests (a path, -k or -m), the other checks are left out, so that a developer's loop stays short.
Exit code: that of the first step that failed.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from portal.embedded.checks import CHECKOUT
from portal.embedded.postgres import DATABASE
from portal.embedded.pytest_plugin import provide

#: The first that is there is driven (`portal/tests/browser.py`); the first of all has no windows to draw.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
CHECKS = {
    "ruff": ["-m", "ruff", "check", "--quiet", "."],
    "mypy": ["-m", "mypy"],
    "imports": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "messages": ["manage.py", "messages", "--check"],
    "templates": ["-m", "djlint", "templates", "--lint", "--quiet"],
}
PROCESSES = 8  # of pytest, at most
NO_BROWSER = "The browser tests did not run: there is no Chromium here (on Debian: apt-get install chromium)."


class Result(NamedTuple):
    """One finished check."""

    name: str
    code: int
    output: str
    seconds: float


def main(arguments: list[str]) -> int:
    """Run what the arguments ask for. Returns the exit code."""
    os.chdir(CHECKOUT)
    throwaway = provide()
    try:
        python("-m", "portal.management.catalogue.store", capture=True)
        # Ctrl-C reaches pytest by itself: let it finish its report.
        signal.signal(signal.SIGINT, lambda _number, _frame: None)
        with ThreadPoolExecutor(max_workers=1) as beside:
            checks = [beside.submit(run_check, name) for name in ([] if picks_tests(arguments) else CHECKS)]
            if throwaway and not picks_tests(arguments):
                prepare_template()
            code = python("-m", "pytest", *pytest_arguments(arguments)).returncode
            results = [check.result() for check in checks]
    finally:
        if throwaway:
            throwaway.stop()
    for result in results:
        print(told(result), flush=True)
    if not any(map(shutil.which, BROWSERS)):
        print(NO_BROWSER)
    return next((result.code for result in results if result.code), code)


def prepare_template() -> None:
    """Migrate once: every process of pytest then starts from a copy of that database (`conftest.py`)."""
    if python("manage.py", "migrate", "--verbosity=0", capture=True).returncode == 0:
        os.environ["TEST_TEMPLATE"] = DATABASE


def picks_tests(arguments: list[str]) -> bool:
    """Say whether the arguments of pytest ask for a part of the tests."""
    return any(
        argument.startswith(("-k", "-m")) or Path(argument.partition("::")[0]).exists()
        for argument in arguments
    )


def pytest_arguments(arguments: list[str]) -> list[str]:
    """Spread the whole suite over processes, unless the arguments say something else."""
    says = any(argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in arguments)
    if says or picks_tests(arguments):
        return arguments
    return [*spread(os.cpu_count() or 1), *arguments]


def spread(cores: int) -> list[str]:
    """Return pytest's arguments for a machine of so many cores: some tests wait for browsers, workers and clocks.

    Two processes a core would be slower: browsers and the database want the cores, too.
    """
    return ["-n", str(min((3 * cores + 1) // 2, PROCESSES)), "--dist", "worksteal", "--durations=10"]


def run_check(name: str) -> Result:
    """Run one check to its end."""
    begun = time.monotonic()
    done = python(*CHECKS[name], capture=True)
    return Result(name, done.returncode, done.stdout or "", time.monotonic() - begun)


def told(result: Result) -> str:
    """Return the line about one check, with what it said when it failed."""
    line = f"{'FAIL' if result.code else 'ok  '} {result.name} ({result.seconds:.1f} s)"
    return f"{line}\n{result.output}" if result.code else line


def python(*arguments: str, capture: bool = False) -> "subprocess.CompletedProcess[str]":
    """Run our Python with the given arguments."""
    return subprocess.run(
        [sys.executable, *arguments],
        check=False,
        text=True,
        stdout=subprocess.PIPE if capture else None,
        stderr=subprocess.STDOUT if capture else None,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
