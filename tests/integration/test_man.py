"""The man pages of the daemons and of their files say what the programs and docs/ say."""
import re
import shutil
import subprocess

import pytest

from rig import BUILD, DAEMONS, TOP
from tools import run

PAGES = sorted((TOP / "man").iterdir())


def items(page):
    """What the page has an entry for, as a reader sees it: --slots, tcp_port."""
    found = set()
    for kind, words in re.findall(r"^\.It (Fl|Li) (.+)$", (TOP / "man" / page).read_text(), re.MULTILINE):
        names = re.findall(r"(?:^|, )([\w.-]+)", words)
        found |= {f"-{name}" if kind == "Fl" else name for name in names}
    return found


@pytest.mark.parametrize("daemon", DAEMONS)
def test_a_daemons_page_has_the_options_of_its_help_and_no_others(daemon):
    said = run(BUILD / "services" / daemon / daemon, "--help").stdout
    options = set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", said, re.MULTILINE))
    assert options
    assert {name for name in items(f"rfc2217-{daemon}.8") if name.startswith("--")} == options


def test_the_page_of_settings_json_has_the_keys_of_the_documentation():
    rows = re.findall(r"^\| (`.*?) \|", (TOP / "docs/settings.md").read_text(), re.MULTILINE)
    keys = {key for row in rows for key in re.findall(r"`(\w+\.\w+)`", row)}
    assert len(keys) > 20
    assert items("rfc2217-settings.json.5") == keys


def test_the_page_of_slots_json_has_the_keys_of_the_documentation():
    text = (TOP / "docs/slots.md").read_text().partition("## A slot\n")[2].partition("\n## ")[0]
    keys = set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE))
    assert len(keys) == 8
    assert items("rfc2217-slots.json.5") == keys


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff here")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_clean_to_groff(page):
    said = subprocess.run(["groff", "-mdoc", "-Tutf8", "-ww", "-b", page], capture_output=True, text=True, check=True)
    assert said.stderr == ""
    assert said.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_installed(page):
    rules = (TOP / "cmake/InstallFiles.cmake").read_text()
    assert re.search(rf"man/{re.escape(page.name)}\b[^)]*MANDIR}}/man{page.name[-1]}\)", rules)
