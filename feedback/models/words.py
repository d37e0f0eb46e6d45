"""By which words a case is found: rows kept by triggers (0001_tables, 0170), read by the search and by "similar cases".

A word is folded, freed of the plural ending and no stop word; `feedback_words` in the database is the only place that
says so, for what is stored and for what is typed alike.
"""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from feedback.models.case import Case


def words_in(text: str) -> list[str]:
    """Return the words of a text in their order, as the database cuts them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT feedback_words(%s)", [text])
        return list(cursor.fetchone()[0])


class CaseWords(models.Model):
    """Every word of a case: subject, sender, all messages; its running number, phone and e-mail as one word each."""

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="word_row", verbose_name=_("case")
    )
    words = ArrayField(models.TextField(), verbose_name=_("words"))

    class Meta:
        verbose_name = _("words of a case")
        verbose_name_plural = _("words of cases")
        indexes = [GinIndex(fields=["words"], name="case_words")]

    def __str__(self) -> str:
        return str(self.case_id)


class WordQuerySet(models.QuerySet["Word"]):
    """Words of the vocabulary."""

    def near(self, words: Iterable[str]) -> "WordQuerySet":
        """Return words that share a form with one of these after one letter, at most, is left out of each."""
        forms = {form for word in words for form in _forms(word)}
        return self.filter(forms__overlap=sorted(forms))


def _forms(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


class Word(models.Model):
    """One word of the vocabulary, for typing errors and for telling rare words from common ones; never shown.

    It holds words of letters only, none of confidential cases nor of those from which a unit is kept
    out, and forgets what no other case holds any more.
    """

    word = models.TextField(_("word"), primary_key=True)
    cases = models.PositiveIntegerField(_("cases, roughly"))
    forms = ArrayField(models.TextField(), verbose_name=_("the word without one letter"))

    objects = WordQuerySet.as_manager()

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("vocabulary")
        indexes = [GinIndex(fields=["forms"], name="word_forms")]

    def __str__(self) -> str:
        return self.word
