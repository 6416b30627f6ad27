"""Each operation of a service is called, and answered, in conformance tests that two clients run at
least; docs/conformance.md has the table of operations, files and clients, which scripts/conformance
writes. What a test calls is read from its syntax tree: names of operations in it, in the functions
of its file and of the service's *_calls.py that it uses; not what it hands to refused()."""
import ast
import dataclasses
import re

from .tree import Finding

PAGE = "docs/conformance.md"
CLIENTS = ("boto3", "cli", "js")  # the three that CMakeLists.txt runs a service's folder with
CLIENTS_LEAST = 2


@dataclasses.dataclass(frozen=True)
class Service:
    name: str
    folder: str  # of its tests, under tests/conformance
    fixture: str  # the client under test
    marks: tuple  # what stands before and behind its table

    @property
    def table(self):
        return f"server/src/aws/tables/{self.name}.cpp"


SERVICES = [Service("kinesis", "kinesis", "kinesis", (
    "<!-- operations of kinesis: begin, written by scripts/conformance -->\n",
    "<!-- operations of kinesis: end -->\n"))]


def _snake(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _operations(tree, service):
    """[(line, name)] of the model's operations; none where the table is not."""
    for file in tree.files:
        if file.path == service.table:
            rows = re.search(r"operation_row, \d+> operations\{\{\n(.*?)\n\}\}", file.text, re.S)
            first = file.text.count("\n", 0, rows.start(1)) + 1
            names = re.findall(r'^ *\{"(\w+)"', rows.group(1), re.M)
            return list(enumerate(names, first))
    return []


class _Called(ast.NodeVisitor):
    """The operations and functions that a function names, but for refusals."""

    def __init__(self, spelled):
        self.spelled, self.operations, self.functions = spelled, set(), set()

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name):
            if node.func.id == "refused":
                return
            self.functions.add(node.func.id)
        self.generic_visit(node)

    def visit_Constant(self, node):
        if isinstance(node.value, str) and node.value in self.spelled:
            self.operations.add(self.spelled[node.value])

    def visit_Attribute(self, node):
        if node.attr in self.spelled:
            self.operations.add(self.spelled[node.attr])
        self.generic_visit(node)


def _functions(text, spelled):
    """{name: (what it calls, its node)} of a file."""
    out = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            called = _Called(spelled)
            for statement in node.body:
                called.visit(statement)
            out[node.name] = (called, node)
    return out


def _clients(nodes):
    """Those of pytest.mark.only in decorators or the right side of pytestmark; None: not marked."""
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and ast.unparse(part.func) == "pytest.mark.only":
                return {argument.value for argument in part.args}
    return None


def _closure(name, functions):
    seen, todo, found = set(), [name], set()
    while todo:
        one = todo.pop()
        if one in seen or one not in functions:
            continue
        seen.add(one)
        found |= functions[one][0].operations
        todo += functions[one][0].functions
    return found


def calls(tree, service):
    """{operation: {file: clients}} of the conformance tests."""
    names = [name for _, name in _operations(tree, service)]
    spelled = {spelling: name for name in names for spelling in (name, _snake(name))}
    files = [f for f in tree.files if f.under("tests", "conformance", service.folder)]
    shared = {}
    for file in files:
        if file.name.endswith("_calls.py"):
            shared |= _functions(file.text, spelled)
    out = {name: {} for name in names}
    for file in files:
        if not re.fullmatch(r"test_\w+\.py", file.name):
            continue
        module = ast.parse(file.text)
        of_all = _clients([node.value for node in module.body if isinstance(node, ast.Assign)
                           and ast.unparse(node.targets[0]) == "pytestmark"])
        functions = shared | _functions(file.text, spelled)
        for name, (_, node) in functions.items():
            arguments = {argument.arg for argument in node.args.args}
            if not name.startswith("test_") or service.fixture not in arguments:
                continue
            clients = _clients(node.decorator_list) or of_all or set(CLIENTS)
            for operation in _closure(name, functions):
                out[operation].setdefault(file.name, set()).update(clients)
    return out


def render(tree, service):
    """The table, as Markdown."""
    lines = [f"| operation | {' | '.join(CLIENTS)} | called in |", "|---" * (len(CLIENTS) + 2) + "|"]
    for name, by_file in calls(tree, service).items():
        clients = set().union(*by_file.values())
        answers = " | ".join("yes" if client in clients else "-" for client in CLIENTS)
        lines.append(f"| {name} | {answers} | {', '.join(f'`{file}`' for file in sorted(by_file))} |")
    return "\n".join(lines) + "\n"


def replaced(page, tree, service):
    """The page's text with the service's table made anew."""
    begin, end = service.marks
    before, found, rest = page.partition(begin)
    return before + begin + render(tree, service) + end + rest.partition(end)[2] if found else page


def check(tree):
    for service in SERVICES:
        operations = _operations(tree, service)
        called = calls(tree, service)
        for line, name in operations:
            clients = set().union(*called[name].values())
            if len(clients) < CLIENTS_LEAST:
                yield Finding(service.table, line, "operations",
                              f"{name} is called in conformance tests of {len(clients)} clients: "
                              f"{', '.join(sorted(clients)) or 'none'}")
        for file in tree.files:
            if file.path == PAGE and operations and file.text != replaced(file.text, tree, service):
                yield Finding(PAGE, 1, "operations",
                              f"the table of {service.name} differs: run scripts/conformance")
