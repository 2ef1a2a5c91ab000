#include "bulkhead/advisory/row_codec.h"

#include <cmath>

namespace bulkhead::advisory {
namespace {

class Writer {
 public:
  void byte(unsigned value) { bytes_.push_back(static_cast<char>(value)); }
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(0x80U | static_cast<unsigned>(value & 0x7f));
    byte(static_cast<unsigned>(value));
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_.append(value);
  }
  void texts(const std::vector<std::string>& values) {
    number(values.size());
    for (const std::string& value : values) text(value);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads what Writer wrote; after the first damage everything is empty and `is_good` is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  unsigned byte(unsigned end) {
    if (rest_.empty()) return damage();
    const unsigned value = static_cast<unsigned char>(rest_[0]);
    rest_.remove_prefix(1);
    return value < end ? value : damage();
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const unsigned next = byte(256);
      value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
      if (next < 0x80) return is_good_ ? value : 0;
    }
    return damage();
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > rest_.size()) {
      damage();
      return {};
    }
    std::string value(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return value;
  }
  /// A count of things of at least `least` bytes each.
  std::size_t count(std::size_t least) {
    const std::uint64_t value = number();
    return value <= rest_.size() / least ? value : damage();
  }
  std::vector<std::string> texts() {
    std::vector<std::string> values(count(1));
    for (std::string& value : values) value = text();
    return values;
  }
  bool is_done() const { return is_good_ && rest_.empty(); }

 private:
  unsigned damage() {
    is_good_ = false;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  bool is_good_ = true;
};

constexpr unsigned kStatuses = 3;
constexpr unsigned kFixStates = 6;
constexpr unsigned kSeverities = 6;
constexpr unsigned kNameKinds = 2;
constexpr double kTenths = 10;
constexpr double kMillionths = 1'000'000;

/// A number from 0 to 10 as a whole number of parts; what is outside becomes 0.
std::uint64_t scaled(double value, double parts) {
  return value > 0 && value <= 10 ? static_cast<std::uint64_t>(std::llround(value * parts)) : 0;
}

std::unexpected<Error> damaged() {
  return fail(Code::malformed, "advisory store: a row is damaged");
}

}  // namespace

std::string encode_statement(const Advisory& advisory, const AffectedPackage& affected) {
  Writer out;
  out.byte(static_cast<unsigned>(affected.status));
  out.byte(static_cast<unsigned>(affected.fix_state));
  out.byte(static_cast<unsigned>(affected.severity));
  out.byte(static_cast<unsigned>(advisory.severity));
  out.byte(static_cast<unsigned>(affected.names));
  out.byte(advisory.is_malicious ? 1 : 0);
  out.text(affected.repository);
  out.text(affected.module);
  out.number(affected.ranges.size());
  for (const VersionRange& range : affected.ranges) {
    out.text(range.introduced);
    out.text(range.fixed);
    out.text(range.last_affected);
  }
  out.texts(affected.versions);
  out.texts(affected.architectures);
  out.texts(advisory.cves);
  out.texts(advisory.aliases);
  out.number(advisory.cvss.size());
  for (const Cvss& cvss : advisory.cvss) {
    out.text(cvss.version);
    out.text(cvss.vector);
    out.text(cvss.source);
    out.number(scaled(cvss.score, kTenths));
  }
  out.number(advisory.epss ? 1 : 0);
  if (advisory.epss) {
    out.number(scaled(advisory.epss->score, kMillionths));
    out.number(scaled(advisory.epss->percentile, kMillionths));
  }
  return out.take();
}

Result<void> decode_statement(std::string_view blob, Statement& statement) {
  Reader in(blob);
  AffectedPackage& affected = statement.affected;
  affected.status = static_cast<AffectedStatus>(in.byte(kStatuses));
  affected.fix_state = static_cast<FixState>(in.byte(kFixStates));
  affected.severity = static_cast<Severity>(in.byte(kSeverities));
  statement.advisory_severity = static_cast<Severity>(in.byte(kSeverities));
  affected.names = static_cast<NameKind>(in.byte(kNameKinds));
  statement.is_malicious = in.byte(2) == 1;
  affected.repository = in.text();
  affected.module = in.text();
  affected.ranges.resize(in.count(3));
  for (VersionRange& range : affected.ranges) {
    range.introduced = in.text();
    range.fixed = in.text();
    range.last_affected = in.text();
  }
  affected.versions = in.texts();
  affected.architectures = in.texts();
  statement.cves = in.texts();
  statement.aliases = in.texts();
  statement.cvss.resize(in.count(4));
  for (Cvss& cvss : statement.cvss) {
    cvss.version = in.text();
    cvss.vector = in.text();
    cvss.source = in.text();
    cvss.score = static_cast<double>(in.number()) / kTenths;
  }
  if (in.count(2) > 0) {
    const double score = static_cast<double>(in.number()) / kMillionths;
    statement.epss = {score, static_cast<double>(in.number()) / kMillionths};
  }
  if (!in.is_done()) return damaged();
  return {};
}

std::string encode_texts(const std::vector<std::string>& texts) {
  Writer out;
  out.texts(texts);
  return out.take();
}

Result<std::vector<std::string>> decode_texts(std::string_view blob) {
  Reader in(blob);
  std::vector<std::string> texts = in.texts();
  if (!in.is_done()) return damaged();
  return texts;
}

}  // namespace bulkhead::advisory
