"""What processes share is loaded without the database: a server must start while that is away."""

import gc

from portal.warm import warm


def test_warm_when_there_is_no_database_then_everything_is_loaded_all_the_same() -> None:
    gc.unfreeze()

    warm()

    assert gc.get_freeze_count() > 100_000
