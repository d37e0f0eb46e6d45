"""Check that nobody changed the record behind the back of the portal."""

from django.core.management.base import BaseCommand, CommandError

from feedback import services


class Command(BaseCommand):
    help = "Check the guards, seals, cases and files of the record; print the newest seals, to be kept elsewhere."

    def handle(self, *args: object, **options: object) -> None:
        faults = 0
        for fault in services.faults_of_record():
            faults += 1
            self.stdout.write(fault)
        for table, seal in services.newest_seals().items():
            self.stdout.write(f"newest seal of {table}: {seal}")
        if faults:
            raise CommandError(f"{faults} faults in the record")
        self.stdout.write("the record is whole")
