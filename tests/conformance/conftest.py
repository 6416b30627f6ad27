"""Options and fixtures: one server a test module, one process a client, a fresh queue a test."""
import itertools
import os

import botocore.session
import pytest

from support.boto3_client import Boto3Client
from support.cli_client import Cli2Client, CliClient
from support.errors import Refused
from support.js_client import JsClient
from support.server import Endpoint, Server, default_program
from support.wire import QUERY

CLIENTS = {"boto3": Boto3Client, "cli": CliClient, "js": JsClient}
ASKED_FOR = {"cli2": Cli2Client}  # clients that no test runs with unless they are named
SERVICES = ("sqs", "kinesis", "sns")  # fixtures that are a client under test
ANSWERED = pytest.StashKey()  # names of operations of SQS that the client under test had answered


def pytest_addoption(parser):
    parser.addoption("--client", choices=[*CLIENTS, *ASKED_FOR], help="drive with this client only")
    parser.addoption("--endpoint", help="test what answers at this URL instead of a millraced")
    parser.addoption("--millraced", default=default_program(), help="the program under test")
    parser.addoption("--lanes", help="start it with so many lanes")
    parser.addoption("--aggregation-lines", help="the program that packs and unpacks for tests in kcl")
    parser.addoption("--every-operation", action="store_true",
                     help="fail unless the client's SQS has had an answer of each operation it knows")
    parser.addoption("--tls", action="store_true", help="talk to it by TLS only")


def pytest_configure(config):
    os.environ.pop("AWS_PROFILE", None)
    os.environ["AWS_CONFIG_FILE"] = os.devnull
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull


def never_answered(config):
    """The operations of the SDK's own model of SQS that no test had an answer of."""
    model = botocore.session.get_session().get_service_model("sqs")
    return sorted(set(model.operation_names) - config.stash.get(ANSWERED, set()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    if session.config.getoption("--every-operation") and never_answered(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    if config.getoption("--every-operation"):
        missing = never_answered(config)
        terminalreporter.write_line(f"operations without an answer: {', '.join(missing) or 'none'}")


def pytest_generate_tests(metafunc):
    for service in SERVICES:
        if service not in metafunc.fixturenames:
            continue
        chosen = metafunc.config.getoption("--client")
        only = [mark.args for mark in metafunc.definition.iter_markers("only")]
        wanted = [chosen] if chosen else list(CLIENTS)
        if only:
            wanted = [name for name in wanted if name in only[0]]
        metafunc.parametrize(service, wanted or [None], indirect=True, scope="module")


def pytest_collection_modifyitems(config, items):
    """Tests about other clients than the chosen one are not run, nor shown as skipped."""
    gone = [
        item for item in items
        if hasattr(item, "callspec")
        and any(item.callspec.params.get(service, "") is None for service in SERVICES)
    ]
    if gone:
        items[:] = [item for item in items if item not in gone]
        config.hook.pytest_deselected(items=gone)


@pytest.fixture(scope="session")
def start_server(request):
    """Starts servers with given options for tests that want their own."""
    program = request.config.getoption("--millraced")
    lanes = request.config.getoption("--lanes")
    for_all = ["--lanes", lanes] if lanes else []

    def start(*options):
        if request.config.getoption("--endpoint"):
            pytest.skip("needs a millraced of its own")
        return Server(program, *([] if "--lanes" in options else for_all), *options,
                      tls=request.config.getoption("--tls"))

    return start


@pytest.fixture(scope="module")
def server(request, start_server):
    """The module's server, started with the options that the module names in SERVER_OPTIONS."""
    elsewhere = request.config.getoption("--endpoint")
    options = getattr(request.module, "SERVER_OPTIONS", ())
    if elsewhere and not options:
        yield Endpoint(elsewhere)
        return
    running = start_server(*options)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def sqs(request, server):
    """A client of the module's server: boto3, the AWS CLI and the JavaScript SDK in turn."""
    client = {**CLIENTS, **ASKED_FOR}[request.param](server)
    answered = request.config.stash.setdefault(ANSWERED, set())
    ask = client.call

    def call(operation, **parameters):
        answer = ask(operation, **parameters)
        answered.add(operation)
        return answer

    client.call = call
    yield client
    client.close()


@pytest.fixture(scope="module")
def boto3_sqs(server):
    """A boto3 client whatever the client under test: for what only prepares a test."""
    client = Boto3Client(server)
    yield client
    client.close()


@pytest.fixture(scope="module")
def js(server):
    """The JavaScript SDK whatever the client under test: for calls that wait meanwhile."""
    client = JsClient(server)
    yield client
    client.close()


_numbers = itertools.count(1)


@pytest.fixture
def new_name():
    """A queue name that no other test uses."""
    return lambda: f"conformance-{os.getpid()}-{next(_numbers)}"


@pytest.fixture
def created(sqs):
    """Creates queues with the client under test and deletes them after the test."""
    made = []

    def create(name, **parameters):
        made.append(sqs.call("CreateQueue", QueueName=name, **parameters)["QueueUrl"])
        return made[-1]

    yield create
    for url in set(made):
        sqs.call("DeleteQueue", QueueUrl=url)


@pytest.fixture
def make_queue(boto3_sqs, new_name):
    """Creates queues, given attributes, and deletes them after the test. Returns the URL."""
    made = []

    def make(suffix="", **attributes):
        name = new_name() + suffix
        answer = boto3_sqs.call("CreateQueue", QueueName=name, Attributes=attributes)
        made.append(answer["QueueUrl"])
        return answer["QueueUrl"]

    yield make
    for url in made:
        try:
            boto3_sqs.call("DeleteQueue", QueueUrl=url)
        except Refused:
            pass  # the test has deleted it


@pytest.fixture
def queue(make_queue):
    """The URL of an empty standard queue with default attributes."""
    return make_queue()


@pytest.fixture
def make_fifo(make_queue):
    """The same for FIFO queues."""
    return lambda **attributes: make_queue(".fifo", FifoQueue="true", **attributes)


@pytest.fixture
def fifo(make_fifo):
    """The URL of an empty FIFO queue with default attributes."""
    return make_fifo()


@pytest.fixture
def refused():
    """refused(client, kind, text, operation, ...): the call is refused as that error, as this
    client surfaces it. `text` is the whole message, or a compiled pattern that is found in it."""

    def check(client, kind, text, operation, **parameters):
        with pytest.raises(Refused) as caught:
            client.call(operation, **parameters)
        client.check_refusal(caught.value, kind)
        if isinstance(text, str):
            assert caught.value.message == kind.text(text, QUERY)
        else:
            assert text.search(caught.value.message), caught.value.message

    return check
