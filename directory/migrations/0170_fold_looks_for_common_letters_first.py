from django.db import migrations

from portal.kernel.foldsql import FOLD_SQL


class Migration(migrations.Migration):
    """The same folding in a quarter of the time; nothing that was folded changes, so nothing is to be taken back."""

    dependencies = [("directory", "0001_tables")]

    operations = [migrations.RunSQL(FOLD_SQL, migrations.RunSQL.noop)]
