r"""The sets of characters that cleaning and folding treat specially, once for Python and PostgreSQL.

Each set is the inside of a regular expression's bracket, in the escapes that Python's `re` and PostgreSQL's
advanced regular expressions share (``\uXXXX``, ``\UXXXXXXXX``). The sets are written out instead of asked
from `unicodedata`, so that every Python and every PostgreSQL agrees on them, whatever Unicode version it
carries.
"""

ZWNJ = "\u200c"  # the half-space of Persian
ZWJ = "\u200d"
SOFT_HYPHEN = "\u00ad"
TATWEEL = "\u0640"

# PostgreSQL's text cannot hold these: NUL and lone surrogates.
UNSTORABLE = r"\x00\uD800-\uDFFF"

# Nothing is seen of them: control characters, bidi controls, zero-width characters, fillers, format
# characters, variation selectors other than the two of emoji, tag characters, noncharacters.
INVISIBLE = (
    r"\u0001-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F"
    r"\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFDD0-\uFDEF\uFE00-\uFE0D\uFEFF\uFFA0\uFFF0-\uFFFB"
    r"\uFFFE\uFFFF\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF"
)

BREAKS = r"\u000A-\u000D\u0085\u2028\u2029"
ODD_BLANKS = r"\u0009\u00A0\u1680\u2000-\u200A\u202F\u205F\u2800\u3000"

# Forms of Arabic letters for one position in a word, left over by old fonts and PDF files. The signs around
# them (ornate brackets, ﷼) are no such forms.
PRESENTATION = r"\uFB50-\uFDFB\uFE70-\uFEFC"

# Marks that pile up on a letter, of the scripts in which "zalgo" text is made; whole runs of the blocks,
# reserved places included. All are dropped by folding.
MARKS = (
    r"\u0300-\u034E\u0350-\u036F\u0483-\u0489\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A"
    r"\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED\u0711\u0730-\u074A\u0897-\u089F"
    r"\u08CA-\u08E1\u08E3-\u08FF\u0E31\u0E34-\u0E3A\u0E47-\u0E4E\u0EB1\u0EB4-\u0EBC\u0EC8-\u0ECE\u0F71-\u0F7E"
    r"\u0F80-\u0F84\u0F86\u0F87\u0F8D-\u0FBC\u0FC6\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE0E\uFE0F\uFE20-\uFE2F"
)

# Presentation forms that are a mark on a tatweel: with the tatweel gone, a mark.
MARKS_ON_TATWEEL = r"\uFCF2-\uFCF4\uFE71\uFE77\uFE79\uFE7B\uFE7D\uFE7F"

# The gaps of Unicode 13 (PostgreSQL 14) into which Unicode 14–18 put marks or characters with a
# decomposition. Normalisation treats them by version, so folding drops them; most of the scripts are
# historic. The second set lies above U+FFFF and is kept apart for speed: Python tries ranges up there one by
# one.
LATER = (
    r"\u0557\u0558\u058B\u058C\u05C8-\u05CF\u086B-\u089F\u08C8-\u08D2\u0C3A-\u0C3C\u1715-\u171F\u1AC1-\u1AFF\u1DFA"
    r"\u209D-\u209F\uA7CB-\uA7F4"
)
LATER_ASTRAL = (
    r"\U00010570-\U000105FF\U00010768-\U000107FF\U00010D3A-\U00010E5F\U00010EB2-\U00010EFF\U00010F5A-\U00010FAF"
    r"\U00011070-\U0001107E\U00011375-\U000113FF\U00011EF9-\U00011FAF\U00014647-\U000167FF\U00016B90-\U00016E3F"
    r"\U0001B11F-\U0001B14F\U0001BCA4-\U0001CFFF\U0001D127\U0001D128\U0001D246-\U0001D2DF\U0001D6A6\U0001D6A7"
    r"\U0001DAB0-\U0001DFFF\U0001E02B-\U0001E0FF\U0001E150-\U0001E2BF\U0001E300-\U0001E7FF"
)

# Letters that folding drops: the lone and the high hamza with their form, and the Koranic signs among the
# marks. The high hamza comes out of a decomposition too (U+0675–0678).
HIGH_HAMZA = r"\u0674"
SILENT = r"\u0621\u0674\u06DD\u06DE\u06E5\u06E6\u06E9\uFE80"

PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
FULL_WIDTH_DIGITS = "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"
ASCII_DIGITS = "0123456789"

# What is stored: one Persian letter for its look-alikes of Arabic and Urdu keyboards.
TO_PERSIAN = str.maketrans("يىكڪہھەۂ" + ARABIC_DIGITS, "ییککهههۀ" + PERSIAN_DIGITS)

# What is compared, applied after compatibility decomposition and after dropping the marks.
_PUNCTUATION = str.maketrans("،؛؟٪٫٬", ",;?%.,")
_SIMILAR = str.maketrans("يىكڪہھەةۃٱ", "ییککههههها")
_LATIN = str.maketrans("ÆÐØÞĐĦŁŊŒŦƏ", "æðøþđħłŋœŧə")
_GREEK = str.maketrans("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩς", "αβγδεζηθικλμνξοπρστυφχψωσ")
_CYRILLIC = {code: code + (80 if code < 0x0410 else 32) for code in range(0x0400, 0x0430)}
_DIGITS = str.maketrans(PERSIAN_DIGITS + ARABIC_DIGITS, ASCII_DIGITS * 2)
TO_FOLDED: dict[int, int] = _SIMILAR | _DIGITS | _PUNCTUATION | _LATIN | _GREEK | _CYRILLIC
