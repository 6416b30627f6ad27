#!/usr/bin/env python3
"""Tests of scripts/tidy: for each rule a small tree that must be flagged and one that must pass."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TIDY = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "tidy"


class TidyTest(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="millrace_tidy_"))
        self.addCleanup(shutil.rmtree, self.root)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def tidy(self, *arguments):
        return subprocess.run(
            [sys.executable, TIDY, "--root", self.root, *arguments],
            capture_output=True, text=True, check=False,
        )

    def flags(self, rule, path, text, line, words):
        """The file, alone in a tree, is flagged by the rule at that line and nowhere else."""
        self.write(path, text)
        done = self.tidy("--only", rule)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        found = done.stdout.splitlines()
        self.assertEqual(len(found), 1, done.stdout)
        self.assertTrue(found[0].startswith(f"{path}:{line}: {rule}: "), found[0])
        self.assertIn(words, found[0])

    def passes(self, rule, path=None, text=""):
        if path:
            self.write(path, text)
        done = self.tidy("--only", rule)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)


class Layers(TidyTest):
    def test_a_lower_layer_does_not_include_a_higher_one(self):
        self.flags("layers", "engine/src/base/a.cpp", '// a\n#include "sync/b.hpp"\n', 2,
                   "base/ must not include sync/")

    def test_services_do_not_include_each_other(self):
        self.flags("layers", "engine/src/queue/a.cpp", '// a\n#include "topic/b.hpp"\n', 2,
                   "queue/ must not include topic/")

    def test_a_layer_includes_itself_and_what_stands_before_it(self):
        self.passes("layers", "engine/src/lane/a.cpp",
                    '#include "base/a.hpp"\n#include "queue/a.hpp"\n#include "lane/a.hpp"\n')

    def test_an_unknown_folder_is_no_layer(self):
        self.flags("layers", "engine/src/util/a.cpp", "// a\n", 1, "util/ is no layer")

    def test_an_include_names_its_layer(self):
        self.flags("layers", "engine/src/base/a.cpp", '// a\n\n#include "b.hpp"\n', 3, "by layer")

    def test_the_server_sees_only_the_public_engine(self):
        self.flags("layers", "server/src/net/a.cpp", '#include "queue/state.hpp"\n', 1,
                   "outside of server/src")

    def test_the_server_s_layers_have_an_order_too(self):
        self.flags("layers", "server/src/http/a.cpp", '#include "aws/json.hpp"\n', 1,
                   "http/ must not include aws/")

    def test_the_public_face_includes_nothing_from_behind(self):
        self.flags("layers", "engine/include/millrace/a.hpp", '#include "base/b.hpp"\n', 1,
                   "public header")


class Owners(TidyTest):
    def test_atomics_belong_to_sync(self):
        self.flags("owners", "engine/src/lane/a.cpp", "// a\nstd::atomic<int> x;\n", 2, "atomics")

    def test_an_include_of_atomic_counts(self):
        self.flags("owners", "engine/src/base/a.cpp", "#include <atomic>\n", 1, "atomics")

    def test_threads_and_locks_belong_to_sync(self):
        self.flags("owners", "engine/src/api/a.cpp", "std::mutex lock;\n", 1, "threads and locks")

    def test_sync_may_have_both(self):
        self.passes("owners", "engine/src/sync/a.cpp", "std::atomic<int> x;\nstd::mutex m;\n")

    def test_clock_reads_belong_to_base(self):
        self.flags("owners", "engine/src/lane/a.cpp",
                   "auto t = std::chrono::steady_clock::now();\n", 1, "clock reads")

    def test_base_may_read_clocks_and_randomness(self):
        self.passes("owners", "engine/src/base/a.cpp",
                    "void f() { clock_gettime(0, nullptr); std::random_device d; }\n")

    def test_file_io_belongs_to_the_journal(self):
        self.flags("owners", "engine/src/queue/a.cpp", "int f = ::open(path, 0);\n", 1, "file I/O")

    def test_the_environment_is_read_for_seeded_bugs_only(self):
        self.passes("owners", "engine/src/base/mutant.cpp", "const char* x = getenv(n);\n")
        self.flags("owners", "engine/src/base/a.cpp", "const char* x = getenv(n);\n", 1, "environment")

    def test_a_word_in_a_comment_or_literal_is_no_use(self):
        self.passes("owners", "engine/src/queue/a.cpp",
                    '// std::atomic is not for us\n/* std::mutex\n */ auto s = "std::thread";\n'
                    'auto r = R"(volatile)"; int million = 1\'000\'000; int volatiles = 0;\n')

    def test_volatile_is_nobody_s(self):
        self.flags("owners", "engine/src/sync/a.cpp", "volatile int x;\n", 1, "volatile")

    def test_asm_volatile_is_another_thing(self):
        self.passes("owners", "engine/src/sync/a.cpp", 'asm volatile("pause");\n')

    def test_the_engine_throws_nothing(self):
        self.flags("owners", "engine/src/api/a.cpp", "void f() { throw 1; }\n", 1, "exceptions")

    def test_sockets_belong_to_net(self):
        self.flags("owners", "server/src/http/a.cpp", "int s = ::socket(2, 1, 0);\n", 1, "sockets")
        (self.root / "server/src/http/a.cpp").unlink()
        self.passes("owners", "server/src/net/a.cpp", "int s = ::socket(2, 1, 0);\n")

    def test_a_member_named_like_a_system_call_is_none(self):
        self.passes("owners", "engine/src/queue/a.cpp",
                    "void f() { list.unlink(node); state::accept(x); }\n")


HEAD = "// a\n"


class Orders(TidyTest):
    PATH = "engine/src/sync/a.hpp"
    RELEASE = "// [R1] pairs with [A1]: the value\nx.store(1, std::memory_order_release);\n"
    ACQUIRE = "// [A1] pairs with [R1]: the value\nx.load(std::memory_order_acquire);\n"

    def test_a_symmetric_pair_passes(self):
        self.passes("orders", self.PATH, HEAD + self.RELEASE + self.ACQUIRE)

    def test_a_label_without_its_partner(self):
        self.flags("orders", self.PATH, HEAD + self.RELEASE, 2, "[A1] is nowhere defined")

    def test_a_partner_that_does_not_point_back(self):
        other = self.ACQUIRE.replace("[R1]", "[R2]")
        third = "// [R2] pairs with [A1]: other\ny.store(1, std::memory_order_release);\n"
        self.flags("orders", self.PATH, HEAD + self.RELEASE + other + third, 2,
                   "[A1] does not say that it pairs with [R1]")

    def test_a_label_that_names_no_partner(self):
        self.flags("orders", self.PATH, HEAD + "// [R1] release: something\n", 2, "no partner")

    def test_two_of_a_kind_are_no_pair(self):
        self.write(self.PATH, HEAD + "// [R1] pairs with [R2]: x\nint a;\n"
                                     "// [R2] pairs with [R1]: x\nint b;\n")
        self.assertIn("cannot pair", self.tidy("--only", "orders").stdout)

    def test_an_order_without_a_label(self):
        self.flags("orders", self.PATH, HEAD + "x.store(1, std::memory_order_release);\n", 2,
                   "has no label")

    def test_the_default_order_is_refused(self):
        self.flags("orders", self.PATH, HEAD + "int y = x.load();\n", 2, "without a memory order")

    def test_a_fence_is_refused(self):
        self.flags("orders", self.PATH, HEAD + "std::atomic_thread_fence(o);\n", 2, "fence")

    def test_files_of_one_structure_share_labels(self):
        self.write("engine/src/sync/big_ring.hpp", HEAD + self.ACQUIRE)
        self.passes("orders", "engine/src/sync/big_ring_producer.hpp", HEAD + self.RELEASE)

    def test_files_of_two_structures_do_not(self):
        self.write("engine/src/sync/big_ring.hpp", HEAD + self.ACQUIRE)
        self.write("engine/src/sync/small_ring.hpp", HEAD + self.RELEASE)
        self.assertEqual(self.tidy("--only", "orders").stdout.count("nowhere defined"), 2)

    def test_another_file_s_label_is_named_with_its_file(self):
        self.write("engine/src/sync/b.hpp", HEAD + self.RELEASE.replace("[A1]", "[A1] of a.hpp"))
        self.passes("orders", self.PATH, HEAD + self.ACQUIRE.replace("[R1]", "[R1] of b.hpp"))

    def test_several_partners_in_a_comment_of_two_lines(self):
        self.passes("orders", self.PATH, HEAD + "// [R1] release: the value, which both\n"
                    "// sides see; pairs with [A1] and [A2]\nx.store(1, order);\n"
                    + self.ACQUIRE + self.ACQUIRE.replace("[A1]", "[A2]"))

    def test_an_opening_that_promises_a_test_that_is_not_there(self):
        self.flags("orders", self.PATH, "// a\n// Checked by  tests/model/a_model.cpp\n", 2,
                   "does not exist")

    def test_an_opening_has_all_seven_parts(self):
        self.flags("orders", self.PATH, "// State  s\n// Invariants  i\n// Writers  w\n// Lines  l\n",
                   1, "lacks Orders, Progress, Checked by")


class Forms(TidyTest):
    def test_a_long_header(self):
        self.flags("sizes", "engine/src/base/a.hpp", "// a\n" * 401, 401, "401 lines")

    def test_a_header_of_full_size(self):
        self.passes("sizes", "engine/src/base/a.hpp", "// a\n" * 400)

    def test_a_long_source(self):
        self.flags("sizes", "server/src/net/a.cpp", "// a\n" * 601, 601, "601 lines")

    def test_a_wide_line(self):
        self.flags("sizes", "perf/src/a.cpp", "// " + "x" * 98 + "\n", 1, "101 columns")

    def test_generated_tables_may_be_long(self):
        self.passes("sizes", "server/src/aws/a.cpp", "// Generated by scripts/x\n" + "//\n" * 900)

    def test_a_source_without_a_header_says_what_it_is(self):
        self.flags("openings", "engine/src/base/a.cpp", "int x;\n", 1, "opens with")

    def test_a_source_beside_its_header_need_not(self):
        self.write("engine/src/base/a.hpp", "// a\n#pragma once\n")
        self.passes("openings", "engine/src/base/a.cpp", "int x;\n")

    def test_a_unit_test_is_named_after_what_it_tests(self):
        self.passes("openings", "tests/unit/base/a_test.cpp", "int x;\n")

    def test_a_header_is_included_once(self):
        self.flags("openings", "engine/src/base/a.hpp", "// a\nint x;\n", 1, "#pragma once")

    def test_file_names_are_snake_case(self):
        self.flags("openings", "engine/src/base/TimerWheel.cpp", "// a\n", 1, "snake_case")

    def test_a_machine_s_path(self):
        self.flags("foreign", "docs/a.md", "see\n/" + "work/main/x\n", 2, "own path")

    def test_a_registry_s_host(self):
        self.flags("foreign", "a.json", '"https://registry.' + 'npmjs.org/x"\n', 1, "registry")

    def test_ordinary_paths_are_none(self):
        self.passes("foreign", "docs/a.md", "a/work/b /usr/include ./work/x ~/home\n")

    @unittest.skipUnless(shutil.which("clang-format-14"), "clang-format-14 is not installed")
    def test_format(self):
        self.write(".clang-format", "BasedOnStyle: Google\n")
        self.flags("format", "engine/src/base/a.cpp", "// a\nint   x;\n", 2, "would change it")
        self.passes("format", "engine/src/base/a.cpp", "// a\nint x;\n")


class Headers(TidyTest):
    def test_a_foreign_header(self):
        self.flags("headers", "engine/include/millrace/a.hpp",
                   "// a\n#pragma once\n#if 0\n#include <hwloc.h>\n#endif\n", 4,
                   "not the standard library")

    def test_a_header_that_needs_another_first(self):
        self.flags("headers", "engine/include/millrace/a.hpp",
                   "// a\n#pragma once\ninline std::string f() { return {}; }\n", 1, "alone")

    def test_a_c_header_that_is_only_cplusplus(self):
        self.flags("headers", "engine/include/millrace/a.h", "/* a */\nnamespace x {}\n", 1,
                   "-std=c11")

    def test_good_headers(self):
        self.write("engine/include/millrace/b.hpp", "// b\n#pragma once\n#include <string>\n")
        self.passes("headers", "engine/include/millrace/a.hpp",
                    "// a\n#pragma once\n#include <millrace/b.hpp>\n"
                    "inline std::string f() { return {}; }\n")


class Documents(TidyTest):
    def test_a_link_to_nowhere(self):
        self.flags("documents", "README.md", "\nsee [it](docs/a.md)\n", 2, "does not exist")

    def test_a_path_to_nowhere(self):
        self.flags("documents", "docs/a.md", "see `engine/src/base/a.cpp`\n", 1, "does not exist")

    def test_an_example_that_differs_from_its_file(self):
        self.write("docs/examples/a.cpp", "// a\nint main() {}\n")
        self.flags("documents", "README.md",
                   "[a](docs/examples/a.cpp)\n```cpp\nint main() { }\n```\n", 2, "differs from")

    def test_an_example_without_a_file(self):
        self.flags("documents", "README.md", "```cpp\nint x;\n```\n", 1, "name the file")

    def test_true_documents(self):
        self.write("docs/examples/a.cpp", "// What it is,\n// in two lines.\nint main() {}\n")
        self.passes("documents", "docs/a.md",
                    "[a](examples/a.cpp#L1) [b](https://example.com) `docs/examples/*.cpp`\n"
                    "`docs/examples/a.cpp`:\n```cpp\nint main() {}\n```\n")


class Facts(TidyTest):
    def setUp(self):
        super().setUp()
        self.write("tests/conformance/facts.tsv",
                   "# a comment\na.one\t3.1\tdoc\tone of them\n"
                   "b.two\t3.2, 9.17\tmodel\tanother\tnot yet\n")

    def test_a_fact_that_nobody_shows(self):
        done = self.tidy("--only", "facts")
        self.assertIn("facts.tsv:2: facts: a.one: no test shows it", done.stdout)

    def test_a_fact_of_no_section(self):
        self.write("tests/conformance/facts.tsv", "a.one\tdoc\tone of them\tnot yet\n")
        done = self.tidy("--only", "facts")
        self.assertIn("facts.tsv:1: facts: a.one: doc is no list of sections", done.stdout)

    def test_what_is_no_fact(self):
        self.write("tests/unit/a_test.cpp", "// Shows: a.one\nTEST(a, is_one) {}\n")
        self.flags("facts", "tests/b_test.py", "# Shows: a.other\ndef test_b():\n", 1, "no fact")

    def test_a_mark_without_a_test(self):
        self.flags("facts", "tests/b_test.py", "# Shows: a.one\n", 1, "no test follows")

    def test_a_test_for_what_has_a_reason_for_none(self):
        self.write("tests/unit/a_test.cpp", "// Shows: a.one, b.two\nTEST_F(a, is_one) {}\n")
        self.assertIn("facts.tsv:3: facts: b.two", self.tidy("--only", "facts").stdout)

    def test_the_table_of_the_page(self):
        self.write("tests/unit/a_test.cpp", "// Shows: a.one\nTEST_P(a, is_one) {}\n")
        begin = "<!-- facts of SQS: begin, written by scripts/conformance -->\n"
        end = "<!-- facts of SQS: end -->\n"
        table = ("| fact | section | what SQS does | from | test |\n|---|---|---|---|---|\n"
                 "| a.one | 3.1 | one of them | doc | `unit/a_test.cpp: a.is_one` |\n"
                 "| b.two | 3.2, 9.17 | another | model | none: not yet |\n")
        self.passes("facts", "docs/conformance.md", "before\n" + begin + table + end + "behind\n")
        self.flags("facts", "docs/conformance.md", begin + table + "more\n" + end, 1, "SQS differs")
        self.flags("facts", "docs/conformance.md", "no table\n", 1, "SQS differs")

    def test_a_fact_of_another_service(self):
        self.write("tests/unit/a_test.cpp", "// Shows: a.one\nTEST(a, is_one) {}\n")
        self.flags("facts", "tests/conformance/kinesis/facts.tsv", "c.three\t5\tdoc\ta third\n", 1,
                   "c.three: no test shows it")

    def test_a_fact_that_is_there_twice(self):
        self.write("tests/unit/a_test.cpp", "// Shows: a.one\nTEST(a, is_one) {}\n")
        self.flags("facts", "tests/conformance/kinesis/facts.tsv", "a.one\t5\tdoc\tagain\n", 1,
                   "a.one is there already")


class Operations(TidyTest):
    TABLE = "server/src/aws/tables/kinesis.cpp"

    def setUp(self):
        super().setUp()
        self.write(self.TABLE, "// rows\nconstexpr std::array<operation_row, 1> operations{{\n"
                               '    {"PutIt", {0}, no_shape},\n}};\n')

    def calls(self, test, *before):
        self.write("tests/conformance/kinesis/test_a.py", "\n".join([*before, test]))

    def lacks(self, words):
        done = self.tidy("--only", "operations")
        self.assertEqual(done.stdout, f"{self.TABLE}:3: operations: PutIt is called in conformance "
                                      f"tests of {words}\n")

    def test_what_nobody_calls(self):
        self.lacks("0 clients: none")

    def test_what_is_only_refused(self):
        self.calls('def test_it(kinesis, refused):\n    refused(kinesis, 1, "no", "PutIt")\n')
        self.lacks("0 clients: none")

    def test_what_one_client_calls(self):
        self.calls('def test_it(kinesis):\n    kinesis.sdk.put_it()\n',
                   'pytestmark = [pytest.mark.x, pytest.mark.only("boto3")]')
        self.lacks("1 clients: boto3")

    def test_a_call_without_the_client_under_test(self):
        self.calls('def test_it(server):\n    server.call("PutIt")\n')
        self.lacks("0 clients: none")

    def test_what_all_call_by_helpers_of_others(self):
        self.write("tests/conformance/kinesis/stream_calls.py",
                   'def put(client):\n    client.call("PutIt")\n')
        self.calls("def twice(client):\n    put(client)\n\n\ndef test_it(kinesis):\n    twice(kinesis)\n")
        self.passes("operations")

    def test_the_table_of_the_page(self):
        self.calls('@pytest.mark.only("js", "cli")\ndef test_it(kinesis):\n    kinesis.call("PutIt")\n')
        begin = "<!-- operations of kinesis: begin, written by scripts/conformance -->\n"
        end = "<!-- operations of kinesis: end -->\n"
        table = ("| operation | boto3 | cli | js | called in |\n|---|---|---|---|---|\n"
                 "| PutIt | - | yes | yes | `test_a.py` |\n")
        self.passes("operations", "docs/conformance.md", begin + table + end)
        self.flags("operations", "docs/conformance.md", begin + end, 1, "kinesis differs")


class Actions(TidyTest):
    def setUp(self):
        super().setUp()
        self.write("server/src/aws/tables/sqs.hpp",
                   "enum class operation : std::uint8_t {\n  send_message,\n  tag_queue,\n};\n")
        self.write("tests/conformance/actions/test_tags.py",
                   '"""TagQueue and UntagQueue: not SendMessage."""\n')

    def findings(self):
        return self.tidy("--only", "actions").stdout

    def test_an_operation_without_a_file(self):
        self.assertIn("actions: SendMessage: no file opens with it", self.findings())
        self.assertNotIn("TagQueue", self.findings())

    def test_an_operation_with_two(self):
        for name in ("a", "b"):
            self.write(f"tests/conformance/actions/test_{name}.py", '"""SendMessage."""\n')
        self.assertIn("actions: SendMessage: several files open with it", self.findings())

    def test_each_with_its_own(self):
        self.passes("actions", "tests/conformance/actions/test_send.py", '"""SendMessage: it."""\n')


class CommandLine(TidyTest):
    def test_an_unknown_rule_is_refused(self):
        done = self.tidy("--only", "beauty")
        self.assertEqual(done.returncode, 2)
        self.assertIn("beauty", done.stderr)

    def test_every_rule_has_a_test_here(self):
        rules = set(self.tidy("--list").stdout.split())
        text = pathlib.Path(__file__).read_text()
        self.assertEqual({rule for rule in rules if f'"{rule}"' not in text}, set())


if __name__ == "__main__":
    unittest.main()
