"""What `./run` checks, keeps and says before and around the start of the portal."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.embedded import check, checks, fonts, keys, run
from portal.embedded.errors import StartError
from portal.embedded.supervisor import Command, Keeper


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Command]:
    command = Command(
        "sleeper", ["sleep", "60"], env=os.environ, cwd=tmp_path, log=tmp_path / "sleeper.log", patience=5
    )
    yield command
    command.stop()


def test_run_when_the_port_is_taken_then_one_line_says_so_before_anything_is_made(
    tmp_path: Path, taken_port: int
) -> None:
    environment = os.environ | {
        "PORT": str(taken_port),
        "HOST": "127.0.0.1",
        "DATA_DIR": str(tmp_path / "data"),
    }

    done = subprocess.run(
        [checks.CHECKOUT / "run"], env=environment, capture_output=True, text=True, check=False, timeout=30
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"Cannot use 127.0.0.1:{taken_port} (Address already in use): "
        "stop what uses it, or set PORT to a free port.\n"
    )
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "۸۰۰۰x"])
def test_complaint_when_port_is_no_port(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)

    assert checks.complaint() == f"PORT must be a number from 1 to 65535, not {port!r}."


def test_complaint_when_the_data_directory_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file"))

    assert checks.complaint() == (
        f"Cannot write in the data directory {tmp_path / 'file'} (File exists): set DATA_DIR to one you own."
    )


def test_complaint_when_host_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HOST", "no such host")

    assert checks.complaint() == "HOST 'no such host' is not an address of this machine: try HOST=127.0.0.1."


def test_only_one_when_another_start_has_the_folder_then_it_is_refused(tmp_path: Path) -> None:
    with run.only_one(tmp_path), pytest.raises(StartError, match="already running"), run.only_one(tmp_path):
        pass


def test_keys_when_kept_then_the_same_come_back_and_only_the_owner_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in keys.MAKERS:
        monkeypatch.delenv(name, raising=False)

    first, second = keys.keep(tmp_path), keys.keep(tmp_path)

    assert first == second
    assert set(first) == {"SECRET_KEY", "CODE_PEPPER", "DEMO_PASSWORD"}
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_keys_when_a_password_is_given_then_it_wins_and_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.keep(tmp_path)
    monkeypatch.setenv("DEMO_PASSWORD", "given")

    keys.keep(tmp_path)

    assert json.loads((tmp_path / "secrets.json").read_text())["DEMO_PASSWORD"] == "given"


@pytest.mark.parametrize(
    ("host", "public", "allowed"),
    [
        ("127.0.0.1", "http://127.0.0.1:8123", "127.0.0.1,localhost,[::1]"),
        ("0.0.0.0", "http://127.0.0.1:8123", "*"),
        ("::1", "http://[::1]:8123", "[::1],localhost,127.0.0.1"),
    ],
)
def test_environment(
    host: str, public: str, allowed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PUBLIC_URL", "ALLOWED_HOSTS"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PORT", "8123")

    made = run.environment(tmp_path, None)

    assert (made["PUBLIC_URL"], made["ALLOWED_HOSTS"], made["DATA_DIR"]) == (public, allowed, str(tmp_path))


def test_keeper_when_a_program_is_killed_then_it_comes_back_with_a_growing_pause(
    sleeper: Command,
) -> None:
    sleeper.start()
    keeper = Keeper(sleeper, first_pause=0.05)
    assert keeper.look() == ""

    said = []
    for _death in range(2):
        assert sleeper.child
        os.kill(sleeper.child.pid, signal.SIGKILL)
        sleeper.child.wait()
        said += [keeper.look(), keeper.look()]
        time.sleep(0.11)
        said.append(keeper.look())

    ended, again = "sleeper ended unexpectedly; starting it again in 0 s.", "sleeper is running again."
    assert said == [ended, "", again, ended, "", again]
    assert sleeper.alive()
    assert keeper.pause == 0.2


def test_fonts_when_no_package_can_be_had_then_one_line_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))

    with fonts.begun(tmp_path) as child:
        first = fonts.end(child)
    with fonts.begun(tmp_path) as child:
        second = fonts.end(child)

    assert first == "The optional web font could not be fetched; the pages use the fonts of the system."
    assert second == ""
    assert not (tmp_path / "static" / "fonts" / "font.css").exists()


def test_fonts_when_unpacked_then_the_style_sheet_names_the_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "font.whl", "w") as archive:
        for original in fonts.FILES.values():
            archive.writestr(fonts.INSIDE.format(original), original)

    fonts.unpack(tmp_path / "font.whl", tmp_path / "fonts")

    made = {path.name for path in (tmp_path / "fonts").iterdir()}
    assert made == {"vazirmatn.woff2", "vazirmatn-latin.woff2", "LICENCE.txt", "font.css"}
    css = (tmp_path / "fonts" / "font.css").read_text()
    assert [f'url("{name}")' in css for name in fonts.FILES] == [True, True]


SPREAD = check.spread(os.cpu_count() or 1)


@pytest.mark.parametrize(("cores", "processes"), [(1, "2"), (2, "3"), (64, "8")])
def test_spread_when_there_are_cores_then_there_are_half_as_many_processes_more_up_to_eight(
    cores: int, processes: str
) -> None:
    assert check.spread(cores)[:2] == ["-n", processes]


@pytest.mark.parametrize(
    ("arguments", "picks", "passed_on"),
    [
        ([], False, SPREAD),
        (["-q"], False, [*SPREAD, "-q"]),
        (["-n", "0"], False, ["-n", "0"]),
        (["portal/tests"], True, ["portal/tests"]),
        (["pytest.ini::test_x"], True, ["pytest.ini::test_x"]),
        (["-m", "drill"], True, ["-m", "drill"]),
        (["-x", "-k", "due"], True, ["-x", "-k", "due"]),
    ],
)
def test_arguments_of_test(arguments: list[str], picks: bool, passed_on: list[str]) -> None:
    assert (check.picks_tests(arguments), check.pytest_arguments(arguments)) == (picks, passed_on)


def test_env_example_when_read_then_it_names_every_setting() -> None:
    settings = (checks.CHECKOUT / "portal" / "settings.py").read_text()
    example = (checks.CHECKOUT / ".env.example").read_text()

    read = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', settings))
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE))

    assert read - named == set()
