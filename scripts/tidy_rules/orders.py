"""Memory orders: every acquire and release has a label, every label its partner, and says so.

A label is defined by a comment that begins with it: `[R1] pairs with [A1]: what becomes visible`
(words may stand between). The partner is in the same file, or in a file of the same structure
(broadcast_ring.hpp, broadcast_ring_producer.hpp), or in the one named: `[R1] of block.hpp`.
"""
import re

from .tree import Finding

_ORDER = re.compile(
    r"\bmemory_order(_|::)(acquire|release|acq_rel|seq_cst|consume)\b|"
    r"\bSync::(template\s+)?(acquire|release|both)\b"
)
_CALL = re.compile(r"(\.|->)(load|store|exchange|fetch_\w+|compare_exchange_\w+|test_and_set)\s*\(")
_FENCE = re.compile(r"\batomic_(thread|signal)_fence\b")
_LABEL = re.compile(r"\[([RA]\d+)\]")
_PARTNER = re.compile(r"\[([RA]\d+)\](?:\s+of\s+([\w.]+\w))?")
_PAIRS = re.compile(r"pairs with\s+((?:(?:,|and|\s)*\[[RA]\d+\](?:\s+of\s+[\w.]+\w)?)+)")
_REACH = 8  # a label's comment stands at most so many lines above its operation


def _blocks(file):
    """(first line, text) of each label's comment: it runs until code or the next label."""
    number = 1
    while number <= len(file.lines):
        comment = file.comments.get(number, "")
        if not _LABEL.match(comment):
            number += 1
            continue
        first, words = number, [comment]
        number += 1
        while number in file.comments and not _LABEL.match(file.comments[number]):
            if not file.lines[number - 1].lstrip().startswith(("//", "*", "/*")):
                break
            words.append(file.comments[number])
            number += 1
        yield first, " ".join(words)


def _definitions(file):
    """(label, line, [(partner, file name or None)]) of each definition in the file."""
    for line, text in _blocks(file):
        partners = [
            partner for group in _PAIRS.findall(text) for partner in _PARTNER.findall(group)
        ]
        yield _LABEL.match(text).group(1), line, [(label, at or None) for label, at in partners]


def _structure(file, names):
    """The file that a structure is named after: broadcast_ring_frame.hpp -> broadcast_ring."""
    stem = file.name.rsplit(".", 1)[0]
    parts = stem.split("_")
    for length in range(2, len(parts) + 1):
        candidate = "_".join(parts[:length])
        if candidate in names:
            return candidate
    return stem


class _Labels:
    """Definitions of a folder, found by file name and label or by structure and label."""

    def __init__(self, files):
        self.by_file, self.by_structure = {}, {}
        names = {file.name.rsplit(".", 1)[0] for file in files}
        self.structure = {file.name: _structure(file, names) for file in files}
        for file in files:
            for label, line, partners in _definitions(file):
                entry = (file, label, line, partners)
                self.by_file.setdefault((file.name, label), []).append(entry)
                self.by_structure.setdefault((self.structure[file.name], label), []).append(entry)

    def find(self, file, label, at):
        if at is not None:
            return self.by_file.get((at, label), [])
        own = self.by_file.get((file.name, label), [])
        return own or self.by_structure.get((self.structure[file.name], label), [])

    def points_back(self, entry, file, label):
        source, _, _, partners = entry
        for name, at in partners:
            if name != label:
                continue
            if any(found[0] is file for found in self.find(source, name, at)):
                return True
        return False


def _check_pairs(files):
    labels = _Labels(files)
    for entries in labels.by_file.values():
        for file, label, line, partners in entries:
            if not partners:
                yield Finding(file.path, line, "orders", f"[{label}] names no partner")
            for partner, at in partners:
                shown = f"[{partner}]" + (f" of {at}" if at else "")
                if partner[0] == label[0]:
                    yield Finding(file.path, line, "orders", f"[{label}] cannot pair with {shown}")
                targets = labels.find(file, partner, at)
                if not targets:
                    yield Finding(file.path, line, "orders", f"{shown} is nowhere defined")
                elif not any(labels.points_back(target, file, label) for target in targets):
                    yield Finding(
                        file.path, line, "orders",
                        f"{shown} does not say that it pairs with [{label}]",
                    )


def _call_arguments(code, begin):
    depth = 1
    for end in range(begin, len(code)):
        depth += {"(": 1, ")": -1}.get(code[end], 0)
        if depth == 0:
            return code[begin:end]
    return code[begin:]


def _check_calls(file):
    for line, match in file.matches(_CALL):
        arguments = _call_arguments(file.code, match.end())
        if not re.search(r"\border\b|memory_order|Sync::|_order\b", arguments):
            yield Finding(file.path, line, "orders", f"{match.group(2)}() without a memory order")
    for line, match in file.matches(_FENCE):
        yield Finding(file.path, line, "orders", f"{match.group()}: use a read-modify-write")


def _nearby_comments(file, line):
    return " ".join(
        file.comments.get(number, "") for number in range(max(1, line - _REACH), line + 1)
    )


def _check_labelled(file):
    for line, match in file.matches(_ORDER):
        if "constexpr" in file.lines[line - 1] or "using " in file.lines[line - 1]:
            continue
        if not _LABEL.search(_nearby_comments(file, line)):
            yield Finding(file.path, line, "orders", f"{match.group()} has no label [A1] or [R1]")


_HEADINGS = ["State", "Invariants", "Writers", "Lines", "Orders", "Progress", "Checked by"]


def _opening(file):
    """The comment with which the file begins."""
    words = []
    for number in range(1, len(file.lines) + 1):
        if number not in file.comments:
            break
        words.append(file.comments[number])
    return words


def _check_opening(tree, file):
    opening = _opening(file)
    given = [h for h in _HEADINGS if any(line.startswith(h + "  ") or line.startswith(h + " ")
                                         for line in opening)]
    if given and given != _HEADINGS:
        lacks = ", ".join(h for h in _HEADINGS if h not in given)
        if len(given) > 3:
            yield Finding(file.path, 1, "orders", f"the opening lacks {lacks}")
    for number, line in enumerate(opening, 1):
        for path in re.findall(r"\btests/[\w/.]+\w", line):
            if not tree.exists(path + "*"):
                yield Finding(file.path, number, "orders", f"{path} does not exist")


def check(tree):
    files = tree.code("engine", "src", "sync")
    yield from _check_pairs(files)
    for file in files:
        yield from _check_calls(file)
        yield from _check_labelled(file)
        yield from _check_opening(tree, file)
