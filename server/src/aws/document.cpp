// The out-of-line parts of value and document.
#include "aws/document.hpp"

#include <cstdio>
#include <cstdlib>

namespace millrace::aws {

const value value::absent_value{};

void value::wrong_member(member_id member) noexcept {
  std::fprintf(stderr, "millrace: member %u was read from a structure of another shape\n",
               static_cast<unsigned>(member.index));
  std::abort();
}

/// Notes the first required member that is not in `seen`, the outermost one if several are.
void document::note_missing(const service_model& model, const shape_row& shape, unsigned depth,
                            std::uint64_t seen) noexcept {
  if (missing_ != nullptr && missing_depth_ <= depth) return;
  for (unsigned i = 0; i < shape.member_count; ++i) {
    const member_row& row = model.members[shape.first_member.index + i];
    if (!row.required || ((seen >> i) & 1) != 0) continue;
    missing_ = &row;
    missing_depth_ = depth;
    return;
  }
}

void document::forget_values() noexcept {
  root_ = value{};
  missing_ = nullptr;
  missing_depth_ = 0;
  elements_.clear();
  entries_.clear();
}

void document::reset() noexcept {
  constexpr std::size_t kept = 1024;
  forget_values();
  arena_.reset();
  if (elements_.capacity() > kept) elements_.shrink_to_fit();
  if (entries_.capacity() > kept) entries_.shrink_to_fit();
}

}  // namespace millrace::aws
