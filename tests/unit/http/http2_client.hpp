// A client of HTTP/2 without a socket: nghttp2's other half, for tests of ours.
#pragma once

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::http::test {

using header_list = std::vector<std::pair<std::string, std::string>>;

class http2_client {
 public:
  struct answer {
    std::map<std::string, std::string> fields;
    std::vector<std::string> interim;  ///< statuses of 1xx
    std::string body;
    bool ended = false;
    bool closed = false;
    std::uint32_t reset_with = 0;
  };

  /// `window`: how much of a body may be sent to it before it asks for more.
  explicit http2_client(std::uint32_t window = 65535) {
    nghttp2_session_callbacks* calls = nullptr;
    nghttp2_session_callbacks_new(&calls);
    nghttp2_session_callbacks_set_on_header_callback(calls, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(calls, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(calls, on_close);
    nghttp2_option* option = nullptr;
    nghttp2_option_new(&option);
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_session_client_new2(&session_, calls, this, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(calls);
    const nghttp2_settings_entry entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &entry, 1);
  }
  ~http2_client() { nghttp2_session_del(session_); }
  http2_client(const http2_client&) = delete;
  http2_client& operator=(const http2_client&) = delete;

  /// A request; with `open` its body does not end yet.
  std::int32_t ask(const header_list& headers, std::string body = "", bool open = false) {
    std::vector<nghttp2_nv> pairs;
    for (const auto& [name, value] : headers) {
      pairs.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    sent_.push_back(std::make_unique<upload>(upload{std::move(body), open}));
    nghttp2_data_provider source{{.ptr = sent_.back().get()}, read};
    const bool empty = sent_.back()->left.empty() && !open;
    return nghttp2_submit_request(session_, nullptr, pairs.data(), pairs.size(),
                                  empty ? nullptr : &source, nullptr);
  }
  std::int32_t post(std::string_view target, std::string body = "", bool open = false) {
    return ask({{":method", "POST"},
                {":scheme", "http"},
                {":authority", "localhost:1"},
                {":path", "/"},
                {"content-type", "application/x-amz-json-1.0"},
                {"x-amz-target", std::string(target)}},
               std::move(body), open);
  }
  void reset(std::int32_t id) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  }
  void ping() { nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr); }
  /// Room for so many bytes more of a stream's body.
  void allow(std::int32_t id, std::size_t count) {
    nghttp2_submit_window_update(session_, NGHTTP2_FLAG_NONE, id, static_cast<int>(count));
    nghttp2_submit_window_update(session_, NGHTTP2_FLAG_NONE, 0, static_cast<int>(count));
  }

  /// What it has to send.
  std::string output() {
    std::string all;
    const std::uint8_t* part = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &part)) > 0;) {
      all.append(reinterpret_cast<const char*>(part), static_cast<std::size_t>(size));
    }
    return all;
  }
  void receive(std::string_view text) {
    const ssize_t taken = nghttp2_session_mem_recv(
        session_, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    EXPECT_EQ(taken, static_cast<ssize_t>(text.size()))
        << nghttp2_strerror(static_cast<int>(taken));
  }
  answer& of(std::int32_t id) { return answers_[id]; }
  [[nodiscard]] bool told_to_go() const { return told_to_go_; }
  [[nodiscard]] std::uint32_t told_why() const { return told_why_; }

 private:
  struct upload {
    std::string left;
    bool open;
  };
  static std::uint8_t* bytes(const std::string& text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  }
  static http2_client& self(void* user) { return *static_cast<http2_client*>(user); }

  static ssize_t read(nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t room,
                      std::uint32_t* flags, nghttp2_data_source* source, void*) {
    upload& from = *static_cast<upload*>(source->ptr);
    const std::size_t count = std::min(room, from.left.size());
    std::memcpy(to, from.left.data(), count);
    from.left.erase(0, count);
    if (count == 0 && from.open) return NGHTTP2_ERR_DEFERRED;
    if (from.left.empty() && !from.open) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* user) {
    answer& a = self(user).answers_[frame->hd.stream_id];
    const std::string key(reinterpret_cast<const char*>(name), name_size);
    const std::string text(reinterpret_cast<const char*>(value), value_size);
    if (key == ":status" && text.front() == '1') {
      a.interim.push_back(text);
    } else {
      a.fields[key] = text;
    }
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                     std::size_t size, void* user) {
    self(user).answers_[id].body.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_GOAWAY) {
      self(user).told_to_go_ = true;
      self(user).told_why_ = frame->goaway.error_code;
    }
    const bool has_end = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
    if (has_end && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      self(user).answers_[frame->hd.stream_id].ended = true;
    }
    return 0;
  }
  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t why, void* user) {
    self(user).answers_[id].closed = true;
    self(user).answers_[id].reset_with = why;
    return 0;
  }

  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, answer> answers_;
  std::vector<std::unique_ptr<upload>> sent_;
  bool told_to_go_ = false;
  std::uint32_t told_why_ = 0;
};

}  // namespace millrace::http::test
