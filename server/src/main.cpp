// millraced: Millrace as a server that unmodified AWS clients talk to.
#include <cinttypes>
#include <cstdio>
#include <millrace/data_dir.hpp>
#include <millrace/placement.hpp>
#include <span>

#include "config/load.hpp"
#include "config/render.hpp"
#include "daemon/credentials_of.hpp"
#include "daemon/server.hpp"
#include "net/signals.hpp"

extern char** environ;

namespace {

using namespace millrace;

int say(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return 0;
}

int fail(const std::string& text) {
  std::fprintf(stderr, "millraced: %s\n", text.c_str());
  return 2;
}

int print_placement(const config::settings& chosen) {
  const result<placement_plan> plan = plan_placement(chosen.engine.lanes, true);
  return plan ? say(plan->text) : fail("the machine's topology cannot be read");
}

/// 0: sound; 1: damaged; 2: it cannot be checked.
int check_data(const std::string& directory) {
  std::string why;
  const result<data_dir_report> found = check_data_dir(directory, &why);
  if (!found) {
    const std::string_view what = found.error() == errc::data_dir_in_use
                                      ? "is in use by a running server"
                                      : "cannot be checked";
    return fail(directory + " " + std::string(what) + (why.empty() ? "" : ": " + why));
  }
  for (const std::string& finding : found->findings) std::puts(finding.c_str());
  for (const data_dir_report::kind& kind : found->kinds) {
    std::printf("%10" PRIu64 " %s, %.1f MB\n", kind.entries, kind.name.c_str(),
                static_cast<double>(kind.bytes) / 1e6);
  }
  std::printf("%s: %" PRIu64 " entries in %" PRIu64 " segments, %.1f MB: %s\n", directory.c_str(),
              found->entries, found->segments, static_cast<double>(found->bytes) / 1e6,
              found->damaged ? "damaged" : "sound");
  return found->damaged ? 1 : 0;
}

/// The first lines: what becomes of messages when the process ends, and what was found.
void say_where(const std::string& data_dir, const std::string& level, const recovery_summary& r) {
  if (data_dir.empty()) {
    std::puts("millraced: everything is in memory and gone when this process ends");
    return;
  }
  std::printf("millraced: data in %s, durability %s\n", data_dir.c_str(), level.c_str());
  std::printf("millraced: recovered %" PRIu64 " messages in %" PRIu64 " queues from %" PRIu64
              " entries, %.1f MB, in %.1f ms\n",
              r.messages, r.queues, r.entries, static_cast<double>(r.bytes) / 1e6,
              static_cast<double>(r.took_ns) / 1e6);
  for (const std::string& finding : r.findings) {
    std::fprintf(stderr, "millraced: %s\n", finding.c_str());
  }
  if (r.damaged) {
    std::fputs("millraced: the data directory is damaged; what is not readable was left in place\n",
               stderr);
  }
}

int check_config(const config::settings& chosen) {
  std::string why;
  static_cast<void>(daemon::credentials_of(chosen, why));
  return why.empty() ? say("the settings are in order\n") : fail(why);
}

/// Where clients find it, and how to begin.
void say_address(const daemon::server& server, const std::string& manner, bool self_signed) {
  const std::string& tls = server.tls_address();
  const std::string url =
      server.address().empty() ? "https://" + tls : "http://" + server.address();
  std::printf("millraced: listening on %s, lanes %u, %s\n", url.c_str(), server.lanes(),
              manner.c_str());
  std::printf("millraced: try: aws --endpoint-url %s sqs create-queue --queue-name orders\n",
              url.c_str());
  std::printf("millraced: any access key will do; SDKs take AWS_ENDPOINT_URL=%s\n", url.c_str());
  if (tls.empty()) return;
  std::printf("millraced: TLS on https://%s, %s\n", tls.c_str(),
              server.about_certificate().c_str());
  if (self_signed) {
    std::printf(
        "millraced: to trust it: curl -sk https://%s/_millrace/certificate > cert.pem; then "
        "AWS_CA_BUNDLE=cert.pem\n",
        tls.c_str());
  }
}

int serve(config::loaded loaded) {
  net::descriptor signals = net::catch_signals();
  const bool aws_limits = loaded.chosen.engine.limits == limits_profile::aws;
  const bool virtual_time = loaded.chosen.engine.clock == clock_mode::virtual_time;
  const bool self_signed = loaded.chosen.tls_self_signed;
  const std::string data_dir = loaded.chosen.engine.data_dir;
  std::string level = config::get_setting(loaded.chosen, "durability");
  if (level == "auto") level = "disk";
  daemon::server server(std::move(loaded));
  if (const std::string why = server.open(std::move(signals)); !why.empty()) return fail(why);
  say_where(data_dir, level, server.recovered());
  say_address(server,
              std::string("limits ") + (aws_limits ? "aws" : "open") +
                  (virtual_time ? ", virtual time" : "") + ", auth off",
              self_signed);
  std::fflush(stdout);
  server.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<const char* const> arguments(argv + 1, static_cast<std::size_t>(argc - 1));
  config::or_error<config::loaded> loaded = config::load(arguments, environ);
  if (!loaded) return fail(loaded.error);
  for (const std::string& warning : loaded->warnings) {
    std::fprintf(stderr, "millraced: %s\n", warning.c_str());
  }
  switch (loaded->what) {
    case config::action::help: return say(config::help_text());
    case config::action::version: return say("millraced " MILLRACE_VERSION "\n");
    case config::action::check_config: return check_config(loaded->chosen);
    case config::action::print_config: return say(config::config_text(loaded->chosen));
    case config::action::print_address: return say(config::address_text(loaded->chosen) + "\n");
    case config::action::print_placement: return print_placement(loaded->chosen);
    case config::action::check_data: return check_data(loaded->flags.directory);
    case config::action::run: break;
  }
  return serve(std::move(*loaded));
}
