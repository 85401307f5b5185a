"""Tables of riders: companies, riders with vehicle, zones, shift, binding and pass number."""

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supplyhub.core.coordinates import System
from supplyhub.db.base import Base, PrimaryKey, code_column, reference
from supplyhub.places.models import Street
from supplyhub.suppliers.models import Pickup


class RiderCompany(Base):
    """A company that employs riders (骑手平台). `path` is its scope."""

    __tablename__ = "rider_company"
    __table_args__ = (UniqueConstraint("district_id", "name"),)

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id", index=False)
    name: Mapped[str] = mapped_column(String(60))
    path: Mapped[str] = mapped_column(String(200), unique=True)


class Rider(Base):
    """A rider (骑手). `vehicle` names a kind of the day's settings; `pickup_id` binds the rider to one pickup.

    `any_zone` means every street; otherwise the streets of `zones`. `path` is the rider's scope.
    """

    __tablename__ = "rider"
    __table_args__ = (
        UniqueConstraint("district_id", "code"),
        CheckConstraint("shift_start_s <= shift_end_s AND pass_from_s <= pass_until_s", name="hours"),
    )

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id", index=False)
    company_id: Mapped[int] = reference("rider_company.id")
    pickup_id: Mapped[int | None] = reference("pickup.id")
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    path: Mapped[str] = mapped_column(String(200), unique=True)
    vehicle: Mapped[str] = mapped_column(String(40))
    any_zone: Mapped[bool]
    enters_high_risk: Mapped[bool]
    pass_no: Mapped[str] = mapped_column(String(40))
    pass_from_s: Mapped[int]
    pass_until_s: Mapped[int]
    shift_start_s: Mapped[int]
    shift_end_s: Mapped[int]
    base_latitude: Mapped[float]
    base_longitude: Mapped[float]
    coordinates_from: Mapped[System] = mapped_column(code_column(System, "coordinates_from"), default=System.WGS84)

    company: Mapped[RiderCompany] = relationship(lazy="raise")
    pickup: Mapped[Pickup | None] = relationship(lazy="raise")
    zones: Mapped[list[Street]] = relationship(lazy="raise", secondary="rider_zone", order_by="Street.id")


class RiderZone(Base):
    """A street that a rider's pass covers."""

    __tablename__ = "rider_zone"

    rider_id: Mapped[int] = reference("rider.id", ondelete="CASCADE", primary_key=True, index=False)
    street_id: Mapped[int] = reference("street.id", primary_key=True)
