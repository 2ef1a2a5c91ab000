#include "bulkhead/io/hash.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

namespace bulkhead::io {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// A fetch walks OpenSSL's providers under locks (about a millisecond the first time), so each
// algorithm is fetched once. Never freed: worker threads may still hash while the process exits.
const EVP_MD* find_algorithm(std::string_view algorithm) {
  if (algorithm == "sha256") {
    static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return kSha256;
  }
  if (algorithm == "sha512") {
    static const EVP_MD* const kSha512 = EVP_MD_fetch(nullptr, "SHA512", nullptr);
    return kSha512;
  }
  return nullptr;
}

}  // namespace

struct Hasher::State {
  std::unique_ptr<EVP_MD_CTX, FreeContext> context;
  bool has_failed = false;
};

Result<Hasher> Hasher::create(std::string_view algorithm) {
  const EVP_MD* const found = find_algorithm(algorithm);
  if (found == nullptr) {
    return fail(Code::unsupported,
                fmt::format("digest: no algorithm '{}'", algorithm.substr(0, 32)));
  }
  auto state = std::make_unique<State>();
  state->context.reset(EVP_MD_CTX_new());
  if (!state->context || EVP_DigestInit_ex2(state->context.get(), found, nullptr) != 1) {
    return fail(Code::io, "digest: OpenSSL cannot start a digest");
  }
  return Hasher(std::move(state));
}

Hasher::Hasher(std::unique_ptr<State> state) : state_(std::move(state)) {}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(ByteView bytes) {
  if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1) {
    state_->has_failed = true;
  }
}

std::string Hasher::finish_hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  // An empty text is no digest, so a failure can never look like a match.
  if (EVP_DigestFinal_ex(state_->context.get(), digest, &length) != 1 || state_->has_failed) {
    return {};
  }
  return fmt::format("{:02x}", fmt::join(digest, digest + length, ""));
}

}  // namespace bulkhead::io
