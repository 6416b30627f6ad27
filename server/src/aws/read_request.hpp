// Reads a request into a document by the reader of its wire. Called by the services' handlers.
#pragma once

#include "aws/document.hpp"
#include "aws/error.hpp"
#include "aws/model.hpp"
#include "aws/wire.hpp"
#include "http/request.hpp"

namespace millrace::aws {

/// wire::query only for a model that has it. Views in the document live as long as the request.
decode_result read_request(document& into, const service_model& model, shape_id input, wire w,
                           const http::request& request) noexcept;

/// What to tell the sender of a request that could not be read.
error error_of(const decode_result& failure, wire w);

}  // namespace millrace::aws
