import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from portal.kernel.text import fold

#: The plural with what may follow it; «گزارش‌ها», «گزارشها» and «گزارش» are one word.
PLURAL = "هایشان|هایمان|هایتان|هایم|هایت|هایش|هایی|های|ها"
#: Words too common to find anything by.
STOP = fold(
    "و در به از که این آن را با برای تا بر است شد شده می نمی هم یا یک نیز هر ی ای ام ات اش اند ایم اید"
    " بود کرد کرده کردم شود شما ما من او خود پس اگر اما باید نه the of to and in is"
).split() + PLURAL.split("|")
#: Letters and digits that are left after folding: Latin, Greek, Cyrillic, Hebrew, Arabic and Persian.
LETTERS = r"0-9a-z\u00DF-\u058F\u05D0-\u05EA\u0620-\u064A\u066E-\u06D3\u06D5\u06EE\u06EF\u06FA-\u06FF"

#: The one place that says what a word is, for texts that are kept and for searches.
WORDS = f"""
CREATE FUNCTION feedback_words(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $words$
    SELECT coalesce(array_agg(word ORDER BY place), '{{}}') FROM (
        SELECT regexp_replace(raw, '^(.{{3,}}?)({PLURAL})$', '\\1') COLLATE "C" AS word, place
          FROM regexp_split_to_table(portal_fold(value) COLLATE "C", '[^{LETTERS}]+') WITH ORDINALITY AS t(raw, place)
    ) AS found
    WHERE length(word) BETWEEN 2 AND 30 AND word <> ALL ('{{{",".join(STOP)}}}'::text[])
$words$;
"""  # noqa: S608 - built from the constants above

#: A word and what is left of it without any one letter: two words that share a form are at most two slips apart.
FORMS = """
CREATE FUNCTION feedback_word_forms(word text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $forms$
    SELECT array_agg(DISTINCT form) FROM (
        SELECT overlay(word placing '' from place for 1) AS form FROM generate_series(1, length(word)) AS place
        UNION ALL SELECT word
    ) AS forms
$forms$;
"""

#: Write down anew by which words these cases are found.
INDEX_CASES = """
CREATE FUNCTION feedback_index_cases(ids bigint[]) RETURNS void LANGUAGE sql AS $index$
    INSERT INTO feedback_casewords (case_id, words)
    SELECT one.id, ARRAY(
        SELECT DISTINCT word COLLATE "C" FROM unnest(feedback_words(concat_ws(' ',
            one.subject, one.full_name, one.organization, one.about_person, one.letter_number,
            (SELECT string_agg(body, ' ') FROM feedback_message WHERE case_id = one.id)
        )) || ARRAY[ltrim(split_part(one.number, '-', 2), '0'), one.phone, lower(one.email)]) AS word
        WHERE word <> '' ORDER BY word COLLATE "C"
    )
    FROM feedback_case AS one WHERE one.id = ANY (ids)
    ON CONFLICT (case_id) DO UPDATE SET words = EXCLUDED.words
        WHERE feedback_casewords.words IS DISTINCT FROM EXCLUDED.words
$index$;
"""

#: Once a statement, however many rows it brings. Erasing a text takes its words away as well.
TRIGGERS = """
CREATE FUNCTION feedback_words_follow() RETURNS trigger LANGUAGE plpgsql AS $follow$
BEGIN
    PERFORM feedback_index_cases(ARRAY(SELECT DISTINCT case_id FROM changed));
    RETURN NULL;
END $follow$;
CREATE FUNCTION feedback_case_words_follow() RETURNS trigger LANGUAGE plpgsql AS $follow$
BEGIN
    PERFORM feedback_index_cases(ARRAY[NEW.id]);
    RETURN NULL;
END $follow$;
CREATE TRIGGER message_words_come AFTER INSERT ON feedback_message
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION feedback_words_follow();
CREATE TRIGGER message_words_change AFTER UPDATE ON feedback_message
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION feedback_words_follow();
CREATE TRIGGER message_words_go AFTER DELETE ON feedback_message
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION feedback_words_follow();
CREATE TRIGGER case_words_change
    AFTER UPDATE OF subject, full_name, organization, about_person, letter_number, phone, email ON feedback_case
    FOR EACH ROW WHEN ((OLD.subject, OLD.full_name, OLD.organization, OLD.about_person, OLD.letter_number, OLD.phone,
        OLD.email) IS DISTINCT FROM (NEW.subject, NEW.full_name, NEW.organization, NEW.about_person,
        NEW.letter_number, NEW.phone, NEW.email))
    EXECUTE FUNCTION feedback_case_words_follow();
"""
NO_TRIGGERS = """
DROP TRIGGER case_words_change ON feedback_case;
DROP TRIGGER message_words_go ON feedback_message;
DROP TRIGGER message_words_change ON feedback_message;
DROP TRIGGER message_words_come ON feedback_message;
DROP FUNCTION feedback_case_words_follow();
DROP FUNCTION feedback_words_follow();
"""

#: The vocabulary, in one go; `services.learn_words` says the same for one case.
VOCABULARY = """
INSERT INTO feedback_word (word, cases, forms)
SELECT word, count(*), feedback_word_forms(word)
  FROM feedback_casewords JOIN feedback_case ON id = case_id AND NOT is_confidential, unnest(words) AS word
 WHERE word ~ '^[^0-9@+]{3,30}$' GROUP BY word;
"""
STORED = "SELECT feedback_index_cases(ARRAY(SELECT id FROM feedback_case));"


class Migration(migrations.Migration):
    """By which words a case is found: kept by triggers, so that no way of writing can forget it."""

    dependencies = [("feedback", "0005_queue_indexes")]

    operations = [
        migrations.CreateModel(
            name="CaseWords",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="word_row",
                        serialize=False,
                        to="feedback.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None, verbose_name="words"
                    ),
                ),
            ],
            options={
                "verbose_name": "words of a case",
                "verbose_name_plural": "words of cases",
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", models.TextField(primary_key=True, serialize=False, verbose_name="word")),
                ("cases", models.PositiveIntegerField(verbose_name="cases, roughly")),
                (
                    "forms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None, verbose_name="the word without one letter"
                    ),
                ),
            ],
            options={
                "verbose_name": "word",
                "verbose_name_plural": "vocabulary",
            },
        ),
        migrations.AddIndex(
            model_name="casewords",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="case_words"),
        ),
        migrations.AddIndex(
            model_name="word",
            index=django.contrib.postgres.indexes.GinIndex(fields=["forms"], name="word_forms"),
        ),
        migrations.RunSQL(WORDS, "DROP FUNCTION feedback_words(text)"),
        migrations.RunSQL(FORMS, "DROP FUNCTION feedback_word_forms(text)"),
        migrations.RunSQL(INDEX_CASES, "DROP FUNCTION feedback_index_cases(bigint[])"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        migrations.RunSQL(STORED + VOCABULARY, migrations.RunSQL.noop),
    ]
