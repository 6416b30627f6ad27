"""Each operation of SQS is named in the opening of one file of tests/conformance/actions: the file
that drives it. That every client has had an answer of it, its run says: --every-operation."""
import re

from .tree import Finding

TABLE = "server/src/aws/tables/sqs.hpp"
ACTIONS = "tests/conformance/actions"

_OPERATIONS = re.compile(r"enum class operation : [\w:]+ \{(.*?)\}", re.S)
_OPENING = re.compile(r'"""(.*?)"""', re.S)


def _operations(tree):
    """As the service calls them, e.g. SendMessage."""
    for file in tree.files:
        found = _OPERATIONS.search(file.text) if file.path == TABLE else None
        for name in re.findall(r"\w+", found.group(1)) if found else ():
            yield name.title().replace("_", "")


def _named(tree):
    """{word of an opening: [file]}"""
    named = {}
    for file in tree.files:
        if file.under(*ACTIONS.split("/")) and file.name.startswith("test_"):
            opening = _OPENING.match(file.text)
            for word in set(re.findall(r"\w+", opening.group(1).partition(":")[0] if opening else "")):
                named.setdefault(word, []).append(file.path)
    return named


def check(tree):
    named = _named(tree)
    for name in _operations(tree):
        files = named.get(name, [])
        if len(files) != 1:
            what = f"several files open with it: {', '.join(sorted(files))}" if files else "no file opens with it"
            yield Finding(ACTIONS, 1, "actions", f"{name}: {what}")
