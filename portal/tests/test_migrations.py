"""Migrations: one first per app, equal to the chain it took the place of; every step can be taken back."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RemoveField, RenameField, RenameModel

APPS = ("surveys", "feedback", "routing", "directory", "outbox")
#: What makes up the tables, however their columns are ordered; schemas of the server itself are left out.
SCHEMA = """
SELECT format('%s.%s %s %s %s', table_name, column_name, udt_name, is_nullable, column_default)
  FROM information_schema.columns WHERE table_schema = 'public'
UNION SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid))
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION SELECT format('sequence %s %s', sequencename, data_type) FROM pg_sequences WHERE schemaname = 'public'
"""


def schema() -> set[str]:
    """Return columns, constraints, indexes, triggers, functions and sequences as the database defines them."""
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        return {definition for (definition,) in cursor.fetchall()}


def take_back() -> None:
    """Take every migration of ours back; those of packages that need our users go with them."""
    for app in APPS:
        call_command("migrate", app, "zero", verbosity=0)


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_migrations_when_all_are_taken_back_and_applied_again_then_the_same_tables_stand() -> None:
    before = schema()
    try:
        take_back()
        taken_back = schema()
    finally:
        call_command("migrate", verbosity=0)

    assert taken_back < before
    assert not [one for one in taken_back if any(f"{app}_" in one for app in APPS)]
    assert schema() == before


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_first_migrations_when_the_old_chain_was_applied_then_nothing_is_left_to_do() -> None:
    """A database of the release before: its tables are those of a new one, and `migrate` only notes it."""
    before = schema()
    first = firsts()
    try:
        take_back()
        executor = MigrationExecutor(connection)
        executor.loader = MigrationLoader(connection, replace_migrations=False)
        executor.migrate([replaced[-1] for replaced in first.values()])
        left = MigrationExecutor(connection).migration_plan(list(first))
    finally:
        call_command("migrate", verbosity=0)

    assert left == []
    assert set(MigrationLoader(connection).applied_migrations) >= set(first)
    assert schema() == before


def test_first_migrations_when_read_then_they_say_what_the_chains_said_that_they_replace() -> None:
    first = firsts()
    chains = MigrationLoader(None, replace_migrations=False)
    by_chains = chains.project_state([replaced[-1] for replaced in first.values()])
    loader = MigrationLoader(None)
    by_first = loader.project_state(list(first))

    changes = MigrationAutodetector(by_chains, by_first).changes(graph=loader.graph)

    assert changes == {}
    assert {app for app, _name in first} == {"directory", "routing", "feedback", "surveys"}


def test_replaced_migrations_when_others_are_read_then_none_of_those_stands_on_them() -> None:
    """So that they can go."""
    on_disk = MigrationLoader(None).disk_migrations
    replaced = {key for chain in firsts().values() for key in chain}

    standing = {
        key: replaced.intersection(one.dependencies) for key, one in on_disk.items() if key not in replaced
    }

    assert {key: found for key, found in standing.items() if found} == {}
    assert replaced <= on_disk.keys()


def firsts() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return the first migrations that took the place of others, with those in their order."""
    return {
        key: list(one.replaces) for key, one in MigrationLoader(None).disk_migrations.items() if one.replaces
    }


def test_migrations_when_read_then_all_can_be_taken_back_and_none_takes_away_what_the_old_code_reads() -> (
    None
):
    ours = [one for (app, _name), one in MigrationLoader(None).disk_migrations.items() if app in APPS]
    steps = [(f"{one.app_label}.{one.name}", step) for one in ours for step in one.operations]

    assert [name for name, step in steps if not step.reversible] == []
    assert [name for name, step in steps if isinstance(step, RemoveField | RenameField | RenameModel)] == []
