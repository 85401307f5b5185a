"""Build hook of the wheel: what is made, not committed, gets made and comes along.

A wheel carries the built front end (`supplyhub/static/dist`), the compiled catalogues and, under
`supplyhub/_data`, the folders `config/` and `migrations/`, so that installing it needs neither Node
nor the repository. An editable install adds nothing: there the repository itself is the source.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildHook(BuildHookInterface[Any]):
    """Complete the source tree before it is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing and name the folders that move into the package.

        Parameters
        ----------
        version
            Kind of build: "standard", or "editable", for which there is nothing to do.
        build_data
            What the builder takes from here; gets its `force_include` filled.
        """
        if version == "editable":
            return
        root = Path(self.root)
        compile_catalogues(root / "supplyhub" / "translations")
        build_front_end(root / "supplyhub" / "assets", root / "supplyhub" / "static" / "dist")
        if self.target_name == "wheel":
            for folder in ("config", "migrations"):
                build_data["force_include"][str(root / folder)] = f"supplyhub/_data/{folder}"


def compile_catalogues(folder: Path) -> None:
    """Write a .mo file beside each .po file that has none or an older one.

    Parameters
    ----------
    folder
        The `translations` folder.
    """
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        with target.open("wb") as file:
            write_mo(file, catalogue)


def build_front_end(assets: Path, dist: Path) -> None:
    """Build the front end where it has not been built yet.

    Parameters
    ----------
    assets
        Folder of the sources, with package.json and build.mjs.
    dist
        Folder that the build fills.

    Raises
    ------
    RuntimeError
        If the front end is missing and there is no Node to build it with.
    """
    if dist.is_dir() and any(dist.iterdir()):
        return
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        message = "The front end is not built and there is no Node: run `make front-end` first."
        raise RuntimeError(message)
    subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=assets, check=True)
    subprocess.run([node, "build.mjs"], cwd=assets, check=True)
