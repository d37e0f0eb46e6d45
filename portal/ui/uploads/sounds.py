"""Sounds without what a phone or a program writes beside them: who recorded, where and when.

What is heard stays as it came, byte for byte. Browsers and messengers write nothing of the kind into WebM and Ogg.
"""

from collections.abc import Iterator

from portal.ui.uploads.contents import behind_id3

#: Boxes of an MP4 file that tell of the recording, those that hold further boxes, and those that begin with its time.
_TELLING, _OUTER, _TIMED = (
    {b"udta", b"meta", b"uuid"},
    {b"moov", b"trak", b"mdia"},
    {b"mvhd", b"tkhd", b"mdhd"},
)


def wiped(content: bytes, content_type: str) -> bytes:
    """Return the sound without what is written beside it; of types that hold nothing of the kind, as it came."""
    if content_type == "audio/mpeg":
        return _without_tags(content)
    if content_type == "audio/mp4":
        return _without_boxes(content)
    return content


def _without_tags(content: bytes) -> bytes:
    """Leave out the ID3 tag in front and the old one of 128 bytes behind."""
    end = -128 if content[-128:].startswith(b"TAG") else None
    return content[behind_id3(content) : end]


def _without_boxes(content: bytes) -> bytes:
    """Make room that is free of what tells; nothing moves, as the table of sounds counts from the first byte.

    Boxes may lie in boxes deeper than functions may call each other: what is to be read is kept in a list.
    """
    told = bytearray(content)
    unread = [(0, len(told))]
    while unread:
        at, end = unread.pop()
        unread.extend(_wipe(told, at, end))
    return bytes(told)


def _wipe(content: bytearray, at: int, end: int) -> Iterator[tuple[int, int]]:
    """Empty the telling boxes of a row; yield from where to where boxes lie in a box of it."""
    while at + 8 <= end:
        size, name, head = int.from_bytes(content[at : at + 4], "big"), bytes(content[at + 4 : at + 8]), 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = end - at
        if size < head:
            return
        inside, after = at + head, min(at + size, end)
        if name in _TELLING:
            content[at + 4 : at + 8] = b"free"
            _empty(content, inside, after)
        elif name in _OUTER:
            yield inside, after
        elif name in _TIMED:
            # A version and its flags, then when it was made and when it was changed.
            is_long = content[inside : inside + 1] == b"\x01"
            _empty(content, inside + 4, min(inside + (20 if is_long else 12), after))
        at += size


def _empty(content: bytearray, at: int, end: int) -> None:
    content[at:end] = bytes(max(end - at, 0))
