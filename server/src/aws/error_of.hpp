// The engine's reasons as AWS errors: the one place where an errc becomes a code, a status and a
// sentence.
#pragma once

#include <millrace/errc.hpp>

#include "aws/error.hpp"

namespace millrace::aws {

/// `code` as a client of SQS knows it. Handlers that know the offending value say more with
/// invalid_parameter(). errc::ok is no failure; it maps to internal_failure.
error error_of(errc code);

/// The row alone, for entries of batches and for counting.
const error_row& error_row_of(errc code) noexcept;

}  // namespace millrace::aws
