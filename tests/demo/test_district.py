"""The invented district, made without a database."""

import csv
import dataclasses
import io
from collections import Counter
from datetime import date

import phonenumbers
import pytest

from supplyhub.demo import district, goods, names, size
from supplyhub.planning import reading

DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def full():
    return district.make_district(day_date=DAY)


@pytest.fixture(scope="module")
def small():
    return district.make_district(day_date=DAY, size=size.SMALL)


@pytest.fixture(scope="module")
def compound_of(full):
    return {compound.code: compound for compound in full.compounds}


class TestDistrict:
    def test_is_the_same_for_the_same_seed(self, small):
        again = district.make_district(day_date=DAY, size=size.SMALL)

        assert again.day_files() == small.day_files()
        assert again == small

    def test_is_another_for_another_seed(self, small):
        other = district.make_district(day_date=DAY, seed=7, size=size.SMALL)

        assert other.day_files()["orders.csv"] != small.day_files()["orders.csv"]

    def test_carries_its_day_in_the_rules_and_pass_numbers_alone(self, small):
        later = district.make_district(day_date=date(2027, 1, 3), size=size.SMALL)
        before, after = small.day_files(), later.day_files()

        changed = {name for name in before if before[name] != after[name]}

        assert changed == {"day.toml", "riders.csv"}
        assert b"2027-01-03" in after["day.toml"]


class TestFigures:
    def test_are_those_of_the_reports(self, full):
        assert len(full.compounds) == 400
        assert len(full.riders) == 152
        assert len(full.orders) == 13_680
        assert Counter(s.kind for s in full.suppliers) == {"store": 7, "supermarket": 11, "ecommerce": 2}
        # 86 %, 10 % and 4 % of 400
        assert Counter(c.risk for c in full.compounds) == {"low": 344, "medium": 40, "high": 16}
        assert {c.street for c in full.compounds} == set(names.STREETS)

    def test_of_riders_have_vans_and_bound_riders(self, full):
        busy = next(s.code for s in full.suppliers if s.name == "天虹")

        # every eighth of 152
        assert Counter(r.vehicle for r in full.riders) == {"ebike": 133, "van": 19}
        assert [r.bound_to for r in full.riders if r.bound_to] == [busy] * 22
        assert full.riders[0].bound_to is None
        assert {r.company for r in full.riders} == {"美团", "饿了么", "达达"}

    def test_give_each_compound_one_to_three_gates_of_ten_minutes(self, full):
        gates = full.day_files()["gates.csv"].decode()

        assert {len(c.gates) for c in full.compounds} == {1, 2, 3}
        assert {row["slot_minutes"] for row in csv.DictReader(io.StringIO(gates))} == {"10"}

    def test_send_orders_to_every_supplier_in_three_waves(self, full):
        suppliers = {order.supplier_code for order in full.orders}
        due = Counter(order.due_s // 60 for order in full.orders)

        assert suppliers == {s.code for s in full.suppliers}
        assert set(due) == {12 * 60 + 30, 15 * 60 + 30, 19 * 60}
        assert min(due.values()) > 3_000

    def test_mix_the_sources(self, full):
        sources = Counter(order.source for order in full.orders)

        # 31 % of 13,680, and three of those of the log-ins
        assert sources["group_buy"] == pytest.approx(0.31 * 13_680, abs=4)
        assert sources["assisted"] == 684
        assert sources["enterprise"] == 41
        assert sources["platform"] > 8_000

    def test_make_the_busy_supermarket_the_busiest(self, full):
        orders = Counter(order.supplier_code for order in full.orders)
        busy = next(s.code for s in full.suppliers if s.name == "天虹")

        assert orders.most_common(1)[0][0] == busy


class TestDayFiles:
    @pytest.mark.parametrize("of", ["small", "full"])
    def test_have_nothing_that_an_import_refuses(self, request, of):
        files = request.getfixturevalue(of).day_files()

        read = reading.parse_day(files)

        assert read.issues == ()
        assert set(files) == set(reading.FILES)
        assert len(read.orders) == len(request.getfixturevalue(of).orders)

    def test_have_the_columns_of_the_format(self, small):
        for name, content in small.day_files().items():
            if name in reading.COLUMNS:
                assert content.decode().splitlines()[0] == reading.COLUMNS[name]


class TestOrders:
    def test_go_to_flats_of_the_building_list(self, full):
        rows = csv.DictReader(io.StringIO(full.buildings_file().decode()))
        buildings = {(row["compound_id"], row["building"]): row for row in rows}

        for order in full.all_orders:
            if order.flat is None:
                continue
            row = buildings[order.compound_code, order.flat.building]
            floor, room = int(order.flat.room[:-2]), int(order.flat.room[-2:])
            assert order.flat.unit in (row["units"].split("|") if row["units"] else [""])
            assert 1 <= floor <= int(row["floors"])
            assert 1 <= room <= int(row["rooms_per_floor"])

    def test_belong_to_no_flat_only_where_an_enterprise_ordered(self, full, compound_of):
        for order in full.orders:
            is_enterprise = order.source == "enterprise"
            assert (order.flat is None) == is_enterprise
            assert compound_of[order.compound_code].is_enterprise == is_enterprise

    def test_weigh_what_their_lines_weigh(self, full):
        products = {product for supplier in full.suppliers for product in supplier.products}

        for order in full.orders:
            assert order.weight_g == sum(line.quantity * line.product.weight_g for line in order.lines) > 0
            assert {line.product for line in order.lines} <= products
            assert {line.product.supplier_code for line in order.lines} == {order.supplier_code}

    def test_name_a_product_once(self, full):
        for order in full.orders:
            assert len({line.product.barcode for line in order.lines}) == len(order.lines)

    def test_weigh_as_a_household_orders(self, full):
        weights = sorted(order.weight_g for order in full.orders)

        assert 3_000 < weights[len(weights) // 2] < 4_500
        # one canteen orders more than a van carries
        assert sum(weight > 600_000 for weight in weights) == 1

    def test_are_placed_before_their_day(self, full):
        assert all(order.placed_before_s > 0 for order in full.orders)
        assert [order.code for order in full.orders][:2] == ["O00001", "O00002"]

    def test_keep_recipient_and_number_of_a_flat(self, full):
        people: dict[object, set[tuple[str, str]]] = {}
        for order in full.all_orders:
            if order.flat:
                people.setdefault((order.compound_code, order.flat), set()).add((order.recipient, order.phone))

        assert max(map(len, people.values())) == 1
        assert len({phone for known in people.values() for _, phone in known}) == len(people)

    def test_carry_numbers_that_nobody_has(self, full):
        for order in full.orders[::50]:
            number = phonenumbers.parse(order.phone)
            assert phonenumbers.is_possible_number(number)
            assert not phonenumbers.is_valid_number(number)

    def test_come_to_the_resident_in_each_wave(self, full):
        mine = [order for order in full.orders if order.recipient == "陈桂兰" and order.compound_code == "C001"]

        assert {order.due_s for order in mine} == {45_000, 55_800, 68_400}
        assert {dataclasses.astuple(order.flat) for order in mine if order.flat} == {("3", "2", "501")}


class TestNextDay:
    def test_has_its_first_orders_and_the_same_places(self, full):
        files, next_files = full.day_files(), full.next_day_files()

        read = reading.parse_day(next_files)

        assert read.issues == ()
        assert len(read.orders) == 3_600
        assert {name for name in files if files[name] != next_files[name]} == {"day.toml", "orders.csv"}
        assert len({order.code for order in full.all_orders}) == 13_680 + 3_600


class TestHomeCompound:
    def test_has_the_buildings_of_the_group_buy_samples(self, full):
        home = full.compounds[0]

        assert (home.code, home.name, home.street) == ("C001", "明月湖小区", "嵩山路街道")
        assert [b.name for b in home.buildings] == [str(n) for n in range(1, 13)]
        assert [b.name for b in home.buildings if not b.units] == ["9"]
        assert {(b.floors, b.rooms_per_floor) for b in home.buildings} == {(18, 4)}
        assert {b.units for b in home.buildings if b.name != "9"} == {("1", "2", "3")}


class TestCompounds:
    def test_have_a_flat_for_each_household(self, full):
        assert all(compound.flat_count >= compound.households for compound in full.compounds)
        assert len({compound.name for compound in full.compounds}) == 400

    def test_know_no_flat_beyond_their_last(self, small):
        home = small.compounds[0]

        # 11 buildings of 3 units and one without, 18 floors of 4 rooms
        assert home.flat_count == 11 * 3 * 72 + 72
        assert dataclasses.astuple(home.flat(0)) == ("1", "1", "101")
        assert dataclasses.astuple(home.flat(home.flat_count - 1)) == ("12", "3", "1804")
        with pytest.raises(IndexError):
            home.flat(home.flat_count)


class TestBarcodes:
    def test_end_in_their_check_digit(self):
        code = goods.barcode(9, 12)

        # GS1: odd places once, even places three times, the sum divisible by ten
        assert len(code) == 13
        assert code.startswith("2")
        assert sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(code)) % 10 == 0

    def test_are_different(self, full):
        codes = [product.barcode for supplier in full.suppliers for product in supplier.products]

        assert len(set(codes)) == len(codes)
