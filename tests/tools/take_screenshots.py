"""Take pictures of the running product's pages: `python -m tests.tools.take_screenshots ADDRESS FOLDER [--docs]`.

The product must be running with its demo district (`make run`). Every page is taken at three widths in both languages;
`--docs` takes only those that the documentation shows. `--only NAME` chooses pages by the beginning of their name.
"""

import argparse
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.support import browser as browsers
from tests.support import pages
from tests.support.pages import Shown

WIDTHS = {360: 740, 768: 1024, 1440: 900}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


def take(browser: Browser, address: str, folder: Path, shown: list[Shown], *, only_docs: bool) -> None:
    """Take the pictures, each role signed in once a language and scheme."""
    sessions = dict.fromkeys((one.role, one.dark) for one in shown)
    for role, dark in sessions:
        for language, locale in LOCALES.items():
            context = browser.new_context(
                locale=locale, timezone_id="Asia/Shanghai", color_scheme="dark" if dark else "light"
            )
            page = context.new_page()
            if role:
                pages.sign_in(page, address, role)
            for one in shown:
                if (one.role, one.dark) != (role, dark):
                    continue
                for width, height in WIDTHS.items():
                    if only_docs and (width, language) not in one.docs:
                        continue
                    page.set_viewport_size({"width": width, "height": height})
                    status = pages.show(page, address, one)
                    name = f"{one.name}-{language}-{width}.png"
                    wide = pages.overflow(page)
                    page.screenshot(path=folder / name, full_page=not only_docs)
                    print(status, name, f"OVERFLOWS by {wide} px" if wide > 0 else "")
            context.close()


def main() -> None:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("address")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--docs", action="store_true", help="only those that the documentation shows")
    parser.add_argument("--only", default="", help="pages whose name begins so")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    shown = [one for one in pages.PAGES if one.name.startswith(arguments.only) and (one.docs or not arguments.docs)]
    with sync_playwright() as playwright:
        browser = browsers.launch(playwright)
        take(browser, arguments.address.rstrip("/"), arguments.folder, shown, only_docs=arguments.docs)
        browser.close()


if __name__ == "__main__":
    main()
