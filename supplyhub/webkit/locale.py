"""Language and time zone of a page: the person's choice, else the browser's wish, else the default."""

from typing import Any

from flask import Flask, g, request, session
from flask_babel import get_locale
from flask_login import current_user

from supplyhub.extensions import babel
from supplyhub.webkit.settings import settings

LOCALES = {"zh_Hans": "中文", "en": "English"}
_WISHES = {
    "zh": "zh_Hans",
    "zh-CN": "zh_Hans",
    "zh-Hans": "zh_Hans",
    "zh-TW": "zh_Hans",
    "zh-HK": "zh_Hans",
    "en": "en",
}


def init_app(app: Flask) -> None:
    """Choose language and time zone for every request."""
    app.config["BABEL_DEFAULT_LOCALE"] = app.config["SETTINGS"].default_locale
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=_choose_locale, timezone_selector=_choose_timezone)
    app.context_processor(_names)


def use_timezone(zone: str) -> None:
    """Show times of this request in a district's zone."""
    g.timezone = zone


def remember_locale(locale: str) -> None:
    """Keep the chosen language in the cookie; an unknown one is ignored."""
    if locale in LOCALES:
        session["locale"] = locale


def _choose_locale() -> str:
    chosen = session.get("locale") or getattr(current_user, "locale", None)
    if chosen in LOCALES:
        return str(chosen)
    wish = request.accept_languages.best_match(list(_WISHES))
    return _WISHES[wish] if wish else settings().default_locale


def _choose_timezone() -> str:
    return str(g.get("timezone") or settings().default_timezone)


def _names() -> dict[str, Any]:
    locale = str(get_locale() or settings().default_locale)
    return {"locale": locale, "html_lang": locale.replace("_", "-"), "locales": LOCALES}
