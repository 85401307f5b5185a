"""Answers as JSON documents, both ways: what is kept with a plan, without the day and the plan itself."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from supplyhub.planning.live.answers import (
    Answer,
    ChangedRound,
    ChangedVisit,
    LateOrder,
    LeftOutOrder,
    Refusal,
    Refused,
    StrandedOrder,
    VisitChange,
)
from supplyhub.planning.plan import Figures, Reason, VisitKind


def answer_document(answer: Answer) -> dict[str, object]:
    """Return an answer as a document.

    Parameters
    ----------
    answer
        The answer, or all that `replan` returned.
    """
    return {field.name: _plain(getattr(answer, field.name)) for field in dataclasses.fields(Answer)}


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


def read_answer(document: Mapping[str, Any]) -> Answer:
    """Return an answer from its document.

    Parameters
    ----------
    document
        What `answer_document` gave.

    Raises
    ------
    KeyError, TypeError, ValueError
        It is something else.
    """
    return Answer(
        changed_visits=document["changed_visits"],
        rounds=tuple(map(_round, document["rounds"])),
        refused=tuple(Refused(**{**one, "why": Refusal(one["why"])}) for one in document["refused"]),
        stranded=tuple(StrandedOrder(**_with_tuples(one)) for one in document["stranded"]),
        late=tuple(LateOrder(**_with_tuples(one)) for one in document["late"]),
        left_out=tuple(
            LeftOutOrder(**{**_with_tuples(one), "reason": Reason(one["reason"])}) for one in document["left_out"]
        ),
        before=Figures(**document["before"]),
        after=Figures(**document["after"]),
    )


def _round(document: Mapping[str, Any]) -> ChangedRound:
    visits = tuple(map(_visit, document["visits"]))
    return ChangedRound(**{**_with_tuples(document), "visits": visits})


def _visit(document: Mapping[str, Any]) -> ChangedVisit:
    codes = {"change": VisitChange(document["change"]), "kind": VisitKind(document["kind"])}
    return ChangedVisit(**{**_with_tuples(document), **codes})


def _with_tuples(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in document.items()}
