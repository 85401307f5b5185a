"""Building lists: what is new goes in, what a household would lose stays."""

import pytest
from sqlalchemy import select

from supplyhub.files.previews import Verdict
from supplyhub.places import imports
from supplyhub.places.models import Building, Compound, Household

HEADER = "compound_id,building,units,floors,rooms_per_floor"


@pytest.fixture
def run(db_session, filled):
    def run(action, *rows, header=HEADER):
        content = "\n".join([header, *rows]).encode()
        return action(db_session, district=filled, file="buildings.csv", content=content)

    return run


class TestBuildings:
    def test_are_written(self, run, db_session):
        run(imports.write_buildings, "C005,1,1|2,6,2", "C005,B3,,33,8")

        found = db_session.scalars(
            select(Building).join(Compound).where(Compound.code == "C005").order_by(Building.id)
        ).all()
        assert [(one.name, one.units, one.floors, one.rooms_per_floor) for one in found] == [
            ("1", ["1", "2"], 6, 2),
            ("B3", [], 33, 8),
        ]

    def test_are_not_written_by_a_preview(self, run, count):
        before = count(Building)

        assert run(imports.preview_buildings, "C005,1,1|2,6,2").count(Verdict.READY) == 1
        assert count(Building) == before

    def test_change_where_they_differ(self, run, db_session):
        preview = run(imports.write_buildings, "C001,1,1|2|3|4,20,4", "C001,2,1|2|3,18,4")

        assert (preview.count(Verdict.CHANGED), preview.count(Verdict.UNCHANGED)) == (1, 1)
        assert [dict(one.fields) for one in preview.rows_of(Verdict.CHANGED)[0].reasons] == [
            {"column": "units", "before": "1|2|3", "after": "1|2|3|4"},
            {"column": "floors", "before": 18, "after": 20},
        ]

    def test_stay_where_a_household_would_fall_out(self, run, db_session):
        building = db_session.scalars(
            select(Building).join(Compound).where(Compound.code == "C001", Building.name == "1")
        ).one()
        compound = db_session.get_one(Compound, building.compound_id)
        db_session.add(
            Household(
                district_id=compound.district_id,
                compound_id=compound.id,
                building_id=building.id,
                unit="3",
                room="1804",
            )
        )
        db_session.flush()

        preview = run(imports.write_buildings, "C001,1,1|2,18,4")

        assert [dict(row.reasons[0].fields) for row in preview.rows_of(Verdict.REVIEW)] == [
            {"count": 1, "flats": "3-1804"}
        ]
        db_session.refresh(building)
        assert building.units == ["1", "2", "3"]

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("row", "codes"),
        [
            ("C999,1,,5,4", ["cell.unknown_compound"]),
            ("C005,,,5,4", ["cell.not_a_name"]),
            ("C005,1,1|1,5,4", ["cell.duplicate_unit"]),
            ("C005,1,,many,4", ["cell.not_a_number"]),
            ("C005,1,,-5,4", ["cell.not_a_number"]),
            ("C005,1,,0,100", ["cell.out_of_range", "cell.out_of_range"]),
            ("C005,1/2,,5,4", ["cell.not_a_name"]),
        ],
    )
    def test_are_refused_with_their_row(self, run, row, codes):
        preview = run(imports.preview_buildings, "C006,1,,5,4", row)

        refused = preview.rows_of(Verdict.REFUSED)
        assert [(one.line, [reason.code for reason in one.reasons]) for one in refused] == [(3, codes)]
        assert preview.count(Verdict.READY) == 1

    def test_stand_once_in_a_file(self, run):
        preview = run(imports.preview_buildings, "C005,1,,5,4", "C005,1,,6,4")

        assert [(one.line, one.reasons[0].code) for one in preview.rows_of(Verdict.REFUSED)] == [(3, "cell.duplicate")]

    def test_need_all_columns(self, run):
        preview = run(imports.preview_buildings, "C005,1,5,4", header="compound_id,building,floors,rooms_per_floor")

        assert preview.is_blocked
        assert [dict(one.reasons[0].fields) for one in preview.rows] == [{"column": "units"}]
