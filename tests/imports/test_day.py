"""A day folder goes into a district: all of it, once, and nothing that is doubtful."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from supplyhub.core import geo
from supplyhub.core.coordinates import System
from supplyhub.files.previews import Verdict
from supplyhub.integrations.roads.router import Kind
from supplyhub.orders.models import Order, OrderSource
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Compound, Gate, Risk, Street
from supplyhub.planning import reading as planning_reading
from supplyhub.riders.models import Rider, RiderCompany
from supplyhub.rounds import problems
from supplyhub.rounds.imports import day, day_coordinates
from supplyhub.rounds.models import PlanningDay
from supplyhub.rounds.roads import UnableToReadVehicle
from supplyhub.suppliers.models import Pickup, Supplier, SupplierKind
from tests.imports.conftest import EVENING, day_files
from tests.support.counting import counted_queries

DAY = date(2022, 11, 8)


def counts(preview):
    return {verdict.value: preview.count(verdict) for verdict in Verdict if preview.count(verdict)}


def reasons(preview, verdict):
    return [(row.file, row.line, row.key, [one.code for one in row.reasons]) for row in preview.rows_of(verdict)]


def give_ways(files):
    """Let the day's ways come from a matrix in which everything is 900 m and 3 minutes apart, but for one gate."""
    read = planning_reading.parse_day(files.files)
    stops = [pickup.pickup_id for pickup in read.pickups] + [gate.gate_id for gate in read.gates[1:]]
    places = stops + [rider.base_id for rider in read.riders]
    rows = [f"{one},{other},900,180" for one in places for other in places if one != other]
    files.replace("day.toml", 'model = "crow"', 'model = "matrix"')
    files.files["travel.csv"] = "\n".join(["from_id,to_id,distance_m,duration_s", *rows]).encode()


class TestPreviewDay:
    def test_counts_what_is_new_and_writes_nothing(self, db_session, district, tiny, count):
        preview = day.preview_day(db_session, district=district, files=tiny.files)

        # rules 1, pickups 20, compounds 12, gates 16, riders 4, orders 60
        assert counts(preview) == {"ready": 113}
        assert [(tally.name, tally.read) for tally in preview.tallies] == [
            ("day.toml", 1),
            ("pickups.csv", 20),
            ("compounds.csv", 12),
            ("gates.csv", 16),
            ("riders.csv", 4),
            ("orders.csv", 60),
        ]
        assert [count(model) for model in (Street, Compound, Gate, Pickup, Rider, Order)] == [0] * 6

    def test_finds_the_same_day_unchanged(self, db_session, filled, tiny):
        preview = day.preview_day(db_session, district=filled, files=tiny.files)

        assert counts(preview) == {"unchanged": 113}
        assert not preview.adds_something

    def test_names_every_bad_row_with_its_reason(self, db_session, district, tiny):
        tiny.replace("orders.csv", "O00002,P09", "O00002,P99")
        tiny.replace("orders.csv", "O00003,P09,C006,3935", "O00003,P09,C006,-3935")
        tiny.replace("orders.csv", "O00004,P11,C010,1589", "O00004,P11,C010,much")
        tiny.replace("orders.csv", "O00005,P09,C012,4780,16040,10:30,15:30", "O00005,P09,C012,4780,16040,15:30,10:30")
        tiny.replace("orders.csv", "O00007,", "O00006,")
        tiny.replace("orders.csv", "O00008,P09,C004", "O00008,P09,C999")

        preview = day.preview_day(db_session, district=district, files=tiny.files)

        assert reasons(preview, Verdict.REFUSED) == [
            ("orders.csv", 3, "O00002", ["issue.unknown_pickup"]),
            ("orders.csv", 4, "O00003", ["issue.negative"]),
            ("orders.csv", 5, "O00004", ["issue.not_a_number"]),
            ("orders.csv", 6, "O00005", ["issue.due_before_ready"]),
            ("orders.csv", 8, "O00006", ["issue.duplicate_id"]),
            ("orders.csv", 9, "O00008", ["issue.unknown_compound"]),
        ]
        # the other 54 orders still show
        assert counts(preview) == {"ready": 107, "refused": 6}
        assert not preview.is_blocked

    def test_refuses_a_row_in_another_encoding(self, db_session, district, tiny):
        tiny.files["compounds.csv"] = tiny.files["compounds.csv"].replace("山水文园".encode(), "山水文园".encode("gbk"))

        preview = day.preview_day(db_session, district=district, files=tiny.files)

        refused = reasons(preview, Verdict.REFUSED)
        assert refused[0] == ("compounds.csv", 4, "C003", ["issue.not_utf8"])
        # its two gates and its orders go with it
        assert {row.file for row in preview.rows_of(Verdict.REFUSED)} == {"compounds.csv", "gates.csv", "orders.csv"}
        assert not preview.is_blocked

    def test_reads_files_in_gb18030(self, db_session, district, tiny):
        files = {name: content.decode().encode("gb18030") for name, content in tiny.files.items()}

        assert counts(day.preview_day(db_session, district=district, files=files)) == {"ready": 113}

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("file", "old", "new", "code"),
        [
            ("orders.csv", "P09,C004,4640", "P09,C004,0", "weight_zero"),
            ("orders.csv", "08:00,12:30,0,platform\nO00002", "12:30,12:30,0,platform\nO00002", "due_at_ready"),
            ("compounds.csv", "C001,明月湖小区,嵩山路街道", "C001,明月湖小区,嵩山/路", "not_a_name"),
            ("compounds.csv", "C001,明月湖小区", f"C001,{'湖' * 81}", "too_long"),
            ("compounds.csv", "305,814", "305,99999999999", "too_many_people"),
            ("compounds.csv", "明月湖小区", "明月\x00湖", "control_character"),
            ("gates.csv", "08:00,20:00", "20:00,08:00", "ends_before_it_begins"),
            ("riders.csv", "骑手001,美团", "骑手001,", "not_a_name"),
        ],
    )
    def test_refuses_what_the_tables_cannot_hold(self, db_session, district, tiny, file, old, new, code):
        tiny.replace(file, old, new)

        preview = day.preview_day(db_session, district=district, files=tiny.files)

        assert reasons(preview, Verdict.REFUSED)[0][3] == [code]

    def test_leaves_moved_places_and_other_orders_to_a_person(self, db_session, filled, tiny):
        tiny.replace("compounds.csv", "C001,明月湖小区,嵩山路街道", "C001,明月湖小区,栗雨街道")
        tiny.replace("gates.csv", "G0001,C001", "G0001,C002")
        tiny.replace("orders.csv", "O00001,P09,C004,4640", "O00001,P09,C004,4641")
        tiny.replace("gates.csv", "G0002,C002,南门", "G0002,C002,大门")

        preview = day.preview_day(db_session, district=filled, files=tiny.files)

        assert reasons(preview, Verdict.REVIEW) == [
            ("compounds.csv", 2, "C001", ["street_differs"]),
            ("gates.csv", 2, "G0001", ["compound_differs"]),
            ("orders.csv", 2, "O00001", ["order_differs"]),
        ]
        changed = preview.rows_of(Verdict.CHANGED)
        assert [(row.key, dict(row.reasons[0].fields)) for row in changed] == [
            ("G0002", {"column": "name", "before": "南门", "after": "大门"})
        ]

    def test_leaves_orders_of_another_day_to_a_person(self, db_session, filled, tiny):
        preview = day.preview_day(db_session, district=filled, files=tiny.files, day_date=date(2022, 11, 9))

        assert preview.count(Verdict.REVIEW) == 60
        assert {one.code for row in preview.rows_of(Verdict.REVIEW) for one in row.reasons} == {"order_on_other_day"}

    @pytest.mark.one_database
    @pytest.mark.parametrize("name", day.FILES)
    def test_is_blocked_by_a_missing_file(self, db_session, district, tiny, name):
        del tiny.files[name]

        preview = day.preview_day(db_session, district=district, files=tiny.files)

        assert preview.is_blocked
        assert (name, None, "", ["issue.missing_file"]) in reasons(preview, Verdict.REFUSED)

    def test_is_blocked_by_a_missing_column_and_shows_the_rest(self, db_session, district, tiny):
        tiny.replace("orders.csv", "weight_g", "weight")

        preview = day.preview_day(db_session, district=district, files=tiny.files)

        assert preview.is_blocked
        assert reasons(preview, Verdict.REFUSED) == [("orders.csv", 1, "", ["issue.missing_column"])]
        assert preview.count(Verdict.READY) == 53

    @pytest.mark.one_database
    def test_is_blocked_by_a_time_zone_of_elsewhere(self, db_session, district, tiny):
        tiny.replace("day.toml", "Asia/Shanghai", "Europe/Paris")

        preview = day.preview_day(db_session, district=district, files=tiny.files)

        assert preview.is_blocked
        assert any(dict(one.fields).get("column") == "timezone" for row in preview.rows for one in row.reasons)

    def test_is_blocked_by_a_matrix_that_is_missing(self, db_session, district, tiny):
        tiny.replace("day.toml", 'model = "crow"', 'model = "matrix"')

        preview = day.preview_day(db_session, district=district, files=tiny.files)

        assert preview.is_blocked
        assert ("travel.csv", None, "", ["issue.missing_file"]) in reasons(preview, Verdict.REFUSED)

    def test_says_which_files_it_does_not_read(self, db_session, district, tiny):
        tiny.files["orders (1).csv"] = tiny.files.pop("orders.csv")

        preview = day.preview_day(db_session, district=district, files=tiny.files)

        assert preview.is_blocked
        assert dict(preview.notes[-1].fields) == {"names": "orders (1).csv"}

    def test_refuses_a_file_that_is_too_large(self, db_session, district, tiny):
        tiny.files["orders.csv"] += b" " * 100_000_000

        preview = day.preview_day(db_session, district=district, files=tiny.files)

        assert reasons(preview, Verdict.REFUSED) == [("orders.csv", None, "", ["issue.file_too_large"])]


class TestImportDay:
    def test_writes_places_riders_and_orders(self, db_session, filled):
        compound = db_session.scalars(
            select(Compound).where(Compound.code == "C010").options(joinedload(Compound.street))
        ).one()
        pickup = db_session.scalars(
            select(Pickup).where(Pickup.code == "P09").options(joinedload(Pickup.supplier))
        ).one()
        order = db_session.scalars(
            select(Order).where(Order.code == "O00001").options(joinedload(Order.compound), joinedload(Order.pickup))
        ).one()

        assert (compound.name, compound.street.name, compound.risk) == ("银海家园三期", "泰山路街道", Risk.MEDIUM)
        assert compound.path == "zhuzhou/tianyuan/泰山路街道/C010"
        assert len(compound.invitation_code) == 8
        assert (pickup.supplier.name, pickup.supplier.kind, pickup.supplier.path) == (
            "天虹",
            SupplierKind.SUPERMARKET,
            "zhuzhou/tianyuan/suppliers/P09",
        )
        assert (order.pickup.code, order.compound.code, order.weight_g, order.volume_ml) == (
            "P09",
            "C004",
            4640,
            14027,
        )
        assert (order.state, order.source, order.day_date) == (OrderState.CONFIRMED, OrderSource.PLATFORM, DAY)
        # 08:00 and 12:30 in Zhuzhou
        assert (order.ready_at, order.due_at) == (
            datetime(2022, 11, 8, 0, tzinfo=UTC),
            datetime(2022, 11, 8, 4, 30, tzinfo=UTC),
        )
        assert order.placed_at == EVENING
        assert order.household_id is None

    def test_writes_riders_with_company_and_zones(self, db_session, district, tiny):
        tiny.replace("riders.csv", "R001,骑手001,美团,ebike,,*", "R001,骑手001,美团,ebike,P09,栗雨街道|群丰镇")

        day.import_day(db_session, district=district, files=tiny.files, day_date=None, now=EVENING)

        rider = db_session.scalars(
            select(Rider)
            .where(Rider.code == "R001")
            .options(joinedload(Rider.company), joinedload(Rider.pickup), selectinload(Rider.zones))
        ).one()
        assert (rider.company.name, rider.pickup.code, rider.any_zone) == ("美团", "P09", False)
        assert {street.name for street in rider.zones} == {"栗雨街道", "群丰镇"}
        assert (rider.path, rider.pass_until_s) == ("zhuzhou/tianyuan/riders/R001", 14 * 3600)

    @pytest.mark.parametrize("name", ["tiny", "street"])
    def test_gives_the_planner_the_problem_of_the_folder(self, db_session, district, name):
        files = day_files(name)
        folder = planning_reading.parse_day(files).problem()

        day.import_day(db_session, district=district, files=files, day_date=None, now=EVENING)

        built = problems.build_problem(db_session, district=district, day_date=DAY, cutoff_at=EVENING)
        assert built.fingerprint() == folder.fingerprint()

    def test_gives_the_planner_the_matrix_of_the_folder(self, db_session, district, tiny):
        give_ways(tiny)
        folder = planning_reading.parse_day(tiny.files).problem()

        day.import_day(db_session, district=district, files=tiny.files, day_date=None, now=EVENING)
        again = day.preview_day(db_session, district=district, files=tiny.files)

        built = problems.build_problem(db_session, district=district, day_date=DAY, cutoff_at=EVENING)
        assert built.travel.tables
        assert built.fingerprint() == folder.fingerprint()
        assert not again.adds_something

    @pytest.mark.parametrize("system", ["gcj02", "bd09"])
    def test_converts_the_coordinates_of_chinese_maps(self, db_session, district, tiny, system):
        tiny.files["day.toml"] += f'\n[coordinates]\nsystem = "{system}"\n'.encode()
        own = {gate.gate_id: (gate.lat, gate.lon) for gate in planning_reading.parse_day(tiny.files).gates}

        preview = day.import_day(db_session, district=district, files=tiny.files, day_date=None, now=EVENING)

        convert = {"gcj02": geo.wgs84_from_gcj02, "bd09": geo.wgs84_from_bd09}[system]
        for gate in db_session.scalars(select(Gate)):
            assert (gate.latitude, gate.longitude) == pytest.approx(convert(*own[gate.code]), abs=1e-6)
            assert geo.haversine_m(gate.latitude, gate.longitude, *own[gate.code]) > 100
            assert gate.coordinates_from == system
        for model in (Compound, Pickup, Rider):
            assert set(db_session.scalars(select(model.coordinates_from))) == {System(system)}
        assert ("coordinates_converted", {"system": system}) in [(n.code, dict(n.fields)) for n in preview.notes]

    @pytest.mark.one_database
    def test_refuses_coordinates_of_an_unknown_system(self, db_session, district, tiny):
        tiny.files["day.toml"] += b'\n[coordinates]\nsystem = "mars"\n'

        with pytest.raises(day_coordinates.UnknownSystem, match="mars"):
            day.preview_day(db_session, district=district, files=tiny.files)

    @pytest.mark.one_database
    @pytest.mark.parametrize("value", [b'["gcj02"]', b"2", b'""', b'"GCJ-02"'])
    def test_refuses_a_system_that_is_no_name_of_one(self, db_session, district, tiny, value):
        tiny.files["day.toml"] += b"\n[coordinates]\nsystem = " + value + b"\n"

        with pytest.raises(day_coordinates.UnknownSystem, match="wgs84, gcj02, bd09"):
            day.preview_day(db_session, district=district, files=tiny.files)

    def test_converts_by_the_system_that_was_chosen(self, db_session, district, tiny):
        chosen = day.import_day(
            db_session, district=district, files=tiny.files, day_date=None, now=EVENING, system=System.BD09
        )
        again = day.preview_day(db_session, district=district, files=tiny.files, system=System.BD09)
        as_it_stands = day.preview_day(db_session, district=district, files=tiny.files)

        assert chosen.adds_something
        assert not again.adds_something
        gates = [row for row in as_it_stands.rows if row.file == "gates.csv"]
        fields = [dict(reason.fields) for reason in gates[0].reasons]
        assert {"column": "coordinates", "before": "bd09", "after": "wgs84"} in fields

    @pytest.mark.one_database
    def test_refuses_another_choice_than_the_file_s(self, db_session, district, tiny):
        tiny.files["day.toml"] += b'\n[coordinates]\nsystem = "gcj02"\n'

        with pytest.raises(day_coordinates.UnknownSystem, match="gcj02, and bd09 was chosen"):
            day.preview_day(db_session, district=district, files=tiny.files, system=System.BD09)

    @pytest.mark.one_database
    def test_names_the_places_that_its_matrix_does_not_reach(self, db_session, district, tiny):
        give_ways(tiny)
        lost = planning_reading.parse_day(tiny.files).gates[0].gate_id

        preview = day.preview_day(db_session, district=district, files=tiny.files)

        named = [dict(note.fields) for note in preview.notes if note.code == "unreached"]
        assert [(note["count"], note["names"].split(" ")[0]) for note in named] == [(1, lost)]

    @pytest.mark.one_database
    def test_keeps_whose_ways_the_vehicles_use(self, db_session, district, tiny):
        tiny.files["day.toml"] = tiny.files["day.toml"].replace(
            b"[vehicles.ebike]\n", b'[vehicles.ebike]\nroads = "van"\n'
        )

        day.import_day(db_session, district=district, files=tiny.files, day_date=None, now=EVENING)

        assert problems.read_kinds(db_session, district=district, day_date=DAY) == {"ebike": Kind.VAN}

    @pytest.mark.one_database
    def test_refuses_ways_that_no_vehicle_uses(self, db_session, district, tiny):
        tiny.files["day.toml"] = tiny.files["day.toml"].replace(
            b"[vehicles.ebike]\n", b'[vehicles.ebike]\nroads = "rail"\n'
        )

        with pytest.raises(UnableToReadVehicle, match="rail"):
            day.preview_day(db_session, district=district, files=tiny.files)

    def test_adds_nothing_the_second_time(self, db_session, filled, tiny, count):
        models = (Street, Compound, Gate, Supplier, Pickup, RiderCompany, Rider, Order, PlanningDay)
        before = [count(model) for model in models]

        preview = day.import_day(db_session, district=filled, files=tiny.files, day_date=None, now=EVENING)

        assert not preview.adds_something
        assert [count(model) for model in models] == before

    def test_changes_what_differs(self, db_session, filled, tiny):
        tiny.replace(
            "compounds.csv",
            "C001,明月湖小区,嵩山路街道,27.805939,113.010092,low",
            "C001,明月湖小区,嵩山路街道,27.805939,113.010092,high",
        )
        tiny.replace("pickups.csv", "天虹,supermarket", "天虹百货,store")
        tiny.replace("riders.csv", "R004,骑手004,美团,ebike,,*", "R004,骑手004,闪送,van,P09,栗雨街道")
        tiny.replace("day.toml", "max_minutes = 100", "max_minutes = 90")

        preview = day.import_day(db_session, district=filled, files=tiny.files, day_date=None, now=EVENING)

        assert preview.count(Verdict.CHANGED) == 4
        db_session.expire_all()
        compound = db_session.scalars(select(Compound).where(Compound.code == "C001")).one()
        supplier = db_session.scalars(select(Supplier).where(Supplier.code == "P09")).one()
        rider = db_session.scalars(
            select(Rider).where(Rider.code == "R004").options(joinedload(Rider.company), selectinload(Rider.zones))
        ).one()
        rules = db_session.scalars(select(PlanningDay.rules)).one()
        assert compound.risk is Risk.HIGH
        assert (supplier.name, supplier.kind) == ("天虹百货", SupplierKind.STORE)
        assert (rider.company.name, rider.vehicle, [street.name for street in rider.zones]) == (
            "闪送",
            "van",
            ["栗雨街道"],
        )
        assert rules["ride"] == {"max_minutes": 90}

    def test_moves_the_day(self, db_session, district, tiny):
        day.import_day(db_session, district=district, files=tiny.files, day_date=date(2026, 11, 25), now=EVENING)

        order = db_session.scalars(select(Order).where(Order.code == "O00001")).one()
        assert order.day_date == date(2026, 11, 25)
        assert order.ready_at == datetime(2026, 11, 25, 0, tzinfo=UTC)
        assert db_session.scalars(select(PlanningDay.day_date)).one() == date(2026, 11, 25)


class TestWriteDay:
    def test_writes_a_reading(self, db_session, district, tiny, count):
        reading = day.read_files(tiny.files)

        changes = day.write_day(db_session, district=district, reading=reading, day_date=DAY, now=EVENING)

        assert changes.count(Verdict.READY) == 113
        assert count(Order) == 60

    def test_refuses_a_day_without_rules(self, db_session, district, tiny):
        del tiny.files["day.toml"]
        reading = day.read_files(tiny.files)

        with pytest.raises(day.UnableToImportDay, match=r"day\.toml"):
            day.write_day(db_session, district=district, reading=reading, day_date=DAY, now=EVENING)


class TestStatements:
    def test_do_not_grow_with_the_day(self, app, db_session, district):
        with counted_queries(app) as of_tiny:
            day.import_day(db_session, district=district, files=day_files("tiny"), day_date=None, now=EVENING)
        with counted_queries(app) as of_street:
            day.preview_day(db_session, district=district, files=day_files("street"))

        assert len(of_tiny) <= 25
        assert len(of_street) <= 12
