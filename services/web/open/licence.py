"""Under which licence the data may be used: what the operator set, else that nothing is set."""

from __future__ import annotations

from services.settings import Settings
from services.web.language import translations


def rights(settings: Settings, language: str) -> str:
    """Return a sentence that names the licence or says that none is set."""
    text = translations(language).gettext
    if settings.licence is None:
        return text("No licence is set for these data.")
    return text("The licence of these data: %(licence)s") % {"licence": settings.licence}
