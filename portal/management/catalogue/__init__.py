"""The Persian catalogue: what the sources ask for, what the .po file holds, and whether it reads well."""
