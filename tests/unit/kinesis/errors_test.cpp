#include "kinesis/errors.hpp"

#include <gtest/gtest.h>

namespace millrace::kinesis {
namespace {

struct about {
  about() {
    context.account_id = "123456789012";
    context.region = "us-east-1";
    c.context = &context;
    c.stream_name = "s";
    c.consumer_name = "reader";
    c.shard = 3;
  }
  aws::service_context context;
  call c;
};

TEST(errors, have_the_texts_of_kinesis) {
  about it;
  const auto text = [&](errc code) { return error_of(it.c, code).message(); };
  EXPECT_EQ(text(errc::stream_does_not_exist), "Stream s under account 123456789012 not found.");
  EXPECT_EQ(text(errc::throughput_exceeded),
            "Rate exceeded for shard shardId-000000000003 in stream s under account 123456789012.");
  EXPECT_EQ(text(errc::shard_does_not_exist),
            "Could not find shard shardId-000000000003 in stream s under account 123456789012.");
  EXPECT_EQ(text(errc::consumer_does_not_exist),
            "Consumer reader, account 123456789012 not found.");
}

TEST(errors, are_those_of_its_model_and_never_nameless) {
  about it;
  for (unsigned code = 1; code < 300; ++code) {
    if (to_string(static_cast<errc>(code)).empty()) continue;
    const aws::error why = error_of(it.c, static_cast<errc>(code));
    EXPECT_FALSE(why.message().empty()) << code;
    EXPECT_FALSE(why.row().name().empty()) << code;
  }
  EXPECT_EQ(error_of(it.c, errc::stream_exists).row().name(), "ResourceInUseException");
  EXPECT_EQ(error_of(it.c, errc::throughput_exceeded).row().name(),
            "ProvisionedThroughputExceededException");
}

}  // namespace
}  // namespace millrace::kinesis
