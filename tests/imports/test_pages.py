"""The pages of imports: choose, preview, decide, confirm; in both languages, with every refusal at its place."""

import io
import re
import zipfile
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supplyhub.accounts.roles import Role
from supplyhub.files.models import FileImport, ImportState
from supplyhub.orders.models import Order
from supplyhub.places.models import City, District, Household
from supplyhub.rounds.imports.kinds import Kind
from tests.imports.conftest import building_list, day_files, sample
from tests.support.factories import send, staff_client

PATH = "zhuzhou/tianyuan"
IMPORTS = "/tianyuan/imports"
PLATFORM = {"pickup": "P09", "ml_per_gram": "2.7"}
GROUP_BUY = {**PLATFORM, "day": "2022-11-08", "wave": "afternoon", "piece_weight_kg": "3"}


@pytest.fixture
def clock(frozen_clock):
    """The evening on which the samples were exported."""
    frozen_clock(datetime.fromisoformat("2022-11-07T20:00:00+08:00"))


@pytest.fixture
def staff(clock, client, db_session, district):
    return staff_client(client, db_session, Role.DISTRICT_STAFF, PATH)


@pytest.fixture
def upload(staff):
    """Upload files of a kind and return the response; `upload.show` is the address of the preview."""

    def upload(kind, files, **fields):
        chosen = [(io.BytesIO(content), name) for name, content in files.items()]
        return send(
            staff,
            f"{IMPORTS}/new/{kind}",
            {"files": chosen, **fields},
            content_type="multipart/form-data",
        )

    return upload


@pytest.fixture
def imported(staff, upload):
    """Upload, confirm, and return the address of the import."""

    def imported(kind, files, **fields):
        address = upload(kind, files, **fields).location
        assert send(staff, f"{address}/confirm").status_code == 302
        return address

    return imported


@pytest.fixture
def count(db_session):
    """Count the rows of a table as they are now: what was read before is let go."""

    def count(model):
        db_session.rollback()
        return len(db_session.scalars(select(model)).all())

    return count


@pytest.fixture
def filled_by_hand(imported):
    """The day `tiny` and the building lists, brought in through the pages."""
    imported("day", day_files("tiny"))
    imported("buildings", {"buildings.csv": building_list()})


def text(response):
    """Return what a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


@pytest.mark.one_database
class TestIndex:
    def test_offers_four_kinds_of_files(self, staff):
        page = staff.get(IMPORTS)

        assert page.status_code == 200
        assert all(f"{IMPORTS}/new/{kind.value}" in page.text for kind in Kind)
        assert "Nothing imported yet" in page.text

    def test_lists_what_was_imported(self, staff, imported, upload):
        imported("day", day_files("tiny"))
        upload("day", day_files("tiny"))

        page = text(staff.get(IMPORTS))

        assert page.count("The day Tuesday 8 November") == 2
        assert "Imported" in page
        assert "Nothing to import" in page

    @pytest.mark.parametrize("address", [IMPORTS, f"{IMPORTS}/new/day"])
    def test_is_not_for_everybody(self, clock, client, db_session, district, address):
        assert staff_client(client, db_session, Role.RESIDENT, PATH).get(address).status_code == 404

    @pytest.mark.parametrize("kind", [kind.value for kind in Kind])
    def test_leads_to_a_form(self, staff, kind):
        page = staff.get(f"{IMPORTS}/new/{kind}")

        assert page.status_code == 200
        assert "What the file looks like" in page.text

    def test_knows_no_other_kinds(self, staff):
        assert staff.get(f"{IMPORTS}/new/anything").status_code == 404


@pytest.mark.one_database
class TestUpload:
    def test_previews_a_day_and_writes_nothing(self, staff, upload, count):
        response = upload("day", day_files("tiny"))

        page = text(staff.get(response.location))
        assert "Nothing is written before you confirm." in page
        assert "The day is 8 November, as the file says." in page
        assert "Confirm and import" in page
        assert count(Order) == 0

    def test_converts_coordinates_of_the_system_that_was_chosen(self, staff, upload):
        response = upload("day", day_files("tiny"), system="bd09")

        assert "Coordinates are converted from BD-09 (Baidu) to WGS-84." in text(staff.get(response.location))
        send(staff, f"{response.location}/confirm")
        page = text(staff.get("/tianyuan/compounds/C001"))
        assert "BD-09 (Baidu)" in page

    def test_names_a_system_of_coordinates_that_is_not_known(self, upload, count):
        files = day_files("tiny")
        files["day.toml"] += b'\n[coordinates]\nsystem = "mars"\n'

        response = upload("day", files)

        assert response.status_code == 422
        assert "“mars”, not one of wgs84, gcj02, bd09" in text(response)
        assert count(FileImport) == 0

    def test_takes_a_day_in_one_archive(self, staff, upload):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in day_files("tiny").items():
                archive.writestr(f"tiny/{name}", content)
            archive.writestr("__MACOSX/._orders.csv", b"rubbish")

        response = upload("day", {"tiny.zip": packed.getvalue()})

        assert "113" in text(staff.get(response.location))

    def test_moves_the_day(self, staff, upload):
        page = text(staff.get(upload("day", day_files("tiny"), day="2022-11-10").location))

        assert "The day is moved to 10 November; the file says 8 November." in page

    def test_shows_bad_rows_with_line_and_reason(self, staff, upload):
        files = day_files("tiny")
        files["orders.csv"] = files["orders.csv"].replace(b"O00002,P09,C002,3300", b"O00002,P09,C002,heavy")

        page = text(staff.get(upload("day", files).location))

        assert "orders.csv, row 3" in page
        assert "weight_g: “heavy” is not a number." in page
        assert "O00002, P09, C002, heavy" in page

    def test_offers_no_confirmation_of_a_file_that_is_blocked(self, staff, upload):
        files = day_files("tiny")
        del files["gates.csv"]

        address = upload("day", files).location

        page = text(staff.get(address))
        assert "The file cannot be imported as a whole" in page
        assert "Confirm and import" not in page
        assert send(staff, f"{address}/confirm").status_code == 409

    def test_shows_markup_as_text(self, staff, upload):
        files = day_files("tiny")
        files["orders.csv"] = files["orders.csv"].replace(b"O00002,P09", b"O00002,<script>alert(1)</script>")

        assert "<script>alert" not in staff.get(upload("day", files).location).text

    @pytest.mark.parametrize(
        ("kind", "files", "fields", "message"),
        [
            ("day", {}, {}, "Choose a file."),
            ("day", {"tiny.zip": b"PK\x03\x04 nothing"}, {}, "The file is damaged or has a password."),
            ("day", {"day.toml": b""}, {"day": "soon"}, "Not a valid date value."),
            ("buildings", {"a.csv": b"", "b.csv": b""}, {}, "Choose one file only."),
            ("platform", {"a.csv": b""}, {"ml_per_gram": "2.7"}, "Choose where the goods are loaded."),
            ("platform", {"a.csv": b""}, {"pickup": "P99", "ml_per_gram": "2.7"}, "Not a valid choice."),
            ("platform", {"a.csv": b""}, {"pickup": "P09", "ml_per_gram": "0"}, "Enter a number between 0.1 and 50."),
            ("group_buy", {"a.csv": b""}, {**GROUP_BUY, "day": ""}, "Enter a day, such as 8 November 2022."),
            ("group_buy", {"a.csv": b""}, {**GROUP_BUY, "piece_weight_kg": "900"}, "between 0.1 and 100 kg"),
        ],
    )
    @pytest.mark.one_database
    def test_says_at_the_field_what_is_wrong(self, staff, upload, kind, files, fields, message):
        response = upload(kind, files, **fields)

        assert response.status_code == 422
        assert message in text(response)

    def test_refuses_a_body_that_is_too_large(self, staff):
        response = staff.post(
            f"{IMPORTS}/new/buildings",
            data=b"x" * 26 * 1024 * 1024,
            content_type="multipart/form-data; boundary=end",
        )

        assert response.status_code == 413
        assert "The file is too large" in response.text

    def test_names_a_file_that_is_no_table(self, staff, upload):
        page = text(staff.get(upload("buildings", {"buildings.csv": "compound_id,building".encode("utf-16")}).location))

        assert "The file cannot be imported as a whole" in page
        assert "neither UTF-8 nor GB18030" in page


class TestConfirm:
    def test_writes_the_day(self, staff, imported, count):
        address = imported("day", day_files("tiny"))

        assert count(Order) == 60
        page = text(staff.get(address))
        assert "confirmed it at" in page
        assert "Confirm and import" not in page

    def test_happens_once(self, staff, imported, count):
        address = imported("day", day_files("tiny"))

        response = send(staff, f"{address}/confirm")

        assert response.status_code == 409
        assert "has already confirmed this import. Nothing was added again." in text(response)
        assert count(Order) == 60

    def test_adds_nothing_from_the_same_file(self, staff, imported, upload, count):
        imported("day", day_files("tiny"))

        address = upload("day", day_files("tiny")).location
        page = text(staff.get(address))
        assert "All of this is here already" in page
        assert "The same file was imported before" in page

        response = send(staff, f"{address}/confirm")
        assert response.status_code == 409
        assert "The same file was already imported by" in text(response)
        assert count(Order) == 60

    def test_looks_again_at_what_is_here(self, staff, imported, upload, db_session):
        address = upload("day", day_files("tiny")).location
        imported("day", day_files("tiny"))

        # what was new in the preview is here by now
        assert send(staff, f"{address}/confirm").status_code == 409

    def test_refuses_the_same_group_buy_on_another_day(self, staff, filled_by_hand, imported, upload):
        imported("group_buy", {"orders.xlsx": sample("kuaituantuan-orders.xlsx")}, **GROUP_BUY)

        response = upload(
            "group_buy", {"orders.xlsx": sample("kuaituantuan-orders.xlsx")}, **{**GROUP_BUY, "day": "2022-11-09"}
        )

        assert response.status_code == 422
        assert "already imported for 2022-11-08" in text(response)

    def test_is_not_for_another_district(self, staff, upload, db_session):
        address = upload("day", day_files("tiny")).location
        city = db_session.scalars(select(City)).one()
        db_session.add(
            District(city_id=city.id, code="hetang", name="荷塘区", path="zhuzhou/hetang", timezone="Asia/Shanghai")
        )
        db_session.commit()

        elsewhere = address.replace("tianyuan", "hetang")
        assert staff.get(elsewhere).status_code == 404
        assert send(staff, f"{elsewhere}/confirm").status_code == 404


class TestDiscard:
    def test_throws_the_preview_away(self, staff, upload, db_session, count):
        address = upload("day", day_files("tiny")).location

        response = send(staff, f"{address}/discard", follow_redirects=True)

        assert "The upload is discarded. Nothing was written." in text(response)
        assert "Nothing imported yet" in response.text
        assert db_session.scalars(select(FileImport.state)).one() is ImportState.DISCARDED
        assert send(staff, f"{address}/confirm").status_code == 409

    def test_comes_too_late_after_the_confirmation(self, staff, imported):
        assert send(staff, f"{imported('day', day_files('tiny'))}/discard").status_code == 409


@pytest.mark.usefixtures("filled_by_hand")
class TestDoubtfulRows:
    KEY = "P09-20221108-C001-12"

    @pytest.fixture
    def address(self, upload):
        return upload("group_buy", {"orders.xlsx": sample("kuaituantuan-orders.xlsx")}, **GROUP_BUY).location

    def flat(self, db_session):
        statement = (
            select(Order)
            .where(Order.code == self.KEY)
            .options(joinedload(Order.household).joinedload(Household.building))
        )
        db_session.rollback()
        found = db_session.scalars(statement).one().household
        return f"{found.building.name}/{found.unit}/{found.room}"

    def test_are_shown_with_what_they_may_be(self, staff, address):
        page = staff.get(address).text

        assert "The address fits several flats." in page
        assert re.findall(r'value="(12/\d/501)"', page) == ["12/1/501", "12/2/501", "12/3/501"]

    def test_are_settled_before_the_confirmation(self, staff, address, db_session, count):
        send(staff, f"{address}/flat", {"key": self.KEY, "flat": "12/2/501"})
        assert count(Household) == 0

        send(staff, f"{address}/confirm")

        assert self.flat(db_session) == "12/2/501"

    def test_are_settled_after_the_confirmation_and_written_at_once(self, staff, address, db_session, count):
        send(staff, f"{address}/confirm")
        before = count(Order)

        response = send(staff, f"{address}/flat", {"key": self.KEY, "other": "12-3-501"}, follow_redirects=True)

        assert "The order is imported." in text(response)
        assert count(Order) == before + 1
        assert self.flat(db_session) == "12/3/501"
        counts = db_session.scalars(select(FileImport).where(FileImport.kind == "group_buy")).one().summary["counts"]
        assert (counts["ready"], counts["review"], counts["void"]) == (56, 2, 2)

    @pytest.mark.parametrize("flat", ["99-1-101", "nowhere", ""])
    def test_are_not_settled_by_a_flat_that_is_not_there(self, staff, address, flat):
        response = send(staff, f"{address}/flat", {"key": self.KEY, "other": flat})

        assert response.status_code == 422
        assert "The compound's building list has no such flat." in response.text.replace("&#39;", "'")

    def test_are_settled_once(self, staff, address):
        send(staff, f"{address}/flat", {"key": self.KEY, "flat": "12/2/501"})

        assert send(staff, f"{address}/flat", {"key": self.KEY, "flat": "12/1/501"}).status_code == 409

    def test_can_be_downloaded(self, staff, address):
        response = staff.get(f"{address}/rows.csv")

        assert response.mimetype == "text/csv"
        lines = response.data.decode("utf-8-sig").splitlines()
        assert lines[0] == "File,Row,Id,In the file,Why"
        assert len(lines) == 4
        assert lines[2].startswith("orders.xlsx,17,P09-20221108-C001-12,")
