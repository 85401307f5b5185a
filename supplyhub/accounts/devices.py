"""What a browser says of itself, in a few words for the list of one's own sessions. Pure."""

# In this order: browsers name each other, and the most particular name comes first.
_PROGRAMS = (
    ("MicroMessenger", "WeChat"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("MiuiBrowser", "Mi Browser"),
    ("UCBrowser", "UC Browser"),
    ("QQBrowser", "QQ Browser"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Return browser and system (`Chrome · Android`), or nothing where neither is known."""
    known = (next((name for mark, name in marks if mark in user_agent), "") for marks in (_PROGRAMS, _SYSTEMS))
    return " · ".join(name for name in known if name)
