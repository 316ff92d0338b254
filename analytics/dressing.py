"""How inputs look, on every page."""

from django import forms

TICKED = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)


def dress(form: forms.BaseForm) -> None:
    """The class of the pages' style for each kind of input that has none yet."""
    for field in form.fields.values():
        widget = field.widget
        if widget.is_hidden:
            continue
        if isinstance(widget, TICKED):
            shape = "form-check-input"
        else:
            shape = "form-select" if isinstance(widget, forms.Select) else "form-control"
        widget.attrs.setdefault("class", shape)
