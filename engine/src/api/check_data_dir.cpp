// check_data_dir: recovery without an engine, that keeps nothing but what it found.
#include <millrace/data_dir.hpp>

#include "journal/identity.hpp"
#include "journal/local_storage.hpp"
#include "journal/recovery.hpp"

namespace millrace {
inline namespace v1 {
namespace {

errc open_reader(journal::local_storage& directory, journal::identity& id) {
  switch (directory.lock()) {
    case journal::io_status::ok: break;
    case journal::io_status::busy: return errc::data_dir_in_use;
    case journal::io_status::not_found: return errc::journal_damaged;
    default: return errc::system;
  }
  const result<journal::identity> read = journal::open_identity(directory, {}, false);
  if (read) id = *read;
  return read.error();
}

}  // namespace

result<data_dir_report> check_data_dir(const std::string& directory, std::string* why) {
  journal::local_storage files(directory, journal::local_storage::access::reader);
  journal::identity id;
  errc problem = open_reader(files, id);
  data_dir_report out;
  if (problem == errc::ok) {
    const result<journal::recovery_report> read =
        journal::recover(files, id.id, [](const auto&...) {});
    problem = read.error();
    if (read) {
      out.segments = read->segments.size();
      out.entries = read->entries;
      out.bytes = read->bytes;
      out.last_ms = read->last_ms;
      out.damaged = read->damaged();
      for (const journal::finding& f : read->findings) out.findings.push_back(f.text());
    }
  }
  if (problem == errc::ok) return out;
  if (why != nullptr) *why = files.last_error();
  return problem;
}

}  // namespace v1
}  // namespace millrace
