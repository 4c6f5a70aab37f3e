"""What a browser calls itself, in words that its owner knows again. PURE."""

from __future__ import annotations

from service.core.i18n import _

# The first that is found in the name counts: most browsers also call themselves by older ones' names.
BROWSERS = (
    ("Zalo", "Zalo"), ("FBAN", "Facebook"), ("FBAV", "Facebook"), ("coc_coc_browser", "Cốc Cốc"), ("CocCoc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"), ("Edg", "Edge"), ("OPR", "Opera"), ("YaBrowser", "Yandex"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_words(user_agent: str | None) -> str:
    """A browser and what it runs on: “Chrome trên Android”; the first word of its name where neither is known."""
    named = user_agent or ""
    browser = next((name for sign, name in BROWSERS if sign in named), None)
    system = next((name for sign, name in SYSTEMS if sign in named), None)
    if browser and system:
        return _("%(browser)s trên %(system)s", browser=browser, system=system)
    if browser or system:
        return browser or system or ""
    first = named.split("/")[0].split(" ")[0][:40]
    return first if first.isprintable() and first else _("thiết bị không rõ")
