"""The citizen's pages: filling in a survey, being thanked, reading the results, voting on a page."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from directory.models import User
from portal.ui import challenge
from surveys import services
from surveys.enums import Change, Flag, ItemKind, Page
from surveys.models import AnswerValue, PageVote, Questionnaire, Response, Suspicion, Version
from surveys.tests.factories import add_item, make_draft, make_published, make_service, publish

pytestmark = pytest.mark.django_db

#: Long enough after opening for nobody to look like a machine (seconds).
LATER = 60


@pytest.fixture
def client() -> Client:
    """Return a browser for which every check against forgery is on, as outside the tests."""
    return Client(enforce_csrf_checks=True)


def text_of(response: Any) -> str:
    return response.content.decode()


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def errors_of(page: str) -> list[str]:
    return [unescape(error) for error in re.findall(r'<p class="err"[^>]*>(.*?)</p>', page, re.DOTALL)]


def opened(client: Client, slug: str = "visit", prefix: str = "", seconds: float = LATER) -> dict[str, Any]:
    """Open a survey and return what its page carries along, as if it had been open for some seconds."""
    page = text_of(client.get(f"{prefix}/surveys/{slug}/"))
    token = challenge.new_token(timezone.now() - timedelta(seconds=seconds))
    return {"version": value_of(page, "version"), "form_token": token}


def send(client: Client, fields: dict[str, Any], slug: str = "visit", prefix: str = "", **extra: Any) -> Any:
    """Send a survey as browsers do; bytes travel as they are."""
    body = urlencode(fields, doseq=True)
    address = f"{prefix}/surveys/{slug}/"
    return client.post(address, body, content_type="application/x-www-form-urlencoded", **extra)


def make_responses(version: Version, count: int, *, days_ago: int = 5, **changes: Any) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    for number in range(count):
        sent = {"SAT": ["5"], "WAY": ["desk"], **changes.get("answers", {})}
        services.submit_response(
            version=version,
            answers=sent,
            service=None,
            language="fa",
            token=f"{days_ago}-{number}",
            at=at,
            seconds=changes.get("seconds", 100),
        )


# --- Opening ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("prefix", "words"), [("", "نظرسنجی خدمات"), ("/en", "Service survey")])
def test_index_when_opened_then_it_lists_the_open_surveys(client: Client, prefix: str, words: str) -> None:
    services.load_default_questionnaires()

    page = text_of(client.get(f"{prefix}/surveys/"))

    assert words in page
    assert f'href="{prefix}/surveys/service/"' in page
    assert f'href="{prefix}/surveys/site/"' in page
    assert f'href="{prefix}/surveys/results/"' in page


def test_index_when_nothing_is_open_then_it_says_so(client: Client) -> None:
    make_draft()

    assert "نظرسنجی بازی نیست" in text_of(client.get("/surveys/"))
    assert "نظرسنجی بازی نیست" in text_of(client.get("/surveys/results/"))


@pytest.mark.parametrize(("prefix", "word"), [("", "کاملاً موافقم"), ("/en", "Strongly agree")])
def test_survey_when_opened_then_every_question_has_native_controls(
    client: Client, prefix: str, word: str
) -> None:
    services.load_default_questionnaires()

    page = text_of(client.get(f"{prefix}/surveys/service/"))

    radios = re.findall(r'<input type="radio" name="S_FLOW" value="(\w+)"', page)
    assert radios == ["5", "4", "3", "2", "1", "97"]
    assert page.count("<legend>") == 13
    assert page.count('<div class="scale">') == 11
    assert word in page
    assert "data-opens" in page
    assert re.search(r'name="S_MATCH" value="2"[^>]*data-opens', page)
    assert not re.search(r'name="S_MATCH" value="96"[^>]*data-opens', page)
    assert "checked" not in page


def test_survey_when_opened_then_no_cookie_is_set(client: Client) -> None:
    make_published()

    for path in ("/surveys/", "/surveys/visit/", "/surveys/visit/thanks/", "/surveys/results/"):
        assert not client.get(path).cookies


@pytest.mark.parametrize("code", ["s02", "unknown", "", "s02%00", "<b>"])
def test_survey_when_the_address_names_a_service_then_it_is_chosen_if_it_exists(
    client: Client, code: str
) -> None:
    make_published(asks_service=True)
    make_service("s01")
    make_service("s02")

    page = text_of(client.get(f"/surveys/visit/?service={code}"))

    assert re.findall(r'<option value="(\w*)" selected', page) == (["s02"] if code == "s02" else [""]) or (
        code != "s02" and " selected" not in page
    )


@pytest.mark.parametrize("slug", ["nothing", "draft"])
def test_survey_when_there_is_none_then_404(client: Client, slug: str) -> None:
    make_draft("draft")

    assert client.get(f"/surveys/{slug}/").status_code == 404
    assert client.post(f"/surveys/{slug}/", {"version": "1"}).status_code == 404
    assert client.get("/surveys/nothing/thanks/").status_code == 404


def test_survey_when_a_page_is_made_then_few_queries_are_made(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    services.load_default_questionnaires()
    for number in range(13):
        make_service(f"s{number:02}")
    client.get("/surveys/site/")

    client.get("/surveys/service/")  # draws what is kept of it
    # The version, and the mark under which the services to choose from are kept.
    with django_assert_num_queries(2):
        client.get("/surveys/service/")
    with django_assert_num_queries(1):
        client.get("/surveys/site/")
    with django_assert_num_queries(1):
        client.get("/surveys/")
    with django_assert_num_queries(1):
        client.get("/surveys/service/thanks/")


def test_survey_when_its_questions_are_kept_then_token_and_choice_are_each_visitors_own(
    client: Client,
) -> None:
    version = make_published(asks_service=True)
    make_service("s01")

    first, again = (text_of(client.get("/surveys/visit/")) for _visitor in range(2))
    chosen = text_of(client.get("/surveys/visit/?service=s01"))
    english = text_of(client.get("/en/surveys/visit/"))
    refused = text_of(send(client, opened(client) | {"WAY": "phone"}))
    blank = text_of(client.get("/surveys/visit/"))
    make_service("s02")
    other = text_of(client.get("/surveys/visit/"))
    draft = services.copy_to_draft(version_id=version.pk, actor=User.objects.create(is_superuser=True))
    draft.items.filter(code="SAT").update(wording_fa="پرسش تازه")
    publish(draft, change=Change.MINOR)
    newer = text_of(client.get("/surveys/visit/"))

    def bare(page: str) -> str:
        return page.replace(value_of(page, "form_token"), "")

    assert len({value_of(page, "form_token") for page in (first, again, chosen, english, blank)}) == 5
    assert bare(first) == bare(again) == bare(blank)
    assert ('value="s01" selected' in chosen, 'value="s01" selected' in blank) == (True, False)
    assert ("What is SAT?" in english, "What is SAT?" in again) == (True, False)
    assert (" checked" in refused, " checked" in blank) == (True, False)
    assert ('value="s02"' in blank, 'value="s02"' in other) == (False, True)
    assert ("پرسش تازه" in other, "پرسش تازه" in newer) == (False, True)


# --- Sending ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("prefix", "language"), [("", "fa"), ("/en", "en")])
def test_survey_when_filled_in_then_it_is_stored_and_thanked_for(
    client: Client, prefix: str, language: str
) -> None:
    make_published(asks_service=True)
    service = make_service()
    sent = opened(client, prefix=prefix) | {"SAT": "4", "COMMENT": "خوب بود", "service": "s01"}

    response = send(client, sent, prefix=prefix)
    thanks = client.get(response["Location"])

    assert (response.status_code, response["Location"]) == (303, f"{prefix}/surveys/visit/thanks/")
    assert not response.cookies
    stored = Response.objects.get()
    assert (stored.language, stored.service, stored.flags) == (language, service, [])
    assert thanks.status_code == 200
    for kind in ("complaint", "praise", "misconduct"):
        assert f'href="{prefix}/feedback/new/{kind}/"' in text_of(thanks)


def test_survey_when_sent_twice_then_it_counts_once_and_thanks_twice(client: Client) -> None:
    make_published()
    sent = opened(client) | {"SAT": "4"}

    answers = [send(client, sent).status_code for _time in range(2)]

    assert answers == [303, 303]
    assert Response.objects.count() == 1


def test_survey_when_the_compulsory_question_is_blank_then_all_that_was_typed_is_kept(client: Client) -> None:
    make_published(asks_service=True)
    make_service()
    sent = opened(client) | {
        "service": "s01",
        "WAY": "phone",
        "VISITS": "۳",
        "PLACE": "باجهٔ «۲»",
        "COMMENT": "سلام\nخط <دوم>",
    }

    response = send(client, sent)
    page = text_of(response)

    assert response.status_code == 200
    assert page.partition("<title>")[2].startswith("یک جا هنوز کار دارد")
    assert '<a href="#id_SAT">پرسش ۱: یکی از پاسخ‌ها را انتخاب کنید.</a>' in page
    assert re.search(
        r'<fieldset class="bad" id="id_SAT" tabindex="-1" aria-describedby="id_SAT_error">', page
    )
    assert errors_of(page) == ["پرسش ۱: یکی از پاسخ‌ها را انتخاب کنید."]
    assert '<option value="s01" selected' in page
    assert re.search(r'name="WAY" value="phone"[^>]* checked', page)
    assert 'value="۳"' in page
    assert "سلام\nخط &lt;دوم&gt;</textarea>" in page
    assert value_of(page, "PLACE") == "باجهٔ «۲»"
    assert value_of(page, "form_token") == sent["form_token"]
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"SAT": "6"}, "SAT"),
        ({"SAT": ["5", "1"]}, "SAT"),
        ({"SAT": "5\x00"}, "SAT"),
        ({"SAT": "5" * 100_000}, "SAT"),
        ({"SAT": b"\xed\xa0\x80"}, "SAT"),
        ({"SAT": "1", "WHY": ["time", "gift"]}, "WHY"),
        ({"SAT": "5", "WAY": "<script>alert(1)</script>"}, "WAY"),
        ({"SAT": "5", "AGAIN": "maybe"}, "AGAIN"),
        ({"SAT": "5", "VISITS": "سه"}, "VISITS"),
        ({"SAT": "5", "VISITS": "9" * 5000}, "VISITS"),
        ({"SAT": "5", "PLACE": "ب" * 100_000}, "PLACE"),
        ({"SAT": "5", "COMMENT": "ب" * 100_000}, "COMMENT"),
        ({"SAT": "5", "service": "s99"}, "service"),
        ({"SAT": "5", "service": "s01\x00"}, "service"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_survey_when_an_answer_is_forged_or_too_long_then_the_page_says_so(
    client: Client, prefix: str, bad: dict[str, Any], code: str
) -> None:
    make_published(asks_service=True)
    make_service()

    response = send(client, opened(client, prefix=prefix) | bad, prefix=prefix)
    page = text_of(response)

    assert response.status_code == 200
    assert f'<a href="#id_{code}">' in page
    assert len(errors_of(page)) == 1
    assert "<script>alert" not in page
    assert not Response.objects.exists()


@pytest.mark.parametrize("words", ["\x00\x07متن\u202e", b"\xed\xa0\x80\xd9\x85\xd8\xaa\xd9\x86", "متن\r\n"])
def test_survey_when_a_text_hides_signs_then_they_are_gone(client: Client, words: Any) -> None:
    make_published()

    send(client, opened(client) | {"SAT": "5", "COMMENT": words})

    stored = AnswerValue.objects.exclude(text="").get().text
    assert stored.replace("\N{REPLACEMENT CHARACTER}", "") == "متن"


def test_survey_when_a_hidden_question_is_answered_then_it_is_not_stored(client: Client) -> None:
    make_published()

    send(client, opened(client) | {"SAT": "5", "WHY": ["time"], "NEVER_ASKED": "1"})

    assert list(AnswerValue.objects.values_list("item__code", flat=True)) == ["SAT"]


def test_survey_when_sent_at_once_or_by_a_robot_then_it_is_taken_and_flagged(client: Client) -> None:
    make_published()

    fast = send(client, opened(client, seconds=0) | {"SAT": "5"})
    trapped = send(client, opened(client) | {"SAT": "5", "homepage": "http://example.org"})

    assert (fast.status_code, trapped.status_code) == (303, 303)
    assert sorted(Response.objects.values_list("flags", flat=True)) == [[Flag.SPEEDING], [Flag.TRAPPED]]


@pytest.mark.parametrize("token", ["", "forged", "x" * 10_000, "\x00", "نشانه", "a.1:b"])
def test_survey_when_the_token_is_not_ours_then_it_is_shown_again_with_a_new_one(
    client: Client, token: str
) -> None:
    make_published()

    page = text_of(send(client, opened(client) | {"form_token": token, "SAT": "4"}))
    again = send(client, {"version": "1", "form_token": value_of(page, "form_token"), "SAT": "4"})

    assert "خیلی وقت باز مانده بود" in page
    assert re.search(r'name="SAT" value="4"[^>]* checked', page)
    assert again.status_code == 303


def test_survey_when_open_for_more_than_a_day_then_it_is_shown_again(client: Client) -> None:
    make_published()
    sent = opened(client, seconds=24 * 3600 + 5)

    page = text_of(send(client, sent | {"SAT": "4"}))

    assert "خیلی وقت باز مانده بود" in page
    assert not Response.objects.exists()


def test_survey_when_its_version_was_retired_meanwhile_then_it_is_kept_with_that_version(
    client: Client,
) -> None:
    first = make_published()
    sent = opened(client) | {"SAT": "4"}
    second = Version.objects.create(questionnaire=first.questionnaire, number=2, heading_fa="دوم")
    section = second.sections.create(title_fa="در مجموع", order=1)
    add_item(section, "OTHER", ItemKind.FIVE_POINT, scale="SAT5")
    publish(second, at=timezone.now())

    response = send(client, sent)

    assert response.status_code == 303
    assert Response.objects.get().version == first


def test_survey_when_its_version_was_retired_days_ago_then_the_new_one_is_shown(client: Client) -> None:
    first = make_published()
    second = services.start_draft(questionnaire=first.questionnaire, draft=Version(heading_fa="دوم"))
    section = second.sections.create(title_fa="در مجموع", order=1)
    add_item(section, "SAT", ItemKind.FIVE_POINT, scale="SAT5")
    publish(second, at=timezone.now() - timedelta(days=2))

    page = text_of(send(client, opened(client) | {"version": "1", "SAT": "4"}))

    assert "خیلی وقت باز مانده بود" in page
    assert value_of(page, "version") == "2"
    assert not Response.objects.exists()


def test_survey_when_closed_meanwhile_then_an_open_form_is_still_taken(client: Client) -> None:
    version = make_published()
    sent = opened(client) | {"SAT": "4"}
    services.retire_version(version_id=version.pk, actor=None, at=timezone.now())

    response = send(client, sent)

    assert response.status_code == 303
    assert client.get(response["Location"]).status_code == 200
    assert client.get("/surveys/visit/").status_code == 404


@pytest.mark.parametrize(
    "headers", [{"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "https://elsewhere.example"}]
)
def test_survey_when_another_site_sends_it_then_it_is_refused(
    client: Client, headers: dict[str, str]
) -> None:
    make_published()

    response = send(client, opened(client) | {"SAT": "4"}, **headers)

    assert response.status_code == 403
    assert not Response.objects.exists()


# --- Results ----------------------------------------------------------------------------------------------------


def test_results_when_nine_responded_then_there_are_no_figures(client: Client) -> None:
    make_responses(make_published(), 9)

    page = text_of(client.get("/surveys/results/"))

    assert "هنوز کم‌تر از ۱۰ پاسخ" in page
    assert "٪</b>" not in page
    assert 'class="chart"' not in page


def test_results_when_ten_responded_then_each_share_has_its_number_and_interval(client: Client) -> None:
    version = make_published()
    make_responses(version, 8)
    make_responses(version, 2, days_ago=6, answers={"SAT": ["1"], "WAY": []})

    page = text_of(client.get("/surveys/results/"))

    assert "<b>۸۰٪</b>" in page
    assert "۴۹٪ تا ۹۴٪" in page
    assert (
        'aria-label="خیلی راضی: ۸۰٪، راضی: ۰٪، نه راضی نه ناراضی: ۰٪، ناراضی: ۰٪، خیلی ناراضی: ۲۰٪"' in page
    )
    assert '<rect class="q5" x="20.0%" width="79.7%" height="100%"/>' in page
    assert "Option desk" not in page


def test_results_when_in_english_then_bars_grow_from_the_left(client: Client) -> None:
    make_responses(make_published(), 10, answers={"SAT": ["4"]})

    page = text_of(client.get("/en/surveys/results/"))

    assert '<rect class="q4" x="0.0%" width="99.7%" height="100%"/>' in page
    assert "<b>100%</b>" in page
    assert "72% to 100%" in page


def test_results_when_a_question_has_few_answers_then_only_it_is_hidden(client: Client) -> None:
    version = make_published()
    make_responses(version, 7)
    make_responses(version, 5, days_ago=6, answers={"WAY": []})

    page = text_of(client.get("/surveys/results/"))

    assert page.count("هنوز کم‌تر از ۱۰ پاسخ") == 3
    assert "۱۲ پاسخ" in page
    assert "گزینهٔ desk" not in page


def test_results_when_answers_came_today_then_they_wait_until_their_day_is_settled(client: Client) -> None:
    version = make_published()
    make_responses(version, 10)
    make_responses(version, 30, days_ago=0, answers={"SAT": ["1"]})

    pages = {}
    for days in (0, 3, 4):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            pages[days] = text_of(client.get("/surveys/results/"))

    assert "<b>۱۰۰٪</b>" in pages[0]
    assert "<b>۱۰۰٪</b>" in pages[3]  # a kiosk may still bring answers of that day
    assert "<b>۲۵٪</b>" in pages[4]


def test_results_when_responses_are_flagged_then_they_are_left_out_and_counted(client: Client) -> None:
    version = make_published()
    make_responses(version, 10)
    make_responses(version, 3, days_ago=6, seconds=1, answers={"SAT": ["1"]})

    page = text_of(client.get("/surveys/results/"))

    assert "۳ برگه در این عددها نیامده است" in page
    assert "<b>۱۰۰٪</b>" in page


def test_results_when_a_small_group_is_counted_again_then_they_do_not_move_and_tell_nothing(
    client: Client,
) -> None:
    version = make_published()
    make_responses(version, 10)
    make_responses(version, 6, days_ago=6, answers={"SAT": ["1"]})
    group = Response.objects.earliest("day")
    Response.objects.filter(day=group.day).update(flags=[Flag.TWINS.value])
    place = {"version": version, "mode": group.mode, "unit": None, "day": group.day, "hour": group.hour}
    suspicion = Suspicion.objects.create(**place, flag=Flag.TWINS, count=6)
    editor = User.objects.create(username="editor", is_superuser=True)

    before = text_of(client.get("/surveys/results/"))
    services.decide_suspicion(suspicion_id=suspicion.pk, is_lifted=True, actor=editor, at=timezone.now())
    cache.clear()
    after = text_of(client.get("/surveys/results/"))

    assert Response.objects.counted().count() == 16
    assert "<b>۱۰۰٪</b>" in before
    assert after == before


def test_results_when_people_wrote_something_then_it_is_not_published(client: Client) -> None:
    make_responses(make_published(), 12, answers={"COMMENT": ["راز من این است"], "PLACE": ["باجهٔ پنهان"]})

    page = text_of(client.get("/surveys/results/"))

    assert "راز من" not in page
    assert "باجهٔ پنهان" not in page


def test_results_when_many_responded_then_the_number_of_queries_stays(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    services.load_default_questionnaires()
    services.seed_demo_responses(timezone.now())
    client.get("/surveys/results/")

    # The surveys and the closed quarters; for each survey its days, the sums remembered and how many are left out.
    with django_assert_num_queries(2 + 2 * 3):
        page = text_of(client.get("/surveys/results/"))

    assert page.count('<table class="chart"') == 6
    assert len(page) < 120_000


# --- Votes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prefix", "path", "page"),
    [
        ("", "/surveys/results/", Page.RESULTS),
        ("/en", "/surveys/results/", Page.RESULTS),
        ("", "/about/rights/", Page.RIGHTS),
        ("", "/services/s01/", Page.SERVICE),
        ("/en", "/contact/CONT/", Page.UNIT),
    ],
)
@pytest.mark.parametrize(("vote", "is_useful"), [("yes", True), ("no", False)])
def test_useful_when_voted_then_it_is_counted_and_leads_back(
    client: Client, prefix: str, path: str, page: Page, vote: str, is_useful: bool
) -> None:
    make_service()

    response = client.post(f"{prefix}/surveys/useful/", {"page": prefix + path, "useful": vote})

    assert (response.status_code, response["Location"]) == (303, f"{prefix}{path}?useful=thanks#useful")
    assert not response.cookies
    assert list(PageVote.objects.values_list("page", "is_useful")) == [(page, is_useful)]


def test_useful_when_counted_then_the_page_says_so(client: Client) -> None:
    before = text_of(client.get("/surveys/results/"))
    after = text_of(client.get("/surveys/results/?useful=thanks"))

    assert 'name="page" value="/surveys/results/"' in before
    assert "نظرتان شمرده شد" in after
    assert 'name="useful"' not in after


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"page": "/surveys/results/"},
        {"page": "/surveys/results/", "useful": "maybe"},
        {"page": "", "useful": "yes"},
        {"page": "https://elsewhere.example/", "useful": "yes"},
        {"page": "//elsewhere.example/about/rights/", "useful": "yes"},
        {"page": "/\\elsewhere.example", "useful": "yes"},
        {"page": "/admin/", "useful": "yes"},
        {"page": "/track/", "useful": "yes"},
        {"page": "/healthz", "useful": "yes"},
        {"page": "/surveys/results/\x00", "useful": "yes"},
        {"page": "x" * 100_000, "useful": "yes"},
    ],
)
def test_useful_when_the_page_is_not_in_the_list_then_it_is_refused(
    client: Client, fields: dict[str, str]
) -> None:
    assert client.post("/surveys/useful/", fields).status_code == 400
    assert not PageVote.objects.exists()


def test_useful_when_only_looked_at_or_sent_from_elsewhere_then_it_is_refused(client: Client) -> None:
    fields = {"page": "/surveys/results/", "useful": "yes"}

    assert client.get("/surveys/useful/", fields).status_code == 405
    assert client.post("/surveys/useful/", fields, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    assert not PageVote.objects.exists()


def test_questionnaire_when_its_slug_is_an_address_of_ours_then_it_is_never_made() -> None:
    with pytest.raises(Exception, match="questionnaire_slug_is_free"):
        Questionnaire.objects.create(slug="results", title_fa="نتیجه")
