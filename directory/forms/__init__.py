"""Forms of the directory, one file a subject; import them from here."""

from directory.forms.card import PARTS, CardForm
from directory.forms.choices import CodeChoiceField
from directory.forms.contacts import EntryPageForm
from directory.forms.imports import CatalogueImport, ContactImport, ImportForm
from directory.forms.lines import Column, LinesField, written

__all__ = [
    "PARTS",
    "CardForm",
    "CatalogueImport",
    "CodeChoiceField",
    "Column",
    "ContactImport",
    "EntryPageForm",
    "ImportForm",
    "LinesField",
    "written",
]
