#include "journal/local_storage.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "journal/format.hpp"
#include "journal/local_file.hpp"

using namespace millrace;
using namespace millrace::journal;
using format::block;

namespace {

// A directory that is not there yet, below one of our own.
class local_storage_test : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    std::string made = std::string(GetParam()) + "/millrace_XXXXXX";
    if (::mkdtemp(made.data()) == nullptr) GTEST_SKIP() << "no " << GetParam() << " here";
    above_ = made;
    directory_ = made + "/data";
  }
  void TearDown() override {
    if (!above_.empty()) std::filesystem::remove_all(above_);
  }

  // Bytes at a multiple of a block, as durable writes want them.
  struct aligned_bytes {
    explicit aligned_bytes(std::size_t size, int fill = 0)
        : memory(size + block, static_cast<std::byte>(fill)) {
      const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
      view = {memory.data() + (block - address % block) % block, size};
    }
    std::vector<std::byte> memory;
    std::span<std::byte> view;
  };
  static std::vector<std::byte> read_all(file& from) {
    std::vector<std::byte> bytes(from.size() + 100);
    std::size_t got = 0;
    EXPECT_EQ(from.read(0, bytes, got), io_status::ok);
    bytes.resize(got);
    return bytes;
  }

  static std::size_t cached_pages(const std::string& path) {
    const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const std::size_t bytes = std::filesystem::file_size(path);
    void* const map = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, opened, 0);
    std::vector<unsigned char> there(bytes / block);
    EXPECT_EQ(::mincore(map, bytes, there.data()), 0);
    ::munmap(map, bytes);
    ::close(opened);
    return static_cast<std::size_t>(
        std::count_if(there.begin(), there.end(), [](unsigned char c) { return (c & 1) != 0; }));
  }

  std::string above_;
  std::string directory_;
};

INSTANTIATE_TEST_SUITE_P(file_systems, local_storage_test, testing::Values("/tmp", "/dev/shm"),
                         [](const auto& tested) {
                           std::string name = tested.param + 1;
                           std::replace(name.begin(), name.end(), '/', '_');
                           return name;
                         });

TEST_P(local_storage_test, makes_a_directory_that_is_its_owners_alone) {
  local_storage storage(directory_);
  ASSERT_EQ(storage.lock(), io_status::ok) << storage.last_error();
  std::vector<std::string> names{"stale"};
  EXPECT_EQ(storage.list(names), io_status::ok);
  EXPECT_TRUE(names.empty());
  struct stat found {};
  ASSERT_EQ(::stat((directory_ + "/journal").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700u);
  ASSERT_EQ(::stat((directory_ + "/lock").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_EQ(storage.last_error(), "");
}

TEST_P(local_storage_test, is_locked_by_one_writer_or_any_readers) {
  {
    local_storage writer(directory_);
    ASSERT_EQ(writer.lock(), io_status::ok);
    EXPECT_EQ(local_storage(directory_).lock(), io_status::busy);
    local_storage reader(directory_, local_storage::access::reader);
    EXPECT_EQ(reader.lock(), io_status::busy);
    EXPECT_NE(reader.last_error().find("flock"), std::string::npos);
  }
  local_storage one(directory_, local_storage::access::reader);
  local_storage other(directory_, local_storage::access::reader);
  EXPECT_EQ(one.lock(), io_status::ok);
  EXPECT_EQ(other.lock(), io_status::ok);
  EXPECT_EQ(local_storage(directory_).lock(), io_status::busy);
}

TEST_P(local_storage_test, makes_nothing_for_a_reader) {
  local_storage reader(directory_, local_storage::access::reader);
  EXPECT_EQ(reader.lock(), io_status::not_found);
  EXPECT_FALSE(std::filesystem::exists(directory_));
}

TEST_P(local_storage_test, says_what_is_missing) {
  local_storage storage(directory_ + "/too/deep");
  EXPECT_EQ(storage.lock(), io_status::not_found);
  EXPECT_EQ(storage.last_error(), "mkdir: No such file or directory");
}

TEST_P(local_storage_test, reads_what_was_written_in_either_mode) {
  local_storage storage(directory_);
  ASSERT_EQ(storage.lock(), io_status::ok);
  std::unique_ptr<file> out;
  ASSERT_EQ(storage.create("a", out), io_status::ok);
  aligned_bytes one(2 * block, 1);
  aligned_bytes two(block, 2);
  const bytes_view pieces[] = {one.view, {}, two.view};
  ASSERT_EQ(out->write(0, pieces, write_mode::durable), io_status::ok) << storage.last_error();
  const bytes_view odd[] = {as_bytes("odd"), as_bytes("ly")};
  ASSERT_EQ(out->write(3 * block + 1, odd, write_mode::cached), io_status::ok);
  EXPECT_EQ(out->sync(), io_status::ok);
  EXPECT_EQ(out->size(), 3 * block + 6);

  std::unique_ptr<file> again;
  ASSERT_EQ(storage.open("a", false, again), io_status::ok);
  EXPECT_EQ(again->size(), 3 * block + 6);
  const std::vector<std::byte> bytes = read_all(*again);
  ASSERT_EQ(bytes.size(), 3 * block + 6);
  EXPECT_EQ(bytes[2 * block - 1], std::byte{1});
  EXPECT_EQ(bytes[2 * block], std::byte{2});
  EXPECT_EQ(bytes[3 * block], std::byte{0});
  EXPECT_EQ(as_text(bytes_view(bytes).subspan(3 * block + 1)), "oddly");
}

TEST_P(local_storage_test, keeps_in_the_page_cache_what_is_to_stay_there) {
  local_storage storage(directory_);
  ASSERT_EQ(storage.lock(), io_status::ok);
  std::unique_ptr<file> out;
  ASSERT_EQ(storage.create("a", out), io_status::ok);
  const aligned_bytes one(16 * block, 1);
  const bytes_view pieces[] = {one.view};
  ASSERT_EQ(out->write(0, pieces, write_mode::resident), io_status::ok) << storage.last_error();
  EXPECT_EQ(out->sync(), io_status::ok);
  EXPECT_EQ(cached_pages(directory_ + "/journal/a"), 16U);
}

TEST_P(local_storage_test, writes_more_pieces_than_one_call_takes) {
  local_storage storage(directory_);
  ASSERT_EQ(storage.lock(), io_status::ok);
  std::vector<bytes_view> pieces;
  aligned_bytes memory(300 * block);
  for (std::size_t i = 0; i < 300; ++i) {
    const auto piece = memory.view.subspan(i * block, block);
    std::fill(piece.begin(), piece.end(), static_cast<std::byte>(i));
    pieces.emplace_back(piece);
  }
  for (const write_mode mode : {write_mode::durable, write_mode::cached}) {
    std::unique_ptr<file> out;
    ASSERT_EQ(storage.create("many", out), io_status::ok);
    ASSERT_EQ(out->write(0, pieces, mode), io_status::ok) << storage.last_error();
    const std::vector<std::byte> bytes = read_all(*out);
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), memory.view.begin(), memory.view.end()));
    ASSERT_EQ(storage.remove("many"), io_status::ok);
  }
}

TEST_P(local_storage_test, renames_over_what_is_there_and_keeps_open_files_usable) {
  local_storage storage(directory_);
  ASSERT_EQ(storage.lock(), io_status::ok);
  std::unique_ptr<file> old_one;
  std::unique_ptr<file> new_one;
  ASSERT_EQ(storage.create("a", old_one), io_status::ok);
  ASSERT_EQ(storage.create("b", new_one), io_status::ok);
  EXPECT_EQ(storage.create("b", old_one), io_status::failed);
  ASSERT_EQ(storage.rename("b", "a"), io_status::ok);
  ASSERT_EQ(storage.sync_directory(), io_status::ok);
  std::vector<std::string> names;
  ASSERT_EQ(storage.list(names), io_status::ok);
  EXPECT_EQ(names, std::vector<std::string>{"a"});
  const bytes_view piece[] = {as_bytes("x")};
  EXPECT_EQ(new_one->write(0, piece, write_mode::cached), io_status::ok);
  EXPECT_EQ(storage.open("b", true, old_one), io_status::not_found);
  EXPECT_EQ(storage.rename("b", "c"), io_status::not_found);
  EXPECT_EQ(storage.remove("b"), io_status::not_found);
  EXPECT_EQ(storage.last_error(), "unlink: No such file or directory");
}

// The kernel writes up to the limit, a short write, and fails at the rest.
TEST_P(local_storage_test, fails_when_only_a_part_can_be_written) {
  local_storage storage(directory_);
  ASSERT_EQ(storage.lock(), io_status::ok);
  std::unique_ptr<file> out;
  ASSERT_EQ(storage.create("short", out), io_status::ok);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{2 * block, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  aligned_bytes bytes(4 * block, 7);
  const bytes_view pieces[] = {bytes.view.first(3 * block), bytes.view.subspan(3 * block)};
  const io_status cached = out->write(0, pieces, write_mode::cached);
  const io_status durable = out->write(0, pieces, write_mode::durable);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(cached, io_status::failed);
  EXPECT_EQ(durable, io_status::failed);
  EXPECT_NE(storage.last_error().find("File too large"), std::string::npos);
}

TEST_P(local_storage_test, syncs_after_the_write_where_nothing_can_be_written_through) {
  local_storage storage(directory_);
  ASSERT_EQ(storage.lock(), io_status::ok);
  descriptor cached(::open((directory_ + "/plain").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_TRUE(cached);
  os_error errors;
  local_file out(std::move(cached), descriptor(), 0, errors);
  EXPECT_FALSE(out.writes_through());
  aligned_bytes bytes(block, 3);
  const bytes_view pieces[] = {bytes.view};
  ASSERT_EQ(out.write(0, pieces, write_mode::durable), io_status::ok);
  EXPECT_EQ(read_all(out).size(), block);
}

TEST(local_file, says_no_space_when_there_is_none) {
  descriptor full(::open("/dev/full", O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(full);
  os_error errors;
  local_file out(std::move(full), descriptor(), 0, errors);
  const bytes_view pieces[] = {as_bytes("x")};
  EXPECT_EQ(out.write(0, pieces, write_mode::cached), io_status::no_space);
  EXPECT_EQ(errors.text(), "pwritev: No space left on device");
}

TEST(os_error, tells_no_space_from_other_failures) {
  os_error errors;
  EXPECT_EQ(errors.text(), "");
  EXPECT_EQ(errors.note(os_call::write, ENOSPC), io_status::no_space);
  EXPECT_EQ(errors.note(os_call::create, EDQUOT), io_status::no_space);
  EXPECT_EQ(errors.note(os_call::write_through, EIO), io_status::failed);
  EXPECT_EQ(errors.text(), "pwritev2: Input/output error");
  EXPECT_EQ(errors.note(os_call::lock, EWOULDBLOCK), io_status::busy);
  EXPECT_EQ(errors.note(os_call::read, EAGAIN), io_status::failed);
}

}  // namespace
