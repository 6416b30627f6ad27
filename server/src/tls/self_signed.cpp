// The certificate of --tls-self-signed. It is its own authority, so that a client that is given it
// as one (--ca-bundle, verify=) checks name and time as ever.
#include <openssl/x509v3.h>

#include "tls/openssl.hpp"

namespace millrace::tls {
namespace {

constexpr long day_seconds = 86'400;
constexpr long good_days = 365;

bool add_extension(X509& to, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &to, &to, nullptr, nullptr, 0);
  X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  const bool added = made != nullptr && X509_add_ext(&to, made, -1) == 1;
  X509_EXTENSION_free(made);
  return added;
}

/// 63 random bits: two certificates of one issuer must differ in it.
bool set_serial(X509& to) {
  BIGNUM* const number = BN_new();
  const bool set = number != nullptr &&
                   BN_rand(number, 63, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
                   BN_to_ASN1_INTEGER(number, X509_get_serialNumber(&to)) != nullptr;
  BN_free(number);
  return set;
}

bool set_names(X509& to) {
  X509_NAME* const name = X509_get_subject_name(&to);
  const auto add = [&](const char* field, const char* value) {
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_ASC,
                                      reinterpret_cast<const unsigned char*>(value), -1, -1,
                                      0) == 1;
  };
  return add("O", "Millrace, self-signed") && add("CN", "localhost") &&
         X509_set_issuer_name(&to, name) == 1;
}

}  // namespace

certificate_owner sign_own(EVP_PKEY& key, const std::string& host) {
  certificate_owner made(X509_new());
  if (made == nullptr) return nullptr;
  std::string names = "DNS:localhost,IP:127.0.0.1";
  if (host != "127.0.0.1") names += ",IP:" + host;
  const bool whole =
      X509_set_version(made.get(), X509_VERSION_3) == 1 && set_serial(*made) && set_names(*made) &&
      // From yesterday on: clocks differ.
      X509_gmtime_adj(X509_getm_notBefore(made.get()), -day_seconds) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(made.get()), good_days * day_seconds) != nullptr &&
      X509_set_pubkey(made.get(), &key) == 1 &&
      add_extension(*made, NID_basic_constraints, "critical,CA:TRUE") &&
      add_extension(*made, NID_key_usage, "critical,digitalSignature,keyCertSign") &&
      add_extension(*made, NID_ext_key_usage, "serverAuth") &&
      add_extension(*made, NID_subject_key_identifier, "hash") &&
      add_extension(*made, NID_subject_alt_name, names) &&
      X509_sign(made.get(), &key, EVP_sha256()) != 0;
  return whole ? std::move(made) : nullptr;
}

}  // namespace millrace::tls
