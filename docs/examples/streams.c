/* Records go into the shards of a stream by their partition key, and any number of readers follow
 * each shard at their own pace. */
#include <millrace/millrace.h>
#include <stdio.h>
#include <stdlib.h>

static int32_t must(int32_t code) {
  if (code >= 0) return code;
  fprintf(stderr, "millrace: %s\n", mr_error_name(code));
  exit(1);
}

static mr_put_entry order(const char* table, const char* what, size_t size) {
  mr_put_entry entry = {.struct_size = sizeof entry,
                        .data = {.data = what, .size = size},
                        .partition_key = {.data = table, .size = 7}};
  return entry;
}

/** Reads a shard from its oldest record to its newest; how many records it has. */
static int32_t read_shard(mr_client* client, mr_stream stream, uint32_t shard) {
  mr_read_options options = {.struct_size = sizeof options, .shard = shard, .max_records = 2};
  mr_read_summary summary = {.struct_size = sizeof summary};
  mr_record record = {.struct_size = sizeof record};
  mr_records* records;
  int32_t all = 0;

  must(mr_locate_record(client, stream, shard, NULL, &options.position));
  while (1) {
    const int32_t count = must(mr_read_records(client, stream, &options, &records));
    for (int32_t i = 0; i < count; ++i) {
      must(mr_records_record(records, (size_t)i, &record));
      printf("%.*s: %.*s\n", (int)record.partition_key.size, (const char*)record.partition_key.data,
             (int)record.data.size, (const char*)record.data.data);
    }
    must(mr_records_summary(records, &summary));
    mr_records_release(records);
    if (count == 0) return all;
    all += count;
    options.position = summary.next_position;
  }
}

int main(void) {
  mr_engine* engine;
  mr_client* client;
  mr_stream stream;
  mr_stream_settings settings = {
      .struct_size = sizeof settings, .given = MR_STREAM_SHARD_COUNT, .shard_count = 2};
  const mr_put_entry orders[] = {order("table 1", "espresso", 8), order("table 1", "water", 5),
                                 order("table 1", "the bill", 8)};
  mr_put_result results[3] = {{.struct_size = sizeof results[0]}};
  int32_t read = 0;

  must(mr_engine_open(MR_ABI_VERSION, NULL, &engine));
  must(mr_client_connect(engine, NULL, &client));
  must(mr_create_stream(client, "orders", &settings, &stream));

  if (must(mr_put_records(client, stream, orders, 3, results)) != 3) return 1;
  const int32_t shards = must(mr_list_shards(client, stream, NULL, 0));
  for (int32_t shard = 0; shard < shards; ++shard) {
    read += read_shard(client, stream, (uint32_t)shard);
  }
  printf("%d records in %d shards\n", (int)read, (int)shards);

  must(mr_delete_stream(client, stream));
  must(mr_client_close(client));
  must(mr_engine_close(engine));
}
