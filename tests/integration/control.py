"""rfc2217ctl against a stack of daemons, over the bus or over the portal."""
import json

from tools import CTL, Talk, run


class Control:
    """@param there  words that say whom to ask"""

    def __init__(self, stack, *there):
        self.there = there or ("--runtime-dir", stack.runtime, "--slots", stack.slots_file)

    def words(self, *words):
        return [CTL, *self.there, *words]

    def run(self, *words, **more):
        return run(*self.words(*words), **more)

    def json(self, *words):
        """What it says, which has to be well."""
        said = self.run("--json", *words)
        assert said.returncode == 0, (words, said)
        return json.loads(said.stdout)

    def lines(self, *words):
        said = self.run("--json", *words)
        return said.returncode, [json.loads(line) for line in said.stdout.splitlines()]

    def talk(self, *words, **more):
        return Talk(*self.words(*words), **more)


def on_bus(stack):
    return Control(stack)


def on_portal(stack):
    return Control(stack, "--host", f"127.0.0.1:{stack.http}")
