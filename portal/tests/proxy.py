"""The real nginx.conf of `deploy/`, fitted to this machine; for tests and drills that put nginx in front."""

import os
import shutil
import subprocess
from pathlib import Path

from portal.embedded import process
from portal.embedded.checks import CHECKOUT

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def start(folder: Path, front: int, back: int, *, limits: str = "") -> "subprocess.Popen[bytes]":
    """Start nginx at port `front` before the web server at port `back`; `limits` is put into its server."""
    command = [str(NGINX), "-e", "/dev/stderr", "-g", f"daemon off; {_user()}"]
    return process.spawn([*command, "-c", written(folder, front, back, limits)], log=folder / "nginx.log")


def _user() -> str:
    """Let nginx read the folder of a test, which belongs to whoever runs the tests."""
    return "user root;" if os.geteuid() == 0 else ""


def written(folder: Path, front: int, back: int, limits: str = "") -> str:
    """Write the project's nginx.conf with the names of this machine; return its path."""
    text = (CHECKOUT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for name, here in {
        "web:8000": f"127.0.0.1:{back}",
        "listen 80;": f"listen 127.0.0.1:{front};",
        "/srv/portal/": f"{CHECKOUT}/",
        "/srv/data/": f"{folder}/",
        "/tmp/portal-nginx.pid": str(folder / "nginx.pid"),
        "include mime.types;": "include /etc/nginx/mime.types;",
    }.items():
        assert name in text
        text = text.replace(name, here)
    if limits:
        zone, _line, place = limits.partition("\n")
        text = text.replace("    server {", f"    {zone}\n    server {{\n        {place}", 1)
    path = folder / "nginx.conf"
    path.write_text(text, encoding="utf-8")
    folder.chmod(0o755)
    return str(path)
