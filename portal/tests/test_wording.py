"""The wording check at its doors: every text that staff can edit, every template and every file of texts."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.utils import translation

from directory.admin.organization import ServiceAdmin
from directory.models import Service, Unit, User
from portal.kernel.wording import Deterrent, findings
from portal.ui.wording import EXPLANATIONS, is_free_text, no_deterring_words

BASE = Path(settings.BASE_DIR)
THREAT = "مسئولیت صحت مطالب بر عهدهٔ فرستنده است."
FIXED_TEXTS = sorted(
    path
    for folder in ("templates", "directory/data", "surveys/data")
    for path in (BASE / folder).rglob("*")
    if path.suffix in {".html", ".txt", ".subject", ".csv", ".json"}
)


@pytest.mark.parametrize("path", FIXED_TEXTS, ids=lambda path: path.relative_to(BASE).as_posix())
def test_fixed_text_when_read_then_it_frightens_nobody(path: Path) -> None:
    assert findings(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", admin.site._registry.values(), ids=lambda page: type(page).__name__)
@pytest.mark.django_db
def test_page_of_staff_when_it_edits_a_text_then_the_wording_is_checked(page: admin.ModelAdmin) -> None:
    request = RequestFactory().get("/admin/")
    request.user = User(username="root", is_staff=True, is_superuser=True)
    is_edited = page.has_add_permission(request) or page.has_change_permission(request)
    fields = page.get_form(request).base_fields if is_edited else {}

    unchecked = {
        name
        for name, field in fields.items()
        if is_free_text(field) and no_deterring_words not in field.validators
    }
    assert unchecked <= page.private_texts


def test_explanations_when_counted_then_each_kind_of_phrase_has_one() -> None:
    assert set(EXPLANATIONS) == set(Deterrent)


@pytest.mark.django_db
def test_service_when_its_summary_frightens_then_it_is_refused_with_the_sentence_and_the_reason() -> None:
    unit = Unit.objects.create(code="DESK", name_fa="میز خدمت")
    request = RequestFactory().get("/admin/")
    request.user = User(username="root", is_staff=True, is_superuser=True)
    form = ServiceAdmin(Service, admin.site).get_form(request)
    given = {"code": "s01", "title_fa": "آمار", "unit": unit.pk, "order": 1, "is_active": "on"}

    with translation.override("fa"):
        kind, threatening = (
            form({**given, "summary_fa": "آمار شهرستان‌ها."}),
            form({**given, "summary_fa": THREAT}),
        )

        assert kind.is_valid(), kind.errors
        assert "«مسئولیت صحت مطالب بر عهدهٔ فرستنده است»" in threatening.errors["summary_fa"][0]


def test_check_when_texts_lie_in_lists_and_mappings_then_they_are_found() -> None:
    no_deterring_words([{"step": "مدارک را بیاورید"}, 3, None])
    with pytest.raises(ValidationError):
        no_deterring_words([{"step": ["مدارک را بیاورید", THREAT]}])


def test_explanation_when_the_sentence_holds_markup_then_the_message_holds_none() -> None:
    with pytest.raises(ValidationError) as refused:
        no_deterring_words(f"<img src=x> {THREAT}")

    assert "<img" not in refused.value.messages[0]
