// Appends a response's CBOR (application/x-amz-cbor-1.1) straight to a send_buffer, with names from
// the service's rows; calls come in the order of json_writer's. Containers are indefinite, so that
// nobody has to count before writing. One writer a response.
#pragma once

#include <cstdint>
#include <string_view>

#include "aws/model.hpp"
#include "http/send_buffer.hpp"

namespace millrace::aws {

/// `utf8` as a text string with its head.
void append_cbor_text(http::send_buffer& out, std::string_view utf8) noexcept;

class cbor_writer {
 public:
  static constexpr char map_begin = '\xbf';
  static constexpr char list_begin = '\x9f';
  static constexpr char container_end = '\xff';

  cbor_writer(http::send_buffer& out, const service_model& model) noexcept
      : out_(out), model_(model) {}

  void begin_structure() noexcept { out_.append(map_begin); }
  void end_structure() noexcept { out_.append(container_end); }
  void begin_list() noexcept { out_.append(list_begin); }
  void end_list() noexcept { out_.append(container_end); }
  void begin_map() noexcept { out_.append(map_begin); }
  void end_map() noexcept { out_.append(container_end); }

  void member(member_id id) noexcept { text(model_.member(id).name()); }
  void key(std::string_view utf8) noexcept { text(utf8); }

  void text(std::string_view utf8) noexcept { append_cbor_text(out_, utf8); }
  void blob(std::string_view bytes) noexcept;
  void integer(std::int64_t number) noexcept;
  void real(double number) noexcept;
  void boolean(bool truth) noexcept { out_.append(truth ? '\xf5' : '\xf4'); }
  /// Tag 1 and a whole number of milliseconds: what the Java SDK reads; not the seconds of RFC
  /// 8949.
  void timestamp(std::int64_t ms) noexcept;

 private:
  http::send_buffer& out_;
  const service_model& model_;
};

}  // namespace millrace::aws
