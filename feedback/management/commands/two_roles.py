"""Print the rights of a role that may add to the record and never change it."""

import re

from django.core.management.base import BaseCommand, CommandError, CommandParser

from feedback import services

RIGHTS = """\
-- Run as the owner of the tables, after every migrate; let the portal connect as {role}.
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE UPDATE, DELETE, TRUNCATE ON {tables} FROM {role};
REVOKE DELETE, TRUNCATE ON feedback_case, feedback_review FROM {role};
"""


class Command(BaseCommand):
    help = "Print the SQL that gives a role the portal's rights without those to change the record."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the role as which the portal connects; it is not made here")

    def handle(self, *args: object, **options: object) -> None:
        role = str(options["role"])
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role):
            raise CommandError("a role is called with small letters, digits and underscores")
        self.stdout.write(RIGHTS.format(role=role, tables=", ".join(services.RECORD_TABLES)))
