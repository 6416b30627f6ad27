// A service's model as data: operations, shapes, members and errors, by number. The rows of each
// service are generated (scripts/generate-shapes) into tables/; readers and writers of every wire
// format are driven by them, so a new operation is rows and never parsing code. All rows are
// constants: any thread may read them at any time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace millrace::aws {

/// Index into service_model::shapes.
struct shape_id {
  std::uint16_t index;
  friend constexpr bool operator==(shape_id, shape_id) = default;
};
inline constexpr shape_id no_shape{0xffff};

/// Index into service_model::members; the members of one structure are neighbours.
struct member_id {
  std::uint16_t index;
  friend constexpr bool operator==(member_id, member_id) = default;
};

enum class shape_kind : std::uint8_t {
  structure,
  list,
  map,  ///< string keys
  string,
  blob,
  boolean,
  integer,       ///< 32 bits
  long_integer,  ///< 64 bits
  real,          ///< float and double
  timestamp,     ///< seconds since 1970, with fraction
};

struct member_row {
  std::string_view json_key;  ///< quoted and with its colon: "QueueUrl":
  shape_id shape;
  bool required;

  [[nodiscard]] constexpr std::string_view name() const noexcept {
    return json_key.substr(1, json_key.size() - 3);
  }
};

struct shape_row {
  std::string_view name;
  shape_kind kind;
  std::uint8_t member_count;  ///< structures: at most 64
  member_id first_member;     ///< structures
  shape_id element;           ///< lists: the element; maps: the value
  shape_id key = no_shape;    ///< maps
};

struct operation_row {
  std::string_view name;
  shape_id input;   ///< no_shape when the operation takes nothing
  shape_id output;  ///< no_shape when it answers nothing
};

/// One way in which an operation fails, as clients know it.
struct error_row {
  std::string_view type;        ///< whole id, "com.amazonaws.sqs#QueueDoesNotExist"
  std::string_view query_code;  ///< code of the query wire, of x-amzn-query-error and of batches
  std::uint16_t status;         ///< HTTP
  bool sender_fault;

  /// The part behind '#', which awsJson1_1 sends alone.
  [[nodiscard]] constexpr std::string_view name() const noexcept {
    return type.substr(type.find('#') + 1);
  }
};

/// How the query protocol spells a member.
struct query_member_row {
  std::string_view name;
  bool flattened;  ///< lists and maps: no level between `name` and the numbers
};

/// What the query protocol writes inside of a list or map; empty for other shapes.
struct query_shape_row {
  std::string_view item;   ///< an element or entry, where not flattened: "member", "entry"
  std::string_view key;    ///< maps
  std::string_view value;  ///< maps
};

/// A service's query protocol (form in, XML out): rows beside those of its members and shapes.
struct query_rows {
  std::string_view xml_namespace;
  std::span<const query_member_row> members;
  std::span<const query_shape_row> shapes;

  [[nodiscard]] const query_member_row& member(member_id id) const noexcept {
    return members[id.index];
  }
  [[nodiscard]] const query_shape_row& shape(shape_id id) const noexcept {
    return shapes[id.index];
  }
};

inline constexpr std::int64_t no_min = INT64_MIN;
inline constexpr std::int64_t no_max = INT64_MAX;
inline constexpr std::uint8_t no_pattern = 0xff;

/// What the model demands of a shape's values: of a number its range, of strings the characters, of
/// blobs the bytes, of lists and maps the elements.
struct constraint_row {
  std::int64_t min;
  std::int64_t max;
  std::uint8_t pattern;                      ///< place in constraint_rows::patterns
  std::span<const std::string_view> values;  ///< those of an enumeration
};

/// One row for each shape.
struct constraint_rows {
  std::span<const constraint_row> shapes;
  std::span<const std::string_view> patterns;  ///< regular expressions
};

/// Operations of a model later than ours.
struct unserved_rows {
  std::span<const std::string_view> operations;
  std::string_view why;  ///< continues a sentence that begins with the operation's name
};

struct service_model {
  std::string_view name;           ///< as in a SigV4 scope: "sqs"
  std::string_view target_prefix;  ///< of X-Amz-Target: "AmazonSQS"; empty: called by query alone
  std::string_view api_version;
  bool query_compatible;                      ///< errors carry x-amzn-query-error
  std::span<const operation_row> operations;  ///< sorted by name
  std::span<const shape_row> shapes;
  std::span<const member_row> members;
  std::span<const error_row> errors;
  const query_rows* query = nullptr;             ///< nullptr: the service does not speak it
  const constraint_rows* constraints = nullptr;  ///< nullptr: its handlers check
  const unserved_rows* unserved = nullptr;       ///< nullptr: all others are unknown

  [[nodiscard]] const shape_row& shape(shape_id id) const noexcept { return shapes[id.index]; }
  [[nodiscard]] const member_row& member(member_id id) const noexcept { return members[id.index]; }
};

/// The place of `name` in `model.operations`, or their number when there is none.
std::size_t find_operation(const service_model& model, std::string_view name) noexcept;

}  // namespace millrace::aws
