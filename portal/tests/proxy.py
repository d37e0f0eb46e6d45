"""The real nginx.conf of `deploy/`, fitted to this machine; for tests and drills that put nginx in front.

Where root runs the tests nginx runs as nobody with root's group, as a web server that shares the portal's group.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from portal.embedded import process
from portal.embedded.account import NOBODY
from portal.embedded.checks import CHECKOUT

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
PAGES = ("templates/503.html", "deploy/pages/413.html")


def start(
    folder: Path, front: int, back: int, *, secure: int = 0, limits: str = ""
) -> "subprocess.Popen[bytes]":
    """Start nginx at port `front` before the web server at port `back`; `limits` is put into its server.

    With `secure`, a port, it ends TLS there with the certificate in `folder/tls`.
    """
    configuration = written(folder, front, back, secure=secure, limits=limits)
    _lay_out(folder)
    command = [str(NGINX), "-e", "stderr", "-g", "daemon off;", "-c", configuration]
    uid, gid = (NOBODY, os.getegid()) if os.geteuid() == 0 else (None, None)
    return process.spawn(command, log=folder / "nginx.log", uid=uid, gid=gid)


def _lay_out(folder: Path) -> None:
    """Copy the pages that nginx shows to where anybody may read, and give it a place to write."""
    folder.chmod(0o711)
    for name in PAGES:
        page = folder / "project" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CHECKOUT / name, page)
    room = folder / "nginx"
    room.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        os.chown(room, NOBODY, os.getegid())


def written(folder: Path, front: int, back: int, *, secure: int = 0, limits: str = "") -> str:
    """Write the project's nginx.conf with the names of this machine; return its path.

    Without `secure` TLS ends in front of it, and it is changed as its comment says.
    """
    text = (CHECKOUT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for name, here in {
        "/tmp/": f"{folder}/nginx/",
        "resolver 127.0.0.11 valid=5s;": "",
        "resolver_timeout 5s;": "",
        "web:8000 resolve": f"127.0.0.1:{back}",
        "listen 80;": f"listen 127.0.0.1:{front};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "/srv/portal/": f"{folder}/project/",
        "/srv/data/": f"{folder}/",
        "/etc/portal/tls/": f"{folder}/tls/",
        "include mime.types;": "include /etc/nginx/mime.types;",
    }.items():
        assert name in text
        text = text.replace(name, here)
    if not secure:
        text = re.sub(r"\n *(listen .* ssl|ssl_.*);", "", text).replace("$scheme", "$http_x_forwarded_proto")
    if limits:
        zone, _line, place = limits.partition("\n")
        text = text.replace("    server {", f"    {zone}\n    server {{\n        {place}", 1)
    path = folder / "nginx.conf"
    path.write_text(text, encoding="utf-8")
    return str(path)
