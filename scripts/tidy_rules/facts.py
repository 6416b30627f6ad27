"""Each fact of a service in its facts.tsv under tests/conformance is shown by a test, or says why by
none; and docs/conformance.md has the tables of both, which scripts/conformance writes."""
import dataclasses
import re

from .tree import Finding

PAGE = "docs/conformance.md"

_SECTIONS = re.compile(r"\d+(\.\d+)?(, \d+(\.\d+)?)*")
_MARK = re.compile(r"(?:#|//) Shows: (.+)")
_TEST = re.compile(r"def (test_\w+)\(|TEST(?:_F|_P)?\((\w+), (\w+)\)")


@dataclasses.dataclass(frozen=True)
class Facts:
    service: str
    path: str

    @property
    def begin(self):
        return f"<!-- facts of {self.service}: begin, written by scripts/conformance -->\n"

    @property
    def end(self):
        return f"<!-- facts of {self.service}: end -->\n"


ALL = [Facts("SQS", "tests/conformance/facts.tsv"),
       Facts("Kinesis", "tests/conformance/kinesis/facts.tsv")]


def _read(tree, of):
    """[(line, id, sections, source, fact, why not)] of the facts, in order."""
    out = []
    for file in tree.files:
        if file.path != of.path:
            continue
        for number, line in enumerate(file.lines, 1):
            if line and not line.startswith("#"):
                columns = line.split("\t")
                out.append((number, *columns[:4], columns[4] if len(columns) > 4 else ""))
    return out


def _name(file, lines):
    """What the first test in these lines is called in the table; None: there is none."""
    found = _TEST.search("\n".join(lines))
    if found is None:
        return None
    name = found.group(1) or f"{found.group(2)}.{found.group(3)}"
    return f"{file.path.removeprefix('tests/').removeprefix('conformance/')}: {name}"


def _marks(tree):
    """[(file, line, id, test)] of every comment that says what a test shows."""
    out = []
    for file in tree.files:
        if not file.under("tests") or not file.name.endswith((".py", ".cpp")):
            continue
        for number, line in enumerate(file.lines, 1):
            mark = _MARK.fullmatch(line)
            for fact in mark.group(1).split(", ") if mark else ():
                out.append((file, number, fact, _name(file, file.lines[number:number + 40])))
    return out


def render(tree, of):
    """The table, as Markdown."""
    tests = {}
    for _, _, fact, test in _marks(tree):
        tests.setdefault(fact, []).append(f"`{test}`")
    lines = [f"| fact | section | what {of.service} does | from | test |", "|---|---|---|---|---|"]
    for _, name, sections, source, fact, why in _read(tree, of):
        shown = f"none: {why}" if why else "<br>".join(sorted(set(tests.get(name, []))))
        fact = fact.replace("|", "\\|")
        lines.append(f"| {name} | {sections} | {fact} | {source} | {shown} |")
    return "\n".join(lines) + "\n"


def replaced(page, tree, of):
    """The page's text with the service's table made anew."""
    before, found, rest = page.partition(of.begin)
    return before + of.begin + render(tree, of) + of.end + rest.partition(of.end)[2] if found else page


def check(tree):
    facts = [(of, *row) for of in ALL for row in _read(tree, of)]
    known = {name for _, _, name, *_ in facts}
    shown = set()
    for file, line, name, test in _marks(tree):
        shown.add(name)
        if name not in known:
            files = " or ".join(of.path for of in ALL)
            yield Finding(file.path, line, "facts", f"{name} is no fact of {files}")
        if test is None:
            yield Finding(file.path, line, "facts", "no test follows")
    seen = set()
    for of, line, name, sections, _, _, why in facts:
        if not _SECTIONS.fullmatch(sections):
            yield Finding(of.path, line, "facts", f"{name}: {sections} is no list of sections")
        if bool(why) == (name in shown):
            what = "has a test and a reason for none" if why else "no test shows it"
            yield Finding(of.path, line, "facts", f"{name}: {what}")
        if name in seen:
            yield Finding(of.path, line, "facts", f"{name} is there already")
        seen.add(name)
    for file in tree.files:
        for of in ALL if file.path == PAGE else ():
            has = of.begin in file.text or not _read(tree, of)
            if not has or file.text != replaced(file.text, tree, of):
                yield Finding(PAGE, 1, "facts", f"{of.service} differs from the tests: run scripts/conformance")
