"""Why ways cannot be had now: a code with its fields, which can be kept, and the sentence in the reader's language.

Pure: knows no file and no server. Who meets a trouble raises `RoadsUnavailable`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from supplyhub.core.errors import DomainError
from supplyhub.wording import lazy_gettext

Fields = Mapping[str, Any]


class Trouble(StrEnum):
    """What is wrong with a source of ways."""

    NO_GRAPH = "no_graph"
    BROKEN_GRAPH = "broken_graph"
    OTHER_VERSION = "other_version"
    OUTSIDE_EXTRACT = "outside_extract"
    NO_ADDRESS = "no_address"
    TIMED_OUT = "timed_out"
    CONNECTION_REFUSED = "connection_refused"
    UNKNOWN_HOST = "unknown_host"
    UNREACHABLE = "unreachable"
    TOO_LONG = "too_long"
    NOT_AN_ANSWER = "not_an_answer"
    NOT_A_TABLE = "not_a_table"
    STATUS = "status"
    SAID = "said"


class RoadsUnavailable(DomainError):
    """Ways cannot be had now; the message says from where and what can be done.

    `trouble` and `fields` are what `sentence` needs to say it again, in another language or on another day.
    """

    def __init__(self, trouble: Trouble, **fields: str | int) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.fields: dict[str, str | int] = fields

    @property
    def message(self) -> str:
        """The sentence for the person, in the language of now."""
        return sentence(self.trouble, self.fields)


_WHOLE: Mapping[Trouble, str] = {
    Trouble.NO_GRAPH: lazy_gettext(
        "There is no road graph at %(file)s. Make it with: supplyhub roads build EXTRACT.osm.pbf"
    ),
    Trouble.BROKEN_GRAPH: lazy_gettext(
        "%(file)s is no road graph, or was cut short. Make it anew with: supplyhub roads build EXTRACT.osm.pbf"
    ),
    Trouble.OTHER_VERSION: lazy_gettext(
        "%(file)s is a road graph of version %(version)s; this program reads version %(expected)s. Make it anew "
        "with: supplyhub roads build EXTRACT.osm.pbf"
    ),
    Trouble.OUTSIDE_EXTRACT: lazy_gettext(
        "None of the %(count)s places is within %(metres)s m of a road. The roads of %(extract)s lie between "
        "%(south)s, %(west)s and %(north)s, %(east)s; the first place is at %(lat)s, %(lon)s. Use an extract of the "
        "district."
    ),
    Trouble.NO_ADDRESS: lazy_gettext(
        "The settings name no routing server: roads_url is “%(url)s”. Write its address, such as "
        "http://127.0.0.1:8002, or choose another roads_source."
    ),
}
_OF_SERVER: Mapping[Trouble, str] = {
    Trouble.TIMED_OUT: lazy_gettext("it did not answer within %(seconds)s s"),
    Trouble.CONNECTION_REFUSED: lazy_gettext("the connection was refused, nothing listens there"),
    Trouble.UNKNOWN_HOST: lazy_gettext("a machine of this name is not known"),
    Trouble.UNREACHABLE: lazy_gettext("it cannot be reached (%(problem)s)"),
    Trouble.TOO_LONG: lazy_gettext("its answer is too long"),
    Trouble.NOT_AN_ANSWER: lazy_gettext("its answer (status %(status)s) is not what it should be"),
    Trouble.NOT_A_TABLE: lazy_gettext("its answer is not a table of the places asked for"),
    Trouble.STATUS: lazy_gettext("it answers with status %(status)s"),
    Trouble.SAID: lazy_gettext("it says “%(said)s”"),
}
_SERVER = lazy_gettext(
    "The routing server %(address)s gives no ways: %(problem)s. See that it runs and plan again, or set "
    "roads_source to crow or extract."
)
_LONGEST_SAID = 200


def sentence(trouble: Trouble, fields: Fields) -> str:
    """Return what is wrong and what can be done, in the language of now.

    Parameters
    ----------
    trouble
        What is wrong.
    fields
        What `RoadsUnavailable` was raised with.
    """
    if trouble in _WHOLE:
        return str(_WHOLE[trouble]) % fields
    return str(_SERVER) % {"address": fields["address"], "problem": str(_OF_SERVER[trouble]) % fields}


def of_server(url: str, trouble: Trouble, **fields: str | int) -> RoadsUnavailable:
    """Return the error that names a server, without what its address may hold of passwords.

    Parameters
    ----------
    url
        Where it was asked.
    trouble
        One that only servers have.
    fields
        What the sentence of the trouble needs.
    """
    parts = urlsplit(url)
    address = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    kept = {name: value[:_LONGEST_SAID] if isinstance(value, str) else value for name, value in fields.items()}
    return RoadsUnavailable(trouble, address=address, **kept)
