"""The vocabulary of the search: learned from cases after they came in, forgotten when no case holds a word."""

from django.db import connection

LEARN = """
INSERT INTO feedback_word (word, cases, forms)
SELECT word, 1, feedback_word_forms(word)
  FROM feedback_casewords JOIN feedback_case ON id = case_id AND NOT is_confidential, unnest(words) AS word
 WHERE case_id = %s AND word ~ '^[^0-9@+]{3,30}$'
 ORDER BY word
    ON CONFLICT (word) DO UPDATE SET cases = feedback_word.cases + 1
"""
FORGET = """
DELETE FROM feedback_word AS known WHERE NOT EXISTS (
    SELECT FROM feedback_casewords WHERE words @> ARRAY[known.word]
)
"""


def learn_words(*, case_id: int) -> None:
    """Add the words of a case to the vocabulary; words of confidential cases never leave their messages.

    Numbers and addresses are no words. Learning a case again counts its words again, which does no harm: the counts
    tell rare words from common ones. In the order of the words, so that two cases at once cannot wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(LEARN, [case_id])


def forget_words() -> None:
    """Delete words that no case holds any more, such as names in texts that were erased."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET)
