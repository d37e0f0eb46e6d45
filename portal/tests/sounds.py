"""Small sound files and films, built byte by byte: containers with one track and next to nothing in it."""


def _sized(length: int) -> bytes:
    return (length | 1 << 28).to_bytes(4, "big")


def _element(name: str, content: bytes, *, is_open: bool = False) -> bytes:
    size = b"\x01" + b"\xff" * 7 if is_open else _sized(len(content))
    return bytes.fromhex(name) + size + content


def webm(*codecs: bytes) -> bytes:
    """Return a WebM file as a browser's recorder writes it: a segment and clusters of unknown size."""
    tracks = b"".join(_element("ae", _element("86", codec)) for codec in codecs or (b"A_OPUS",))
    segment = _element("1549a966", b"\x00" * 8) + _element("1654ae6b", tracks)
    segment += _element("1f43b675", b"\xa3\x81\x00" * 20, is_open=True)
    return _element("1a45dfa3", _element("4282", b"webm")) + _element("18538067", segment, is_open=True)


def webm_film() -> bytes:
    return webm(b"A_OPUS", b"V_VP8")


def _page(content: bytes, *, first: bool) -> bytes:
    return b"OggS\x00" + bytes([2 if first else 0]) + b"\x00" * 20 + b"\x01" + bytes([len(content)]) + content


def ogg(*codecs: bytes) -> bytes:
    pages = [_page(codec, first=True) for codec in codecs or (b"OpusHead\x01\x01",)]
    return b"".join(pages) + _page(b"OpusTags", first=False) + _page(b"\x80theora said nobody", first=False)


def ogg_film() -> bytes:
    return ogg(b"\x01vorbis", b"\x80theora")


def boxed(name: bytes, content: bytes) -> bytes:
    """Return a box of an MP4 file."""
    return (len(content) + 8).to_bytes(4, "big") + name + content


def m4a(*handlers: bytes, told: bytes = b"") -> bytes:
    """Return an MP4 file whose table of tracks stands behind the data, as phones write it.

    `told` is what the phone says of the recording: in both places for it, and as the time in the table's head.
    """
    tracks = (
        boxed(b"trak", boxed(b"mdia", boxed(b"hdlr", b"\x00" * 8 + handler + b"\x00" * 12)))
        for handler in handlers or (b"soun",)
    )
    return (
        boxed(b"ftyp", b"M4A \x00\x00\x00\x00")
        + boxed(b"mdat", b"\x00" * 64)
        + boxed(b"moov", _told(told) + b"".join(tracks))
    )


def _told(words: bytes) -> bytes:
    if not words:
        return b""
    head = boxed(b"mvhd", b"\x00" * 4 + words[:8].ljust(8, b"\x00") + b"\x00\x00\x03\xe8" + b"\x00" * 84)
    return head + boxed(b"udta", boxed(b"\xa9xyz", words)) + boxed(b"meta", b"\x00" * 4 + words)


def mp4_film() -> bytes:
    return m4a(b"soun", b"vide")


def mp3(*, tag: bool = False) -> bytes:
    """Return three frames of 128 kbit/s at 44.1 kHz, behind an ID3 tag when asked for."""
    frame = b"\xff\xfb\x90\x00" + b"\x00" * 413
    head = b"ID3\x04\x00\x00\x00\x00\x01\x00" + b"\x00" * 128 if tag else b""
    return head + frame * 3
