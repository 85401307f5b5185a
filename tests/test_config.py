"""Settings come from files and the environment, are frozen, and refuse what cannot work."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from supplyhub import config


class TestSettings:
    def test_take_an_override_before_everything_else(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SUPPLYHUB_PLAN_SECONDS", "30")

        assert config.load(plan_seconds=5).plan_seconds == 5

    def test_take_the_environment_before_the_files(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SUPPLYHUB_PLAN_SECONDS", "30")

        assert config.load().plan_seconds == 30

    def test_take_the_file_of_the_environment_before_the_defaults(self) -> None:
        # config/test.toml says 2, config/default.toml 60
        assert config.load(environment="test").plan_seconds == 2

    def test_choose_the_environment_by_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SUPPLYHUB_ENVIRONMENT", "test")

        assert config.load().environment == "test"

    def test_take_the_database_from_its_usual_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://somewhere/supplies")

        assert config.load().database == "postgresql+psycopg://somewhere/supplies"

    def test_keep_the_embedded_database_in_the_data_folder(self, tmp_path: Path) -> None:
        assert config.load(data_folder=tmp_path).database == f"sqlite:///{tmp_path}/supplyhub.db"

    def test_cannot_be_changed(self) -> None:
        settings = config.load()

        with pytest.raises(ValidationError):
            settings.demo = True

    def test_name_a_wrong_value_and_an_unknown_name(self) -> None:
        with pytest.raises(config.UnableToStart, match=r"plan_seconds: .*nonsense: "):
            config.load(plan_seconds=0, nonsense=1)


class TestProduction:
    def test_refuses_to_start_without_a_secret(self) -> None:
        with pytest.raises(config.UnableToStart, match="SUPPLYHUB_SECRET_KEY"):
            config.load(environment="production")

    def test_refuses_a_short_secret(self) -> None:
        with pytest.raises(config.UnableToStart, match="at least 32 characters"):
            config.load(environment="production", secret_key="short")

    def test_refuses_the_demo_whose_passwords_are_public(self) -> None:
        with pytest.raises(config.UnableToStart, match="demo"):
            config.load(environment="production", secret_key="x" * 32, demo=True)

    def test_starts_with_its_secret(self) -> None:
        assert config.load(environment="production", secret_key="x" * 32).demo is False
