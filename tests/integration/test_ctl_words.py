"""What rfc2217ctl --help, its completion and its man page say has to be the same."""
import re
import subprocess

import pytest

from rig import TOP
from tools import CTL, run

SHELLS = {"bash": "rfc2217ctl", "zsh": "_rfc2217ctl", "fish": "rfc2217ctl.fish"}


def subcommands(*words):
    text = run(CTL, *words, "--help").stdout
    _, _, listed = text.partition("Subcommands:\n")
    return re.findall(r"^  (\S+)", listed, re.MULTILINE)


def options(*words):
    text = run(CTL, *words, "--help").stdout
    return set(re.findall(r"(?<![\w-])(--[a-z-]+)", text.partition("Options:\n")[2].partition("\n\n")[0]))


def every_command():
    """("tail",), ("log", "search") …"""
    for name in subcommands():
        inner = subcommands(name)
        yield from ((name, one) for one in inner)
        if not inner:
            yield (name,)


def unformatted(page):
    """A man page's text with options as they are typed."""
    return re.sub(r"Fl -([a-z-]+)", r"--\1", page)


def test_the_man_page_has_each_command_with_its_options():
    page = unformatted((TOP / "man/rfc2217ctl.1").read_text())
    for words in every_command():
        entry = re.search(rf"^\.It Cm {' '.join(words)}\b.*$", page, re.MULTILINE)
        assert entry, f"the man page has no {' '.join(words)}"
        said = set(re.findall(r"(--[a-z-]+)|, -([a-z-]+)", entry[0]))
        named = {long or f"--{other}" for long, other in said}
        assert named == options(*words) - {"--help"}, words
    for option in options():
        assert re.search(rf"^\.It .*-?{option[1:]}\b", page, re.MULTILINE), option


@pytest.mark.parametrize("shell", SHELLS)
def test_the_completion_that_is_installed_is_the_programs_own(shell):
    made = run(CTL, "completion", shell)
    assert made.returncode == 0
    assert made.stdout == (TOP / "completion" / SHELLS[shell]).read_text()


def completed(*typed):
    script = f"""source {TOP}/completion/rfc2217ctl
COMP_WORDS=(rfc2217ctl {' '.join(repr(word) for word in typed)}); COMP_CWORD={len(typed)}
_rfc2217ctl; echo "${{COMPREPLY[@]}}" """
    return set(subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout.split())


def test_bash_completes_commands_and_their_options():
    assert completed("") >= set(subcommands())
    assert "completion" not in completed("")
    for words in every_command():
        if len(words) == 1:
            assert completed(*words, "--") >= options(*words) | options(), words
    assert completed("l") == {"ls", "log"}
