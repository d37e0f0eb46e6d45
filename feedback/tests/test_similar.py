"""Similar cases on the page of a case: by the same sender, about the same thing, and only those one may see."""

from datetime import timedelta

import pytest
from django.test import Client

from directory.enums import Role
from directory.models import Unit
from feedback import services
from feedback.enums import Kind
from feedback.models import Case, Word
from feedback.models.similar import MOST, Similar, similar_to
from feedback.services.words import COUNTED
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import text_of

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

WORDS = "رتبه‌بندی پیمانکاران در سامانهٔ ساجات و گواهینامهٔ صلاحیت"


def learned(**changes: object) -> Case:
    """Make a case whose words have reached the vocabulary, as the worker does."""
    case = make_case(**changes)
    services.learn_words(case_ids=[case.pk])
    return case


def seen_by(unit: str, role: Role = Role.OFFICER) -> object:
    return Case.objects.visible_to(make_user(f"{unit}.{role}", unit, role)).queue()


def test_similar_when_phone_or_mail_is_the_same_then_the_newest_come_first() -> None:
    sender = {"phone": "+989160000001", "email": "sender@example.ir", "full_name": "نمونه"}
    case = make_case(**sender)
    by_phone = make_case(phone="+989160000001", at=AT + timedelta(days=1))
    by_mail = make_case(email="sender@example.ir", at=AT + timedelta(days=2))
    make_case(phone="+989160000002", email="other@example.ir")

    assert similar_to(case, seen_by("CONT")).by_sender == [by_mail, by_phone]


def test_similar_when_anonymous_then_nobody_is_taken_for_the_same_sender() -> None:
    case = make_case(is_anonymous=True)
    make_case(is_anonymous=True)

    assert similar_to(case, seen_by("CONT")).by_sender == []


def test_similar_when_rare_words_are_shared_then_the_nearest_come_first() -> None:
    near = learned(subject="رتبه‌بندی", body=f"{WORDS} دوباره")
    nearer = learned(subject="رتبه‌بندی", body=f"{WORDS} کارنامهٔ زاگرس")
    learned(subject="رتبه‌بندی", body="کارت ورود به جلسه")
    case = learned(subject="رتبه‌بندی", body=f"{WORDS} کارنامهٔ زاگرس")

    assert similar_to(case, seen_by("CONT")).by_words == [nearer, near]


@pytest.mark.parametrize("is_written", [False, True])
def test_similar_when_a_hidden_case_names_an_officer_then_his_own_trials_do_not_tell_him(
    is_written: bool,
) -> None:
    """Eight words are asked for, the rarest: a ninth that a hidden case made known would push one of them out."""
    words = ["قوقوقا", "ببببنا", "تتتتنا", "ثثثثنا", "جججججنا", "چچچچچنا", "حححححنا", "خخخخخنا"]
    if is_written:
        learned(about_unit=Unit.objects.get(code="CONT"), subject="شکایت", body="زرینکوهی بدرفتاری کرد")
    trial = make_case(subject="ساجات", body=" ".join([*words, "زرینکوهی"]))
    learned(subject="ساجات", body=" ".join(words[:7]))
    last = learned(subject="ساجات", body=" ".join(words[6:]))
    services.learn_words(case_ids=[trial.pk])

    found = similar_to(trial, seen_by("CONT"))

    assert last in found.by_words


def test_forget_when_only_a_hidden_case_holds_a_word_then_it_leaves_the_vocabulary() -> None:
    make_case(about_unit=Unit.objects.get(code="CONT"), subject="شکایت", body="زرینکوهی بدرفتاری کرد")
    Word.objects.create(word="زرینکوهی", cases=1, forms=[])

    services.forget_words()

    assert not Word.objects.exists()


def test_learn_when_a_word_is_common_then_its_row_is_left_alone() -> None:
    case = learned(subject="رتبه‌بندی", body=WORDS)
    common, rare = Word.objects.order_by("word")[:2]
    Word.objects.filter(pk=common.pk).update(cases=COUNTED)

    services.learn_words(case_ids=[case.pk])

    counts = dict(Word.objects.values_list("word", "cases"))
    assert (counts[common.word], counts[rare.word]) == (COUNTED, 2)


def test_similar_when_many_then_a_few_are_shown() -> None:
    for _number in range(MOST + 2):
        learned(phone="+989160000001", subject="رتبه‌بندی", body=WORDS)
    case = learned(phone="+989160000001", subject="رتبه‌بندی", body=WORDS)

    found = similar_to(case, seen_by("CONT"))

    assert (len(found.by_sender), len(found.by_words)) == (MOST, 2)


def test_similar_when_the_other_case_is_hidden_then_nothing_tells_of_it() -> None:
    """Another unit's, one about the reader's own unit, and a report of misconduct, all by the same sender."""
    same = {"phone": "+989160000001", "body": WORDS, "full_name": "نمونه"}
    foreign = learned(**{**same, "subject": "تخصیص اعتبار بودجه", "body": "تخصیص اعتبار"})
    about = learned(subject="رتبه‌بندی", about_unit=Unit.objects.get(code="CONT"), **same)
    report = learned(subject="رتبه‌بندی", kind=Kind.MISCONDUCT, **same)
    case = learned(subject="رتبه‌بندی", **same)
    client = Client()
    client.force_login(make_user("cont.officer", "CONT"))

    page = text_of(client.get(f"/admin/feedback/case/{case.pk}/change/"))

    assert [one.unit.code for one in (case, foreign)] == ["CONT", "BUD"]
    assert similar_to(case, seen_by("CONT")) == Similar([], [])
    assert "پرونده‌های مشابه" not in page
    assert not [one for one in (foreign, about, report) if f"/case/{one.pk}/" in page]


def test_similar_when_shown_then_each_leads_to_its_page() -> None:
    same = {"phone": "+989160000001", "full_name": "نمونه"}
    other, case = make_case(**same), make_case(**same)
    client = Client()
    client.force_login(make_user("cont.officer", "CONT"))

    page = text_of(client.get(f"/admin/feedback/case/{case.pk}/change/"))

    assert "از همین فرستنده" in page
    assert f'href="/admin/feedback/case/{other.pk}/change/"' in page


def test_next_when_others_wait_then_it_is_mine_or_nobodys_after_this_one() -> None:
    officer, colleague = make_user("cont.officer", "CONT"), make_user("cont.other", "CONT")
    case, taken, free = (make_case(at=AT + timedelta(days=day)) for day in range(3))
    services.take(case_id=taken.pk, actor=colleague, at=AT)
    client = Client()
    client.force_login(officer)

    page = text_of(client.get(f"/admin/feedback/case/{case.pk}/change/"))
    last = text_of(client.get(f"/admin/feedback/case/{free.pk}/change/"))

    assert f'href="/admin/feedback/case/{free.pk}/change/" rel="next"' in page
    assert 'rel="next"' not in last
