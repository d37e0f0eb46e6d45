"""Fetch the optional web font once, out of a package that ships it; without it the pages use the system's fonts.

Vazirmatn is under the SIL Open Font License 1.1 (The Vazirmatn Project Authors). It is not part of this repository.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from portal.embedded import process
from portal.embedded.checks import CHECKOUT

PACKAGE = (
    "django-unfold-farsi==0.2.0 "
    "--hash=sha256:291f6ef2be015aa9388b67b87b5531052efb41d4c969600ad33b413e81c24226\n"
)
INSIDE = "unfold_farsi/static/unfold_farsi/fonts/vazirmatn/{}"
FILES = {"vazirmatn.woff2": "vazirmatn-arabic.woff2", "vazirmatn-latin.woff2": "vazirmatn-latin.woff2"}
RANGES = {
    "vazirmatn.woff2": "U+0600-06FF,U+0750-077F,U+0870-088E,U+0890-0891,U+0897-08E1,U+08E3-08FF,U+200C-200E,"
    "U+2010-2011,U+204F,U+FB50-FDFF,U+FE70-FE74,U+FE76-FEFC",
    "vazirmatn-latin.woff2": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-200B,"
    "U+2012-204E,U+2050-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
}
FACE = (
    '@font-face{{font-family:"Vazirmatn";font-style:normal;font-weight:100 900;font-display:swap;'
    'src:url("{name}") format("woff2");unicode-range:{ranges}}}\n'
)
LICENCE = (
    "Vazirmatn, copyright The Vazirmatn Project Authors (https://github.com/rastikerdar/vazirmatn),\n"
    "licensed under the SIL Open Font License, version 1.1 (https://openfontlicense.org).\n"
)
PATIENCE = 30  # seconds for the whole download
NOT_FETCHED = "The optional web font could not be fetched; the pages use the fonts of the system."


@contextlib.contextmanager
def begun(data_dir: Path) -> Iterator["subprocess.Popen[bytes] | None"]:
    """Start `fetch` as a process of its own, so that other things are done meanwhile; None when it was tried."""
    if _was_tried(data_dir):
        yield None
        return
    command = [sys.executable, "-m", "portal.embedded.fonts", str(data_dir)]
    child = process.spawn(command, log=data_dir / "log" / "font.log", env=os.environ, cwd=CHECKOUT)
    try:
        yield child
    finally:
        process.stop(child)


def end(child: "subprocess.Popen[bytes] | None") -> str:
    """Wait for the process of `begun`; return a line for the terminal, empty if all is well."""
    return NOT_FETCHED if child and child.wait() else ""


def fetch(data_dir: Path) -> str:
    """Put the font and its style sheet into `data_dir`/static/fonts; return a line for the terminal, empty if none.

    Tried at the first start only; delete the file `font-tried` in the data directory to have it tried again.
    """
    if _was_tried(data_dir):
        return ""
    (data_dir / "font-tried").touch()
    try:
        _download(data_dir / "static" / "fonts")
    except (OSError, subprocess.SubprocessError, zipfile.BadZipFile, KeyError):
        return NOT_FETCHED
    return ""


def _was_tried(data_dir: Path) -> bool:
    return (data_dir / "font-tried").exists() or (data_dir / "static" / "fonts" / "font.css").exists()


def _download(folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="portal-font-") as draft:
        wanted = Path(draft) / "wanted.txt"
        wanted.write_text(PACKAGE, encoding="ascii")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        options = ["--disable-pip-version-check", "--retries=1", "--timeout=10", "--require-hashes"]
        subprocess.run(
            [*pip, *options, f"--dest={draft}", f"--requirement={wanted}"],
            check=True,
            timeout=PATIENCE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ,
        )
        unpack(next(Path(draft).glob("*.whl")), folder)


def unpack(wheel: Path, folder: Path) -> None:
    """Write the font files, their licence note and, last, the style sheet whose presence the settings look for."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name, original in FILES.items():
            (folder / name).write_bytes(archive.read(INSIDE.format(original)))
    (folder / "LICENCE.txt").write_text(LICENCE, encoding="utf-8")
    faces = [FACE.format(name=name, ranges=ranges) for name, ranges in RANGES.items()]
    (folder / "font.css").write_text("".join(faces), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(bool(fetch(Path(sys.argv[1]))))
