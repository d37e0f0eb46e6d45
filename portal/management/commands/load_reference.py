"""Load what the portal cannot work without: units, services, counties, closed days, rules, surveys."""

from django.core.management.base import BaseCommand

from directory.services import load_reference
from feedback.services import load_deadline_rules
from routing.services import load_rules
from surveys.services import load_default_questionnaires


class Command(BaseCommand):
    help = "Add the units, services, counties, closed days, rules and surveys that are not there yet (harmless twice)."

    def handle(self, *args: object, **options: object) -> None:
        added = load_reference()
        for name, count in added.items():
            self.stdout.write(f"{name}: {count} added")
        load_rules()
        load_deadline_rules()
        load_default_questionnaires()
