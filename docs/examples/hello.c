/* The README's program in C: a queue inside this process, one message through it. */
#include <millrace/millrace.h>
#include <stdio.h>
#include <stdlib.h>

static int32_t must(int32_t code) {
  if (code >= 0) return code;
  fprintf(stderr, "millrace: %s\n", mr_error_name(code));
  exit(1);
}

int main(void) {
  mr_engine* engine;
  mr_client* client;
  mr_queue orders;
  mr_received* received;
  mr_message message = {.struct_size = sizeof message};
  const mr_receive_options up_to_ten = {.struct_size = sizeof up_to_ten, .max_messages = 10};

  must(mr_engine_open(MR_ABI_VERSION, NULL, &engine));
  must(mr_client_connect(engine, NULL, &client));
  must(mr_create_queue(client, "orders", NULL, &orders));

  must(mr_send(client, orders, "one espresso", 12, NULL));

  const int32_t count = must(mr_receive(client, orders, &up_to_ten, &received));
  for (int32_t i = 0; i < count; ++i) {
    must(mr_received_message(received, (size_t)i, &message));
    printf("%.*s\n", (int)message.body.size, (const char*)message.body.data);
    must(mr_delete(client, orders, &message.receipt));
  }
  mr_received_release(received);

  must(mr_client_close(client));
  must(mr_engine_close(engine));
}
