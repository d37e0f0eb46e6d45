"""What stands in a ready answer in the place of what is known of a case."""

#: The blanks of a ready answer.
BLANKS = ("case_number", "citizen_name", "unit", "service", "due_date", "officer")
