"""Choose the account PostgreSQL runs under: it refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from portal.embedded.errors import StartError

NOBODY = 65534
USER_NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}")


@dataclass(frozen=True)
class Account:
    """How to start the PostgreSQL programs in `home`: a user to become, or a command to put in front."""

    home: Path
    uid: int | None = None
    gid: int | None = None
    prefix: tuple[str, ...] = ()

    def command(self, program: str, *arguments: str) -> list[str]:
        """Return the full command line of one PostgreSQL program."""
        return [*self.prefix, str(self.home / "bin" / program), *arguments]

    def works_in(self, folder: Path) -> bool:
        """Say whether this account can run PostgreSQL and enter the folder."""
        script = 'cd "$1" && exec "$2" --version'
        command = [*self.prefix, "sh", "-c", script, "sh", str(folder), str(self.home / "bin" / "postgres")]
        try:
            probe = subprocess.run(
                command,
                cwd="/",
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
        except OSError:
            return False
        return probe.returncode == 0

    def own(self, folder: Path) -> None:
        """Create the folder with mode 0700 and give it, with all it holds, to this account."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() != 0:
            return
        uid, gid = self.uid or 0, self.gid or 0
        if folder.stat().st_uid != uid:
            for path in _tree(folder):
                os.chown(path, uid, gid, follow_symlinks=False)


def choose(home: Path, *, folder: Path, room: Path) -> Account:
    """Return the account that can run `home` and work in `folder`.

    An ordinary user starts PostgreSQL as himself. For root there are three ways, tried in this order: the
    system's `nobody`; a user namespace in which root's files belong to a number other than zero; `nobody`
    again, with a copy of the programs in `room` when they lie where only root may read.

    Raises StartError when root has none of them.
    """
    plain = Account(home)
    if os.geteuid() != 0:
        return plain
    uid, gid = _nobody()
    nobody = replace(plain, uid=uid, gid=gid)
    namespace = replace(plain, prefix=USER_NAMESPACE)
    for account in (nobody, namespace):
        if account.works_in(folder):
            return account
    room.chmod(0o711)
    copied = replace(nobody, home=copy_of(home, room))
    if copied.works_in(folder):
        return copied
    raise StartError(
        f"As root, PostgreSQL has to run as the user nobody, who cannot enter {folder}. "
        "Choose another DATA_DIR, or start as an ordinary user."
    )


def copy_of(home: Path, room: Path) -> Path:
    """Copy the programs, and the libraries they look for two directories above, to a readable place."""
    package = home.parent
    libraries = package.with_name(package.name + ".libs")
    target = room / "programs"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(home, target / package.name / home.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    return target / package.name / home.name


def _nobody() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return NOBODY, NOBODY
    return entry.pw_uid, entry.pw_gid


def _tree(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.rglob("*")
