// Signatures against OpenSSL's own check of them, by nothing but the certificate.
#include "sns/signer.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "aws/base64.hpp"
#include "tls/openssl.hpp"

namespace millrace::sns {
namespace {

bool verifies(const std::string& pem, const EVP_MD* hash, std::string_view text,
              const std::string& signature) {
  const tls::bio_owner in = tls::reader_of(pem);
  const tls::certificate_owner certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  const tls::key_owner key(X509_get_pubkey(certificate.get()));
  std::string bytes(aws::base64_decoded_size_max(signature.size()), '\0');
  std::size_t size = 0;
  EXPECT_TRUE(aws::base64_decode(signature, bytes.data(), size));
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  const auto* const unsigned_bytes = reinterpret_cast<const unsigned char*>(bytes.data());
  const bool good =
      EVP_DigestVerifyInit(context, nullptr, hash, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context, unsigned_bytes, size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  EVP_MD_CTX_free(context);
  return good;
}

TEST(signer, signs_by_the_key_of_its_certificate) {
  signer s;
  const std::string text = "Message\nm\n";
  const std::string first = s.sign(signature_version::sha1, text);
  const std::string second = s.sign(signature_version::sha256, text);
  EXPECT_TRUE(verifies(s.certificate(), EVP_sha1(), text, first));
  EXPECT_TRUE(verifies(s.certificate(), EVP_sha256(), text, second));
  EXPECT_FALSE(verifies(s.certificate(), EVP_sha256(), text, first));
  EXPECT_FALSE(verifies(s.certificate(), EVP_sha1(), text + "a", first));
}

TEST(signer, names_its_certificate_by_its_key) {
  signer a;
  signer b;
  EXPECT_TRUE(a.certificate_path().starts_with("/_millrace/sns/SimpleNotificationService-"));
  EXPECT_TRUE(a.certificate_path().ends_with(".pem"));
  EXPECT_EQ(a.certificate_path().size(), signer::folder.size() + 26 + 32 + 4);
  EXPECT_NE(a.certificate_path(), b.certificate_path());
  EXPECT_FALSE(verifies(b.certificate(), EVP_sha1(), "a", a.sign(signature_version::sha1, "a")));
}

}  // namespace
}  // namespace millrace::sns
