"""Which catalogues are not compiled; loads neither Django nor polib for whoever only looks."""

from pathlib import Path


def uncompiled(folder: Path) -> list[Path]:
    """Return every .po file under a locale folder whose .mo file is missing or older."""
    return [path for path in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _is_uncompiled(path)]


def _is_uncompiled(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < path.stat().st_mtime_ns
