// Streams in C. Called on the client's thread; releasing on any.
#include <cstddef>
#include <millrace/stream_client.hpp>

#include "api/c_abi.hpp"

/// Records that a caller holds.
struct mr_records {
  millrace::records held;
  mr_engine* home = nullptr;
};

namespace c_abi = millrace::c_abi;

namespace {

using millrace::errc;
using millrace::iterator_type;
using millrace::stream_client;

constexpr bool same(mr_stream_given c, millrace::given_settings cpp) {
  return static_cast<std::uint32_t>(c) == static_cast<std::uint32_t>(cpp);
}
static_assert(same(MR_STREAM_SHARD_COUNT, millrace::given_shard_count));
static_assert(same(MR_STREAM_RETENTION, millrace::given_retention));
static_assert(same(MR_STREAM_RECORD_SIZE, millrace::given_record_size));
static_assert(same(MR_STREAM_MODE, millrace::given_mode));
static_assert(same(MR_STREAM_DURABILITY, millrace::given_level));
static_assert(MR_STREAM_ON_DEMAND == static_cast<int>(millrace::stream_mode::on_demand));

constexpr bool same(mr_iterator_type c, iterator_type cpp) {
  return static_cast<int>(c) == static_cast<int>(cpp);
}
static_assert(same(MR_TRIM_HORIZON, iterator_type::trim_horizon));
static_assert(same(MR_LATEST, iterator_type::latest));
static_assert(same(MR_AT_SEQUENCE_NUMBER, iterator_type::at_sequence_number));
static_assert(same(MR_AFTER_SEQUENCE_NUMBER, iterator_type::after_sequence_number));
static_assert(same(MR_AT_TIMESTAMP, iterator_type::at_timestamp));

/// 0 names none, as does a handle of the highest number: for C++, 0 means "by name".
millrace::stream_handle handle(mr_stream s) noexcept { return {s == 0 ? UINT64_MAX : s}; }

mr_sequence_number to_c(const millrace::sequence_number& n) noexcept {
  return {n.created_s, n.index, n.arrived_s, n.shard, 0};
}
millrace::sequence_number from_c(const mr_sequence_number& n) noexcept {
  return {n.created_s, n.index, n.arrived_s, n.shard};
}
millrace::hash_key from_c(const mr_hash_key& k) noexcept { return {k.high, k.low}; }
mr_hash_key to_c(const millrace::hash_key& k) noexcept { return {k.high, k.low}; }

std::int32_t read(const mr_stream_settings* from, millrace::stream_settings& to,
                  std::uint32_t& given) noexcept {
  constexpr std::uint32_t known = MR_STREAM_SHARD_COUNT | MR_STREAM_RETENTION |
                                  MR_STREAM_RECORD_SIZE | MR_STREAM_MODE | MR_STREAM_DURABILITY;
  given = 0;
  if (from == nullptr) return MR_OK;
  mr_stream_settings s;
  if (const std::int32_t e = c_abi::read_struct(from, s); e != MR_OK) return e;
  if ((s.given & ~known) != 0 || s.reserved != 0) return MR_NOT_SUPPORTED;
  if ((s.given & MR_STREAM_MODE) != 0 && s.mode > MR_STREAM_ON_DEMAND) return MR_NOT_SUPPORTED;
  if ((s.given & MR_STREAM_DURABILITY) != 0 && s.durability > MR_DURABILITY_DISK) {
    return MR_NOT_SUPPORTED;
  }
  given = s.given;
  to.shard_count = s.shard_count;
  to.retention_hours = s.retention_hours;
  to.record_kib_max = s.record_kib_max;
  if (given & MR_STREAM_MODE) to.mode = static_cast<millrace::stream_mode>(s.mode);
  if (given & MR_STREAM_DURABILITY) to.level = static_cast<millrace::durability>(s.durability);
  return MR_OK;
}

/// Entries as the C++ interface wants them; `status` is not MR_OK if they are wrong.
struct put_batch {
  put_batch(const mr_put_entry* from, std::size_t count) : hashes(count), entries(count) {
    status = c_abi::read_array(
        from, count,
        [this](std::size_t i, const mr_put_entry& e) -> std::int32_t {
          if (e.reserved != 0) return MR_NOT_SUPPORTED;
          if (e.hash != nullptr) hashes[i] = from_c(*e.hash);
          entries[i] = {c_abi::bytes(e.data), millrace::as_text(c_abi::bytes(e.partition_key)),
                        e.hash != nullptr ? &hashes[i] : nullptr};
          return MR_OK;
        },
        millrace::put_records_max);
  }
  std::vector<millrace::hash_key> hashes;
  std::vector<millrace::put_entry> entries;
  std::int32_t status;
};

/// Writes an array of the caller's structs, which are as far apart as the first one says.
template <class T>
void write_at(T* first, std::uint32_t stride, std::size_t i, const T& one) noexcept {
  char* const at = reinterpret_cast<char*>(first) + i * stride;
  std::memcpy(at, &stride, sizeof stride);
  static_cast<void>(c_abi::write_struct(one, at));
}

}  // namespace

std::int32_t mr_create_stream(mr_client* client, const char* name,
                              const mr_stream_settings* settings, mr_stream* stream) noexcept {
  if (client == nullptr || name == nullptr || stream == nullptr) return MR_INVALID_ARGUMENT;
  *stream = 0;
  return c_abi::guarded([=]() -> std::int32_t {
    millrace::stream_settings wanted;
    std::uint32_t given = 0;
    if (const auto e = read(settings, wanted, given); e != MR_OK) return e;
    const auto made = stream_client(client->core).create_stream(name, wanted, given);
    if (!made) return c_abi::code(made.error());
    *stream = made->id;
    return MR_OK;
  });
}

std::int32_t mr_find_stream(mr_client* client, const char* name, mr_stream* stream) noexcept {
  if (client == nullptr || name == nullptr || stream == nullptr) return MR_INVALID_ARGUMENT;
  *stream = 0;
  return c_abi::guarded([=]() -> std::int32_t {
    const auto found = stream_client(client->core).describe_stream(name);
    if (!found) return c_abi::code(found.error());
    *stream = found->handle.id;
    return MR_OK;
  });
}

std::int32_t mr_delete_stream(mr_client* client, mr_stream stream) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  return c_abi::guarded(
      [=] { return c_abi::code(stream_client(client->core).delete_stream(handle(stream))); });
}

std::int32_t mr_list_shards(mr_client* client, mr_stream stream, mr_shard* shards,
                            std::size_t capacity) noexcept {
  if (client == nullptr || (shards == nullptr && capacity != 0)) return MR_INVALID_ARGUMENT;
  const std::uint32_t stride = capacity == 0 ? 0 : shards->struct_size;
  if (capacity != 0 && !c_abi::right_size<mr_shard>(stride)) return MR_INVALID_ARGUMENT;
  return c_abi::guarded([=]() -> std::int32_t {
    const auto all = stream_client(client->core).list_shards(handle(stream), 0, INT32_MAX);
    if (!all) return c_abi::code(all.error());
    for (std::size_t i = 0; i < std::min(capacity, all->size()); ++i) {
      const millrace::shard_description& one = (*all)[i];
      write_at(shards, stride, i,
               {stride, one.number, to_c(one.first), to_c(one.last),
                one.closed_at_ms != 0 ? 1U : 0U, 0});
    }
    return static_cast<std::int32_t>(all->size());
  });
}

void mr_sequence_number_text(const mr_sequence_number* number, char* out) noexcept {
  if (number == nullptr || out == nullptr) return;
  out[0] = '\0';
  static_cast<void>(c_abi::guarded([=]() -> std::int32_t {
    const std::string text = to_text(from_c(*number));
    std::memcpy(out, text.c_str(), std::min<std::size_t>(text.size(), MR_SEQUENCE_NUMBER_TEXT));
    out[MR_SEQUENCE_NUMBER_TEXT] = '\0';
    return MR_OK;
  }));
}

std::int32_t mr_put_record(mr_client* client, mr_stream stream, const mr_put_entry* entry,
                           mr_sequence_number* sequence) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  return c_abi::guarded([=]() -> std::int32_t {
    const put_batch one(entry, 1);
    if (one.status != MR_OK) return one.status;
    const auto put = stream_client(client->core).put_record(handle(stream), one.entries[0]);
    if (!put) return c_abi::code(put.error());
    if (sequence != nullptr) *sequence = to_c(put->sequence);
    return MR_OK;
  });
}

std::int32_t mr_put_records(mr_client* client, mr_stream stream, const mr_put_entry* entries,
                            std::size_t count, mr_put_result* results) noexcept {
  if (client == nullptr || results == nullptr) return MR_INVALID_ARGUMENT;
  const std::uint32_t stride = results->struct_size;
  if (!c_abi::right_size<mr_put_result>(stride)) return MR_INVALID_ARGUMENT;
  if (count == 0 || count > millrace::put_records_max) return MR_TOO_MANY_RECORDS;
  return c_abi::guarded([=]() -> std::int32_t {
    const put_batch wanted(entries, count);
    if (wanted.status != MR_OK) return wanted.status;
    std::vector<millrace::put_result> put(count);
    const auto done = stream_client(client->core).put_records(handle(stream), wanted.entries, put);
    if (!done) return c_abi::code(done);
    std::int32_t good = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (put[i].status == errc::ok) ++good;
      write_at(results, stride, i, {stride, c_abi::code(put[i].status), to_c(put[i].sequence)});
    }
    return good;
  });
}

std::int32_t mr_locate_record(mr_client* client, mr_stream stream, std::uint32_t shard,
                              const mr_shard_start* start, std::uint64_t* position) noexcept {
  if (client == nullptr || position == nullptr) return MR_INVALID_ARGUMENT;
  millrace::shard_start wanted;
  if (start != nullptr) {
    mr_shard_start s;
    if (const auto e = c_abi::read_struct(start, s); e != MR_OK) return e;
    if (s.type > MR_AT_TIMESTAMP) return MR_NOT_SUPPORTED;
    wanted = {static_cast<iterator_type>(s.type), from_c(s.sequence), s.timestamp_ms};
  }
  return c_abi::guarded([&]() -> std::int32_t {
    const auto at = stream_client(client->core).locate(handle(stream), shard, wanted);
    if (!at) return c_abi::code(at.error());
    *position = at->index;
    return MR_OK;
  });
}

std::int32_t mr_read_records(mr_client* client, mr_stream stream, const mr_read_options* options,
                             mr_records** records) noexcept {
  if (records == nullptr) return MR_INVALID_ARGUMENT;
  *records = nullptr;
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  mr_read_options o;
  if (const auto e = c_abi::read_struct(options, o); e != MR_OK) return e;
  if (o.reserved != 0) return MR_NOT_SUPPORTED;
  millrace::read_options wanted{.from = {o.shard, o.position}, .wait_ms = o.wait_ms};
  if (o.max_records != 0) wanted.max_records = o.max_records;
  if (o.bytes_max != 0) wanted.bytes_max = o.bytes_max;
  return c_abi::guarded([&]() -> std::int32_t {
    auto made = std::make_unique<mr_records>();
    auto got = stream_client(client->core).read(handle(stream), wanted);
    if (!got) return c_abi::code(got.error());
    made->held = std::move(got).value();
    made->home = client->home;
    made->home->records.add();
    *records = made.release();
    return static_cast<std::int32_t>((*records)->held.size());
  });
}

std::int32_t mr_records_record(const mr_records* records, std::size_t index,
                               mr_record* record) noexcept {
  if (records == nullptr || index >= records->held.size()) return MR_INVALID_ARGUMENT;
  const millrace::record_view& r = records->held[index];
  return c_abi::write_struct<mr_record>(
      {sizeof(mr_record), 0, to_c(r.sequence), c_abi::bytes(r.data), c_abi::bytes(r.partition_key),
       r.arrived_at_ms},
      record);
}

std::int32_t mr_records_summary(const mr_records* records, mr_read_summary* summary) noexcept {
  if (records == nullptr) return MR_INVALID_ARGUMENT;
  const millrace::read_summary& s = records->held.summary();
  return c_abi::write_struct<mr_read_summary>(
      {sizeof(mr_read_summary), s.end_of_shard ? 1U : 0U, s.next.index, s.behind_ms}, summary);
}

void mr_records_release(mr_records* records) noexcept {
  if (records == nullptr) return;
  mr_engine* const home = records->home;
  delete records;
  home->records.drop();
}
