"""Each fact of SQS in tests/conformance/facts.tsv is shown by a test, or says why by none; and
docs/conformance.md has the table of both, which scripts/conformance writes."""
import re

from .tree import Finding

FACTS = "tests/conformance/facts.tsv"
PAGE = "docs/conformance.md"
BEGIN = "<!-- What follows is written by scripts/conformance. -->\n"

_SECTIONS = re.compile(r"\d+(\.\d+)?(, \d+(\.\d+)?)*")
_MARK = re.compile(r"(?:#|//) Shows: (.+)")
_TEST = re.compile(r"def (test_\w+)\(|TEST(?:_F|_P)?\((\w+), (\w+)\)")


def _read(tree):
    """[(line, id, sections, source, fact, why not)] of the facts, in order."""
    out = []
    for file in tree.files:
        if file.path != FACTS:
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


def render(tree):
    """The table, as Markdown."""
    tests = {}
    for _, _, fact, test in _marks(tree):
        tests.setdefault(fact, []).append(f"`{test}`")
    lines = ["| fact | section | what SQS does | from | test |", "|---|---|---|---|---|"]
    for _, name, sections, source, fact, why in _read(tree):
        shown = f"none: {why}" if why else "<br>".join(sorted(set(tests.get(name, []))))
        fact = fact.replace("|", "\\|")
        lines.append(f"| {name} | {sections} | {fact} | {source} | {shown} |")
    return "\n".join(lines) + "\n"


def check(tree):
    facts = _read(tree)
    known = {name for _, name, *_ in facts}
    shown = set()
    for file, line, name, test in _marks(tree):
        shown.add(name)
        if name not in known:
            yield Finding(file.path, line, "facts", f"{name} is no fact of {FACTS}")
        if test is None:
            yield Finding(file.path, line, "facts", "no test follows")
    for line, name, sections, _, _, why in facts:
        if not _SECTIONS.fullmatch(sections):
            yield Finding(FACTS, line, "facts", f"{name}: {sections} is no list of sections")
        if bool(why) == (name in shown):
            what = "has a test and a reason for none" if why else "no test shows it"
            yield Finding(FACTS, line, "facts", f"{name}: {what}")
    for file in tree.files:
        if file.path == PAGE and facts and file.text.partition(BEGIN)[2] != render(tree):
            yield Finding(PAGE, 1, "facts", "differs from the tests: run scripts/conformance")
