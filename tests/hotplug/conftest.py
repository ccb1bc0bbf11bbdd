"""Fixtures: a testbed of umockdev and the real hotplugd in it."""
import pathlib
import shutil
import sys
import tempfile

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]
from hotplug_rig import Hotplugd  # noqa: E402
from rig import SANITIZED  # noqa: E402
from testbed import Testbed, namespaces  # noqa: E402

assert not SANITIZED, "umockdev preloads a library, which the sanitizers do not stand: use build/dev or build/release"


@pytest.fixture
def place(request):
    """Short, because socket paths end at 107 bytes. Kept when the test fails: it has what hotplugd said."""
    failed_before = request.session.testsfailed
    made = pathlib.Path(tempfile.mkdtemp(prefix="rfc2217-"))
    yield made
    if request.session.testsfailed > failed_before:
        print(f"kept: {made}")
    else:
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def bed(place):
    made = Testbed(place / "bed")
    made.start_udevd()
    return made


@pytest.fixture
def make_hotplugd(place, bed):
    made = []

    def make(settings=None):
        made.append(Hotplugd(place, bed, settings))
        return made[-1]

    yield make
    for daemon in made:
        daemon.close()


@pytest.fixture
def hotplugd(make_hotplugd):
    """Not started yet."""
    return make_hotplugd()


@pytest.fixture
def udevd():
    """For what only shows where udevd's folder in /run can be made."""
    if not namespaces():
        pytest.skip("no namespaces for us here, so there is no udevd to simulate")
