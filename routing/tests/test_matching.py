"""Which spellings of a keyword are heard, and which other words are not."""

from random import Random

import pytest

from routing.policy.phrases import PhraseIndex
from routing.tests.factories import compiled, decided, finds, rule


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        # endings, glued, after a half-space and after a space
        ("آمار", "آمارها را بفرستید"),
        ("آمار", "آمارشان غلط است"),
        ("آمار", "آمـار استان"),
        ("آمار", "امار"),
        ("سد", "سدها پر شد"),
        ("راه", "راه‌های روستایی"),
        ("راه", "راه های روستایی"),
        ("پل", "پل‌ها خراب است"),
        ("گواهینامه", "گواهينامة شركت"),
        ("گواهینامه", "گواهینامه‌ام"),
        ("پیمانکار", "پیمانکارهایمان"),
        ("پیمانکار", "پیمانکارای خودمون"),
        ("کلاس", "کلاسای آبان"),
        ("رمز", "رمزمو گم کردم"),
        ("بخشنامه", "بخشنامه‌ش کو"),
        # the silent ه that speech drops
        ("پرونده", "پروندم گیر کرده"),
        ("گواهینامه", "گواهینامم نیومد"),
        # spaces inside a phrase, endings inside it too
        ("فهرست بها", "فهرست‌بها"),
        ("فهرست بها", "فهرستبها"),
        ("فهرست بها", "فهرست بهاء"),
        ("گواهی نامه", "گواهینامه"),
        ("گواهی نامه", "گواهی‌نامه‌ی من"),
        ("طرح عمرانی", "طرح‌های عمرانی"),
        ("طرح عمرانی", "طرحهای عمرانی"),
        ("تبدیل وضعیت", "تبدیل‌وضعیت‌شدگان"),
        ("باز نمی‌شود", "باز نمی شود"),
        # letters of one sound, spoken «ون», digits
        ("رتبه", "رطبه شرکت"),
        ("پروژه", "پروزه مدرسه"),
        ("خیابان", "خیابون ما"),
        ("پایه ۵", "پایه 5 ابنیه"),
        ("پایه ۵", "پایه٥"),
        ("تمام", "تموم شد"),
        # one slip of the finger in a long word
        ("پیمانکاری", "پیمانکری"),
        ("گواهی نامه", "گواهنامه"),
        ("سالنامه‌ها", "سالنامه"),
        ("آمارگیری", "آمارگیریی"),
        # other scripts and signs
        ("شکایت", "ﺷﮑﺎﯾﺖ دارم"),
        ("مدیریت", "مُدیریتِ سازمان"),
        ("چگنی", "شهرستان دوره (چگنی)."),
        ("آمار", "«آمار»،"),
        ("SAJAT", "dar sajat upload kardam"),
        ("sajat", "سامانه SAJAT"),
        # Persian in Latin letters
        ("رتبه بندی", "salam rotbe bandi"),
        ("رتبه بندی", "rotbebandi sherkat"),
        ("پیمانکاری", "peymankary"),
        ("پیمانکار", "paymankarha"),
        ("سرشماری", "sarshomarie jadid"),
        ("استخدامی", "azmoon estekhdami"),
        ("صلاحیت", "salahiyatemoon"),
    ],
)
def test_a_keyword_is_heard_in_every_spelling(phrase, text):
    assert finds(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("آمار", "بیماری پدرم"),
        ("آمار", "آمارگیر آمد"),
        ("سد", "به دست ما نمی‌رسد"),
        ("سد", "فاسد"),
        ("سد", "سدی"),
        ("سد", "صد تومان"),
        ("راه", "همراه"),
        ("راه", "راهنما"),
        ("راه", "راهرو"),
        ("پل", "پلدختر"),
        ("پل", "دیپلم"),
        ("پل", "پلان"),
        ("کار", "پیمانکار"),
        ("کار", "کارت"),
        ("آب", "جواب و حساب و ارباب"),
        ("هنگ", "هنگام بارگذاری"),
        ("محروم", "محرومیت"),
        ("پایه", "5پایه"),
        ("فهرست بها", "فهرست. بها"),
        ("قیر", "غیر قابل قبول"),
        ("معلولان", "شهرستان معمولان"),
        ("انتقالی", "نظر انتقادی"),
        ("می‌دوانند", "می‌توانند"),
        ("رتبه", "robot"),
        ("مدیر", "madaram"),
        ("حراست", "roosta"),
        ("زمین", "zemne khedmat"),
    ],
)
def test_another_word_is_not_heard(phrase, text):
    assert not finds(phrase, text)


def test_known_limit_an_ending_may_make_another_word():
    assert finds("آمار", "سفر به امارات")


def test_the_longer_phrase_speaks_for_its_words():
    rules = compiled(rule("r1", "EDU", "آزمون=5"), rule("r2", "HRD", "آزمون استخدامی=3"))

    decision = decided(rules, "زمان آزمون استخدامی")

    assert decision.points == (("HRD", 3),)


def test_a_word_outside_the_longer_phrase_is_still_heard():
    rules = compiled(rule("r1", "EDU", "آزمون=5"), rule("r2", "HRD", "آزمون استخدامی=3"))

    decision = decided(rules, "آزمون استخدامی و آزمون دوره")

    assert decision.points == (("EDU", 5), ("HRD", 3))


def test_a_longer_phrase_for_another_kind_silences_nothing():
    rules = compiled(rule("r1", "EDU", "آزمون=5"), rule("r2", "HRD", "آزمون استخدامی=3", kinds=["praise"]))

    assert decided(rules, "آزمون استخدامی").unit == "EDU"


def test_a_phrase_worth_nothing_hushes_its_own_rule_only():
    rules = compiled(rule("r1", "INSP", "تشکر=4", "با تشکر=0"), rule("r2", "PR", "تشکر=2"))

    assert decided(rules, "نامه فرستادم. با تشکر").points == (("PR", 2),)
    assert decided(rules, "از همه تشکر دارم").points == (("INSP", 4), ("PR", 2))


def test_the_exact_word_is_preferred_to_one_with_an_ending():
    rules = compiled(rule("r1", "STAT", "آمار=9"), rule("r2", "DESK", "امارات=2"))

    assert decided(rules, "امارات").points == (("DESK", 2),)


def test_a_keyword_counts_once_however_often_it_is_said():
    rules = compiled(rule("r1", "PROJ", "پروژه=3"))

    assert decided(rules, "پروژه پروژه پروژه").points == (("PROJ", 3),)


def test_two_spacings_of_one_keyword_count_once_at_the_better_weight():
    rules = compiled(rule("r1", "CONT", "پیمانکار=3", "پیمان کار=5"))

    assert decided(rules, "پیمانکار").points == (("CONT", 5),)
    assert decided(rules, "پیمان‌کار").points == (("CONT", 5),)


@pytest.mark.parametrize(
    "text", ["", " ", "؟؟؟", "\u200c", "می", "ها", "ا" * 20_000, "a" * 20_000, "ی " * 5_000]
)
def test_any_text_is_read(text):
    rules = compiled(rule("r1", "STAT", "آمار", "سلام"))

    assert decided(rules, text, subject=text).unit == "DESK"


@pytest.mark.parametrize("seed", range(5))
def test_tree_when_phrases_are_many_then_it_finds_what_a_plain_search_finds(seed):
    random = Random(seed)
    # Letters that are part of no ending and sound like no other: each word is one word only, however it is read.
    words = ["".join(random.choices("بجچخفکگپ", k=random.choice((3, 4)))) for _word in range(60)]
    phrases = [tuple(random.choices(words, k=random.choice((1, 2, 3)))) for _phrase in range(2000)]
    text = random.choices(words, k=150)

    matches = PhraseIndex(zip(phrases, range(2000), strict=True)).search(" ".join(text))

    found = {number for *_place, entries in matches for number in entries}
    places = {tuple(text[start : start + size]) for start in range(150) for size in (1, 2, 3)}
    assert found == {number for number, phrase in enumerate(phrases) if phrase in places}
    assert found
