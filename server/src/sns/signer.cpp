#include "sns/signer.hpp"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <array>

#include "aws/base64.hpp"
#include "tls/openssl.hpp"

namespace millrace::sns {
namespace {

constexpr unsigned key_bits = 2048;
constexpr std::string_view file_prefix = "SimpleNotificationService-";

struct context_free {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

std::string pem_of(X509& certificate) {
  const tls::bio_owner out(BIO_new(BIO_s_mem()));
  if (out == nullptr || PEM_write_bio_X509(out.get(), &certificate) != 1) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

/// 32 characters that no other certificate has.
std::string name_of(const X509& certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (X509_digest(&certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  std::array<char, 32> hex;
  aws::hex_encode({digest.data(), hex.size() / 2}, hex.data());
  return {hex.data(), hex.size()};
}

}  // namespace

struct signer::parts {
  tls::key_owner key;
  std::string certificate;
  std::string path;
};

signer::signer() = default;
signer::~signer() = default;

signer::parts& signer::made() {
  once_.call([this] {
    parts_ = std::make_unique<parts>();
    tls::key_owner key(EVP_RSA_gen(key_bits));
    if (key == nullptr) return;
    const tls::certificate_owner certificate = tls::sign_own(*key, "127.0.0.1");
    if (certificate == nullptr) return;
    parts_->certificate = pem_of(*certificate);
    parts_->path = std::string(folder).append(file_prefix) + name_of(*certificate) + ".pem";
    parts_->key = std::move(key);
  });
  return *parts_;
}

std::string signer::sign(signature_version version, std::string_view text) {
  EVP_PKEY* const key = made().key.get();
  const std::unique_ptr<EVP_MD_CTX, context_free> context(EVP_MD_CTX_new());
  if (key == nullptr || context == nullptr) return {};
  const EVP_MD* const hash = version == signature_version::sha1 ? EVP_sha1() : EVP_sha256();
  std::array<unsigned char, key_bits / 8> signature;
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, hash, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1) {
    return {};
  }
  return aws::base64_text({reinterpret_cast<const char*>(signature.data()), size});
}

const std::string& signer::certificate() { return made().certificate; }

const std::string& signer::certificate_path() { return made().path; }

}  // namespace millrace::sns
