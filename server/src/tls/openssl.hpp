// OpenSSL's objects as owners, and its last error in words. For the sources of tls/, and those that
// sign by it.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace millrace::tls {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using bio_owner = std::unique_ptr<BIO, freed_by<BIO_free_all>>;
using key_owner = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using certificate_owner = std::unique_ptr<X509, freed_by<X509_free>>;

/// Reads `text`, which must stay.
inline bio_owner reader_of(std::string_view text) {
  return bio_owner(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// The oldest error of this thread, in words; all are forgotten.
inline std::string take_error() {
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  return reason == nullptr ? "unknown error" : reason;
}

/// A certificate made here: self_signed.cpp.
certificate_owner sign_own(EVP_PKEY& key, const std::string& host);

}  // namespace millrace::tls
