"""How often a citizen may write to us of one case: more often than anybody would, not as often as a program can.

Each reply is told to an officer and shown on the page, and each press on an answer is kept in the record.
"""

#: Replies to one case, and presses on its answers, that are taken in within a day.
WRITINGS_A_DAY = 30


class ReplyRefused(Exception):
    """Words are not taken in now; the argument says why: so many came within a day ("often")."""
