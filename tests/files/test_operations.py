"""The life of an import: kept, confirmed once, or discarded."""

from datetime import UTC, datetime

import pytest

from supplyhub.files import operations, queries, store
from supplyhub.files.models import ImportState
from supplyhub.files.previews import Preview, Row, Verdict, tally

NOW = datetime(2022, 11, 8, 2, tzinfo=UTC)
FILES = {"a.csv": b"id\n1\n"}


def preview(ready=1):
    rows = [Row(verdict=Verdict.READY, file="a.csv", line=2, key=str(number)) for number in range(ready)]
    return Preview(tallies=(tally("a.csv", read=ready, rows=rows),), rows=tuple(rows))


@pytest.fixture
def keep(db_session, tmp_path):
    def keep(*, scope="zhuzhou/tianyuan", files=FILES, kind="test"):
        upload = operations.Upload(scope=scope, kind=kind, files=files, options={"day": "2022-11-08"})
        return operations.keep_preview(
            db_session, data_folder=tmp_path, upload=upload, preview=preview(), actor="周敏", now=NOW
        )

    return keep


@pytest.fixture
def written():
    """What was handed to those who write."""
    return []


@pytest.fixture
def confirm(db_session, tmp_path, written):
    def confirm(kept, *, scope="zhuzhou/tianyuan", result=None):
        def write(_kept, files):
            written.append(files)
            return preview() if result is None else result

        return operations.confirm(
            db_session,
            data_folder=tmp_path,
            import_id=kept.id,
            scope=scope,
            write=write,
            actor="林洋",
            now=NOW,
        )

    return confirm


class TestConfirm:
    def test_writes_what_was_uploaded(self, keep, confirm, written):
        kept = confirm(keep())

        assert written == [FILES]
        assert (kept.state, kept.decided_by, kept.decided_at) == (ImportState.CONFIRMED, "林洋", NOW)
        assert kept.summary["counts"]["ready"] == 1

    def test_happens_once(self, keep, confirm, written):
        kept = keep()
        confirm(kept)

        with pytest.raises(operations.UnableToConfirm, match="already confirmed"):
            confirm(kept)
        assert len(written) == 1

    def test_says_that_the_same_content_is_here(self, keep, confirm):
        confirm(keep())
        # the same file under another name
        again = keep(files={"b.csv": FILES["a.csv"]})

        with pytest.raises(operations.UnableToConfirm, match="same file was already imported by 林洋"):
            confirm(again, result=preview(ready=0))
        assert again.state is ImportState.PREVIEW

    def test_refuses_a_file_with_nothing_in_it(self, keep, confirm):
        with pytest.raises(operations.UnableToConfirm, match="Nothing in this file"):
            confirm(keep(), result=preview(ready=0))

    def test_refuses_a_file_that_is_blocked(self, keep, confirm):
        with pytest.raises(operations.UnableToConfirm, match="as a whole"):
            confirm(keep(), result=Preview(tallies=(), rows=(), is_blocked=True))

    def test_needs_the_upload(self, keep, confirm, tmp_path):
        kept = keep()
        (tmp_path / kept.stored_path).unlink()

        with pytest.raises(operations.UploadGone):
            confirm(kept)

    def test_knows_only_the_imports_of_its_place(self, keep, confirm):
        with pytest.raises(queries.ImportNotFound):
            confirm(keep(), scope="zhuzhou/hetang")


class TestDiscard:
    def discard(self, db_session, tmp_path, kept):
        return operations.discard(
            db_session, data_folder=tmp_path, import_id=kept.id, scope=kept.scope, actor="林洋", now=NOW
        )

    def test_throws_the_upload_away(self, db_session, tmp_path, keep, confirm):
        kept = self.discard(db_session, tmp_path, keep())

        assert kept.state is ImportState.DISCARDED
        assert not (tmp_path / kept.stored_path).exists()
        with pytest.raises(operations.UnableToConfirm, match="discarded"):
            confirm(kept)

    def test_leaves_an_upload_that_another_import_needs(self, db_session, tmp_path, keep):
        other, kept = keep(), keep()

        self.discard(db_session, tmp_path, kept)

        assert store.load(tmp_path, other.stored_path) == FILES

    def test_comes_too_late_after_the_confirmation(self, db_session, tmp_path, keep, confirm):
        kept = confirm(keep())

        with pytest.raises(operations.UnableToDiscard):
            self.discard(db_session, tmp_path, kept)


class TestStore:
    def test_keeps_the_same_content_once(self, tmp_path):
        files = {"b.csv": b"2", "a.csv": b"1"}

        first = store.save(tmp_path, files)

        assert store.save(tmp_path, dict(reversed(files.items()))) == first
        assert store.load(tmp_path, first) == files
        assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1

    def test_knows_files_of_a_day_by_their_names(self):
        assert store.digest_of({"a": b"1", "b": b"2"}) != store.digest_of({"a": b"2", "b": b"1"})
        assert store.digest_of({"a": b"1"}) == store.digest_of({"renamed": b"1"})


class TestPreview:
    def test_keeps_the_first_rows_and_all_counts(self):
        kept = preview(ready=500).as_json()

        assert kept["counts"]["ready"] == 500
        assert len(kept["rows"]["ready"]) == 200
