"""A full record: held against the schema, and its report opened in a headless Chromium that has no
network, in its light and its dark scheme. Usage: report_test.py REPORT_EXAMPLE

Set MILLRACE_SCREENSHOTS to a folder to keep the pictures."""
import collections
import html.parser
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = sys.argv.pop(1)
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
VOID = {"meta", "br", "hr", "img", "input", "link"}


def pixels(png: bytes):
    """Width, height and rows of (r, g, b) of a PNG of 8 bits a channel that is not interlaced."""
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", png[16:29])
    assert depth == 8 and kind in (2, 6) and not interlaced
    at, packed = 8, b""
    while at < len(png):
        size, name = struct.unpack(">I4s", png[at:at + 8])
        packed += png[at + 8:at + 8 + size] if name == b"IDAT" else b""
        at += size + 12
    step = 3 if kind == 2 else 4
    flat, rows, above = zlib.decompress(packed), [], bytes(width * step)
    for y in range(height):
        start = y * (width * step + 1)
        line = unfilter(flat[start], bytearray(flat[start + 1:start + 1 + width * step]), above, step)
        rows.append([tuple(line[x:x + 3]) for x in range(0, len(line), step)])
        above = line
    return width, height, rows


def unfilter(kind: int, line: bytearray, above: bytes, step: int) -> bytearray:
    for i in range(len(line) if kind else 0):
        left = line[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        if kind == 4:
            guess = left + above[i] - corner
            nearest = min((abs(guess - v), n) for n, v in enumerate((left, above[i], corner)))[1]
            add = (left, above[i], corner)[nearest]
        else:
            add = (0, left, above[i], (left + above[i]) // 2)[kind]
        line[i] = (line[i] + add) & 255
    return line


class Balanced(html.parser.HTMLParser):
    """Every element that opens is closed, in order."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.results = pathlib.Path(cls.scratch.name) / "results"
        identity = subprocess.run([PROGRAM, str(cls.results)], capture_output=True, text=True,
                                  check=True).stdout.strip()
        cls.run_directory = cls.results / identity
        cls.page = (cls.run_directory / "report.html").read_text()

    def test_records_hold_to_the_schema(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads((ROOT / "results" / "run.schema.json").read_text())
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        full = json.loads((self.run_directory / "run.json").read_text())
        validator.validate(full)
        for path in sorted((ROOT / "results").glob("*/run.json")):
            validator.validate(json.loads(path.read_text()))
        full["points"][0]["withheld"] = "and yet percentiles are there"
        self.assertFalse(validator.is_valid(full))
        del full["points"][0]["withheld"], full["points"][0]["percentiles"]
        self.assertFalse(validator.is_valid(full))

    def test_the_page_needs_nothing_else(self):
        self.assertLess(len(self.page.encode()), 1_000_000)
        self.assertFalse(re.search(r"<script|<link|<img|<iframe|@import|url\(|src=|href=", self.page))
        self.assertFalse(re.search(r"https?:", self.page))
        self.assertIn("prefers-color-scheme:dark", self.page)

    def test_the_page_is_well_formed_and_holds_no_markup_of_the_record(self):
        parser = Balanced()
        parser.feed(self.page)
        self.assertEqual(parser.open, [])
        self.assertNotIn("<b>no markup", self.page)
        self.assertIn("&lt;b&gt;no markup", self.page)
        self.assertNotRegex(self.page, r"[dxy]=\"[^\"]*\b(nan|inf)\b")

    def test_the_charts_are_there_and_the_load_that_is_full_has_no_percentiles(self):
        for name in ("Latency against load: send", "Latency by percentile",
                     "Latency heat map: delivery", "Time line"):
            self.assertIn(f"<h2>{name}</h2>", self.page)
        self.assertIn("class=\"cross\"", self.page)
        self.assertIn("withheld: saturated", self.page)
        for name in ("steal", "pressure", "switches"):
            self.assertIn(f">{name}</text>", self.page)
        self.assertGreaterEqual(self.page.count("class=\"band"), 3)
        # A log of one interval has no course of time.
        self.assertEqual(self.page.count("<h2>Latency heat map"), 1)
        self.assertGreaterEqual(self.page.count("class=\"heat"), 4)

    def browser(self) -> str:
        found = next(filter(None, map(shutil.which, BROWSERS)), None)
        if found is None:
            self.skipTest("no Chromium is installed: the report was not opened in a browser")
        return found

    def picture(self, size: str, *options: str):
        target = pathlib.Path(self.scratch.name) / "picture.png"
        target.unlink(missing_ok=True)
        command = [self.browser(), "--headless", "--disable-gpu", "--no-sandbox", "--hide-scrollbars",
                   "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=2000",
                   f"--user-data-dir={self.scratch.name}/profile", f"--window-size={size}",
                   f"--screenshot={target}", *options, (self.run_directory / "report.html").as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
        self.assertTrue(target.exists(), done.stderr[-800:])
        return target

    def test_a_browser_draws_it_in_both_schemes(self):
        seen = {}
        keep = os.environ.get("MILLRACE_SCREENSHOTS")
        for scheme, options in (("light", ()), ("dark", ("--blink-settings=preferredColorScheme=0",))):
            if keep:
                shutil.copy(self.picture("1100,2900", *options),
                            pathlib.Path(keep) / f"report-{scheme}.png")
            width, height, rows = pixels(self.picture("800,820", *options).read_bytes())
            self.assertEqual((width, height), (800, 820))
            seen[scheme] = collections.Counter(colour for row in rows for colour in row)
        # The page's ground fills its margins, lines of all three percentiles are drawn.
        for scheme, ground, lines in (
                ("light", (0xfb, 0xfb, 0xfa), [(0x2a, 0x78, 0xd6), (0xd4, 0x63, 0x1a)]),
                ("dark", (0x16, 0x16, 0x15), [(0x5a, 0xa2, 0xf0), (0xf0, 0x91, 0x4f)])):
            self.assertGreater(seen[scheme][ground], 40_000, scheme)
            for line in lines:
                self.assertGreater(seen[scheme][line], 100, f"{scheme} {line}")

    def test_a_browser_draws_the_heat_map_with_the_stall_where_it_was(self):
        page = self.run_directory / "report.html"
        whole = page.read_text()
        start = whole.index("<h2>Latency heat map: delivery</h2>")
        alone = whole[:whole.index("<h1>")] + whole[start:whole.index("<h2>Time line</h2>")]
        page.write_text(alone + "</main></body></html>")
        try:
            width, height, rows = pixels(self.picture("1000,460").read_bytes())
        finally:
            page.write_text(whole)
        grades = {tuple(round(255 + (c - 255) * grade / 8) for c in (0x1b, 0x9e, 0x77))
                  for grade in range(1, 9)}
        grade_of = {(r + x, g + y, b + z): (r, g, b) for r, g, b in grades
                    for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1)}
        drawn = [(x, y, grade_of[rows[y][x]]) for y in range(height) for x in range(width)
                 if rows[y][x] in grade_of]
        self.assertGreater(len(drawn), 10_000)
        self.assertGreaterEqual(len({grade for _, _, grade in drawn}), 4)
        left, right = min(x for x, _, _ in drawn), max(x for x, _, _ in drawn)
        top = min(y for _, y, _ in drawn)
        highest = {x for x, y, _ in drawn if y < top + 8}
        for x in highest:  # 36 of 60 columns from the left
            self.assertAlmostEqual((x - left) / (right - left), 36.5 / 60, delta=1.5 / 60)
        others = min(y for x, y, _ in drawn if abs((x - left) / (right - left) - 36.5 / 60) > 2 / 60)
        self.assertGreater(others, top + 60)


if __name__ == "__main__":
    unittest.main(verbosity=2)
