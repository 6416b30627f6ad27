// check_data_dir: recovery without an engine, that keeps nothing but what it found.
#include <millrace/data_dir.hpp>

#include <map>

#include "journal/identity.hpp"
#include "journal/local_storage.hpp"
#include "journal/recovery.hpp"
#include "queue/entry_names.hpp"
#include "stream/entry_names.hpp"
#include "topic/entry_names.hpp"

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

// Counts an entry by service and kind.
class kind_counts {
 public:
  void add(const journal::format::stored_entry& e) {
    data_dir_report::kind& one = counts_[{e.value.owner, e.value.kind}];
    ++one.entries;
    one.bytes += e.length;
  }
  [[nodiscard]] std::vector<data_dir_report::kind> named() const {
    std::vector<data_dir_report::kind> out;
    for (const auto& [which, count] : counts_) {
      out.push_back({name_of(which.first, which.second), count.entries, count.bytes});
    }
    return out;
  }

 private:
  static std::string name_of(journal::service owner, std::uint8_t kind) {
    std::string_view name;
    if (owner == journal::service::queue) {
      name = queue::name_of(static_cast<queue::entry_kind>(kind));
    }
    if (!name.empty()) return "queue " + std::string(name);
    if (owner == journal::service::stream) {
      name = stream::name_of(static_cast<stream::entry_kind>(kind));
    }
    if (!name.empty()) return "stream " + std::string(name);
    if (owner == journal::service::topic) {
      name = topic::name_of(static_cast<topic::entry_kind>(kind));
    }
    if (!name.empty()) return "topic " + std::string(name);
    return "service " + std::to_string(static_cast<int>(owner)) + " kind " + std::to_string(kind);
  }

  std::map<std::pair<journal::service, std::uint8_t>, data_dir_report::kind> counts_;
};

}  // namespace

result<data_dir_report> check_data_dir(const std::string& directory, std::string* why) {
  journal::local_storage files(directory, journal::local_storage::access::reader);
  journal::identity id;
  errc problem = open_reader(files, id);
  data_dir_report out;
  kind_counts kinds;
  if (problem == errc::ok) {
    const result<journal::recovery_report> read =
        journal::recover(files, id.id, [&](const auto& e, auto) { kinds.add(e); });
    problem = read.error();
    if (read) {
      out.segments = read->segments.size();
      out.entries = read->entries;
      out.bytes = read->bytes;
      out.last_ms = read->last_ms;
      out.damaged = read->damaged();
      out.kinds = kinds.named();
      for (const journal::finding& f : read->findings) out.findings.push_back(f.text());
    }
  }
  if (problem == errc::ok) return out;
  if (why != nullptr) *why = files.last_error();
  return problem;
}

}  // namespace v1
}  // namespace millrace
