"""What processes share is loaded without the database: a server must start while that is away."""

import gc

from portal.warm import warm


def test_warm_when_there_is_no_database_then_everything_is_loaded_all_the_same() -> None:
    try:
        warm()
        kept = gc.get_freeze_count()
    finally:
        gc.unfreeze()

    assert kept > 100_000
