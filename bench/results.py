"""Where figures go: one dated Markdown file a bench, with the machine they were measured on."""

import os
import platform
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def machine() -> str:
    """Return one line about the machine and how busy it is."""
    python, load = platform.python_version(), os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {platform.system()}, Python {python}, load {load:.1f} when written"


def keep(name: str, title: str, parts: Iterable[str]) -> Path:
    """Write the figures to `results/<date>-<name>.md`, print them, and return the file."""
    now = datetime.now(UTC)
    text = f"# {title}\n\n{now:%Y-%m-%d %H:%M} UTC. {machine()}.\n\n" + "\n".join(parts)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{now:%Y-%m-%d}-{name}.md"
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(text + f"\n→ {path.relative_to(RESULTS.parent.parent)}\n")
    return path
