"""Fixtures: a pair of boards and the daemons that serve them."""
import pathlib
import shutil
import sys
import tempfile

import pytest
import zmq

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from rig import PATIENCE, Board, Stack, free_port  # noqa: E402
from run_script import Run  # noqa: E402


def temporary_folder(request):
    """Short, because socket paths end at 107 bytes. Kept when a test that used it fails: it has what the daemons said."""
    failed_before = request.session.testsfailed
    made = pathlib.Path(tempfile.mkdtemp(prefix="rfc2217-"))
    yield made
    if request.session.testsfailed > failed_before:
        print(f"kept: {made}")
    else:
        shutil.rmtree(made, ignore_errors=True)


folder = pytest.fixture(temporary_folder)
module_folder = pytest.fixture(temporary_folder, scope="module")


@pytest.fixture
def boards(folder):
    made = {name: Board(folder / name) for name in ("a", "b")}
    yield made
    for board in made.values():
        board.close()


@pytest.fixture
def ports():
    return {"A": free_port(), "B": free_port()}


@pytest.fixture
def make_stack(folder, boards, ports):
    """make_stack(settings) starts nothing yet; what it started is ended afterwards."""
    made = []

    def make(settings=None):
        slots = [{"label": name, "devnode": str(folder / name.lower()), "tcp_port": ports[name]} for name in "AB"]
        made.append(Stack(folder, {"slots": slots}, settings))
        return made[-1]

    yield make
    for stack in made:
        codes = stack.stop()
        print({name: stack.said(name)[-4000:] for name in codes})
        assert set(codes.values()) <= {0}, f"a daemon did not end cleanly: {codes}"


@pytest.fixture
def stack(make_stack):
    made = make_stack().start()
    for label in "AB":
        made.wait_slot(label, running=True)
    return made


@pytest.fixture
def keys(folder):
    """What the Pi, ann and bob have for the bus by TCP; bob's key is not listed."""
    pairs = {name: tuple(key.decode() for key in zmq.curve_keypair()) for name in ("pi", "ann", "bob")}
    (folder / "bus.key").write_text(pairs["pi"][1] + "\n")
    (folder / "bus.clients").write_text(f"# of the lab\nann {pairs['ann'][0]}\n")
    for name in ("bus.key", "bus.clients"):
        (folder / name).chmod(0o640)
    return {name: (pairs["pi"][0].encode(), *(key.encode() for key in pairs[name])) for name in ("ann", "bob")}


@pytest.fixture
def run(folder):
    made = []

    def start(*options, within=folder, **more):
        within.mkdir(exist_ok=True)
        made.append(Run(within, *options, **more))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.process.terminate()
            one.process.wait(PATIENCE)
        one.out.close()
    assert [one.children() for one in made if one.children()] == []
