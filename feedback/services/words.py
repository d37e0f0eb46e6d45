"""The vocabulary of the search: learned from cases after they came in, forgotten when no case holds a word."""

from collections.abc import Sequence

from django.db import connection

from feedback.models.similar import COMMON

#: A word that stands in so many cases is common, however many more there are. Its row is left alone, as every case has
#: some such words and would wait for every other to write them.
COUNTED = 2 * COMMON
#: Cases that are closed to nobody by name; words of the others would tell, by what is found, that these exist.
OPEN = """
NOT is_confidential AND NOT EXISTS (SELECT FROM feedback_caseexclusion AS wall WHERE wall.case_id = feedback_case.id)
"""
LEARN = f"""
INSERT INTO feedback_word (word, cases, forms)
SELECT word, count(*), feedback_word_forms(word)
  FROM feedback_casewords JOIN feedback_case ON id = case_id AND {OPEN}, unnest(words) AS each (word)
 WHERE case_id = ANY(%s) AND word ~ '^[^0-9@+]{{3,30}}$'
   AND NOT EXISTS (SELECT FROM feedback_word AS known WHERE known.word = each.word AND known.cases >= %s)
 GROUP BY word ORDER BY word
    ON CONFLICT (word) DO UPDATE SET cases = feedback_word.cases + excluded.cases
"""  # noqa: S608 - built from the constant above
FORGET = f"""
DELETE FROM feedback_word AS known WHERE NOT EXISTS (
    SELECT FROM feedback_casewords JOIN feedback_case ON id = case_id AND {OPEN} WHERE words @> ARRAY[known.word]
)
"""  # noqa: S608


def learn_words(*, case_ids: Sequence[int]) -> None:
    """Add the words of cases to the vocabulary; those of cases from which somebody is kept out never leave their
    messages, be it all but the inspectors or a unit complained of.

    Numbers and addresses are no words. Learning a case again counts its words again, which does no harm: the counts
    tell rare words from common ones. In the order of the words, so that two calls at once cannot wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(LEARN, [list(case_ids), COUNTED])


def forget_words() -> None:
    """Delete words that no open case holds any more, such as names in texts that were erased."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET)
