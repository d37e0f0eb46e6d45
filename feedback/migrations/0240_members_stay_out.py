"""Who belongs to a unit that an earlier case is about stays out of it after leaving the unit, as with new cases."""

from django.db import migrations

STAY_OUT = """
INSERT INTO feedback_recusal (case_id, user_id, at)
SELECT DISTINCT wall.case_id, member.user_id, now()
  FROM feedback_caseexclusion AS wall
  JOIN directory_membership AS member ON member.unit_id = wall.unit_id AND member.is_active
 WHERE coalesce(member.valid_from, current_date) <= current_date
   AND coalesce(member.valid_until, current_date) >= current_date
    ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0230_answers_keep_their_time")]

    operations = [migrations.RunSQL(STAY_OUT, migrations.RunSQL.noop)]
