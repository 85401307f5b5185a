"""What is written about the product keeps up with it."""

import re
import tomllib

from tests.support import sources


def read(name: str) -> str:
    return (sources.ROOT / name).read_text("utf-8")


class TestReadme:
    def test_maps_every_package(self):
        readme = read("README.md")

        missing = [name for name in sources.packages() if not re.search(rf"\b{name}/", readme)]

        assert not missing


class TestConfigurationPage:
    def test_explains_every_setting(self):
        settings = tomllib.loads(read("config/default.toml"))
        page = read("docs/configuration.md")

        missing = [name for name in settings if f"`{name}`" not in page]

        assert not missing

    def test_explains_nothing_that_is_gone(self):
        settings = tomllib.loads(read("config/default.toml"))
        rows = re.findall(r"^\| `(\w+)` \|", read("docs/configuration.md"), re.MULTILINE)

        assert set(rows) <= set(settings)


class TestDependenciesPage:
    def test_names_every_library(self):
        project = tomllib.loads(read("pyproject.toml"))["project"]
        wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
        page = read("docs/dependencies.md").lower()

        names = [re.split(r"[\[<>=~ ]", requirement)[0] for requirement in wanted]

        assert not [name for name in names if f"`{name}`" not in page]


class TestLinks:
    def test_lead_to_files_that_exist(self):
        broken = [
            f"{sources.short(path)}: {target}"
            for path in sources.tracked()
            if path.suffix == ".md"
            for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text("utf-8"))
            if "://" not in target and not (path.parent / target).exists()
        ]

        assert not broken


class TestMakefile:
    def test_explains_every_target_that_the_documents_name(self):
        makefile = read("Makefile")
        named = {
            target
            for path in sources.tracked()
            if path.suffix == ".md"
            for target in re.findall(r"`make ([a-z-]+)", path.read_text("utf-8"))
        }

        assert {target for target in named if not re.search(rf"^{target}:.*## ", makefile, re.MULTILINE)} == set()
