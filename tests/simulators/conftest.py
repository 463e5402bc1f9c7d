import pytest

from .gateway import driven
from .gateway.client import CardGateway
from .gateway.gateway import Gateway
from .gateway.handmade import Client
from .gateway.settings import Settings


@pytest.fixture(scope='session')
def gateway_process(tmp_path_factory):
    """One card gateway for all tests that do not start, stop or move it on."""
    with CardGateway(tmp_path_factory.mktemp('gateway')) as gateway:
        yield gateway


@pytest.fixture
def card_gateway(gateway_process):
    """The same process, with nothing ordered by an earlier test."""
    yield gateway_process
    gateway_process.clear_faults()
    gateway_process.clear_scripts()
    gateway_process.configure(**Settings().as_json())


@pytest.fixture
def shop(card_gateway):
    with Client(card_gateway) as client:
        yield client


@pytest.fixture
def gateway(tmp_path):
    """A gateway without a network, one customer's card in its books."""
    gateway = Gateway(tmp_path, driven.START)
    gateway.shops.add('30132', '101')
    driven.store(gateway)
    yield gateway
    gateway.books.close()
