"""Note that users are found by another manager; nothing in the database changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("directory", "0170_fold_looks_for_common_letters_first")]

    operations = [migrations.AlterModelManagers(name="user", managers=[])]
