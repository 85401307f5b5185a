"""The message catalogues: collected from the sources, compared, updated.

`python -m tests.support.catalogue` names what is wrong with the Chinese catalogue and exits 1;
`python -m tests.support.catalogue update [FILE.json ...]` brings it up to date with the sources, keeping every
translation and taking further ones from files of the form {"English": "中文", "%(num)s order": ["%(num)s 单"]}.
"""

import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import wtforms
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from supplyhub.planning import issues

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "supplyhub"
CATALOGUE = SOURCES / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.po"

METHODS = [
    ("assets/**", "ignore"),
    ("static/**", "ignore"),
    ("**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]
OPTIONS = {
    "templates/**.html": {"trimmed": "true", "silent": "false"},
    "templates/**.txt": {"trimmed": "true", "silent": "false"},
}
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": None,
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[-#0 +]*\d*(?:\.\d+)?([sdfgixr])|%%")


def collected() -> Catalog:
    """Return what the sources say, in English."""
    catalogue = Catalog(project="SupplyHub", fuzzy=False)
    for name, line, message, comments, context in extract_from_dir(SOURCES, METHODS, OPTIONS, KEYWORDS):
        catalogue.add(
            message,
            locations=[(f"supplyhub/{Path(name).as_posix()}", line)],
            auto_comments=comments,
            context=context,
        )
    # The planner is pure and marks no messages: whoever shows its sentences looks them up by their text.
    for sentence in issues.TEMPLATES.values():
        catalogue.add(sentence, locations=[("supplyhub/planning/issues.py", 1)])
    for sentence in form_sentences():
        catalogue.add(sentence, locations=[("supplyhub/webkit/forms.py", 1)])
    return catalogue


def form_sentences() -> Iterator[str]:
    """Yield what WTForms' own validators say; `webkit.forms` looks each form of it up by itself."""
    with (Path(wtforms.__file__).parent / "locale" / "wtforms.pot").open("rb") as file:
        for message in read_po(file):
            yield from (text for text in texts(message.id) if text and "CSRF" not in text)


def stored() -> Catalog:
    """Return the Chinese catalogue as it stands."""
    if not CATALOGUE.exists():
        return Catalog(locale="zh_Hans", project="SupplyHub", fuzzy=False)
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def problems(sources: Catalog, translated: Catalog) -> Iterator[str]:
    """Yield one line for every message without its translation, and for every wrong one."""
    for message in sources:
        if not message.id:
            continue
        found = translated.get(message.id, message.context)
        if found is None or not all(texts(found.string)):
            yield f"no translation: {singular(message)!r} ({places(message)})"
        elif found.fuzzy:
            yield f"uncertain translation: {singular(message)!r}"
        else:
            yield from placeholder_problems(found)


def placeholder_problems(message: Message) -> Iterator[str]:
    """Yield one line for every translation that fills in something else than its message."""
    expected = set(PLACEHOLDER.findall(texts(message.id)[-1]))
    for text in texts(message.string):
        given = set(PLACEHOLDER.findall(text))
        # A language without plurals may leave the number of "one" out, but nothing may be added.
        if given != expected:
            yield f"other placeholders: {singular(message)!r} -> {text!r}"


def texts(value: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """Return the forms of a message: one, or one for each number."""
    return [value or ""] if value is None or isinstance(value, str) else list(value)


def singular(message: Message) -> str:
    """Return the form by which a person finds the message."""
    return texts(message.id)[0]


def places(message: Message) -> str:
    """Return where the message is used."""
    return ", ".join(f"{name}:{line}" for name, line in message.locations[:2])


def update(files: list[Path]) -> int:
    """Bring the Chinese catalogue up to date with the sources; return how many messages lack a translation."""
    sources, translated = collected(), stored()
    given: dict[str, str | list[str]] = {}
    for file in files:
        given.update(json.loads(file.read_text("utf-8")))
    renewed = Catalog(locale="zh_Hans", project="SupplyHub", fuzzy=False)
    lacking = 0
    for message in sources:
        if not message.id:
            continue
        known = translated.get(message.id, message.context)
        translation = given.get(singular(message)) or (known.string if known else None)
        if isinstance(translation, str) and message.pluralizable:
            translation = [translation]
        elif isinstance(translation, list | tuple):
            translation = tuple(translation) if message.pluralizable else translation[0]
        added = renewed.add(
            message.id,
            translation,
            locations=[(name, 0) for name in sorted({name for name, _ in message.locations})],
            context=message.context,
        )
        lacking += not all(texts(added.string))
    buffer = io.BytesIO()
    write_po(buffer, renewed, width=0, sort_output=True, omit_header=True, include_lineno=False)
    text = HEADER + buffer.getvalue().decode("utf-8").strip() + "\n"
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(text, "utf-8")
    return lacking


HEADER = """\
# Chinese (Simplified) messages of SupplyHub. Keys are the English messages of the sources: `make translations`.
msgid ""
msgstr ""
"Project-Id-Version: SupplyHub\\n"
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def main(arguments: list[str]) -> int:
    """Check the catalogue, or update it."""
    if arguments[:1] == ["update"]:
        lacking = update([Path(argument) for argument in arguments[1:]])
        sys.stdout.write(f"{lacking} messages lack a translation.\n")
        return 0
    found = list(problems(collected(), stored()))
    for line in found:
        sys.stdout.write(line + "\n")
    sys.stdout.write(f"{len(found)} problems with translations\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
