// Appends a response of the query protocol straight to a send_buffer: the envelope of its
// operation, and names from the service's query rows. Calls come in the order of json_writer's. One
// writer a response; the outermost structure is the operation's result.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "aws/model.hpp"
#include "http/send_buffer.hpp"

namespace millrace::aws {

/// `utf8` as character data: markup, CR and quotes as references, so that a parser gives back every
/// byte; what XML 1.0 cannot hold at all becomes U+FFFD.
void append_xml_text(http::send_buffer& out, std::string_view utf8) noexcept;

class xml_writer {
 public:
  /// model.query is there.
  xml_writer(http::send_buffer& out, const service_model& model, std::size_t operation,
             std::string_view request_id) noexcept
      : out_(out), model_(model), operation_(operation), request_id_(request_id) {}

  void begin_structure() noexcept;
  void end_structure() noexcept;
  void begin_list() noexcept;
  void end_list() noexcept { leave(); }
  void begin_map() noexcept;
  void end_map() noexcept { leave(); }

  void member(member_id id) noexcept { next_ = id; }
  void key(std::string_view text) noexcept;

  void text(std::string_view utf8) noexcept;
  void blob(std::string_view bytes) noexcept;
  void integer(std::int64_t number) noexcept;
  void real(double number) noexcept;
  void boolean(bool truth) noexcept;
  /// Milliseconds since 1970, written by ISO 8601.
  void timestamp(std::int64_t ms) noexcept;

  /// The whole answer of an operation that returns nothing.
  void empty_answer() noexcept;

 private:
  enum class inside : std::uint8_t { structure, list, map };
  struct level {
    inside what;
    std::string_view element;  ///< around the whole; empty: flattened, nothing is
    std::string_view item;     ///< lists: around each element; maps: around each entry
    shape_id shape;            ///< of lists and maps
  };
  static constexpr std::size_t levels_max = 16;

  [[nodiscard]] std::string_view value_name() const noexcept;
  [[nodiscard]] shape_id value_shape() const noexcept;
  void enter(inside what) noexcept;
  void leave() noexcept;
  void push(const level& l) noexcept;
  void value_written() noexcept;
  void open(std::string_view name) noexcept;
  void close(std::string_view name) noexcept;
  void begin_answer() noexcept;
  void end_answer() noexcept;

  http::send_buffer& out_;
  const service_model& model_;
  std::size_t operation_;
  std::string_view request_id_;
  member_id next_{0};  // of the structure's member whose value comes next
  std::array<level, levels_max> levels_;
  std::size_t depth_ = 0;
  std::size_t empty_bytes_ = 0;  // the output's size when the result had nothing in it
};

}  // namespace millrace::aws
