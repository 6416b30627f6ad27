// batch_entries: goes through the entries of one batch in memory, in order, over damaged ones too.
// A value of whoever reads the batch.
#pragma once

#include "journal/format.hpp"

namespace millrace::journal {

class batch_entries {
 public:
  /// `batch`: header.bytes of it, from its header on.
  batch_entries(bytes_view batch, const format::batch_header& header) noexcept;

  [[nodiscard]] bool done() const noexcept { return index_ == count_; }
  [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }  ///< in the batch

  /// The entry here, and goes on to the next; nothing when it is not valid.
  std::optional<format::stored_entry> take() noexcept;
  /// Goes on to the next valid entry, or to the end; returns how many lie between.
  std::uint32_t skip() noexcept;

 private:
  bytes_view batch_;
  std::uint32_t count_;
  std::uint32_t salt_;
  std::uint32_t index_ = 0;
  std::size_t offset_ = format::batch_header_bytes;
};

}  // namespace millrace::journal
