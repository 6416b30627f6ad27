#include "fanout/subscriber.hpp"

#include <nghttp2/nghttp2.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

namespace millrace::perf {
namespace {

// As clients of event streams set it, so that the server is never held up by a window.
constexpr std::int32_t window_bytes = 16 << 20;

nghttp2_nv pair_of(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

struct subscriber_callbacks {
  static subscriber& self(void* user) { return *static_cast<subscriber*>(user); }

  static ssize_t question(nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t room,
                          std::uint32_t* flags, nghttp2_data_source*, void* user) {
    subscriber& s = self(user);
    const std::size_t count = std::min(room, s.question_.size() - s.asked_);
    s.question_.copy(reinterpret_cast<char*>(to), count, s.asked_);
    s.asked_ += count;
    if (s.asked_ == s.question_.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
  static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* user) {
    const std::string_view text(reinterpret_cast<const char*>(value), value_size);
    if (std::string_view(reinterpret_cast<const char*>(name), name_size) == ":status") {
      self(user).begun_ = true;
      if (text != "200") self(user).failure_ = "SubscribeToShard: status " + std::string(text);
    }
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t* data,
                     std::size_t size, void* user) {
    subscriber& s = self(user);
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    s.bytes_ += size;
    if (!s.failure_.empty()) {
      s.failure_ += ": " + std::string(bytes);
      return 0;
    }
    s.events_.feed(bytes, s.on_record_);
    return 0;
  }
};

subscriber::subscriber(const endpoint& target, const subscription& wanted,
                       std::function<void(std::string_view)> on_record)
    : socket_(connect_to(target)), on_record_(std::move(on_record)) {
  question_ = "{\"ConsumerARN\":\"" + wanted.consumer_arn + "\",\"ShardId\":\"" + wanted.shard_id +
              "\",\"StartingPosition\":{\"Type\":\"" +
              (wanted.from_the_start ? "TRIM_HORIZON" : "LATEST") + "\"}}";
  nghttp2_session_callbacks* calls = nullptr;
  nghttp2_session_callbacks_new(&calls);
  nghttp2_session_callbacks_set_on_header_callback(calls, subscriber_callbacks::on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls, subscriber_callbacks::on_data);
  nghttp2_session_client_new(&session_, calls, this);
  nghttp2_session_callbacks_del(calls);
  const nghttp2_settings_entry window{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window_bytes};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &window, 1);
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, window_bytes);
  const std::string host = target.host();
  const std::vector<nghttp2_nv> fields{
      pair_of(":method", "POST"),
      pair_of(":scheme", "http"),
      pair_of(":authority", host),
      pair_of(":path", "/"),
      pair_of("content-type", "application/x-amz-json-1.1"),
      pair_of("x-amz-target", "Kinesis_20131202.SubscribeToShard")};
  nghttp2_data_provider source{};
  source.read_callback = subscriber_callbacks::question;
  if (nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(), &source, nullptr) <
      0) {
    throw std::runtime_error("HTTP/2 takes no request");
  }
  send_pending();
}

subscriber::~subscriber() { nghttp2_session_del(session_); }

void subscriber::send_pending() {
  const std::uint8_t* part = nullptr;
  for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &part)) > 0;) {
    std::string_view left(reinterpret_cast<const char*>(part), static_cast<std::size_t>(size));
    while (!left.empty()) {
      const ssize_t sent = send(descriptor(), left.data(), left.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) throw_errno("send");
      left.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
}

void subscriber::read() {
  std::array<std::uint8_t, 256 * 1024> chunk;
  const ssize_t got = recv(descriptor(), chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got < 0) throw_errno("recv");
  if (got == 0) throw std::runtime_error("the server closed a subscription");
  if (nghttp2_session_mem_recv(session_, chunk.data(), static_cast<std::size_t>(got)) < 0) {
    throw std::runtime_error("not HTTP/2");
  }
  send_pending();
  if (!failure_.empty()) throw std::runtime_error(failure_);
}

}  // namespace millrace::perf
