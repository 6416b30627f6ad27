// identity: what makes a data directory itself: its id, and the key of the receipts that it gave
// out, so that they still delete after a restart. One block, written once, when the directory is
// made; read by open and --check.
#pragma once

#include <millrace/result.hpp>

#include "base/hash.hpp"
#include "journal/format.hpp"
#include "journal/storage.hpp"

namespace millrace::journal {

struct identity {
  format::directory_id id{};
  base::tag_key receipt_key;
};

/// Reads `identity`; when the directory is new (no identity and no segments), makes and syncs one
/// from `fresh`, if it may. errc::journal_damaged: it does not check, or is not there;
/// errc::disk_full, errc::system: it cannot be read or made.
result<identity> open_identity(storage& directory, const identity& fresh, bool may_create);

}  // namespace millrace::journal
