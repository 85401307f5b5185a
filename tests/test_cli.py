"""The command line as an operator calls it."""

import pytest
from click.testing import CliRunner

from supplyhub.cli import main


class TestServe:
    def test_ends_with_the_reason_where_production_lacks_its_secret(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SUPPLYHUB_ENVIRONMENT", "production")

        result = CliRunner().invoke(main, ["serve"])

        assert result.exit_code == 1
        assert "SUPPLYHUB_SECRET_KEY" in result.stderr


class TestHelp:
    def test_lists_the_commands_of_domains(self) -> None:
        result = CliRunner().invoke(main, ["--help"])

        assert result.exit_code == 0
        for name in ("plan", "import-day", "demo", "db", "serve", "worker", "warm-up"):
            assert f"  {name} " in result.output
