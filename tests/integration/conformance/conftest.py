"""One bridged for all tests of a file; each test finds slot A at rest."""
import pytest

from desk import Desk


@pytest.fixture(scope="module")
def desk(module_folder):
    made = Desk(module_folder, A={})
    yield made
    made.close()


@pytest.fixture
def outlet(desk):
    desk["A"].rest()
    yield desk["A"]
    desk["A"].board.drain()


@pytest.fixture
def peer(outlet):
    """A client that has agreed on COM-PORT; nothing else has been said."""
    with outlet.peer() as made:
        yield made


@pytest.fixture
def board(outlet):
    return outlet.board
