"""Telling the type of a file by what is in it; its name and the sender's word count for nothing.

Only the few types of PRODUCT.md section 14 are known. Sound may come in a container that can also hold moving
pictures (WebM, Ogg, MP4): then its list of tracks is read, and one picture track is enough to refuse the file.
"""

from collections.abc import Callable, Iterator


def sniff(content: bytes) -> str | None:
    """Return the type of a file's content, or None for everything that is not let in."""
    return next((kind for kind, is_one in _TESTS.items() if is_one(content)), None)


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff")


def _is_png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n\x1a\n")


def _is_webp(content: bytes) -> bool:
    return content.startswith(b"RIFF") and content[8:12] == b"WEBP"


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-")


# --- Ogg (RFC 3533): pages; the first page of every track carries the mark of its codec ---------------------------

_OGG_SOUND = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC", b"fishead")


def _is_ogg_audio(content: bytes) -> bool:
    firsts = list(_ogg_first_pages(content))
    return bool(firsts) and all(first.startswith(_OGG_SOUND) for first in firsts)


def _ogg_first_pages(content: bytes) -> Iterator[bytes]:
    at = 0
    while content[at : at + 4] == b"OggS" and len(content) > at + 27 and content[at + 5] & 2:
        segments = content[at + 26]
        start = at + 27 + segments
        end = start + sum(content[at + 27 : start])
        yield content[start:end]
        at = end


# --- WebM (RFC 8794 and RFC 9559): elements of id, size and content ----------------------------------------------

_EBML, _SEGMENT, _CLUSTER, _TRACKS = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1654AE6B
_ENTRY, _CODEC = 0xAE, 0x86
#: Elements in a row that are read, far more than any recorder writes: a file made of the smallest would take seconds.
_MOST_ELEMENTS = 1_000


class _EndlessRow(Exception):
    """There are more elements in a row than are read."""


def _is_webm_audio(content: bytes) -> bool:
    try:
        codecs = list(_webm_codecs(content))
    except _EndlessRow:
        return False
    return bool(codecs) and all(codec in (b"A_OPUS", b"A_VORBIS") for codec in codecs)


def _webm_codecs(content: bytes) -> Iterator[bytes]:
    if not content.startswith(b"\x1a\x45\xdf\xa3"):
        return
    for name, segment in _elements(content):
        if name == _SEGMENT:
            tracks = next((inside for part, inside in _elements(segment) if part == _TRACKS), b"")
            for entry, inside in _elements(tracks):
                if entry == _ENTRY:
                    yield next((codec for part, codec in _elements(inside) if part == _CODEC), b"")


def _elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each element's id and content; one of unknown size, as recorders write them, reaches to the end.

    Raises `_EndlessRow`.
    """
    at = 0
    for _turn in range(_MOST_ELEMENTS):
        if at >= len(content):
            return
        name, at = _number(content, at, keep_mark=True)
        size, at = _number(content, at, keep_mark=False)
        if name is None or size is None:
            return
        yield name, content[at : at + size]
        at += size
    raise _EndlessRow


def _number(content: bytes, at: int, *, keep_mark: bool) -> tuple[int | None, int]:
    """Read a number of variable length (RFC 8794 section 4); with all its bits set it means "unknown"."""
    if at >= len(content) or not content[at]:
        return None, at
    length = 9 - content[at].bit_length()
    value = int.from_bytes(content[at : at + length], "big")
    if keep_mark:
        return value, at + length
    bits = 7 * length
    value &= (1 << bits) - 1
    return (len(content) if value == (1 << bits) - 1 else value), at + length


# --- MP4 (ISO/IEC 14496-12): boxes of size, name and content -----------------------------------------------------


def _is_mp4_audio(content: bytes) -> bool:
    if content[4:8] != b"ftyp":
        return False
    handlers = [handler[8:12] for handler in _boxes_at(content, (b"moov", b"trak", b"mdia", b"hdlr"))]
    return b"soun" in handlers and b"vide" not in handlers


def _boxes_at(content: bytes, path: tuple[bytes, ...]) -> Iterator[bytes]:
    for name, inside in _boxes(content):
        if name == path[0]:
            yield from _boxes_at(inside, path[1:]) if path[1:] else (inside,)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        size, name, head = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = len(content) - at
        if size < head:
            return
        yield name, content[at + head : at + size]
        at += size


# --- MP3 (ISO/IEC 11172-3): frames, perhaps behind an ID3 tag -----------------------------------------------------

_KBITS = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _is_mp3(content: bytes) -> bool:
    """Want two frames in a row: the mark of one alone is too short to be no accident."""
    at = behind_id3(content)
    first = _frame_bytes(content[at : at + 4])
    return bool(first and (len(content) <= at + first or _frame_bytes(content[at + first : at + first + 4])))


def behind_id3(content: bytes) -> int:
    """Return where the sound begins, behind a tag that names singer and song, if there is one."""
    if not content.startswith(b"ID3") or len(content) < 10:
        return 0
    high, upper, lower, low = content[6:10]
    return 10 + (high << 21 | upper << 14 | lower << 7 | low)


def _frame_bytes(head: bytes) -> int | None:
    """Return the length of the layer III frame with this head, or None where it is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, bitrate, rate, padding = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or bitrate in (0, 15) or rate == 3:
        return None
    samples = 144 if version == 3 else 72
    return samples * _KBITS[version == 3][bitrate] * 1000 // _HERTZ[version][rate] + padding


_TESTS: dict[str, Callable[[bytes], bool]] = {
    "image/jpeg": _is_jpeg,
    "image/png": _is_png,
    "image/webp": _is_webp,
    "application/pdf": _is_pdf,
    "audio/ogg": _is_ogg_audio,
    "audio/webm": _is_webm_audio,
    "audio/mp4": _is_mp4_audio,
    "audio/mpeg": _is_mp3,
}
