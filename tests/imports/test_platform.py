"""The export of a supermarket's platform: 92 rows of goods, 40 orders, three with a unit that their building lacks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from supplyhub.files.previews import Verdict
from supplyhub.orders.imports import platform, writing
from supplyhub.orders.imports.drafts import Choices, PickupRef
from supplyhub.orders.imports.waves import Expectation, Wave, promised_window, read_expectation
from supplyhub.orders.models import Order, OrderLine, OrderSource
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Household
from supplyhub.suppliers.models import Pickup, Product
from tests.imports.conftest import EVENING, sample

NAME = "tianhong-platform-orders.csv"
ZONE = "Asia/Shanghai"


@pytest.fixture
def choices(db_session, filled):
    pickup = db_session.scalars(select(Pickup).where(Pickup.code == "P09")).one()
    return Choices(pickup=PickupRef(id=pickup.id, code=pickup.code, name=pickup.name, supplier_id=pickup.supplier_id))


@pytest.fixture
def run(db_session, filled, choices):
    """Preview or write the sample, or what a test makes of it."""

    def run(action, *, content=None, choices=choices, now=EVENING):
        orders = platform.read_orders(
            db_session, district=filled, file=NAME, content=content or sample(NAME), choices=choices, now=now
        )
        return action(db_session, district=filled, choices=choices, orders=orders)

    return run


def replaced(choices, **values):
    return Choices(**{**{name: getattr(choices, name) for name in Choices.__slots__}, **values})


def changed(old: str, new: str, *, count: int = -1) -> bytes:
    text = sample(NAME).decode("gb18030")
    assert old in text
    return text.replace(old, new, count).encode("gb18030")


def order(db_session, code):
    statement = (
        select(Order)
        .where(Order.code == code)
        .options(
            selectinload(Order.lines),
            joinedload(Order.compound),
            joinedload(Order.household).joinedload(Household.building),
        )
    )
    return db_session.scalars(statement).one()


class TestPreview:
    def test_groups_rows_into_orders_and_writes_nothing(self, run, count):
        preview = run(writing.preview)

        assert preview.read == 92
        assert {verdict: preview.count(verdict) for verdict in Verdict} == {
            Verdict.READY: 37,
            Verdict.REVIEW: 3,
            Verdict.CHANGED: 0,
            Verdict.REFUSED: 0,
            Verdict.VOID: 0,
            Verdict.UNCHANGED: 0,
        }
        assert (count(Household), count(OrderLine), count(Product)) == (0, 0, 0)

    def test_leaves_flats_that_the_list_does_not_have_to_a_person(self, run):
        review = run(writing.preview).rows_of(Verdict.REVIEW)

        # building 9 has no units in the list; the file names one
        assert [(row.line, row.key, row.cells["written"], row.choices) for row in review] == [
            (20, "TH20221107000008", "9-1-1302", ("9//1302",)),
            (62, "TH20221107000027", "9-3-1703", ("9//1703",)),
            (67, "TH20221107000030", "9-3-1801", ("9//1801",)),
        ]
        assert all(row.can_choose for row in review)
        assert {row.reasons[0].code for row in review} == {"room_unknown"}

    def test_states_its_defaults(self, run):
        notes = {note.code: dict(note.fields) for note in run(writing.preview).notes}

        assert notes["volume_by_weight"] == {"factor": "2.7"}
        assert "halves_of_day" in notes
        # 尽快 on the evening of 7 November: the morning of the 8th
        assert notes["next_wave"]["start"] == "2022-11-08T00:00:00+00:00"
        assert notes["urgent_notes"] == {"count": 8}

    def test_shows_no_name_and_no_phone_number_in_full(self, run):
        row = run(writing.preview).rows_of(Verdict.READY)[0]

        assert (row.cells["who"], row.cells["phone"]) == ("郭*", "137****0940")

    def test_finds_a_day_that_is_over(self, run):
        preview = run(writing.preview, now=EVENING + timedelta(days=30))

        over = [row for row in preview.rows_of(Verdict.REVIEW) if row.reasons[0].code == "day_is_over"]
        # 14 of the 40 orders say 尽快, which is never over; the others name a half of 8 November
        assert len(over) == 26
        assert not any(row.can_choose for row in over)

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("old", "new", "line", "code"),
        [
            ("6.80,500,尽快", "6.80,half a kilo,尽快", 2, "cell.not_a_number"),
            ("6.80,500,尽快", "6.80,-500,尽快", 2, "cell.negative"),
            ("6.80,500,尽快", "6.80,0,尽快", 2, "weight_zero"),
            (",1,6.80,500,尽快", ",many,6.80,500,尽快", 2, "cell.not_a_number"),
            (",1,6.80,500,尽快", ",1,free,500,尽快", 2, "cell.not_a_number"),
            ("500,尽快", "500,soon", 2, "cell.not_a_time"),
            ("2022-11-07 08:07:00", "yesterday", 2, "cell.not_a_time"),
            ("天虹株洲店,金帆小区,6,1,103", "天虹株洲店,银帆小区,6,1,103", 2, "cell.unknown_compound"),
            ("TH20221107000001\t", "", 2, "cell.empty"),
        ],
    )
    def test_refuses_an_order_with_an_unreadable_row(self, run, old, new, line, code):
        preview = run(writing.preview, content=changed(old, new, count=1))

        refused = preview.rows_of(Verdict.REFUSED)
        assert [(row.line, [one.code for one in row.reasons]) for row in refused] == [(line, [code])]
        # the rest of the file still shows
        assert preview.count(Verdict.READY) == 36

    def test_refuses_a_row_that_is_no_text(self, run):
        content = sample(NAME).replace("郭杰,13751380940".encode("gb18030"), b"\xff\xff,13751380940")

        preview = run(writing.preview, content=content)

        assert [(row.line, row.reasons[0].code) for row in preview.rows_of(Verdict.REFUSED)] == [(2, "file.not_text")]
        assert preview.count(Verdict.READY) == 36

    def test_is_blocked_by_a_missing_column(self, run):
        preview = run(writing.preview, content=changed("重量(克)", "重量"))

        assert preview.is_blocked
        assert [dict(row.reasons[0].fields) for row in preview.rows] == [{"column": "重量(克)"}]

    def test_leaves_rows_that_disagree_to_a_person(self, run):
        content = changed("8,1,1601,周霞,13792216366,6901234500011", "8,1,1602,周霞,13792216366,6901234500011")

        review = run(writing.preview, content=content).rows_of(Verdict.REVIEW)

        assert review[0].reasons[0].code == "rows_disagree"
        assert not review[0].can_choose

    def test_says_that_a_phone_number_is_left_out(self, run):
        preview = run(writing.preview, content=changed("13751380940", "see note"))

        assert [one.code for one in preview.rows_of(Verdict.READY)[0].reasons] == ["phone_left_out"]


class TestWrite:
    def test_writes_orders_with_lines_household_and_products(self, run, db_session, count):
        run(writing.write)

        found = order(db_session, "TH20221107000003")
        assert (found.compound.name, found.state, found.source) == (
            "大江观邸",
            OrderState.CONFIRMED,
            OrderSource.PLATFORM,
        )
        assert (found.household.building.name, found.household.unit, found.household.room) == ("10", "3", "202")
        assert (found.recipient, found.phone) == ("王军", "+8613797074634")
        # 2 x 5000 + 1800 + 2 x 500 + 3200
        assert found.weight_g == 16_000
        assert found.volume_ml == 43_200
        assert [(line.name, line.quantity, line.price_fen, line.weight_g) for line in found.lines] == [
            ("五常大米5kg", 2, 3990, 5000),
            ("尿不湿L码", 1, 8900, 1800),
            ("上海青500g", 2, 680, 500),
            ("纯牛奶250ml*12", 1, 4990, 3200),
        ]
        # 2022-11-08 下午: 13:00 to 19:00 in Zhuzhou; placed 2022/11/7 08:21
        assert (found.ready_at, found.due_at) == (
            datetime(2022, 11, 8, 5, tzinfo=UTC),
            datetime(2022, 11, 8, 11, tzinfo=UTC),
        )
        assert found.placed_at == datetime(2022, 11, 7, 0, 21, tzinfo=UTC)
        assert count(Product) == 5
        assert count(Household) == 37

    def test_reads_a_quantity_in_words(self, run, db_session):
        run(writing.write)

        # 两: 2 x 3200 + 2 x 5000 + 2 x 900
        found = order(db_session, "TH20221107000022")
        assert [line.quantity for line in found.lines] == [2, 2, 2]
        assert found.weight_g == 18_200

    def test_puts_people_who_live_alone_first(self, run, db_session):
        run(writing.write)

        assert order(db_session, "TH20221107000005").priority == 3
        assert order(db_session, "TH20221107000005").source is OrderSource.PLATFORM
        assert order(db_session, "TH20221107000004").priority == 0

    def test_adds_nothing_the_second_time(self, run, count):
        run(writing.write)
        before = [count(model) for model in (Order, OrderLine, Household, Product)]

        again = run(writing.write)

        assert (again.count(Verdict.READY), again.count(Verdict.UNCHANGED), again.count(Verdict.REVIEW)) == (0, 37, 3)
        assert [count(model) for model in (Order, OrderLine, Household, Product)] == before

    def test_never_overwrites_an_order(self, run, db_session):
        run(writing.write)
        content = changed(
            "6901234500011,上海青500g,1,6.80,500,尽快,", "6901234500011,上海青500g,9,6.80,500,尽快,", count=1
        )

        again = run(writing.write, content=content)

        review = [row for row in again.rows_of(Verdict.REVIEW) if row.key == "TH20221107000001"]
        assert [dict(row.reasons[0].fields) for row in review] == [{"columns": "weight_g, goods"}]
        assert order(db_session, "TH20221107000001").weight_g == 500

    def test_writes_the_flat_that_a_person_chose(self, run, db_session, choices):
        run(writing.write, choices=replaced(choices, flats={"TH20221107000008": "9//1302"}))

        found = order(db_session, "TH20221107000008")
        assert (found.household.building.name, found.household.unit, found.household.room) == ("9", "", "1302")

    def test_keeps_what_a_person_chose_when_the_file_comes_again(self, run, choices):
        run(writing.write, choices=replaced(choices, flats={"TH20221107000008": "9//1302"}))

        again = run(writing.write)

        assert (again.count(Verdict.UNCHANGED), again.count(Verdict.REVIEW)) == (38, 2)

    def test_puts_all_orders_on_the_chosen_day(self, run, db_session, choices):
        run(writing.write, choices=replaced(choices, day_date=date(2022, 11, 10)))

        assert set(db_session.scalars(select(Order.day_date).where(Order.code.startswith("TH")))) == {
            date(2022, 11, 10)
        }
        # the half of the day stays
        assert order(db_session, "TH20221107000003").ready_at == datetime(2022, 11, 10, 5, tzinfo=UTC)

    def test_reckons_the_volume_as_chosen(self, run, db_session, choices):
        run(writing.write, choices=replaced(choices, ml_per_gram=3.0))

        assert order(db_session, "TH20221107000001").volume_ml == 1500


class TestExpectation:
    @pytest.mark.parametrize(
        ("text", "day_date", "wave"),
        [
            ("2022-11-08 上午", date(2022, 11, 8), Wave.MORNING),
            ("2022/11/8 下午", date(2022, 11, 8), Wave.AFTERNOON),
            ("2022-11-08", date(2022, 11, 8), Wave.WHOLE_DAY),
            ("下午", None, Wave.AFTERNOON),
            ("尽快", None, None),
            ("", None, None),
        ],
    )
    def test_is_read(self, text, day_date, wave):
        found = read_expectation(text)

        assert (found.day_date, found.wave) == (day_date, wave)

    @pytest.mark.parametrize("text", ["soon", "2022-13-08 上午", "8点"])
    def test_is_not_guessed(self, text):
        assert read_expectation(text) is None

    @pytest.mark.parametrize(
        ("now", "chosen", "expected"),
        [
            ("2022-11-08T07:00:00+08:00", None, (date(2022, 11, 8), Wave.MORNING)),
            ("2022-11-08T09:00:00+08:00", None, (date(2022, 11, 8), Wave.AFTERNOON)),
            ("2022-11-08T14:00:00+08:00", None, (date(2022, 11, 9), Wave.MORNING)),
            # a chosen day that is under way: what is left of it
            ("2022-11-08T14:00:00+08:00", date(2022, 11, 8), (date(2022, 11, 8), Wave.AFTERNOON)),
            ("2022-11-08T14:00:00+08:00", date(2022, 11, 10), (date(2022, 11, 10), Wave.MORNING)),
        ],
    )
    def test_means_the_next_wave_as_soon_as_possible(self, now, chosen, expected):
        window = promised_window(
            Expectation(day_date=None, wave=None), chosen_date=chosen, now=datetime.fromisoformat(now), zone=ZONE
        )

        assert (window.day_date, window.wave) == expected
