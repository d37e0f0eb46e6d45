"""Every bench, one after the other, each in a process of its own: `python -m bench [NAME …]`.

Each writes its figures to `bench/results/<date>-<name>.md`. Let the machine rest meanwhile: they share its cores.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: Modules that measure nothing by themselves.
PARTS = {"__main__", "load", "mini", "peers", "results"}


def benches() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in PARTS)


def main(wanted: list[str]) -> int:
    known = benches()
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        sys.stderr.write(f"No such bench: {', '.join(unknown)}. There are: {', '.join(known)}.\n")
        return 2
    codes = []
    for name in wanted or known:
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        codes.append(subprocess.run([sys.executable, HERE / f"{name}.py"], check=False).returncode)
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
