"""Load what the portal cannot work without: units, services with their cards, counties, closed days, rules, surveys."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from directory.services import load_cards, load_reference
from feedback.services import load_deadline_rules
from routing.services import load_rules
from surveys.services import load_default_questionnaires


class Command(BaseCommand):
    help = "Add units, services, cards, counties, closed days, rules, surveys that are not there yet (harmless twice)."

    def handle(self, *args: object, **options: object) -> None:
        added = load_reference()
        for name, count in added.items():
            self.stdout.write(f"{name}: {count} added")
        if not settings.DEMO:  # those of the demo have an age
            load_cards(at=timezone.now())
        load_rules()
        load_deadline_rules()
        load_default_questionnaires()
