"""What every test run needs."""

import gc
import os

from django.conf import settings

# Tests with real transactions empty the database after themselves; the record's tables refuse that elsewhere.
settings.DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c portal.truncate=on"
# The real hash of a password is slow on purpose; the demo's thirty members of staff would cost a second in each test.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A database that is migrated already, to start from a copy of it (`portal/embedded/check.py`).
settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = os.environ.get("TEST_TEMPLATE") or None


def pytest_collection_finish() -> None:
    """Leave what is loaded by now out of every later search for garbage: it is large, and it stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
