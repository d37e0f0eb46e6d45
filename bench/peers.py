"""Peers beside the portal: other systems that run on this machine already (`floor.py --peers FILE …`).

A file in TOML names one system and has the recipes of what it is asked: `django-helpdesk.toml` is an example that
tells every entry. A page may have to hold a text, so that nothing is measured that does not do what it should.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.load import Answer, Line, Operation, Request, Site, hidden

Recipe = dict[str, Any]


def peer(file: Path) -> list[Operation]:
    """Return the operations of the system that a file tells of; each is tried once."""
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    address = urlsplit(told["address"])
    if address.scheme != "http" or address.hostname != "127.0.0.1" or address.port is None:
        raise SystemExit(f"{file}: the address must be http://127.0.0.1:PORT")
    name = f"{told['name']} {told['version']}"
    pid, database = (process_of(file, told.get(key, 0)) for key in ("pid", "database"))
    site = Site(name, address.port, pid, database, about=told["settings"])
    operations = list(operations_of(site, told))
    for operation, recipe in operations:
        tried(operation, recipe)
    return [operation for operation, _recipe in operations]


def process_of(file: Path, told: int | str) -> int:
    return int((file.parent / told).read_text()) if isinstance(told, str) else told


def operations_of(site: Site, told: Recipe) -> Iterator[tuple[Operation, Recipe]]:
    """Yield each operation with its recipe."""
    if "form" in told:
        yield plain(site, told["form"] | {"name": "form page", "beside": "form page"})
    if "submit" in told:
        submissions = sending(site, told["submit"], told["form"]["path"])
        status, goal = told["submit"].get("status", 303), told["submit"].get("goal", 0)
        yield Operation("submit", site, status, submissions, ("submit",), goal=goal), told["submit"]
    if "lookup" in told:
        sent = submissions()
        answer = site.post(sent.path, sent.fields or {}, sent.cookie)
        yield plain(
            site, filled(told["lookup"], answer) | {"name": "look-up", "beside": "look-up, case page"}
        )
    if "page" in told:
        cookie = signed_in(site, told["login"]) if "login" in told else ""
        for page in told["page"]:
            yield plain(site, page, cookie)


def plain(site: Site, recipe: Recipe, cookie: str = "") -> tuple[Operation, Recipe]:
    """Return an operation that asks for the same each time, after the first path for the others."""
    first, *others = recipe.get("paths") or [recipe["path"]]
    later = tuple(always(Request(path, cookie=cookie)) for path in others)
    request = Request(first, recipe.get("fields"), cookie)
    names = (recipe["beside"],) if "beside" in recipe else ()
    goal = recipe.get("goal", 0)
    made = Operation(
        recipe["name"], site, recipe.get("status", 200), lambda: request, names, later, goal=goal
    )
    return made, recipe


def always(request: Request) -> Callable[[Answer], Request]:
    return lambda _answer: request


def sending(site: Site, recipe: Recipe, form: str) -> Callable[[], Request]:
    """Return what makes the next submission."""
    numbers = count(1)
    kept: list[tuple[dict[str, str], str]] = []

    def make() -> Request:
        if recipe.get("is_fresh") or not kept:
            kept[:] = [carried(site, form, recipe.get("hidden", ()))]
        fields, cookie = kept[0]
        marker = f"{next(numbers):08d}"
        own = {name: value.replace("{marker}", marker) for name, value in recipe["fields"].items()}
        return Request(recipe.get("path", form), fields | own, cookie)

    return make


def carried(site: Site, path: str, names: list[str]) -> tuple[dict[str, str], str]:
    """Return hidden fields of a page and its cookies."""
    page = site.get(path)
    fields = hidden(page.body)
    return {name: fields[name] for name in names}, page.cookies()


def filled(recipe: Recipe, answer: Answer) -> Recipe:
    """Put what the answer to a submission says into the recipe of the look-up."""
    found = re.search(recipe["find"], answer.head + answer.body.decode())
    if not found:
        raise SystemExit(f"{recipe['find']} is not in the answer {answer.status} to a submission")

    def put(text: str) -> str:
        for name, value in found.groupdict().items():
            text = text.replace(f"{{{name}}}", value)
        return text

    fields = {name: put(value) for name, value in recipe.get("fields", {}).items()}
    return recipe | {"path": put(recipe["path"]), "fields": fields or None}


def signed_in(site: Site, recipe: Recipe) -> str:
    """Sign in and return the cookies."""
    fields, cookie = carried(site, recipe["path"], recipe.get("hidden", ()))
    answer = site.post(recipe["path"], fields | recipe["fields"], cookie)
    if answer.status != recipe.get("status", 302):
        raise SystemExit(f"{site.name}: signing in answers {answer.status}")
    return "; ".join(filter(None, [cookie, answer.cookies()]))


def tried(operation: Operation, recipe: Recipe) -> None:
    """Carry an operation out once, so that nothing is measured that does not do what it should."""
    answer = operation.ask(Line(operation.site.port), operation.make().wire(operation.site.port))
    if answer.status != operation.expects:
        raise SystemExit(f"{operation.site.name} {operation.name}: answers {answer.status}")
    if recipe.get("holds", "") not in answer.body.decode():
        raise SystemExit(f"{operation.site.name} {operation.name}: {recipe['holds']} is not on the page")
