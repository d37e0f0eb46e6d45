from django.db import migrations

REFUSE = """
CREATE OR REPLACE FUNCTION directory_guard_cards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{way_round}
    RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
WAY_ROUND = """
    -- Set by test runs, which empty their throw-away database between tests.
    IF current_setting('portal.truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;"""


class Migration(migrations.Migration):
    """No setting lets anybody empty the identity cards any more; test runs empty theirs another way."""

    dependencies = [("directory", "0180_staff_by_key")]

    operations = [migrations.RunSQL(REFUSE.format(way_round=""), REFUSE.format(way_round=WAY_ROUND))]
