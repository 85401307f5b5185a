"""A leader's export: 92 rows, 60 orders in seven ways to write an address, three doubtful, two refunded."""

from datetime import UTC, date, datetime

import pytest
import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from supplyhub.files.previews import Verdict
from supplyhub.files.tables import read_table
from supplyhub.orders.imports import group_buy, writing
from supplyhub.orders.imports.drafts import Choices, PickupRef
from supplyhub.orders.imports.waves import Wave
from supplyhub.orders.models import Order, OrderSource
from supplyhub.places.models import Household
from supplyhub.suppliers.models import Pickup
from tests.imports.conftest import EVENING, sample

NAME = "kuaituantuan-orders.xlsx"
DAY = date(2022, 11, 8)


@pytest.fixture
def choices(db_session, filled):
    pickup = db_session.scalars(select(Pickup).where(Pickup.code == "P10")).one()
    return Choices(
        pickup=PickupRef(id=pickup.id, code=pickup.code, name=pickup.name, supplier_id=pickup.supplier_id),
        day_date=DAY,
        wave=Wave.AFTERNOON,
    )


@pytest.fixture
def run(db_session, filled, choices):
    def run(action, *, content=None, choices=choices):
        orders = group_buy.read_orders(
            db_session, district=filled, file=NAME, content=content or sample(NAME), choices=choices, now=EVENING
        )
        return action(db_session, district=filled, choices=choices, orders=orders)

    return run


@pytest.fixture
def workbook(tmp_path):
    """Make a workbook of the sample's columns from rows that fill in some of them."""

    def make(*rows):
        header = list(read_table(NAME, sample(NAME), columns=group_buy.COLUMNS).lines[0].cells)
        usual = {
            "跟团号": "1",
            "商品": "蔬菜套餐",
            "规格": "约5kg",
            "数量": "1",
            "商品金额": "58",
            "订单金额": "58",
            "退款金额": "0",
            "服务小区": "明月湖小区",
            "收货人": "高静",
            "联系电话": "13987103890",
            "详细地址": "3-2-501",
        }
        path = tmp_path / "orders.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for number, cells in enumerate([dict(zip(header, header, strict=True)), *({**usual, **r} for r in rows)]):
                for column, name in enumerate(header):
                    sheet.write_string(number, column, cells.get(name, ""))
        return path.read_bytes()

    return make


def order(db_session, number):
    statement = (
        select(Order)
        .where(Order.code == f"P10-20221108-C001-{number}")
        .options(selectinload(Order.lines), joinedload(Order.household).joinedload(Household.building))
    )
    return db_session.scalars(statement).one()


def flat(order):
    return f"{order.household.building.name}/{order.household.unit}/{order.household.room}"


class TestPreview:
    def test_finds_every_trap(self, run):
        preview = run(writing.preview)

        assert preview.read == 92
        assert (preview.count(Verdict.READY), preview.count(Verdict.REVIEW), preview.count(Verdict.VOID)) == (55, 3, 2)
        assert [
            (row.line, row.key.rpartition("-")[2], row.reasons[0].code, row.choices)
            for row in preview.rows_of(Verdict.REVIEW)
        ] == [
            # the remark sends it to another flat
            (6, "5", "remark_names_flat", ("4/2/1001", "3/2/501")),
            # only building and room, and building 12 has three units
            (17, "12", "address_ambiguous", ("12/1/501", "12/2/501", "12/3/501")),
            # the text says building 8, the columns say building 3
            (41, "27", "addresses_differ", ("8/1/302", "3/1/302", "3/2/302", "3/3/302")),
        ]
        assert [
            (row.line, row.key.rpartition("-")[2], row.reasons[0].code) for row in preview.rows_of(Verdict.VOID)
        ] == [(22, "17", "refunded"), (67, "42", "refunded")]

    def test_states_its_defaults(self, run):
        notes = {note.code: dict(note.fields) for note in run(writing.preview).notes}

        assert notes["delivered_in"] == {"start": "2022-11-08T05:00:00+00:00", "end": "2022-11-08T11:00:00+00:00"}
        assert notes["weight_assumed"] == {"goods": "鸡蛋30枚", "weight_g": 3000}
        assert "weight_by_name" in notes

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("cells", "code"),
        [
            ({"数量": "several"}, "cell.not_a_number"),
            ({"商品金额": "free"}, "cell.not_a_number"),
            ({"商品金额": "-58"}, "cell.not_a_number"),
            ({"数量": "3"}, "amount_not_divisible"),
            ({"服务小区": "暗月湖小区"}, "cell.unknown_compound"),
            ({"跟团号": ""}, "cell.empty"),
            ({"跟团号": "1" * 60}, "cell.too_long"),
        ],
    )
    def test_refuses_an_order_with_an_unreadable_row(self, run, workbook, cells, code):
        preview = run(writing.preview, content=workbook(cells, {"跟团号": "2"}))

        refused = preview.rows_of(Verdict.REFUSED)
        assert [(row.line, [one.code for one in row.reasons]) for row in refused] == [(2, [code])]
        assert preview.count(Verdict.READY) == 1

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("cells", "code"),
        [
            ({"详细地址": "13-1-101"}, "building_unknown"),
            ({"详细地址": "3-2-2501"}, "room_unknown"),
            ({"详细地址": "明月湖小区"}, "address_missing"),
            ({"详细地址": "3-501"}, "address_ambiguous"),
            ({"退款金额": "20"}, "refunded_in_part"),
            ({"备注": "放到 9-1804 门口"}, "remark_names_flat"),
        ],
    )
    def test_leaves_doubt_to_a_person(self, run, workbook, cells, code):
        preview = run(writing.preview, content=workbook(cells))

        assert [[one.code for one in row.reasons] for row in preview.rows_of(Verdict.REVIEW)] == [[code]]

    def test_needs_a_building_list(self, run, workbook):
        preview = run(writing.preview, content=workbook({"服务小区": "橡树名邸"}))

        assert [row.reasons[0].code for row in preview.rows_of(Verdict.REVIEW)] == ["no_building_list"]
        assert not preview.rows_of(Verdict.REVIEW)[0].can_choose


class TestWrite:
    @pytest.mark.parametrize(
        ("number", "written"),
        [
            (1, "11/2/1201"),  # 11号楼2单元1201
            (2, "8/1/1301"),  # 8-1-1301
            (3, "7/1/302"),  # 天元区天元区明月湖小区。7栋。1单元。302
            (7, "8/2/601"),  # 8#2-601
            (8, "1/2/202"),  # 明月湖小区1幢2单元202
            (9, "6/3/904"),  # 6栋3单元904室
            (18, "10/2/1103"),  # 10栋 2单元 1103明月湖
        ],
    )
    def test_reads_seven_ways_to_write_an_address(self, run, db_session, number, written):
        run(writing.write)

        assert flat(order(db_session, number)) == written

    def test_writes_goods_with_their_weight(self, run, db_session):
        run(writing.write)

        found = order(db_session, 10)
        assert [(line.name, line.quantity, line.price_fen, line.weight_g) for line in found.lines] == [
            ("蔬菜套餐 约5kg", 1, 5800, 5000),
            ("鸡蛋30枚", 1, 3200, 3000),
            ("大米10kg", 1, 6500, 10_000),
        ]
        assert (found.weight_g, found.source) == (18_000, OrderSource.GROUP_BUY)
        assert found.ready_at == datetime(2022, 11, 8, 5, tzinfo=UTC)

    def test_keeps_a_formula_as_text(self, run, db_session):
        run(writing.write)

        assert order(db_session, 31).note == "=1+1"

    def test_puts_infants_first(self, run, db_session):
        run(writing.write)

        assert order(db_session, 9).priority == 3

    def test_leaves_refunded_goods_out(self, run, db_session, workbook):
        run(writing.write, content=workbook({}, {"商品": "鸡蛋30枚", "退款金额": "58"}))

        assert [line.name for line in order(db_session, 1).lines] == ["蔬菜套餐 约5kg"]

    def test_adds_nothing_the_second_time(self, run, count):
        run(writing.write)
        before = count(Order)

        again = run(writing.write)

        assert (again.count(Verdict.READY), again.count(Verdict.UNCHANGED)) == (0, 55)
        assert count(Order) == before
