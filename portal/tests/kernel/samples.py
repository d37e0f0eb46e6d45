"""Texts for testing cleaning and folding: the table of agreed examples, and random mixtures."""

import random

C1 = [  # typed, cleaned, folded; ⌁ stands for the half-space
    ("شكايت علي", "شکایت علی", "شکایت علی"),
    ("علىٰ موسى", "علیٰ موسی", "علی موسی"),
    ("کد ٤٥٦ و 123 و ۷۸۹", "کد ۴۵۶ و 123 و ۷۸۹", "کد 456 و 123 و 789"),
    ("گـــزارش", "گزارش", "گزارش"),
    ("مُدیریتِ برنامه⌁ریزی", "مُدیریتِ برنامه⌁ریزی", "مدیریت برنامه ریزی"),
    ("نامهٔ اداره، خانۀ ما، معاونة", "نامهٔ اداره، خانۀ ما، معاونة", "نامه اداره, خانه ما, معاونه"),
    ("مسئول", "مسئول", "مسیول"),
    ("مسؤول", "مسؤول", "مسوول"),
    ("رأی", "رأی", "رای"),
    ("می⌁⌁شود ⌁ سلام", "می⌁شود سلام", "می شود سلام"),
    ("می\u00adشود", "می⌁شود", "می شود"),
    ("ﺷﮑﺎﯾﺖ ﻻزم", "شکایت لازم", "شکایت لازم"),
    ("abc\u202e123\u202c سلام\u200f", "abc123 سلام", "abc123 سلام"),
    ("ڪار ہمه ھمه", "کار همه همه", "کار همه همه"),
    ("صبر… ½ ﷼", "صبر… ½ ﷼", "صبر... 1⁄2 ریال"),
    ("درخواست ها", "درخواست ها", "درخواست ها"),
    ("درخواستها", "درخواستها", "درخواستها"),
    ("درخواست⌁ها", "درخواست⌁ها", "درخواست ها"),
]

ALPHABETS = (
    "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
    "يىكڪہھەۀۂۃةءأإآؤئٱٵٸ",
    "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0653\u0654\u0655\u0670\u06d6\u06dd\u06e5\u06e9\u0674\u0898\u08ca",
    "۰۱۲۹٠١٢٩0129\uff11①½²",
    "abcXYZÀÉÑßÆØİıſςΣΩЖЁйǅ",
    "،؛؟٪٫٬«»()[]/.!?:-_–—…﷼\u2212\u2043\u060d",
    "\u200c\u200d\u00ad\u200b\u200e\u200f\u061c\u202a\u202e\u2066\u2069\ufeff\u2060\u034f\u0640\u180e\u3164",
    " \t\n\r\x0b\x0c\x85\u00a0\u1680\u2003\u2028\u2029\u202f\u3000\u2800",
    "\ufb56\ufb8e\ufbaa\ufbe9\ufbfc\ufdf2\ufdfa\ufe70\ufe71\ufe77\ufe80\ufedb\ufefb\ufcf2\ufc5e\ufd3e",
    "\u0300\u0301\u0308\u0316\u0323\u0327\u0344\u0488\u20dd\ufe0f\ufe0e\ufe20",
    "😀❤👍🏽🇮🇷\U000e0067\U0001d400\U0001f9d1\U0001fae8",
    "क़ऩ्गがか\u3099각\u1100\u1161\u11a8กำ\u0e33\u0e47บ\u0f73\u0f84ﬁ㎏Ⅷ\U000105c9\U0001e030\U0001d15e",
    "\x01\x1c\x7f\x9f\ufffd\ufffe\ufdd0\ue000",
)


def c1() -> list[tuple[str, str, str]]:
    """Return the agreed examples with real half-spaces."""
    return [
        (typed.replace("⌁", "\u200c"), cleaned.replace("⌁", "\u200c"), folded)
        for typed, cleaned, folded in C1
    ]


def random_texts(count: int, *, seed: int) -> list[str]:
    """Return texts of 1–30 characters, each from a few alphabets and now and then from anywhere in Unicode."""
    source = random.Random(seed)
    return [_random_text(source) for _ in range(count)]


def every_character(size: int) -> list[str]:
    """Return texts that together hold every code point PostgreSQL can store, each between two letters."""
    codes = [code for code in range(1, 0x110000) if not 0xD800 <= code <= 0xDFFF]
    return ["ا" + "ب".join(map(chr, codes[start : start + size])) for start in range(0, len(codes), size)]


def _random_text(source: random.Random) -> str:
    alphabets = source.sample(ALPHABETS, source.randint(1, 4))
    return "".join(_random_character(source, alphabets) for _ in range(source.randint(1, 30)))


def _random_character(source: random.Random, alphabets: list[str]) -> str:
    if source.random() < 0.97:
        return source.choice(source.choice(alphabets))
    code = source.randrange(1, 0x110000 - 0x800)
    return chr(code if code < 0xD800 else code + 0x800)
