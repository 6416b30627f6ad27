// The answer of a query-protocol operation to a client that accepts JSON: the envelope and the
// structures of the XML, as AWS writes them for API Gateway and for scripts. Every member of a
// structure is there, those without a value as null; a flattened map is a list of its entries. The
// verbs and their order are json_writer's. One writer a response.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "aws/json_writer.hpp"
#include "aws/model.hpp"

namespace millrace::aws {

class query_json_writer {
 public:
  /// model.query is there.
  query_json_writer(http::send_buffer& out, const service_model& model, std::size_t operation,
                    std::string_view request_id) noexcept
      : json_(out, model), model_(model), operation_(operation), request_id_(request_id) {}

  void begin_structure() noexcept;
  void end_structure() noexcept;
  void begin_list() noexcept;
  void end_list() noexcept;
  void begin_map() noexcept;
  void end_map() noexcept;

  void member(member_id id) noexcept;
  void key(std::string_view utf8) noexcept;

  void text(std::string_view utf8) noexcept { value(&json_writer::text, utf8); }
  void blob(std::string_view bytes) noexcept { value(&json_writer::blob, bytes); }
  void integer(std::int64_t number) noexcept { value(&json_writer::integer, number); }
  void real(double number) noexcept { value(&json_writer::real, number); }
  void boolean(bool truth) noexcept { value(&json_writer::boolean, truth); }
  void timestamp(std::int64_t ms) noexcept { value(&json_writer::timestamp, ms); }

  /// The whole answer of an operation that returns nothing.
  void empty_answer() noexcept;

 private:
  enum class inside : std::uint8_t { structure, list, map, entries };
  struct level {
    inside what;
    shape_id shape;
    std::uint64_t written = 0;  ///< structures: a bit a member
  };
  static constexpr std::size_t levels_max = 16;

  template <class Argument>
  void value(void (json_writer::*write)(Argument), Argument argument) noexcept {
    (json_.*write)(argument);
    value_written();
  }
  [[nodiscard]] shape_id value_shape() const noexcept;
  void push(inside what, shape_id shape) noexcept;
  void value_written() noexcept;
  void begin_answer() noexcept;
  void end_answer() noexcept;

  json_writer json_;
  const service_model& model_;
  std::size_t operation_;
  std::string_view request_id_;
  member_id next_{0};  // of the structure's member whose value comes next
  std::array<level, levels_max> levels_{};
  std::size_t depth_ = 0;
};

/// An error, likewise.
void append_query_json_error(http::send_buffer& out, std::string_view code,
                             std::string_view message, bool sender_fault,
                             std::string_view request_id) noexcept;

}  // namespace millrace::aws
