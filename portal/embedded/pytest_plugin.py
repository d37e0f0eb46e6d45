"""Give every test run its own PostgreSQL and Valkey, before Django reads its settings.

Loaded by `-p portal.embedded.pytest_plugin` in pytest.ini. Nothing is started when DATABASE_URL and REDIS_URL are both
set; in a worker of pytest-xdist they are, inherited from the controller.
"""

import atexit
import os
from collections.abc import Generator

import pytest

from portal.embedded.throwaway import ThrowAway

TEST_ENVIRONMENT = {
    "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-0123456789",
    "CODE_PEPPER": "1:only-for-tests-only-for-tests-9876543210",
    "ALLOWED_HOSTS": "*",
    "PUBLIC_URL": "http://testserver",
    "DEMO": "1",
    "MANIFEST_STATIC": "0",
    # Answers are public at once; the tests of the way back set it themselves.
    "UNDO_SECONDS": "0",
    # What a test changes shows on the next page; the tests of remembering set it themselves.
    "REFERENCE_SECONDS": "0",
}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Start the servers. A wrapper, because only wrappers run before pytest-django sets Django up."""
    throwaway = provide()
    if throwaway:
        atexit.register(throwaway.stop)
        early_config.add_cleanup(throwaway.stop)
    yield


def provide() -> ThrowAway | None:
    """Set the environment of the settings; return the servers to stop in the end, if some were started for it.

    What is set already wins, except DATA_DIR: uploads and logs of tests go where the servers' files are, and a
    developer's own data directory is never touched.
    """
    for name, value in TEST_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return None
    throwaway = ThrowAway()
    for name, value in throwaway.start().items():
        os.environ.setdefault(name, value)
    os.environ["DATA_DIR"] = str(throwaway.folder)
    return throwaway
