"""Files: told by their content, called by a clean name, drawn anew."""

import struct
from collections.abc import Iterator
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image, PngImagePlugin

from portal.tests.sounds import boxed, m4a, mp3, mp4_film, ogg, ogg_film, webm, webm_film
from portal.ui.uploads import (
    MOST_BYTES,
    AttachmentsField,
    UnreadablePicture,
    VoiceField,
    check_count,
    display_name,
    redrawn,
    sniff,
    wiped,
)

ZWNJ = "\u200c"


def picture(form: str = "PNG", size: tuple[int, int] = (8, 6), **options: object) -> bytes:
    target = BytesIO()
    Image.new("RGB", size, "teal").save(target, form, **options)
    return target.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """Return the head of a picture that claims a size it does not have."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    plain = picture()
    return plain[:16] + head + plain[29:]


@pytest.fixture(autouse=True)
def _persian() -> Iterator[None]:
    with translation.override("fa"):
        yield


# --- Types -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (b"%PDF-1.7\n...", "application/pdf"),
        (webm(), "audio/webm"),
        (ogg(), "audio/ogg"),
        (m4a(), "audio/mp4"),
        (mp3(), "audio/mpeg"),
        (mp3(tag=True), "audio/mpeg"),
    ],
)
def test_sniff_when_given_an_allowed_type_then_names_it(content: bytes, kind: str) -> None:
    assert sniff(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"PK\x03\x04 a zip, a docx",
        b"GIF89a/*",
        b"#EXTM3U\nhttp://example.ir/next.mp3\n",
        b"ID3\x04\x00\x00\x00\x00\x00\x00#EXTM3U\n",
        b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR",
        b"MZ\x90\x00",
        b"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00",
        b"OggS",
        b"OggS" + b"\xff" * 60,
        b"\x1a\x45\xdf\xa3",
        b"\x1a\x45\xdf\xa3" + b"\xff" * 60,
        b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40,
        b"\x00\x00\x00\x08ftyp" + b"\x00\x00\x00\x00" * 10,
        webm_film(),
        ogg_film(),
        mp4_film(),
    ],
)
def test_sniff_when_given_anything_else_then_knows_nothing(content: bytes) -> None:
    assert sniff(content) is None


def test_sniff_when_a_sound_begins_with_endless_nothing_then_does_not_read_on() -> None:
    head, segment, rest = webm().partition(bytes.fromhex("18538067"))
    nothing = b"\xec\x80"

    assert sniff(head + nothing * 900 + segment + rest) == "audio/webm"
    assert sniff(head + nothing * 1_000 + segment + rest) is None


@pytest.mark.parametrize(
    "whole", [webm(), webm_film(), ogg(), m4a(), mp4_film(), mp3(tag=True), picture("JPEG")]
)
def test_sniff_when_the_file_is_cut_anywhere_then_still_answers(whole: bytes) -> None:
    answers = {sniff(whole[:length]) for length in range(len(whole))}

    assert answers <= {None, sniff(whole)} | ({"audio/webm", "audio/mp4"} if sniff(whole) is None else set())


# --- Names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("عکس.png", "عکس.png"),
        (f"نامه{ZWNJ}ها.PNG", f"نامه{ZWNJ}ها.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\me\\a.png", "a.png"),
        ("a.html", "a.html.png"),
        ("a.php.png", "a.php.png"),
        ("gpj\u202e.png", "gpj.png"),
        ("a\u2066\u200b\u200e.png", "a.png"),
        ("a\x00\r\nb.png", "a b.png"),
        ("  ...  ", "file.png"),
        ("", "file.png"),
        (".png", "file.png"),
        ("a. ", "a.png"),
        ('<b>"|?*.png', "b.png"),
    ],
)
def test_display_name_when_cleaned_then_is_short_and_fits_the_content(typed: str, shown: str) -> None:
    assert display_name(typed, "image/png") == shown


def test_display_name_when_too_long_then_keeps_the_ending() -> None:
    name = display_name("ن" * 400 + ".jpeg", "image/jpeg")

    assert (len(name), name[-6:]) == (120, "ن.jpeg")


# --- Pictures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "kind"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_redrawn_when_the_picture_tells_a_place_then_nothing_of_it_is_left(form: str, kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "CAMERA-MAKER", {1: "N", 2: (33.0, 29.0, 15.0)}
    words = dict.fromkeys(("icc_profile", "xmp", "comment"), b"CAMERA-MAKER" * 20)
    content = picture(form, exif=exif, **words) + b"<script>alert('tail')</script>"

    fresh = redrawn(content, kind)

    with Image.open(BytesIO(fresh)) as image:
        assert (image.format, image.size, dict(image.getexif())) == (form, (8, 6), {})
        assert not image.info.keys() & {"exif", *words}
    assert b"CAMERA-MAKER" not in fresh
    assert b"script" not in fresh


def test_redrawn_when_a_png_has_texts_then_they_are_gone() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "SOMEBODY")

    assert b"SOMEBODY" not in redrawn(picture(pnginfo=texts), "image/png")


def test_redrawn_when_the_camera_was_held_sideways_then_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    with Image.open(BytesIO(redrawn(picture("JPEG", exif=exif), "image/jpeg"))) as image:
        assert image.size == (6, 8)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_redrawn_when_the_picture_is_of_any_mode_then_is_drawn(mode: str) -> None:
    form, kind = ("JPEG", "image/jpeg") if mode == "CMYK" else ("PNG", "image/png")
    target = BytesIO()
    Image.new(mode, (4, 4)).save(target, form)

    with Image.open(BytesIO(redrawn(target.getvalue(), kind))) as image:
        assert image.size == (4, 4)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("PNG"), "image/jpeg"),
        (picture("GIF"), "image/png"),
        (picture("JPEG")[:100], "image/jpeg"),
        (picture("PNG")[:40], "image/png"),
        (b"\xff\xd8\xff" + b"\x00" * 50, "image/jpeg"),
        (huge_png(12_000, 12_000), "image/png"),
        (huge_png(30_000, 1_000), "image/png"),
        (huge_png(2_000_000_000, 2), "image/png"),
        (huge_png(0, 0), "image/png"),
    ],
)
def test_redrawn_when_the_picture_is_broken_wrong_or_a_bomb_then_refuses(content: bytes, kind: str) -> None:
    with pytest.raises(UnreadablePicture):
        redrawn(content, kind)


@pytest.mark.parametrize(
    ("begin", "piece", "rest", "kind"),
    [
        (picture()[:33], b"\x00\x00\x00\x00prIv\x85\xd3\xe3\xfb", picture()[33:], "image/png"),
        (b"\xff\xd8", b"\xff\xe1\x00\x02", picture("JPEG")[2:], "image/jpeg"),
    ],
    ids=["png", "jpeg"],
)
def test_redrawn_when_a_picture_begins_with_endless_pieces_then_does_not_read_on(
    begin: bytes, piece: bytes, rest: bytes, kind: str
) -> None:
    assert redrawn(begin + piece * 100 + rest, kind)
    with pytest.raises(UnreadablePicture):
        redrawn(begin + piece * 1_000 + rest, kind)


# --- Fields ------------------------------------------------------------------------------------------------------


def faults(field: AttachmentsField | VoiceField, *files: SimpleUploadedFile) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        field.clean(list(files))
    return refused.value.messages


def test_attachments_when_all_are_fine_then_come_back_with_true_types_and_clean_names() -> None:
    files = [
        SimpleUploadedFile("عکس.html", picture("JPEG"), "text/html"),
        SimpleUploadedFile("..\\نامه.pdf", b"%PDF-1.7", "application/octet-stream"),
    ]

    cleaned = AttachmentsField().clean(files)

    assert [(file.name, file.content_type) for file in cleaned] == [
        ("عکس.html.jpg", "image/jpeg"),
        ("نامه.pdf", "application/pdf"),
    ]
    assert cleaned[0].read() == picture("JPEG")


def test_attachments_when_several_are_refused_then_names_each() -> None:
    refused = faults(
        AttachmentsField(),
        SimpleUploadedFile("گزارش.docx", b"PK\x03\x04"),
        SimpleUploadedFile("خوب.png", picture()),
        SimpleUploadedFile("خالی.png", b""),
    )

    assert len(refused) == 2
    assert "<bdi>گزارش.docx</bdi>" in refused[0]
    assert "<bdi>خالی.png</bdi>" in refused[1]


def test_attachments_when_a_name_holds_markup_then_the_message_holds_none() -> None:
    (refused,) = faults(AttachmentsField(), SimpleUploadedFile("<img src=x onerror=alert(1)>.exe", b"MZ"))

    assert "<img" not in refused


def test_attachments_when_one_is_too_big_then_says_how_big() -> None:
    (refused,) = faults(AttachmentsField(), SimpleUploadedFile("بزرگ.pdf", b"%PDF-" + b"0" * MOST_BYTES))

    assert "۱۰ مگابایت" in refused


def test_attachments_when_a_picture_is_a_bomb_then_refuses_before_drawing_it() -> None:
    (refused,) = faults(AttachmentsField(), SimpleUploadedFile("بمب.png", huge_png(12_000, 12_000)))

    assert "۲۵" in refused


def test_attachments_when_there_are_six_then_refuses() -> None:
    (refused,) = faults(AttachmentsField(), *(SimpleUploadedFile(f"{n}.png", picture()) for n in range(6)))

    assert "۶" in refused


def test_attachments_when_there_are_none_then_gives_an_empty_list() -> None:
    assert AttachmentsField(required=False).clean([]) == []


def test_voice_when_it_is_sound_then_comes_back() -> None:
    voice = VoiceField(required=False).clean([SimpleUploadedFile("صدا", webm(), "audio/webm")])

    assert voice is not None
    assert (voice.name, voice.content_type) == ("صدا.webm", "audio/webm")


@pytest.mark.parametrize("content", [picture(), webm_film(), b"%PDF-1.7"])
def test_voice_when_it_is_anything_else_then_refuses(content: bytes) -> None:
    (refused,) = faults(VoiceField(), SimpleUploadedFile("صدا.webm", content))

    assert "<bdi>صدا.webm</bdi>" in refused


def test_voice_when_two_come_in_one_field_then_refuses() -> None:
    (refused,) = faults(VoiceField(), *(SimpleUploadedFile("صدا.webm", webm()) for _ in range(2)))

    assert "۲" in refused


def test_count_when_the_voice_makes_six_then_refuses() -> None:
    files = [SimpleUploadedFile("a.png", b"x")] * 5

    check_count(files, None)
    with pytest.raises(ValidationError):
        check_count(files, SimpleUploadedFile("v.webm", b"x"))


# --- What stands beside a sound -----------------------------------------------------------------------------------

PLACE = b"+33.4878+048.3558/ Ali"


def test_wiped_when_a_phone_told_place_and_time_then_they_are_gone_and_nothing_moved() -> None:
    came, plain = m4a(told=PLACE), m4a()

    fresh = wiped(came, "audio/mp4")

    assert PLACE[:8] not in fresh
    assert (len(fresh), fresh.index(b"trak"), sniff(fresh)) == (len(came), came.index(b"trak"), "audio/mp4")
    assert wiped(fresh, "audio/mp4") == fresh
    assert wiped(plain, "audio/mp4") == plain


def test_wiped_when_a_song_is_named_then_only_the_sound_is_left() -> None:
    came = mp3(tag=True) + b"TAG" + PLACE.ljust(125, b"\x00")

    assert wiped(came, "audio/mpeg") == mp3()


@pytest.mark.parametrize(("content", "kind"), [(webm(), "audio/webm"), (ogg(), "audio/ogg")])
def test_wiped_when_nothing_is_written_beside_the_sound_then_it_stays_as_it_came(
    content: bytes, kind: str
) -> None:
    assert wiped(content, kind) == content


def test_wiped_when_the_file_is_cut_anywhere_then_still_answers() -> None:
    whole = m4a(told=PLACE)

    for length in range(len(whole)):
        assert len(wiped(whole[:length], "audio/mp4")) == length


def test_wiped_when_boxes_lie_in_boxes_without_end_then_still_answers() -> None:
    nested = m4a(told=PLACE)
    for _depth in range(20_000):
        nested = boxed(b"moov", nested)

    fresh = wiped(nested, "audio/mp4")

    assert (len(fresh), PLACE[:8] in fresh) == (len(nested), False)
