"""The Persian catalogue: extraction, merging, review, compilation."""

import gettext
import re
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from portal.management.catalogue import review, store
from portal.management.catalogue.extract import Text, python_texts, template_texts, texts_of


def checkout(
    folder: Path, *, python: str = "", template: str = "", entries: tuple[polib.POEntry, ...] = ()
) -> Path:
    """Make a small checkout with one module, one template and a catalogue."""
    (folder / "feedback" / "tests").mkdir(parents=True)
    (folder / "feedback" / "forms.py").write_text(python, encoding="utf-8")
    (folder / "feedback" / "tests" / "test_forms.py").write_text("_('never extracted')", encoding="utf-8")
    (folder / "templates").mkdir()
    (folder / "templates" / "page.html").write_text(template, encoding="utf-8")
    catalogue = store.read(folder / "none.po")
    catalogue.extend(entries)
    store.write(catalogue, po_of(folder))
    return folder


def po_of(folder: Path) -> Path:
    return folder / "portal" / "locale" / "fa" / "LC_MESSAGES" / "django.po"


def run(folder: Path, *arguments: str) -> str:
    output = StringIO()
    call_command("messages", *arguments, root=folder, stdout=output)
    return output.getvalue()


def test_python_texts_when_functions_are_renamed_then_all_are_found() -> None:
    source = """
from django.utils import translation
from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy as p, npgettext
a = _("Subject")
b = ngettext("%(count)s day", "%(count)s days", n) % {"count": n}
c = p("verb", "Answer")
d = npgettext("noun", "answer", "answers", n)
e = translation.gettext("Two "
    "lines")
f = _(variable)
g = other("not a message")
"""

    texts = set(python_texts(source))

    assert texts == {
        Text("Subject"),
        Text("%(count)s day", "%(count)s days"),
        Text("Answer", "", "verb"),
        Text("answer", "answers", "noun"),
        Text("Two lines"),
    }


def test_python_texts_when_underscore_is_not_a_translation_then_nothing_is_found() -> None:
    assert list(python_texts("for _ in range(3):\n    _('x')")) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% translate "Subject" %}', {Text("Subject")}),
        ("{% trans 'It\\'s' %}{% translate \"It's 5 %\" as x %}", {Text("It\\"), Text("It's 5 %%")}),
        ('{% translate "Answer" context "verb" %}', {Text("Answer", "", "verb")}),
        (
            "{% blocktranslate trimmed %}\n  Dear\n  {{ name }}\n{% endblocktranslate %}",
            {Text("Dear %(name)s")},
        ),
        (
            "{% blocktranslate count n=days %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}",
            {Text("%(n)s day", "%(n)s days")},
        ),
        (
            '{% include "x.html" with label=_("Phone") only %}{{ x|default:_("None") }}',
            {Text("Phone"), Text("None")},
        ),
        ("<p>plain</p>{# translate 'no' #}", set()),
    ],
)
def test_template_texts(source: str, expected: set[Text]) -> None:
    assert set(template_texts(source)) == expected


def test_texts_of_when_tests_hold_texts_then_they_are_left_out(tmp_path: Path) -> None:
    folder = checkout(
        tmp_path,
        python="from django.utils.translation import gettext as _\n_('Phone')",
        template='{% translate "Phone" %}',
    )

    assert texts_of(folder) == {Text("Phone"): {"feedback/forms.py", "templates/page.html"}}


def test_messages_when_texts_changed_then_translations_are_kept_and_the_rest_is_dropped(
    tmp_path: Path,
) -> None:
    folder = checkout(
        tmp_path,
        template='{% translate "Phone" %}{% translate "Email" %}',
        entries=(
            polib.POEntry(msgid="Phone", msgstr="تلفن"),
            polib.POEntry(msgid="Fax", msgstr="دورنگار"),
        ),
    )

    output = run(folder)

    assert output == "2 texts, 1 without a translation\n"
    stored = store.read(po_of(folder))
    assert [(entry.msgid, entry.msgstr, entry.occurrences) for entry in stored] == [
        ("Email", "", [("templates/page.html", "")]),
        ("Phone", "تلفن", [("templates/page.html", "")]),
    ]


def test_messages_when_run_twice_then_the_file_stays_the_same(tmp_path: Path) -> None:
    template = '{% translate "b" %}{% translate "B" %}{% translate "a" context "x" %}{% translate "a" %}' + (
        "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
    )
    folder = checkout(tmp_path, template=template)
    run(folder)
    first = po_of(folder).read_bytes()

    run(folder)

    assert po_of(folder).read_bytes() == first


def test_messages_when_a_text_becomes_counted_then_one_plural_entry_remains(tmp_path: Path) -> None:
    python = (
        "from django.utils.translation import gettext, ngettext\ngettext('day')\nngettext('day', 'days', n)"
    )
    entry = polib.POEntry(msgid="day", msgid_plural="days", msgstr_plural={0: "روز", 1: "روز"})
    folder = checkout(tmp_path, python=python, entries=(entry,))

    run(folder)

    assert [(e.msgid, e.msgid_plural, e.msgstr_plural) for e in store.read(po_of(folder))] == [
        ("day", "days", {0: "روز", 1: "روز"})
    ]


def test_check_when_all_is_well_then_it_says_so(tmp_path: Path) -> None:
    folder = checkout(
        tmp_path, template='{% translate "Phone" %}', entries=(polib.POEntry(msgid="Phone", msgstr="تلفن"),)
    )

    assert run(folder, "--check") == "The Persian catalogue is complete.\n"


def test_check_when_things_are_wrong_then_each_is_listed_and_nothing_is_written(tmp_path: Path) -> None:
    entries = (
        polib.POEntry(msgid="Empty", msgstr=""),
        polib.POEntry(msgid="Doubtful", msgstr="مشکوک", flags=["fuzzy"]),
        polib.POEntry(msgid="Gone", msgstr="رفته"),
        polib.POEntry(msgid="Dear %(name)s", msgstr="%(nam)s عزیز"),
    )
    names = ("Missing", "Empty", "Doubtful")
    template = "".join(f'{{% translate "{name}" %}}' for name in names)
    template += "{% blocktranslate %}Dear {{ name }}{% endblocktranslate %}"
    folder = checkout(tmp_path, template=template, entries=entries)
    before = po_of(folder).read_bytes()
    output = StringIO()

    with pytest.raises(CommandError, match=r"^5 faults"):
        call_command("messages", "--check", root=folder, stdout=output)

    assert output.getvalue().splitlines() == [
        "fuzzy: 'Doubtful'",
        "missing: 'Missing' (templates/page.html)",
        "obsolete: 'Gone'",
        "placeholders differ: 'Dear %(name)s' -> '%(nam)s عزیز'",
        "untranslated: 'Empty'",
    ]
    assert po_of(folder).read_bytes() == before


@pytest.mark.parametrize(
    ("translation", "fits"),
    [("%(n)s روز", True), ("یک روز", True), ("%(m)s روز", False)],
)
def test_placeholders_fit_when_the_singular_leaves_the_number_out(translation: str, fits: bool) -> None:
    entry = polib.POEntry(msgid="one day", msgid_plural="%(n)s days")

    assert review.placeholders_fit(entry, translation) is fits


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("پاسخ شما می‌رسد؛ فایل‌ها را ببینید، «پرونده» همین است…", []),
        ("علی و كريم", ["Arabic yeh, kaf or alef maksura"]),
        ("پاسخ شما می رسد", ["«می» or «نمی» parted by a space (write a half-space)"]),
        ("دیده نمی شود", ["«می» or «نمی» parted by a space (write a half-space)"]),
        ("قدیمی شد", []),
        ("فایل های شما", ["«ها» parted by a space (write a half-space)"]),
        ("پیام هایی که", ["«ها» parted by a space (write a half-space)"]),
        ("پیام  شما", ["two spaces"]),
        ('این "پرونده"', ["straight quotation mark (write «»)"]),
        ('<a href="%(url)s">پرونده</a>', []),
        ('برای نمونه {"item": "A", "op": "any_of"}؛ خالی: همیشه', []),
        ("صبر کنید...", ["three dots (write …)"]),
        ("نام, نشانی", ["Latin comma, semicolon or question mark"]),
        ("نام ، نشانی", ["space before a mark"]),
        ("فایل\u200c و نامه", ["half-space at the edge of a word"]),
        ("کاربر گرامی", ["«کاربر گرامی» (say what happened instead)"]),
        ("https://example.ir/?a=b,c", []),
        ("میشود و نمیدانم", ["«می» or «نمی» joined (write a half-space)"]),
        ("میزان و نمیرا", []),
        ("نامهها", ["«ها» joined to a silent he (write a half-space)"]),
        ("کار\u200cها", ["half-space after a letter that does not join"]),
        ("برنامه\u200cریزی، سوءاستفاده\u200cای", []),
        ("کوچک تر است", ["«تر» parted by a space (write a half-space)"]),
        ("نوشته اید", ["«ای», «ام», «اند» parted by a space (write a half-space)"]),
        ("آنها را ببینید", ["one word of two (write «آن\u200cها», «این\u200cجا», «هیچ\u200cکس»)"]),
        ("خانۀ ما", ["he with hamze as one letter (write «هٔ»)"]),
        ("شماره پرونده", ["«شماره پرونده» without its hamze (write «شمارهٔ پرونده»)"]),
        ("تا 15 روز", ["Latin digits in a Persian text"]),
        ("سطح AA راهنمای WCAG 2.2 است؛ SHA-256 نشانه", []),
        ("۹۵% پاسخ‌ها", ["percent sign of Latin digits (write ٪)"]),
        ("نام،نشانی", ["no space behind a mark"]),
        ("تمام شد .", ["space before a full stop or colon"]),
        ("( اختیاری)", ["space inside brackets or quotation marks"]),
        ("نام\u200c‌خانوادگی", ["half-space at the edge of a word", "half-space beside what is no letter"]),
    ],
)
def test_style_faults(text: str, faults: list[str]) -> None:
    assert review.style_faults(text) == faults


@pytest.mark.parametrize(
    "text",
    [
        "لطفاً کلیهٔ فیلدهای ستاره‌دار را تکمیل نمایید.",
        "شمارهٔ همراه نامعتبر است.",
        "درخواست شما با موفقیت ثبت گردید.",
        "به شکایات فاقد مشخصات ترتیب اثر داده نمی‌شود.",
        "به واحد ذی‌ربط ارجاع شد.",
        "در دست بررسی می‌باشد.",
        "ضمن تشکر از صبر و شکیبایی شما",
        "سنجش میزان رضایت ارباب‌رجوع",
        "چنانچه کد را گم کرده‌اید",
    ],
)
def test_office_words_when_an_office_speaks_then_they_are_found(text: str) -> None:
    assert review.office_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "سه جا هنوز کار دارد.",
        "شمارهٔ همراه ۱۱ رقم است؛ این یکی ۱۰ رقم دارد.",
        "اگر کد را گم کرده‌اید یک گام برگردید.",
        "نمای ساختمان، نماینده، جهت‌ها، معدوم",
    ],
)
def test_office_words_when_people_speak_then_there_are_none(text: str) -> None:
    assert review.office_words(text) == []


def test_fixed_pages_when_read_then_their_persian_is_plain_and_well_spaced() -> None:
    for name in ("500.html", "503.html"):
        source = (Path(settings.BASE_DIR) / "templates" / name).read_text(encoding="utf-8")
        texts = [text for text in re.findall(r">([^<>]+)<", source) if re.search("[\u0600-\u06ff]", text)]

        assert texts
        assert [(text, review.style_faults(text), review.office_words(text)) for text in texts] == [
            (text, [], []) for text in texts
        ]


def test_compile_when_the_catalogue_is_newer_then_gettext_reads_context_and_plural(tmp_path: Path) -> None:
    folder = checkout(
        tmp_path,
        entries=(
            polib.POEntry(msgid="Phone", msgstr="تلفن"),
            polib.POEntry(msgid="Answer", msgctxt="verb", msgstr="پاسخ دهید"),
            polib.POEntry(
                msgid="%(n)s day", msgid_plural="%(n)s days", msgstr_plural={0: "یک روز", 1: "%(n)s روز"}
            ),
            polib.POEntry(msgid="Doubtful", msgstr="مشکوک", flags=["fuzzy"]),
        ),
    )

    first, second = run(folder, "--compile"), run(folder, "--compile")

    assert (first, second) == ("1 catalogues compiled\n", "0 catalogues compiled\n")
    with po_of(folder).with_suffix(".mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    assert catalogue.gettext("Phone") == "تلفن"
    assert catalogue.pgettext("verb", "Answer") == "پاسخ دهید"
    assert catalogue.ngettext("%(n)s day", "%(n)s days", 3) == "%(n)s روز"
    assert catalogue.gettext("Doubtful") == "Doubtful"
