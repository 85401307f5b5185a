"""Contacts as workbooks, in the language and on the clock of the page: of a plan, and of a traced rider."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext

from supplyhub.files import workbooks
from supplyhub.files.workbooks import Cell, Column, Sheet
from supplyhub.places.models import District
from supplyhub.places.words import household_label
from supplyhub.rounds.models import Plan
from supplyhub.rounds.queries.exposure import Contacts
from supplyhub.rounds.queries.tracing import Stop, Trace
from supplyhub.webkit.filters import day_name, masked_name, masked_phone


def contacts_workbook(contacts: Contacts, *, district: District, plan: Plan) -> bytes:
    """Return the contacts of a plan, by rider and by compound."""
    title = gettext(
        "%(district)s, %(day)s, plan version %(version)s",
        district=district.name,
        day=day_name(plan.day_date),
        version=plan.version,
    )
    notes = (title, gettext("By plan: what the rounds foresee, not what was handed over."))
    riders = Sheet(
        name=gettext("Riders"),
        notes=notes,
        columns=_columns(
            gettext("Code"),
            gettext("Rider"),
            gettext("Company"),
            gettext("Compounds"),
            gettext("Hand-overs"),
            gettext("High-risk compounds"),
            gettext("High-risk hand-overs"),
            gettext("Orders"),
        ),
        rows=[
            (
                line.code,
                line.name,
                line.company,
                line.contacts.compounds,
                line.contacts.hand_overs,
                line.contacts.high_risk_compounds,
                line.contacts.high_risk_hand_overs,
                line.contacts.orders,
            )
            for line in contacts.riders
        ],
    )
    compounds = Sheet(
        name=gettext("Compounds"),
        notes=notes,
        columns=_columns(
            gettext("Code"),
            gettext("Compound"),
            gettext("Street"),
            gettext("Risk"),
            gettext("Different riders"),
            gettext("Hand-overs"),
            gettext("Orders"),
        ),
        rows=[
            (
                line.code,
                line.name,
                line.street,
                str(line.risk.label),
                line.contacts.riders,
                line.contacts.hand_overs,
                line.contacts.orders,
            )
            for line in contacts.compounds
        ],
    )
    return workbooks.workbook_bytes([riders, compounds])


def trace_workbook(trace: Trace, *, district: District) -> bytes:
    """Return everything near one rider: a row for each order handed over, and one for each meeting."""
    zone = ZoneInfo(district.timezone)
    rider = trace.rider
    notes = (
        gettext(
            "%(rider)s (%(code)s), %(from_day)s to %(until_day)s",
            rider=rider.name,
            code=rider.code,
            from_day=trace.from_date.isoformat(),
            until_day=trace.until_date.isoformat(),
        ),
        gettext("By published plans; “reported” where a hand-over was reported since. Sensitive: for tracing alone."),
    )
    orders = Sheet(
        name=gettext("Hand-overs"),
        notes=notes,
        columns=_columns(
            gettext("Arrives"),
            gettext("Departs"),
            gettext("Compound"),
            gettext("Gate"),
            gettext("Street"),
            gettext("Risk"),
            gettext("Order"),
            gettext("Flat"),
            gettext("Name"),
            gettext("Phone"),
            gettext("Known by"),
        ),
        rows=list(_order_rows(trace, zone)),
    )
    met = Sheet(
        name=gettext("Other riders"),
        notes=notes,
        columns=_columns(
            gettext("Code"),
            gettext("Rider"),
            gettext("Company"),
            gettext("From"),
            gettext("Place"),
            gettext("Minutes together"),
            gettext("Same slot"),
        ),
        rows=[
            (
                one.code,
                one.name,
                one.company,
                _local(encounter.at, zone),
                encounter.place,
                round(encounter.overlap_s / 60, 1),
                gettext("yes") if encounter.is_same_slot else "",
            )
            for one in trace.met
            for encounter in one.encounters
        ],
    )
    return workbooks.workbook_bytes([orders, met])


def _order_rows(trace: Trace, zone: ZoneInfo) -> Iterator[tuple[Cell, ...]]:
    for stop in trace.hand_overs:
        for order in stop.orders:
            yield (
                _local(stop.arrive_at, zone),
                _local(stop.leave_at, zone),
                stop.place,
                stop.gate,
                stop.street,
                str(stop.risk.label) if stop.risk else "",
                order.code,
                household_label(order.household) if order.household else "",
                masked_name(order.recipient) if order.recipient else "",
                masked_phone(order.phone) if order.phone else "",
                _basis(stop),
            )


def _basis(stop: Stop) -> str:
    return gettext("report") if stop.is_reported else gettext("plan")


def _columns(*heads: str) -> list[Column]:
    return [Column(head=head) for head in heads]


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant on the district's clock, without a zone: workbooks know none."""
    return at.astimezone(zone).replace(tzinfo=None)
