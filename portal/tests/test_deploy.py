"""The files of `deploy/`, as far as one machine can try them; nginx and gunicorn run with the real configuration."""

import configparser
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

import polib
import pytest
import yaml
from celery.bin.beat import beat
from celery.bin.worker import worker
from click import Command, Context
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.core.management import get_commands, load_command_class
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from pytest_django import Settings

from feedback.models import Attachment
from feedback.services import inspect_file
from feedback.tests.factories import make_user
from feedback.tests.pages import BODY, SUBJECT, make_basics, value_of
from portal.embedded import process
from portal.settings import ASSUMED, REQUIRED, _bounded
from portal.tests import proxy
from portal.translations import NOT_COMPILED

BASE = Path(django_settings.BASE_DIR)
DEPLOY = BASE / "deploy"
PATIENCE = 60  # seconds
PRODUCTION = {
    "SECRET_KEY": "a-long-key-for-one-check-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    "CODE_PEPPER": "1:a-pepper-for-one-check-only",
    "ALLOWED_HOSTS": "feedback.example.ir",
    "PUBLIC_URL": "https://feedback.example.ir",
    "BEHIND_PROXY": "1",
    "DEMO": "0",
}


ROLES = ("web", "worker", "beat", "backup")
#: What closes the room of a unit, and what stands in it.
CLOSING = (
    *(
        "User",
        "Group",
        "UMask",
        "NoNew",
        "Protect",
        "Private",
        "Restrict",
        "Lock",
        "Capability",
        "SystemCall",
    ),
    *("StateDirectory", "WorkingDirectory", "EnvironmentFile"),
)


def read_unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read(DEPLOY / "systemd" / name, encoding="utf-8")
    return parser


def unit(role: str) -> configparser.SectionProxy:
    return read_unit(f"portal-{role}.service")["Service"]


def example() -> dict[str, str]:
    """Return what .env.example sets, not what it only offers."""
    lines = (BASE / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line[:1].isalpha())


# --- Settings ---------------------------------------------------------------------------------------------------


def test_settings_when_they_are_those_of_production_then_the_deployment_check_is_silent(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    environment = os.environ | PRODUCTION | {"DATA_DIR": str(tmp_path)}
    environment.pop(
        "DJANGO_ALLOW_ASYNC_UNSAFE", None
    )  # set for the browser's tests, one of which may have run before
    done = subprocess.run(command, check=False, cwd=BASE, env=environment, capture_output=True, text=True)

    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced).")


@pytest.mark.parametrize(("age", "told"), [(None, 1), (60, 1), (-60, 0)])
def test_deployment_check_when_a_catalogue_is_not_compiled_then_it_says_so(
    age: int | None, told: int, tmp_path: Path, settings: Settings
) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    catalogue = tmp_path / "fa" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.touch()
    if age:
        made = catalogue.with_suffix(".mo")
        polib.POFile().save_as_mofile(str(made))
        os.utime(made, (catalogue.stat().st_mtime - age,) * 2)

    found = [error.msg for error in run_checks(include_deployment_checks=True) if error.id == NOT_COMPILED]

    assert len(found) == told
    assert all("django.mo is missing or older" in message for message in found)


@pytest.mark.parametrize("name", REQUIRED)
def test_settings_when_one_is_missing_then_the_start_is_refused_in_one_line(
    name: str, tmp_path: Path
) -> None:
    environment = os.environ | PRODUCTION | {"DATA_DIR": str(tmp_path), name: ""}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, check=False, cwd=BASE, env=environment, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"{name} is not set: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", ","),
        ("ALLOWED_HOSTS", "feedback.example.ir localhost"),
        ("CODE_PEPPER", "1:a-pepper-for-one-check-only,1:another-for-one-check-only"),
        ("CODE_PEPPER", "1:short"),
        ("CODE_PEPPER", "short"),
        ("CODE_PEPPER", "a-pepper-without-a-key,another-without-a-key"),
        ("CONN_MAX_AGE", "x"),
        ("DATABASE_URL", "sqlite:///x"),
        ("DATABASE_URL", "postgres://portal:x@localhost:port/portal"),
        ("EMAIL_URL", "bad"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "consolemail://"),
        ("EMAIL_URL", "dummymail://"),
        ("OFFICE_HOURS", "07:30"),
        ("OFFICE_HOURS", "7:30,14:30"),
        ("OFFICE_HOURS", "14:30,07:30"),
        ("PUBLIC_URL", "feedback.example.ir"),
        ("SMS_BACKEND", "console"),
        ("SMS_BACKEND", "pigeon"),
    ],
)
def test_settings_when_one_cannot_be_used_then_the_start_is_refused_in_one_line(
    name: str, value: str, tmp_path: Path
) -> None:
    done = start(PRODUCTION | {"DATA_DIR": str(tmp_path), name: value})

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert [line.partition(" ")[0] for line in done.stderr.splitlines()[1:]] == [name]


@pytest.mark.parametrize("value", ["1:a-pepper-for-one-check-only", "a-pepper-for-one-check-only"])
def test_settings_when_the_only_pepper_has_no_key_then_it_is_the_first(value: str, tmp_path: Path) -> None:
    script = "import portal.settings as s; print(s.CODE_PEPPERS)"
    done = start(PRODUCTION | {"DATA_DIR": str(tmp_path), "CODE_PEPPER": value}, script)

    assert done.stdout == "{1: b'a-pepper-for-one-check-only'}\n"


def test_settings_when_sms_go_through_a_gateway_without_an_address_then_the_start_is_refused(
    tmp_path: Path,
) -> None:
    done = start(PRODUCTION | {"DATA_DIR": str(tmp_path), "SMS_BACKEND": "http"})

    assert done.returncode == 1
    assert done.stderr.splitlines()[1:] == ["SMS_GATEWAY_URL is not set: SMS_BACKEND=http sends there"]


def test_settings_when_no_way_of_notices_is_said_then_nothing_of_them_is_printed(tmp_path: Path) -> None:
    script = (
        "import portal.settings as s; print(s.EMAIL_BACKEND, s.EMAIL_HOST, s.SMS_BACKEND, s.ALLOWED_HOSTS)"
    )
    said = {"ALLOWED_HOSTS": "one.example.ir, two.example.ir", "EMAIL_URL": "", "SMS_BACKEND": ""}
    done = start(PRODUCTION | {"DATA_DIR": str(tmp_path)} | said, script)

    assert done.stdout.split(maxsplit=3) == [
        "django.core.mail.backends.smtp.EmailBackend",
        "localhost",
        "none",
        "['one.example.ir', 'two.example.ir']\n",
    ]


def start(
    environment: dict[str, str], script: str = "import portal.settings"
) -> "subprocess.CompletedProcess[str]":
    """Read the settings in a process of their own."""
    command = [sys.executable, "-c", script]
    env = os.environ | environment
    return subprocess.run(command, check=False, cwd=BASE, env=env, capture_output=True, text=True)


def test_example_of_settings_when_read_then_it_names_every_setting_and_no_other() -> None:
    source = "".join(
        (BASE / name).read_text(encoding="utf-8")
        for name in ("portal/settings.py", "portal/embedded/checks.py", "deploy/gunicorn.conf.py")
    )
    read = set(re.findall(r'env(?:iron)?\.(?:\w+)\(\s*"([A-Z_]+)"', source)) | set(REQUIRED) | set(ASSUMED)
    read |= set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    text = (BASE / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#? ?([A-Z_]{4,})=", text, re.MULTILINE))

    assert read - named == set()
    assert named - read <= {"HOST", "PORT", "DEMO_PASSWORD"}


def test_example_of_settings_when_read_then_nginx_serves_what_it_suggests() -> None:
    suggested = re.findall(
        r"^# X_ACCEL=(.*)$", (BASE / ".env.example").read_text(encoding="utf-8"), re.MULTILINE
    )
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")

    assert suggested == re.findall(r"location (\S+) \{\s+internal;\s+alias", nginx)
    assert compose["services"]["web"]["environment"]["X_ACCEL"] == f"${{X_ACCEL-{suggested[0]}}}"


# --- Units, compose, image --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "command"), [("worker", worker), ("beat", beat)])
def test_unit_when_read_then_celery_understands_its_command(role: str, command: Command) -> None:
    program, application, name, *options = unit(role)["ExecStart"].split()

    assert (Path(program).name, application, name) == ("celery", "--app=portal.celery:app", role)
    assert command.make_parser(Context(command)).parse_args(options)[1] == []


@pytest.mark.parametrize("role", ROLES)
def test_unit_when_read_then_it_runs_as_nobody_special_in_a_closed_room(role: str) -> None:
    service = unit(role)

    assert (service["User"], service["NoNewPrivileges"], service["ProtectSystem"]) == (
        "portal",
        "yes",
        "strict",
    )
    assert service["CapabilityBoundingSet"] == ""
    assert {name: service.get(name) for name in unit("web") if name.startswith(CLOSING)} == {
        name: value for name, value in unit("web").items() if name.startswith(CLOSING)
    }
    assert service.get("Restart") == (None if role == "backup" else "always")


@pytest.mark.parametrize(
    ("name", "target"),
    [*((f"{role}.service", "multi-user.target") for role in ROLES[:3]), ("backup.timer", "timers.target")],
)
def test_unit_when_enabled_then_it_starts_with_the_machine(name: str, target: str) -> None:
    assert read_unit(f"portal-{name}")["Install"]["WantedBy"] == target


@pytest.mark.parametrize("role", ROLES)
def test_unit_when_read_then_its_folder_is_that_of_the_file_of_settings(role: str) -> None:
    service = unit(role)

    assert service["EnvironmentFile"] == "/etc/portal.env"
    assert "DATA_DIR" not in service.get("Environment", "")
    assert example()["DATA_DIR"] == f"/var/lib/{service['StateDirectory']}"


def test_units_when_verified_then_systemd_understands_them(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze on this machine (on Debian: apt-get install systemd)")
    for file in (DEPLOY / "systemd").glob("portal-*"):
        text = file.read_text(encoding="utf-8")
        # In quotes, as a path of this machine may hold a blank.
        here = re.sub(r"/srv/venv/bin/(\w+)", rf'"{Path(sys.executable).parent}/\1"', text)
        here = here.replace("/srv/portal", str(BASE))
        (tmp_path / file.name).write_text(here, encoding="utf-8")
    command = ["systemd-analyze", "--man=no", "verify", *map(str, tmp_path.iterdir())]
    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_commands_when_named_by_pages_and_units_then_they_are_there() -> None:
    pages = [BASE / "README.md", *DEPLOY.glob("*.md"), *DEPLOY.glob("systemd/*"), DEPLOY / "compose.yaml"]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    named = set(re.findall(r"\bmanage(?:\.py)? ([a-z_]{4,})", text))

    assert {"migrate", "backup", "take_bounce", "check"} <= named
    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("name", ["backup", "rehearse_restore"])
def test_backup_unit_when_read_then_its_command_is_understood(name: str) -> None:
    text = (DEPLOY / "systemd" / "portal-backup.service").read_text(encoding="utf-8")
    (options,) = re.findall(rf"^ExecStart=/srv/venv/bin/python manage\.py {name}\b(.*)$", text, re.MULTILINE)

    load_command_class("portal", name).create_parser("manage.py", name).parse_args(options.split())


def test_web_server_when_its_configuration_is_read_then_it_is_accepted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gunicorn", "--check-config", *unit("web")["ExecStart"].split()[1:]]
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, check=False, cwd=BASE, env=environment, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_compose_when_read_then_every_part_is_there_and_waits_for_what_it_needs() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]

    assert set(services) == {"postgres", "valkey", "prepare", "web", "worker", "beat", "nginx"}
    for role in ("web", "worker", "beat"):
        assert services[role]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}
        assert services[role]["cap_drop"] == ["ALL"]
    assert set(services["web"]["environment"]) >= {"DATABASE_URL", "REDIS_URL", "BEHIND_PROXY"}


def test_compose_when_read_then_its_nginx_has_what_its_configuration_names() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    front, text = services["nginx"], (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    mounted = [volume.split(":")[1] for volume in front["volumes"]]
    named = re.findall(r'(?:alias|root|ssl_certificate|ssl_certificate_key) "?(/[^";]+)', text)

    assert [port.split(":")[1] for port in front["ports"]] == re.findall(r"listen (\d+)", text)
    assert [path for path in named if not any(f"{path}/".startswith(f"{place}/") for place in mounted)] == []
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert front["user"] == ":".join(re.findall(r"--uid (\d+)", image) + re.findall(r"--gid (\d+)", image))
    assert set(re.findall(r"(?:pid|_path) (/tmp/|.)", text)) == {"/tmp/"}


def test_compose_when_read_then_its_nginx_finds_a_portal_that_came_back_elsewhere() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    port = services["web"]["environment"]["WEB_BIND"].rpartition(":")[2]
    release = re.findall(r"nginx:(\d+)\.(\d+)", services["nginx"]["image"])[0]

    assert f"server web:{port} resolve;" in text
    assert "resolver 127.0.0.11 " in text
    assert tuple(map(int, release)) >= (1, 28)  # `resolve` is understood


def test_compose_when_stopped_then_what_is_in_hand_is_finished_as_on_a_host() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]

    for role in ROLES[:3]:
        assert services[role]["stop_grace_period"] == f"{unit(role)['TimeoutStopSec']}s"


def test_nginx_when_fitted_to_a_host_then_it_has_the_names_of_the_units_there() -> None:
    command = ["sed", "--file", str(DEPLOY / "systemd" / "nginx.sed"), str(DEPLOY / "nginx.conf")]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert f"/var/lib/{unit('web')['StateDirectory']}/media/" in text
    assert f"server {unit('web')['Environment'].rpartition('WEB_BIND=')[2]};" in text
    assert ("resolve" in text, "looked up" in text) == (False, False)
    assert ("user www-data;\n" in text, "/srv/data" in text, "/tmp/" in text) == (True, False, False)


def test_image_when_read_then_it_runs_as_a_user_of_its_own_and_tells_its_health() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()

    assert "USER portal" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert not any("requirements/test" in line or "embedded" in line for line in lines)


def test_image_when_read_then_its_pg_dump_is_no_older_than_the_server_of_compose() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    bases = set(re.findall(r"^FROM python:[\d.]+-slim(\S*)", image, re.MULTILINE))
    server = int(re.findall(r"postgres:(\d+)", services["postgres"]["image"])[0])

    assert bases == {"-trixie"}  # named, as a base without it moves on by itself
    assert server <= 17  # of trixie


@pytest.mark.parametrize("sets", ["", "s3", "s3 sentry"])
def test_image_when_sets_are_named_then_they_are_installed_besides(sets: str) -> None:
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    install = re.findall(r"&& (for set in .*)", image)[0].replace("/srv/venv/bin/pip", "echo")

    done = subprocess.run(
        ["sh", "-c", install], check=True, capture_output=True, text=True, env={"SETS": sets}
    )

    named = re.findall(r"--requirement (\S+)", done.stdout)
    assert named == ["requirements.txt", *(f"requirements/{one}.txt" for one in sets.split())]
    assert all((BASE / file).is_file() for file in named)


def test_image_when_built_from_a_checkout_in_use_then_neither_secrets_nor_caches_come_in() -> None:
    lines = (BASE / ".dockerignore").read_text(encoding="utf-8").split()
    made = re.findall(r"^([.\w]+)/?$", (BASE / ".gitignore").read_text(encoding="utf-8"), re.MULTILINE)
    left = [".git", ".env.old", *(name for name in made if name != "__pycache__")]

    assert [name for name in left if not any(fnmatchcase(name, line) for line in lines)] == []
    assert {"**/__pycache__", "**/tests"} <= set(lines)


# --- nginx in front of gunicorn ---------------------------------------------------------------------------------


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@dataclass(frozen=True)
class Site:
    """A portal behind nginx: where its files lie, the ports without and with TLS, and gunicorn."""

    folder: Path
    front: int
    secure: int
    web: "subprocess.Popen[bytes]"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder that other accounts may enter; that of pytest is closed to them."""
    with tempfile.TemporaryDirectory(prefix="portal-site-") as name:
        yield Path(name)


@pytest.fixture
def site(transactional_db: None, folder: Path) -> Iterator[Site]:
    """Stand behind nginx with files as production makes them."""
    settings = {"DATA_DIR": str(folder), "MANIFEST_STATIC": "1", "X_ACCEL": "/protected/"}
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input"]
    subprocess.run(collect, check=True, cwd=BASE, env=os.environ | settings, umask=0o077, capture_output=True)
    with fronted(folder, FORM_MIN_SECONDS="0", **settings) as site:
        yield site


@contextmanager
def fronted(folder: Path, *, ends_tls: bool = True, **settings: str) -> Iterator[Site]:
    """Run the real nginx.conf before gunicorn with the real gunicorn.conf.py."""
    if proxy.NGINX is None:
        pytest.skip("there is no nginx on this machine (on Debian: apt-get install nginx-light)")
    make_basics()
    make_certificate(folder / "tls")
    back, front, secure = free_port(), free_port(), free_port() if ends_tls else 0
    web = gunicorn(folder, back, WEB_WORKERS="1", **database_of_tests(), **settings)
    front_door = proxy.start(folder, front, back, secure=secure)
    try:
        ready = process.wait_until(lambda: ask(front, "/healthz")[0] in {200, 301}, seconds=PATIENCE)
        assert ready, logs(folder)
        yield Site(folder, front, secure, web)
    finally:
        process.stop(front_door)
        process.stop(web)


def make_certificate(place: Path) -> None:
    place.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (place / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (place / "privkey.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))


def gunicorn(folder: Path, port: int, **more: str) -> "subprocess.Popen[bytes]":
    return process.spawn(
        [sys.executable, "-m", "gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.conf.py"],
        log=folder / "web.log",
        env=os.environ | {"WEB_BIND": f"127.0.0.1:{port}", **more},
        cwd=BASE,
    )


def database_of_tests() -> dict[str, str]:
    whole = os.environ["DATABASE_URL"].rpartition("/")[0]
    return {
        "DATABASE_URL": f"{whole}/{connection.settings_dict['NAME']}",
        "BEHIND_PROXY": "1",
        "TRUSTED_PROXIES": "1",
    }


def logs(folder: Path) -> str:
    return "".join((folder / f"{name}.log").read_text() for name in ("web", "nginx"))


#: Whoever asks, seen in no log.
CLIENT = "127.93.17.41"


def ask(
    port: int, path: str, *, body: bytes | None = None, certificate: Path | None = None, **headers: str
) -> tuple[int, str, dict[str, str]]:
    """Return status, text and head of an answer; over TLS where its certificate is given; (0, "", {}) for none."""
    client: http.client.HTTPConnection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=PATIENCE, source_address=(CLIENT, 0)
    )
    if certificate:
        trusting = ssl.create_default_context(cafile=certificate)
        client = http.client.HTTPSConnection("localhost", port, timeout=PATIENCE, context=trusting)
    with suppress(OSError), closing(client):
        told = {"Host": "localhost"} | {name.replace("_", "-"): value for name, value in headers.items()}
        client.request("GET" if body is None else "POST", path, body, told)
        answer = client.getresponse()
        return answer.status, answer.read().decode(), dict(answer.headers)
    return 0, "", {}


def test_proxy_when_asked_then_pages_come_from_the_portal_and_files_from_the_disk(site: Site) -> None:
    status, page, headers = ask(site.front, "/")
    assert (status, "میز خدمت الکترونیک" in page, "Content-Security-Policy" in headers) == (200, True, True)
    (style,) = re.findall(r'href="(/static/css/portal\.\w{12}\.css)"', page)
    status, page, headers = ask(site.front, style)
    assert (status, page) == (200, (BASE / "static/css/portal.css").read_text(encoding="utf-8"))
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert ask(site.front, "/nowhere/")[0] == 404
    status, page, _headers = ask(site.front, "/feedback/new/complaint/", body=b"x" * 60_000_000)
    assert status in {413, 0}  # a client that does not stop sending may not hear the answer

    process.stop(site.web)
    status, page, headers = ask(site.front, "/feedback/new/complaint/")
    assert (status, headers.get("Retry-After"), "سامانه چند دقیقه بسته است" in page) == (503, "60", True)


def test_file_when_its_case_is_open_then_nginx_hands_it_out_and_keeps_it_from_others(
    site: Site, settings: Settings
) -> None:
    settings.MEDIA_ROOT = site.folder / "media"
    letter = b"%PDF-1.7\nletter"
    officer = make_user("cont.officer", "CONT")
    page = ask(site.front, "/feedback/new/complaint/")[1]
    fields = {"subject": SUBJECT, "body": BODY, "form_token": value_of(page, "form_token")}
    sent = encode_multipart(BOUNDARY, fields | {"attachments": ContentFile(letter, "letter.pdf")})
    assert ask(site.front, "/feedback/new/complaint/", body=sent, Content_Type=MULTIPART_CONTENT)[0] == 303
    attachment = Attachment.objects.get()
    inspect_file(attachment_id=attachment.pk)
    client = Client()
    client.force_login(officer)
    session = f"staff={client.cookies['staff'].value}"

    address = f"/admin/feedback/case/{attachment.message.case_id}/file/{attachment.pk}/"
    status, text, headers = ask(site.front, address, Cookie=session)

    assert (status, text.encode(), headers["Content-Type"]) == (200, letter, "application/pdf")
    assert "letter.pdf" in headers["Content-Disposition"]
    assert ask(site.front, address)[0] == 302
    assert ask(site.front, f"/protected/{attachment.file.name}")[0] == 404
    kept = [site.folder / "media", *(site.folder / "media").rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in kept if path.is_dir()} == {0o750}
    assert {path.stat().st_mode & 0o777 for path in kept if path.is_file()} == {0o640}


def test_static_files_when_collected_then_everybody_may_read_them(site: Site) -> None:
    collected = [site.folder / "collected", *(site.folder / "collected").rglob("*")]

    assert {path.stat().st_mode & 0o777 for path in collected if path.is_dir()} == {0o755}
    assert {path.stat().st_mode & 0o777 for path in collected if path.is_file()} == {0o644}
    assert {path.suffix for path in collected} >= {".css", ".gz", ".br", ".json"}


def test_proxy_when_a_request_fails_then_its_log_keeps_neither_address_nor_path(site: Site) -> None:
    token = "4711" * 10
    log = site.folder / "nginx.log"

    forbidden = ask(site.front, "/static/css/")[0]
    large = ask(site.front, f"/sms/reports/{token}/", body=b"", Content_Length="60000000")[0]
    process.stop(site.web)
    away = ask(site.front, f"/sms/reports/{token}/", body=b"messageid=1")[0]

    assert (forbidden, large, away) == (403, 413, 503)
    said = log.read_text()
    assert not [kept for kept in (CLIENT, token, "/static/", "/sms/", "request") if kept in said]


def test_proxy_when_nobody_is_at_the_address_of_the_portal_then_the_page_that_says_so_comes_soon(
    folder: Path,
) -> None:
    if proxy.NGINX is None:
        pytest.skip("there is no nginx on this machine (on Debian: apt-get install nginx-light)")
    front = free_port()
    with ExitStack() as open_now:
        # A full queue answers no more than an address where no machine is.
        silent = open_now.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        open_now.enter_context(socket.create_connection(silent.getsockname()))
        front_door = proxy.start(folder, front, silent.getsockname()[1])
        open_now.callback(process.stop, front_door)
        assert process.wait_until(lambda: ask(front, "/static/")[0] == 404, seconds=PATIENCE), logs(folder)
        since = time.monotonic()

        status, page, _headers = ask(front, "/")

    assert (status, "سامانه چند دقیقه بسته است" in page) == (503, True)
    assert time.monotonic() - since < 15


def test_proxy_when_tls_ends_at_it_then_the_portal_knows_and_sends_others_there(
    transactional_db: None, folder: Path
) -> None:
    with fronted(folder, PUBLIC_URL="https://localhost", DATA_DIR=str(folder)) as site:
        plain = ask(site.front, "/feedback/new/")
        safe = ask(site.secure, "/feedback/new/", certificate=folder / "tls" / "fullchain.pem")

    assert (plain[0], plain[2]["Location"]) == (301, "https://localhost/feedback/new/")
    assert (safe[0], "Strict-Transport-Security" in safe[2]) == (200, True)


def test_proxy_when_tls_ends_in_front_of_it_then_the_word_of_that_proxy_stands(
    transactional_db: None, folder: Path
) -> None:
    settings = {"PUBLIC_URL": "https://localhost", "DATA_DIR": str(folder)}
    with fronted(folder, ends_tls=False, **settings) as site:
        told = [ask(site.front, "/feedback/new/", X_Forwarded_Proto=word)[0] for word in ("https", "http")]

    assert told == [200, 301]


# --- gunicorn alone ---------------------------------------------------------------------------------------------


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[int]:
    """Run gunicorn with the real gunicorn.conf.py; return its port."""
    port = free_port()
    web = gunicorn(tmp_path, port)
    ready = process.wait_until(lambda: ask(port, "/healthz")[0] == 200, seconds=PATIENCE)
    assert ready, (tmp_path / "web.log").read_text()
    yield port
    process.stop(web)


def test_server_when_the_database_accepts_and_never_answers_then_it_says_so(tmp_path: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgres://portal:x@127.0.0.1:{silent.getsockname()[1]}/portal"
        web = gunicorn(tmp_path, port, DATABASE_URL=address)
        ready = process.wait_until(lambda: ask(port, "/healthz")[0] == 200, seconds=PATIENCE)
        told = ask(port, "/readyz")[0]
        process.stop(web)

    assert (ready, told) == (True, 503), (tmp_path / "web.log").read_text()


def test_database_when_its_address_says_otherwise_then_that_wins_and_what_is_fixed_over_all() -> None:
    told = {"OPTIONS": {"connect_timeout": 60, "sslmode": "require", "options": "-c work_mem=1MB"}}

    options = _bounded(told, fixed="-c default_transaction_read_only=on")["OPTIONS"]

    assert (options["connect_timeout"], options["sslmode"]) == (60, "require")
    assert options["options"] == "-c work_mem=1MB -c default_transaction_read_only=on"
    assert options["tcp_user_timeout"] > 0


@pytest.mark.parametrize(
    ("program", "is_bounded"),
    [
        ("/srv/venv/bin/gunicorn", True),
        ("/srv/venv/lib/gunicorn/__main__.py", True),
        ("/srv/venv/bin/celery", False),
        ("manage.py", False),
    ],
)
def test_statement_when_it_takes_long_then_only_the_web_server_gives_it_up(
    program: str, is_bounded: bool
) -> None:
    script = (
        f"import sys; sys.argv = [{program!r}]\n"
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('SHOW statement_timeout')\n"
        "    print(cursor.fetchone()[0])\n"
    )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, check=True, cwd=BASE, env=env, capture_output=True, text=True)

    assert done.stdout == ("30s\n" if is_bounded else "0\n")


def test_server_when_many_connections_are_held_then_one_more_is_answered(alone: int) -> None:
    lines = [http.client.HTTPConnection("127.0.0.1", alone, timeout=PATIENCE) for _number in range(12)]

    told = [status(line) for line in lines]

    assert told == [200] * len(lines)
    for line in lines:
        line.close()


def test_healthcheck_of_the_image_when_the_server_answers_then_it_is_well(tmp_path: Path) -> None:
    said = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").partition("HEALTHCHECK")[2]
    command = json.loads(re.search(r"CMD (\[.*\])", said)[1])  # type: ignore[index]
    port = free_port()
    environment = os.environ | PRODUCTION | {"WEB_BIND": f"127.0.0.1:{port}"}

    def is_well() -> bool:
        command[0] = sys.executable
        return (
            subprocess.run(
                command, check=False, cwd=BASE, env=environment, stderr=subprocess.DEVNULL
            ).returncode
            == 0
        )

    before = is_well()
    web = gunicorn(tmp_path, port, **PRODUCTION)
    try:
        assert process.wait_until(is_well, seconds=PATIENCE), (tmp_path / "web.log").read_text()
    finally:
        process.stop(web)
    assert before is False


def status(line: http.client.HTTPConnection) -> int:
    line.request("GET", "/healthz", headers={"Host": "localhost"})
    with line.getresponse() as answer:
        answer.read()
        return answer.status
