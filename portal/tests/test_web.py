"""How long a process of the web server hesitates; the whole server stands in `test_deploy.py`."""

import pytest

from portal.web import AT_MOST, hesitation


def test_hesitation_when_nothing_is_held_then_none() -> None:
    assert hesitation(0) == 0


@pytest.mark.parametrize("held", range(8))
def test_hesitation_when_one_process_holds_one_more_then_the_other_is_there_first(held: int) -> None:
    assert hesitation(held) < hesitation(held + 1)


def test_hesitation_when_very_many_are_held_then_no_visitor_could_tell() -> None:
    assert hesitation(10_000) == AT_MOST
    assert AT_MOST <= 0.001
