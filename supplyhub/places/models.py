"""Tables of places: city, district, street, compound, gate, building, household.

Codes are unique within a district. Times of day are seconds after local midnight. Coordinates are WGS-84;
`coordinates_from` is the system in which they were handed in.
"""

from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supplyhub.core.coordinates import System
from supplyhub.db.base import Base, Instant, PrimaryKey, code_column, reference
from supplyhub.wording import lazy_gettext


class Risk(StrEnum):
    """Risk level of a compound, as the ninth edition of the control plan (June 2022) names them."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def label(self) -> str:
        """The level's name for people."""
        return _RISK_LABELS[self]


_RISK_LABELS = {
    Risk.LOW: lazy_gettext("Low risk"),
    Risk.MEDIUM: lazy_gettext("Medium risk"),
    Risk.HIGH: lazy_gettext("High risk"),
}


class CompoundKind(StrEnum):
    """What a compound is."""

    RESIDENTIAL = "residential"
    ENTERPRISE = "enterprise"
    LODGING = "lodging"


class City(Base):
    """A city with its districts; `code` is the first part of every scope path."""

    __tablename__ = "city"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60))


class District(Base):
    """A district: the unit that plans a day. `path` is its scope (`zhuzhou/tianyuan`)."""

    __tablename__ = "district"

    id: Mapped[PrimaryKey]
    city_id: Mapped[int] = reference("city.id")
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    path: Mapped[str] = mapped_column(String(100), unique=True)
    timezone: Mapped[str] = mapped_column(String(60))
    is_invented: Mapped[bool] = mapped_column(default=False)


class Street(Base):
    """A street (街道) or town of a district: the unit of zones on passes."""

    __tablename__ = "street"
    __table_args__ = (UniqueConstraint("district_id", "name"),)

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id", index=False)
    name: Mapped[str] = mapped_column(String(60))


class Compound(Base):
    """A closed compound (小区). `path` is its scope; `invitation_code` lets its residents sign up."""

    __tablename__ = "compound"
    __table_args__ = (
        UniqueConstraint("district_id", "code"),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="coordinates"),
        CheckConstraint("household_count >= 0 AND resident_count >= 0", name="counts"),
    )

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id", index=False)
    street_id: Mapped[int] = reference("street.id")
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80), index=True)
    path: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[CompoundKind] = mapped_column(code_column(CompoundKind, "kind"), default=CompoundKind.RESIDENTIAL)
    latitude: Mapped[float]
    longitude: Mapped[float]
    coordinates_from: Mapped[System] = mapped_column(code_column(System, "coordinates_from"), default=System.WGS84)
    risk: Mapped[Risk] = mapped_column(code_column(Risk, "risk"))
    household_count: Mapped[int]
    resident_count: Mapped[int]
    invitation_code: Mapped[str] = mapped_column(String(16), unique=True)

    district: Mapped[District] = relationship(lazy="raise")
    street: Mapped[Street] = relationship(lazy="raise")
    gates: Mapped[list["Gate"]] = relationship(lazy="raise", order_by="Gate.id", back_populates="compound")
    buildings: Mapped[list["Building"]] = relationship(lazy="raise", order_by="Building.id", back_populates="compound")


class Gate(Base):
    """A gate (出入口) with bookable slots: at most `riders_per_slot` hand-overs start in `slot_minutes`."""

    __tablename__ = "gate"
    __table_args__ = (
        UniqueConstraint("district_id", "code"),
        CheckConstraint("opens_s >= 0 AND closes_s <= 86400 AND opens_s <= closes_s", name="hours"),
        CheckConstraint("slot_minutes > 0 AND riders_per_slot >= 0", name="slots"),
    )

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id", index=False)
    compound_id: Mapped[int] = reference("compound.id")
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    latitude: Mapped[float]
    longitude: Mapped[float]
    coordinates_from: Mapped[System] = mapped_column(code_column(System, "coordinates_from"), default=System.WGS84)
    opens_s: Mapped[int]
    closes_s: Mapped[int]
    slot_minutes: Mapped[int]
    riders_per_slot: Mapped[int]

    compound: Mapped[Compound] = relationship(lazy="raise", back_populates="gates")


class Building(Base):
    """A building of a compound's own list. `units` is empty where the building has none.

    A room is its floor and two digits: `501`, `1804`; each floor has rooms 01 to `rooms_per_floor`.
    """

    __tablename__ = "building"
    __table_args__ = (
        UniqueConstraint("compound_id", "name"),
        CheckConstraint("floors BETWEEN 1 AND 99 AND rooms_per_floor BETWEEN 1 AND 99", name="size"),
    )

    id: Mapped[PrimaryKey]
    compound_id: Mapped[int] = reference("compound.id", index=False)
    name: Mapped[str] = mapped_column(String(20))
    units: Mapped[list[str]] = mapped_column(JSON)
    floors: Mapped[int]
    rooms_per_floor: Mapped[int]

    compound: Mapped[Compound] = relationship(lazy="raise", back_populates="buildings")


class Household(Base):
    """A household (户): one flat that somebody has signed up for or ordered to. `unit` is empty where there is none."""

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("building_id", "unit", "room"),)

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id")
    compound_id: Mapped[int] = reference("compound.id")
    building_id: Mapped[int] = reference("building.id", index=False)
    unit: Mapped[str] = mapped_column(String(20))
    room: Mapped[str] = mapped_column(String(20))

    compound: Mapped[Compound] = relationship(lazy="raise")
    building: Mapped[Building] = relationship(lazy="raise")


class HouseholdMember(Base):
    """A person who lives in a household."""

    __tablename__ = "household_member"

    household_id: Mapped[int] = reference("household.id", ondelete="CASCADE", primary_key=True, index=False)
    person_id: Mapped[int] = reference("person.id", ondelete="CASCADE", primary_key=True)
    since_at: Mapped[Instant]
