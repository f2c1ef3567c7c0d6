"""The templates, and what they can call."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from perron.web import told
from perron.web.assets import asset
from perron.web.open.terms import TERMS
from perron.web.pictured import pictured
from perron.web.sections import may_manage, sections
from perron.web.words import LOCALES, words


@cache
def environment(locale: str) -> Environment:
    """The templates, speaking one language."""
    made = Environment(
        loader=PackageLoader("perron.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    spoken = words(locale)
    made.install_gettext_callables(spoken.gettext, spoken.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        asset=asset,
        LOCALES=LOCALES,
        OFFERED=told.OFFERED,
        NARROW="\u202f",
        sections=sections,
        may_manage=may_manage,
        TERMS=TERMS,
    )
    made.filters.update(told.filters(locale), pictured=pictured)
    return made
