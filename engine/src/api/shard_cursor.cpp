// The cursor's two ways to its records: in the shard's tail, or by a read of the lane.
#include <millrace/stream_client.hpp>

#include <algorithm>
#include <optional>

#include "api/client_core.hpp"
#include "stream/tail_reader.hpp"

namespace millrace {
inline namespace v1 {
namespace detail {

class cursor_core {
 public:
  cursor_core(stream_client client, client_core& core, stream_handle of, shard_position from,
              std::uint64_t subscription)
      : client_(client), core_(core), stream_(of), at_(from), subscription_(subscription) {}

  void attach(std::shared_ptr<stream::shard_tail> tail, std::size_t slot) {
    tail_.emplace(std::move(tail), slot);
  }

  result<std::span<const record_view>> next(std::size_t max, std::int64_t wait_ms) {
    using outcome = stream::tail_reader::outcome;
    if (max == 0) return errc::invalid_max_messages;
    read_ = records();
    if (end_) return std::span<const record_view>();
    if (!tail_) return by_lane(max, wait_ms);
    switch (tail_->read(at_.index, max, core_.now_ms())) {
      case outcome::records: return in_place();
      case outcome::nothing:
        if (wait_ms > 0) return by_lane(max, wait_ms);
        return std::span<const record_view>();
      case outcome::behind: return by_lane(max, wait_ms);
      case outcome::detached: break;
    }
    laps_ += tail_->laps();
    tail_.reset();
    return by_lane(max, wait_ms);
  }

  [[nodiscard]] shard_position position() const noexcept { return at_; }
  [[nodiscard]] bool end() const noexcept { return end_; }
  [[nodiscard]] const std::vector<shard_description>& children() const noexcept {
    return children_;
  }
  [[nodiscard]] cursor_counters counters() const noexcept {
    return {in_place_, by_lane_, laps_ + (tail_ ? tail_->laps() : 0)};
  }

 private:
  std::span<const record_view> in_place() noexcept {
    const std::span<const record_view> views = tail_->views();
    at_.index += views.size();
    in_place_ += views.size();
    return views;
  }

  result<std::span<const record_view>> by_lane(std::size_t max, std::int64_t wait_ms) {
    const auto most = static_cast<std::uint32_t>(std::min<std::size_t>(max, read_records_max));
    result<records> got = client_.read(
        stream_,
        {.from = at_, .max_records = most, .wait_ms = wait_ms, .subscription = subscription_});
    if (!got) return got.error();
    read_ = std::move(got).value();
    const read_summary& summary = read_.summary();
    at_ = summary.next;
    if (summary.end_of_shard) {
      end_ = true;
      children_ = summary.children;
    }
    by_lane_ += read_.size();
    return read_.all();
  }

  stream_client client_;
  client_core& core_;
  const stream_handle stream_;
  shard_position at_;
  const std::uint64_t subscription_;
  std::optional<stream::tail_reader> tail_;
  records read_;
  bool end_ = false;
  std::vector<shard_description> children_;
  std::uint64_t in_place_ = 0;
  std::uint64_t by_lane_ = 0;
  std::uint64_t laps_ = 0;
};

}  // namespace detail

namespace {

/// An open_cursor that was answered, or null: `out` says why.
lane::operation* ask_for_place(detail::client_core& core, const stream_name_or_handle& stream,
                               const read_options& wanted, std::shared_ptr<stream::shard_tail> tail,
                               errc& out) {
  lane::operation* op = core.begin_stream(operation_kind::open_cursor, 0);
  out = errc::would_block;
  if (op == nullptr) return nullptr;
  out = detail::client_core::address_stream(*op, stream);
  if (out == errc::ok) {
    op->stream->wait.wanted = wanted;
    op->stream->tail = std::move(tail);
    out = core.submit(*op);
  }
  if (out == errc::ok) {
    core.run(*op);
    out = op->status;
  }
  if (out == errc::ok) return op;
  core.abandon(*op);
  return nullptr;
}

}  // namespace

/// Most shards that are read have a ring already: one is made only when the lane asks for it.
result<shard_cursor> stream_client::open_cursor(stream_name_or_handle stream, shard_position from,
                                                std::uint64_t subscription) {
  detail::client_core& core = *core_;
  const read_options wanted{.from = from, .subscription = subscription};
  errc status = errc::ok;
  lane::operation* op = ask_for_place(core, stream, wanted, nullptr, status);
  if (op != nullptr && op->stream->tail_wanted) {
    core.abandon(*op);
    op = ask_for_place(core, stream, wanted, core.make_tail(), status);
  }
  if (op == nullptr) return status;
  shard_cursor out;
  out.core_ = std::make_unique<detail::cursor_core>(*this, core, op->stream->reply.handle, from,
                                                    subscription);
  if (op->stream->tail != nullptr) out.core_->attach(op->stream->tail, op->stream->tail_slot);
  core.abandon(*op);
  return out;
}

shard_cursor::shard_cursor() noexcept = default;
shard_cursor::shard_cursor(shard_cursor&&) noexcept = default;
shard_cursor& shard_cursor::operator=(shard_cursor&&) noexcept = default;
shard_cursor::~shard_cursor() = default;

result<std::span<const record_view>> shard_cursor::next(std::size_t max) { return wait(0, max); }

result<std::span<const record_view>> shard_cursor::wait(std::int64_t wait_ms, std::size_t max) {
  if (core_ == nullptr) return errc::shard_does_not_exist;
  return core_->next(max, wait_ms);
}

shard_position shard_cursor::position() const noexcept {
  return core_ == nullptr ? shard_position{} : core_->position();
}

bool shard_cursor::end_of_shard() const noexcept { return core_ != nullptr && core_->end(); }

const std::vector<shard_description>& shard_cursor::children() const noexcept {
  static const std::vector<shard_description> none;
  return core_ == nullptr ? none : core_->children();
}

cursor_counters shard_cursor::counters() const noexcept {
  return core_ == nullptr ? cursor_counters{} : core_->counters();
}

}  // namespace v1
}  // namespace millrace
