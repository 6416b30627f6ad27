// Everything public, for programs that want one include.
#pragma once

#include <millrace/aggregation.hpp>
#include <millrace/attributes.hpp>
#include <millrace/client.hpp>
#include <millrace/engine.hpp>
#include <millrace/errc.hpp>
#include <millrace/extent_source.hpp>
#include <millrace/limits.hpp>
#include <millrace/operation.hpp>
#include <millrace/options.hpp>
#include <millrace/placement.hpp>
#include <millrace/queue.hpp>
#include <millrace/result.hpp>
#include <millrace/sequence_texts.hpp>
#include <millrace/stream.hpp>
#include <millrace/stream_client.hpp>
#include <millrace/topic.hpp>
#include <millrace/topic_client.hpp>
#include <millrace/types.hpp>
