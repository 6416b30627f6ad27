"""What documents say about files is true: links and paths exist, shown examples are the real ones."""
import re

from .tree import Finding

_LINK = re.compile(r"\]\((?!\w+:|#)([^)\s]+)\)")
_PATH = re.compile(r"`((?:engine|server|perf|bench|tests|scripts|docs|cmake|results)/[\w./*-]+)`")
_FENCE = re.compile(r"^```(?:cpp|c)\n(.*?)^```", re.M | re.S)
_SOURCE = re.compile(r"docs/examples/\w+\.(?:cpp|c)\b")


def _line(text, place):
    return text.count("\n", 0, place) + 1


def _without_opening(text):
    """The example without the comment that opens it, and the blank line after that."""
    return re.sub(r"\A(?://[^\n]*\n|/\*.*?\*/\n)+\n?", "", text, flags=re.S)


def _check_examples(tree, file):
    for block in _FENCE.finditer(file.text):
        named = _SOURCE.findall(file.text, 0, block.start())
        line = _line(file.text, block.start())
        if not named:
            yield Finding(file.path, line, "documents", "name the file of docs/examples that is shown")
            continue
        source = tree.root / named[-1]
        if source.is_file() and block.group(1) != _without_opening(source.read_text()):
            yield Finding(file.path, line, "documents", f"differs from {named[-1]}")


def check(tree):
    for file in tree.files:
        if not file.name.endswith(".md") or file.under("results"):
            continue
        here = "/".join(file.folders)
        for match in _LINK.finditer(file.text):
            target = match.group(1).split("#")[0]
            if target and not (tree.root / here / target).exists():
                yield Finding(file.path, _line(file.text, match.start()), "documents",
                              f"link to {target}, which does not exist")
        for match in _PATH.finditer(file.text):
            if not tree.exists(match.group(1).rstrip("/")):
                yield Finding(file.path, _line(file.text, match.start()), "documents",
                              f"names {match.group(1)}, which does not exist")
        yield from _check_examples(tree, file)
