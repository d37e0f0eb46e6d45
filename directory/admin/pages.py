"""What the pages of those who keep the public face have in common: roles, the record of changes, files in and out."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Model, TextField
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from directory.forms import ImportForm
from directory.forms.imports import Outcome, Plan
from directory.selectors import KEEPERS
from portal.templatetags.persian import fa_digits, listed
from portal.ui.admin_base import UnitScopedAdmin
from portal.ui.handout import sheet_handed_out
from portal.ui.sheets import FORMATS, Column, row_of

#: Letters of a value that the record of changes keeps.
LONGEST_RECORDED = 80
#: Letters from which on a text of one line is given more room.
LONG_TEXT = 120
#: The look of each outcome in the rehearsal of a file.
TONES = {Outcome.NEW: "done", Outcome.CHANGED: "soon", Outcome.SAME: "ok", Outcome.FAULTY: "late"}


class KeptAdmin(UnitScopedAdmin):
    """A table of the public face: editors and administrators read and write all of it; each change is recorded."""

    readers = KEEPERS
    writers = KEEPERS
    may_add = True

    def visible_to(self, user: Any) -> Any:
        return self.model._default_manager.all()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Give long texts room, and English ones their direction."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None and isinstance(db_field, CharField | TextField):
            attrs = field.widget.attrs
            if db_field.name.endswith("_en"):
                attrs["dir"] = "ltr"
            if isinstance(db_field, TextField):
                attrs["rows"] = 5
            elif (db_field.max_length or 0) >= LONG_TEXT:
                attrs["class"] = "vLargeTextField"
        return field

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """Record what each changed field said before and says now."""
        message: list[dict[str, Any]] = super().construct_change_message(request, form, formsets, add)
        if not add and form.changed_data:
            message = [{"changed": {"fields": [_change(form, name) for name in form.changed_data]}}]
        return message


def _change(form: Any, name: str) -> str:
    field = form.fields[name]
    label = capfirst(str(field.label or name))
    before, now = (_short(field, value) for value in (form.initial.get(name), form.cleaned_data[name]))
    return f"{label}: {before} ← {now}" if len(before) + len(now) < 2 * LONGEST_RECORDED else label


def _short(field: Any, value: Any) -> str:
    """Return a value as its field shows it; of a choice among rows, the row's name."""
    if isinstance(field, ModelChoiceField) and field.queryset is not None:
        value = value if isinstance(value, Model) else field.queryset.filter(pk=value).first()
    else:
        value = field.prepare_value(value)
    text = (
        listed(map(str, value))
        if isinstance(value, list | tuple)
        else str(value if value is not None else "")
    )
    return f"«{text}»" if text else "—"


# --- Files in and out -------------------------------------------------------------------------------------------


class FiledAdmin(KeptAdmin):
    """A table that comes and goes as a spreadsheet. A file is rehearsed first; then all of it is stored, or nothing."""

    change_list_template = "admin/directory/filed_list.html"
    import_form: ClassVar[type[ImportForm]]

    def columns(self) -> Sequence[Column]:
        """Return the columns of the file, those that may be sent back as they are."""
        raise NotImplementedError

    def listed(self) -> Iterable[Any]:
        """Return the rows of the file."""
        raise NotImplementedError

    def store(self, request: HttpRequest, plans: list[Plan]) -> str:
        """Store the rows of a rehearsed file and return what is said of it."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        guarded: Callable[..., Any] = self.admin_site.admin_view
        files = [
            path(f"export.{form}", guarded(self.export), {"form": form}, name=f"{name}_export_{form}")
            for form in FORMATS
        ]
        own = path("import/", guarded(self.import_page), name=f"{name}_import")
        return [own, *files, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        files = {
            "import_url": reverse(f"{name}_import"),
            "export_urls": [(form.upper(), reverse(f"{name}_export_{form}")) for form in FORMATS],
        }
        return super().changelist_view(request, {**files, **(extra_context or {})})

    def export(self, request: HttpRequest, form: str) -> HttpResponse:
        """Give the whole list as a file; formulas in it are texts."""
        if not self._may_read(request):
            raise PermissionDenied
        name, columns = str(self.opts.model_name), self.columns()
        rows = (row_of(columns, thing) for thing in self.listed())
        return sheet_handed_out(form, name=name, title=name, columns=columns, rows=rows)

    def import_page(self, request: HttpRequest) -> HttpResponse:
        """Rehearse a file, then store it; a row with a fault stops all of it."""
        if not self._may_write(request):
            raise PermissionDenied
        form = (
            self.import_form(request.POST, request.FILES) if request.method == "POST" else self.import_form()
        )
        is_read = form.is_bound and form.is_valid()
        if is_read and not form.is_rehearsal and form.is_sound:
            messages.success(request, self.store(request, form.wanted))
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
            )
        return TemplateResponse(request, "admin/directory/import.html", self._import_context(request, form))

    def _import_context(self, request: HttpRequest, form: ImportForm) -> dict[str, Any]:
        words = _outcome_words()
        rows = [
            (plan, fa_digits(plan.number), words[plan.outcome], TONES[plan.outcome]) for plan in form.plans
        ]
        return {
            **self.admin_site.each_context(request),
            "title": _("Import from a file"),
            "opts": self.opts,
            "form": form,
            "rows": rows,
            "counts": _counts(form.plans),
            "rehearsed": form.cleaned_data.get("rows", "") if form.is_bound and form.is_valid() else "",
            "headings": [*form.needed, *(name for name in form.known if name not in form.needed)],
            "needed": form.needed,
        }

    def record(self, request: HttpRequest, rows: Iterable[Model], plans: Iterable[Plan]) -> None:
        """Record in each row's history that it came from a file, and what the file changed."""
        labels = {one.name: str(getattr(one, "verbose_name", one.name)) for one in self.opts.get_fields()}
        source = {"name": str(self.opts.verbose_name), "object": _("a file")}
        for row, plan in zip(rows, plans, strict=True):
            if plan.outcome == Outcome.NEW:
                self.log_addition(request, row, [{"added": source}])
            else:
                fields = [labels.get(name, name) for name in plan.changes]
                self.log_change(request, row, [{"changed": {**source, "fields": fields}}])


def _outcome_words() -> dict[Outcome, str]:
    return {
        Outcome.NEW: _("new"),
        Outcome.CHANGED: _("changed"),
        Outcome.SAME: _("the same as here"),
        Outcome.FAULTY: _("not right"),
    }


def _counts(plans: list[Plan]) -> list[tuple[str, str]]:
    words = _outcome_words()
    counted = {outcome: sum(plan.outcome == outcome for plan in plans) for outcome in Outcome}
    return [(words[outcome], fa_digits(count)) for outcome, count in counted.items() if count]


class OfferedFilter(admin.SimpleListFilter):
    """A filter that knows the values it offers and no others."""

    def value(self) -> str | None:
        value = super().value()
        return value if value in {str(offered) for offered, _words in self.lookup_choices} else None
