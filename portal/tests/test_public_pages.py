"""Every public page, in both languages, as it is sent: its skeleton, its addresses, its weight.

The pages are those of the list for search engines, so a new one joins by itself, and those that are never listed.
"""

import gzip
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles import finders
from django.shortcuts import render
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoDbBlocker

from feedback.tests.factories import make_receipt
from feedback.tests.pages import make_basics, opened, received, send, text_of
from portal.crawlers import public_addresses
from portal.kernel.text import fold
from portal.tests.once import made_once
from surveys.services import load_default_questionnaires

PREFIXES = {"fa": "", "en": "/en"}
UNLISTED = ["/track/", "/track/case/", "/feedback/received/", "/nowhere/", "/contact/?q=آمار"]
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
#: Article 9 of decree 1127128 of the High Administrative Council, in the words that were received.
ARTICLE_9 = [
    (
        "هر فردی حق دارد در صورت مشاهده یا اطلاع از تخلفات اداری و نقض قوانین و مقررات در هر یک از دستگاه "
        "های اجرایی، موارد مشاهده یا اطلاع خود را به مراجع نظارتی درون سازمانی و برون سازمانی گزارش کند."
    ),
    (
        "شهروندان حق دارند تا سیاست ها، فرآیندها، تصمیمات و اقدامات دستگاه های اجرایی را نقد نموده و نظر "
        "انتقادی خود را در چارچوب مقررات ابراز کنند."
    ),
    (
        "دستگاه های اجرایی به آزادی بیان نظرهای شخصی، ارزیابی های انتقادی و پیشنهادهای اصلاحی مراجعین و "
        "رسانه ها احترام گذاشته و فضای تحمل نظرات مخالف را در درون خود نهادینه کنند."
    ),
    (
        "دستگاه های اجرایی باید از نصب هر گونه آگهی در محیط های اداری که مراجعین را از بیان نظر انتقادی "
        "منع کرده یا بترساند، اجتناب کنند."
    ),
    (
        "دستگاه های اجرایی موظف‌اند هنگام ورود مراجعین برگه نظرسنجی (به صورت فیزیکی یا الکترونیکی) در "
        "اختیار آنها قرار دهند و نظر ایشان را در خصوص نحوه گردش کار، تطبیق یا عدم تطبیق آن با اطلاعات "
        "اعلام شده قبلی و رفتار متصدیان انجام کار جویا شوند و نتایج آن را به طور منظم در اصلاح فرایندها و "
        "تشویق و تنبیه کارکنان خود مورد استفاده قرار دهند."
    ),
    (
        "دستگاه های اجرایی می بایست حسب شرایط، نسبت به راه اندازی، استقرار و یا روزآمد کردن سیستم های "
        "ارتباط دوسویه نظیر صندوق پیشنهادات و انتقادات، پست صوتی و درگاه (پرتال) سازمانی، به منظور ارائه "
        "شناسنامه خدمات و فعالیت ها و اخذ دیدگاه های مردم اقدام نمایند."
    ),
]
#: What cannot be read aloud in the language around it: any Persian word, and more than a name in Latin letters.
FOREIGN = {
    "en": re.compile("[\u0600-\u06ff]{2,}"),
    "fa": re.compile("[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}"),
}
#: Sections whose first part stands in the margin and whose second beside it; a third would lie over that (LOOK.md).
SECTIONS = {"sec", "sec noprint"}
#: Signs of the other script, and a blank before a sign.
MISTYPED = {"en": re.compile("[،؛؟]|\\s[,;]"), "fa": re.compile(r"[;?]|\s[،؛؟]|\w,\s")}
ADDRESSES = ("src", "href", "action", "formaction", "data", "poster", "srcset")
#: Links whose files a browser asks for with the page.
LOADED = {"stylesheet", "icon", "preload", "manifest"}


class Reader(HTMLParser):
    """Read a page into what the rules below look at."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.foreign: list[str] = []
        self.said: list[str] = []
        #: How many parts each section of two columns has.
        self.parts: list[int] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if self.open and self.open[-1][1].get("class") in SECTIONS:
            self.parts[-1] += 1
        if dict(attrs).get("class") in SECTIONS:
            self.parts.append(0)
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        language = next((attrs["lang"] for _tag, attrs in reversed(self.open) if attrs.get("lang")), None)
        is_read = not any(tag in ("title", "script", "template", "pre") for tag, _attrs in self.open)
        if is_read:
            self.said.append(data)
        if is_read and language and FOREIGN[language].search(data):
            self.foreign.append(data.strip())

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    yield from made_once(_site, django_db_blocker)


def _site() -> None:
    make_basics()
    load_default_questionnaires()


pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _soon(settings: LazySettings) -> None:
    settings.FORM_MIN_SECONDS = 0


def addresses(language: str) -> list[str]:
    with override(language):
        listed = [reverse(name, kwargs=parts) for name, parts in public_addresses()]
    return listed + [PREFIXES[language] + path for path in UNLISTED]


def pages(client: Client, language: str) -> Iterator[tuple[str, str]]:
    """Yield every page with its address, and two states of the form."""
    for address in addresses(language):
        yield address, text_of(client.get(address))
    prefix = PREFIXES[language]
    fields = opened(client, prefix=prefix)
    yield "refused", text_of(send(client, {**fields, "body": "", "phone": "1"}, prefix=prefix))
    received(client, prefix)
    yield "receipt", text_of(client.get(f"{prefix}/feedback/received/"))
    receipt = make_receipt()
    client.post(f"{prefix}/track/", {"code": receipt.code})
    yield "case", text_of(client.get(f"{prefix}/track/case/"))


def skeleton_faults(page: Reader) -> Iterator[str]:
    levels = [int(tag[1]) for tag, _attrs in page.tags if re.fullmatch("h[1-6]", tag)]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"not one h1, first: {levels}"
    yield from (f"h{low} under h{high}" for high, low in pairwise(levels) if low > high + 1)
    for landmark in ("header", "nav", "main", "footer"):
        if len(page.all(landmark)) < 1:
            yield f"no {landmark}"
    ids = [str(attrs["id"]) for _tag, attrs in page.tags if attrs.get("id")]
    yield from (f"id {name} twice" for name in sorted({name for name in ids if ids.count(name) > 1}))
    links = page.all("a")
    if (links[0].get("class"), links[0].get("href")) != ("skip", "#main") or "main" not in ids:
        yield "the first link does not skip to the text"
    named = [str(value) for _tag, attrs in page.tags for name, value in attrs.items() if name in REFERENCES]
    yield from (f"nothing is called {name}" for name in " ".join(named).split() if name not in ids)
    yield from (f"without a name: {attrs}" for attrs in page.all("nav") if not attrs.get("aria-label"))


REFERENCES = {"for", "aria-describedby", "aria-labelledby", "aria-controls"}


def typing_faults(page: Reader, language: str) -> Iterator[str]:
    said = "".join(page.said)
    for found in MISTYPED[language].finditer(said):
        yield f"mistyped: {said[max(found.start() - 20, 0) : found.end() + 20]!r}"


def inline_faults(page: Reader) -> Iterator[str]:
    for tag, attrs in page.tags:
        if tag == "style" or "style" in attrs or any(name.startswith("on") for name in attrs):
            yield f"inline: {tag} {attrs}"
        if tag == "script" and not attrs.get("src") and attrs.get("type") != "application/ld+json":
            yield f"inline: {tag} {attrs}"


def address_faults(page: Reader, home: str) -> Iterator[str]:
    for tag, attrs in page.tags:
        for name in ADDRESSES:
            value = attrs.get(name) or ""
            if re.match(r"(?:[a-z]+:)?//|data:|javascript:", value) and not value.startswith(home + "/"):
                yield f"{tag} {name}={value}"


@pytest.mark.parametrize("language", ["fa", "en"])
def test_public_pages_when_read_then_nothing_is_amiss(
    client: Client, settings: LazySettings, language: str
) -> None:
    faults = []
    for address, source in pages(client, language):
        page = Reader(source)
        found = [*skeleton_faults(page), *inline_faults(page), *address_faults(page, settings.PUBLIC_URL)]
        found += [f"without its language: {words}" for words in page.foreign]
        found += [f"a section of {count} parts" for count in page.parts if count > 2]
        found += typing_faults(page, language)
        html = page.all("html")[0]
        if (html.get("lang"), html.get("dir")) != (language, "rtl" if language == "fa" else "ltr"):
            found.append(f"html {html}")
        faults += [(address, fault) for fault in found]

    assert faults == []


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("status", [400, 403, 404, 413, 429])
def test_error_page_when_read_then_nothing_is_amiss(
    rf: RequestFactory, settings: LazySettings, status: int, language: str
) -> None:
    with override(language):
        source = render(rf.get("/"), f"{status}.html", status=status).content.decode()
    page = Reader(source)

    faults = [*skeleton_faults(page), *inline_faults(page), *address_faults(page, settings.PUBLIC_URL)]
    assert [*faults, *page.foreign] == []
    assert page.all("html")[0]["lang"] == language
    assert "noindex" in source


@pytest.mark.parametrize("status", [500, 503])
def test_fixed_error_page_when_read_then_it_speaks_both_languages_and_asks_nobody_else(
    settings: LazySettings, status: int
) -> None:
    page = Reader((Path(settings.BASE_DIR) / "templates" / f"{status}.html").read_text(encoding="utf-8"))

    assert [*inline_faults(page), *address_faults(page, settings.PUBLIC_URL), *page.foreign] == []
    assert [attrs["lang"] for _tag, attrs in page.tags if attrs.get("lang")] == ["fa", "en"]


@pytest.mark.parametrize("language", ["fa", "en"])
def test_public_pages_when_read_then_each_names_itself_and_its_twin(
    client: Client, settings: LazySettings, language: str
) -> None:
    for address in addresses(language)[: -len(UNLISTED)]:
        links = Reader(text_of(client.get(address))).all("link")
        (own,) = (link["href"] for link in links if link["rel"] == "canonical")
        twins = {link["hreflang"]: link["href"] for link in links if link.get("hreflang")}

        assert own == twins[language] == settings.PUBLIC_URL + address
        assert set(twins) == {"fa", "en", "x-default"}
        assert twins["x-default"] == twins["fa"]


@pytest.mark.parametrize("path", ["/track/case/", "/feedback/received/", "/nowhere/", "/en/track/case/"])
def test_private_page_when_read_then_it_is_kept_out_of_search(client: Client, path: str) -> None:
    client.post("/track/", {"code": make_receipt().code})
    response = client.get(path)
    page = text_of(response)

    assert 'rel="canonical"' not in page
    assert 'name="robots" content="noindex"' in page or response["X-Robots-Tag"] == "noindex, nofollow"


# --- What robots and home screens are given ----------------------------------------------------------------------


def test_sitemap_when_read_then_it_lists_the_public_pages_with_their_twins_and_no_other(
    client: Client,
) -> None:
    response = client.get("/sitemap.xml")
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    tree = ElementTree.fromstring(response.content)
    listed = [str(url.findtext("s:loc", namespaces=names)) for url in tree.findall("s:url", names)]

    assert response["Content-Type"].startswith("application/xml")
    assert len(listed) == len(set(listed)) == 2 * len(list(public_addresses()))
    assert not [url for url in listed if re.search("/(track|admin|accounts|reports|received|files)/", url)]
    assert all(len(url.findall("x:link", names)) == 3 for url in tree.findall("s:url", names))


def test_robots_when_they_ask_then_private_pages_are_closed_and_the_list_is_named(
    client: Client, settings: LazySettings
) -> None:
    lines = text_of(client.get("/robots.txt")).splitlines()

    assert {"Disallow: /admin/", "Disallow: /track/case/", "Disallow: /en/track/case/"} <= set(lines)
    assert f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml" in lines


@pytest.mark.parametrize(("language", "direction"), [("fa", "rtl"), ("en", "ltr")])
def test_manifest_when_read_then_it_names_the_site_in_the_language(
    client: Client, language: str, direction: str
) -> None:
    (link,) = (
        link
        for link in Reader(text_of(client.get(f"{PREFIXES[language]}/"))).all("link")
        if link["rel"] == "manifest"
    )
    about = json.loads(client.get(str(link["href"])).content)

    assert (about["lang"], about["dir"], about["start_url"]) == (
        language,
        direction,
        f"{PREFIXES[language]}/",
    )
    assert about["icons"][0]["src"].endswith(".svg")


# --- Weight ------------------------------------------------------------------------------------------------------


def weight(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def test_page_when_the_browser_takes_it_compressed_then_it_comes_so(client: Client) -> None:
    packed = client.get("/about/rights/", headers={"accept-encoding": "gzip"})
    plain = client.get("/about/rights/")
    robots = client.get("/robots.txt", headers={"accept-encoding": "gzip"})

    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
    assert gzip.decompress(packed.content) == plain.content
    assert [answer.has_header("Content-Encoding") for answer in (plain, robots)] == [False, False]
    assert "Accept-Encoding" in plain["Vary"]


@pytest.mark.parametrize("wish", ["en", "de-DE,de;q=0.9,en;q=0.1", "*", ";;q=x"])
@pytest.mark.parametrize(
    "path", ["/about/rights/", "/en/about/rights/", "/about/", "/nowhere/", "/accounts/login/"]
)
def test_page_when_a_browser_prefers_a_language_then_the_address_alone_decides(
    client: Client, path: str, wish: str
) -> None:
    plain, wished = client.get(path), client.get(path, headers={"accept-language": wish})

    language = "en" if path.startswith("/en/") else "fa"
    assert [answer["Content-Language"] for answer in (plain, wished)] == [language] * 2
    assert wished.status_code == plain.status_code
    assert "Accept-Language" not in wished.get("Vary", "")


@pytest.mark.parametrize("clause", ARTICLE_9)
def test_strategy_when_it_quotes_the_law_then_word_for_word(client: Client, clause: str) -> None:
    page = re.sub(r"<[^>]+>", " ", client.get("/about/strategy/").content.decode())

    # How words are joined and spelt is ours; which words they are is not.
    assert re.sub(r"\s", "", fold(clause)) in re.sub(r"\s", "", fold(page))


def content_of(client: Client, address: str) -> bytes:
    if not address.startswith("/static/"):
        return bytes(client.get(address).content)
    return Path(str(finders.find(address.removeprefix("/static/")))).read_bytes()


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize(("path", "requests"), [("/", 6), ("/feedback/new/complaint/", 5)])
def test_page_when_weighed_on_a_first_visit_then_it_keeps_to_its_budget(
    client: Client, settings: LazySettings, path: str, requests: int, language: str
) -> None:
    settings.FONT_AVAILABLE = False
    response = client.get(PREFIXES[language] + path)
    page = Reader(text_of(response))
    links = [link["href"] for link in page.all("link") if link["rel"] in LOADED]
    files = {
        str(name) for name in [*links, *(part.get("src") for part in page.all("script", "img", "source"))]
    }
    sizes = {"page": weight(response.content), **{name: weight(content_of(client, name)) for name in files}}

    assert sum(sizes.values()) <= 40 * 1024, sizes
    assert sum(sizes.values()) + FONT <= 100 * 1024, sizes
    assert len(sizes) <= requests, sizes


#: Bytes that the optional font adds: two files and their style sheet (`portal/embedded/fonts.py`).
FONT = 46_308 + 34_524 + 1_000


def test_script_when_every_public_page_is_read_then_one_small_file_is_all(client: Client) -> None:
    asked = {
        str(script["src"])
        for language in PREFIXES
        for _address, source in pages(client, language)
        for script in Reader(source).all("script")
        if script.get("src")
    }
    sizes = [Path(str(finders.find(name.removeprefix("/static/")))).stat().st_size for name in asked]

    assert sum(sizes) <= 12 * 1024


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/fa/", "/"),
        ("/fa/services/", "/services/"),
        ("/fa/feedback/new/complaint/?unit=STAT", "/feedback/new/complaint/?unit=STAT"),
    ],
)
def test_address_when_it_names_persian_then_it_leads_to_the_page_without_the_name(
    client: Client, asked: str, led_to: str
) -> None:
    response = client.get(asked)

    assert (response.status_code, response.headers["Location"]) == (301, led_to)


@pytest.mark.parametrize(
    "asked", ["/fa//example.org/", "/fa/%5Cexample.org/", "/fa/%09/example.org/", "/fa/fa/"]
)
def test_address_when_it_names_persian_and_another_site_then_it_leads_nowhere(
    client: Client, asked: str
) -> None:
    assert client.get(asked).status_code == 404
