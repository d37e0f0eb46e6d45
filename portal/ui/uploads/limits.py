"""The limits of the product for files (PRODUCT.md sections 3 and 14)."""

#: Files in one message, the voice message among them.
MOST_FILES = 5
#: Files that may wait under one form's token, those among them that were taken out again.
MOST_HELD = 20
#: Bytes in one file.
MOST_BYTES = 10 * 1024 * 1024
#: Points of a picture; one of 25 million takes 100 MB of memory when it is drawn.
MOST_PIXELS = 25_000_000

#: The types let in, each with the endings its files may have; the first is given to a file that has another.
ALLOWED: dict[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "audio/webm": (".webm", ".weba"),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/mp4": (".m4a", ".mp4", ".aac"),
    "audio/mpeg": (".mp3",),
}
