"""What is never right in a Persian text: faults of spelling and spacing, and words that only offices use."""

import re

ZWNJ = "\u200c"
LETTER = "ءآأؤئابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
#: What is code, not Persian: tags, placeholders, JSON, addresses.
TAG = re.compile(r"<[^<>]*>|%\(\w+\)[sd]|\{\w*\}|\{\"[^{}]*\}|https?://\S+")

#: Only what no careful Persian text contains.
STYLE = {
    "Arabic yeh, kaf or alef maksura": re.compile("[\u064a\u0643\u0649]"),
    "two spaces": re.compile(r"(?<=\S)  +(?=\S)"),
    "straight quotation mark (write «»)": re.compile('"'),
    "three dots (write …)": re.compile(r"\.\.\."),
    "«می» or «نمی» parted by a space (write a half-space)": re.compile(
        rf"(?<![{LETTER}{ZWNJ}])ن?می +(?=[{LETTER}])"
    ),
    "«ها» parted by a space (write a half-space)": re.compile(
        rf"(?<=[{LETTER}]) +ها(?:ی|یی|یش|یشان)?(?![{LETTER}{ZWNJ}])"
    ),
    "half-space at the edge of a word": re.compile(rf"{ZWNJ}(?:{ZWNJ}|\s|$)|(?:^|\s){ZWNJ}"),
    "half-space beside what is no letter": re.compile(
        rf"(?<![{LETTER}\u0654]){ZWNJ}|{ZWNJ}(?=[0-9۰-۹.،؛:؟!»)(«])"
    ),
    "half-space after a letter that does not join": re.compile(
        rf"[آأاادذرزژو]{ZWNJ}(?=ها(?:ی|یی|یش)?(?![{LETTER}]))"
    ),
    "«می» or «نمی» joined (write a half-space)": re.compile(
        rf"(?<![{LETTER}{ZWNJ}])ن?می(?=(?:شو|کن|خواه|توان|رود|آید|ده[دمی]|گیر|ماند|نویس|بین|گوی|دان|رس[دمی]))"
    ),
    "«ها» joined to a silent he (write a half-space)": re.compile(rf"هها(?![{LETTER}])"),
    "«تر» parted by a space (write a half-space)": re.compile(
        rf"(?<=[{LETTER}]) +تر(?:ین)?(?![{LETTER}{ZWNJ}])"
    ),
    "«ای», «ام», «اند» parted by a space (write a half-space)": re.compile(
        rf"(?<=ه) +(?:ای|ام|اید|ایم|اند)(?![{LETTER}{ZWNJ}])"
    ),
    "one word of two (write «آن‌ها», «این‌جا», «هیچ‌کس»)": re.compile(
        rf"(?<![{LETTER}{ZWNJ}])(?:آنها|اینها|اینجا|آنجا|همینجا|اینکه|آنکه|هیچکس|هیچکدام|همینطور|همانطور)(?![{LETTER}])"
    ),
    "he with hamze as one letter (write «هٔ»)": re.compile("\u06c0|\u06c2|ه\u0654\u0654"),
    "«شماره پرونده» without its hamze (write «شمارهٔ پرونده»)": re.compile(
        "(?:شماره|شناسنامه) (?:پرونده|خدمت)"
    ),
    "Latin digits in a Persian text": re.compile(rf"(?<![A-Za-z0-9./-])(?<![A-Za-z] )[0-9]+(?= ?[{LETTER}])"),
    "percent sign of Latin digits (write ٪)": re.compile(r"[۰-۹]\s?%(?!\()"),
    "no space behind a mark": re.compile(rf"[،؛؟!](?=[{LETTER}۰-۹])"),
    "space before a full stop or colon": re.compile(rf"(?<=[{LETTER}]) [.:!](?:\s|$)"),
    "space inside brackets or quotation marks": re.compile(r"[(«]\s|\s[)»]"),
    "apostrophe": re.compile(rf"(?<=[{LETTER}])['’]|['‘](?=[{LETTER}])"),
    "Latin comma, semicolon or question mark": re.compile(rf"(?<=[{LETTER}])[,;?]"),
    "space before a mark": re.compile(r"\s[،؛؟]"),
    "«کاربر گرامی» (say what happened instead)": re.compile("کاربر(?:ان)? گرامی"),
}

#: What an office says and nobody else, with what to say instead; texts of laws are quoted as they are.
OFFICIALESE = {
    "نمودن (کردن)": re.compile(
        rf"(?<![{LETTER}])(?:می{ZWNJ})?نمای(?:ید|ند|د|یم)(?![{LETTER}])|(?<![{LETTER}])نموده?(?![{LETTER}])"
    ),
    "گردیدن (شدن)": re.compile(rf"(?<![{LETTER}])(?:می{ZWNJ}گردد|گردید|گردیده|می{ZWNJ}گردند)(?![{LETTER}])"),
    "می‌باشد (است)": re.compile(rf"می{ZWNJ}باش"),
    "ذی‌ربط، مربوطه، فوق‌الذکر (نامش را ببرید)": re.compile(
        rf"ذی{ZWNJ}ربط|مربوطه|فوق{ZWNJ}?الذکر|مشارالیه|نامبرده"
    ),
    "لذا، چنانچه، کلیه (پس، اگر، همه)": re.compile(
        rf"(?<![{LETTER}])(?:لذا|چنانچه|کلیهٔ?|بدین{ZWNJ}?وسیله)(?![{LETTER}])"
    ),
    "خواهشمند است، مبذول (بنویسید، بکنید)": re.compile("خواهشمند|مبذول|مقتضی است"),
    "با موفقیت (بگویید چه شد)": re.compile("با موفقیت"),
    "نامعتبر (بگویید چه کم است)": re.compile("نامعتبر|معتبر نیست"),
    "عدم، فاقد، جهت (نبودن، بی، برای)": re.compile(rf"(?<![{LETTER}])(?:عدم|فاقد|جهت) (?=[{LETTER}])"),
    "ارباب‌رجوع (شما، مردم)": re.compile(rf"ارباب[{ZWNJ} ]رجوع"),
    "صبر و شکیبایی (بگویید کی)": re.compile("شکیبایی"),
}


def style_faults(text: str) -> list[str]:
    """Return the names of the style faults in a text; markup, placeholders and addresses are not looked at."""
    plain = TAG.sub("·", text)
    return [fault for fault, pattern in STYLE.items() if pattern.search(plain)]


def office_words(text: str) -> list[str]:
    """Return the names of the office's own words in a text."""
    return [fault for fault, pattern in OFFICIALESE.items() if pattern.search(text)]
