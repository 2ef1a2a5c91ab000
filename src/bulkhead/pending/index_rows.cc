#include "bulkhead/pending/index_rows.h"

#include <utility>

#include <fmt/format.h>

#include "bulkhead/archive/tar.h"
#include "bulkhead/base/text.h"
#include "bulkhead/pending/options.h"

namespace bulkhead::pending {
namespace {

class PackagesReader final : public IndexReader {
 public:
  PackagesReader(RowSink& sink, const Limits& limits)
      : sink_(sink), splitter_(limits.stanza_bytes) {}

  Result<void> data(ByteView chunk) override {
    splitter_.feed(
        chunk, [this](std::string_view text, std::uint64_t) { take(text); },
        [this](std::uint64_t) { sink_.add_bad(); });
    return result_;
  }

  Result<void> end() override {
    splitter_.finish([this](std::string_view text, std::uint64_t) { take(text); },
                     [this](std::uint64_t) { sink_.add_bad(); });
    return result_;
  }

 private:
  void take(std::string_view text) {
    if (!result_) return;
    sink_.add_record();
    // "Package" is the first field by custom, so most stanzas end here.
    Offer offer;
    bool is_first = true;
    format::StanzaFields fields(text);
    while (const auto field = fields.next()) {
      if (is_first && field->name == "Package" && !sink_.wants(field->value)) return;
      is_first = false;
      if (field->name == "Package") offer.name = field->value;
      if (field->name == "Version") offer.version = field->value;
      if (field->name == "Architecture") offer.architecture = field->value;
    }
    if (offer.name.empty() || offer.version.empty() || offer.architecture.empty()) {
      return sink_.add_bad();
    }
    result_ = sink_.add(std::move(offer));
  }

  RowSink& sink_;
  format::StanzaSplitter splitter_;
  Result<void> result_ = {};
};

/// The records of one member, as the tar hands it on.
class ApkMember final : public archive::EntrySink {
 public:
  ApkMember(RowSink& sink, const Limits& limits) : sink_(sink), splitter_(limits.stanza_bytes) {}

  Result<Want> begin(const archive::EntryHeader& header) override {
    is_index_ = header.path == "APKINDEX" && header.type == archive::EntryType::file;
    has_index_ = has_index_ || is_index_;
    return is_index_ ? Want::stream : Want::skip;
  }
  Result<void> data(ByteView chunk) override {
    splitter_.feed(
        chunk, [this](std::string_view text, std::uint64_t) { take(text); },
        [this](std::uint64_t) { sink_.add_bad(); });
    return result_;
  }
  Result<void> end() override {
    if (!is_index_) return {};
    splitter_.finish([this](std::string_view text, std::uint64_t) { take(text); },
                     [this](std::uint64_t) { sink_.add_bad(); });
    return result_;
  }
  void note(Error, bool is_gap) override {
    if (is_gap) sink_.add_bad();
  }
  bool has_index() const { return has_index_; }

 private:
  void take(std::string_view text) {
    if (!result_) return;
    sink_.add_record();
    Offer offer;
    for (std::string_view rest = text; !rest.empty();) {
      const std::string_view line = trim(take_line(rest));
      if (line.starts_with("P:")) offer.name = line.substr(2);
      if (line.starts_with("V:")) offer.version = line.substr(2);
      if (line.starts_with("A:")) offer.architecture = line.substr(2);
    }
    if (offer.name.empty() || offer.version.empty()) return sink_.add_bad();
    result_ = sink_.add(std::move(offer));
  }

  RowSink& sink_;
  format::StanzaSplitter splitter_;
  bool is_index_ = false;
  bool has_index_ = false;
  Result<void> result_ = {};
};

class ApkIndexReader final : public IndexReader {
 public:
  ApkIndexReader(RowSink& sink, const Limits& limits)
      : limits_(limits), member_(sink, limits_), tar_(member_, limits_) {}

  Result<void> data(ByteView chunk) override { return tar_.feed(chunk); }
  Result<void> end() override {
    BH_CHECK(tar_.finish());
    if (!member_.has_index()) return fail(Code::malformed, "apk index: it has no member APKINDEX");
    return {};
  }

 private:
  const Limits limits_;
  ApkMember member_;
  archive::TarReader tar_;
};

}  // namespace

Result<void> RowSink::add(Offer offer) {
  if (!wanted_.has(offer.name)) return {};
  if (offer.version.size() > kMostTextBytes || offer.architecture.size() > kMostTextBytes ||
      offer.name.size() > kMostTextBytes || offer.module.size() > kMostTextBytes) {
    return fail(
        Code::limit_exceeded,
        fmt::format("package index: a name or version has more than {} bytes", kMostTextBytes));
  }
  if (rows_.size() >= kMostOffers) {
    return fail(Code::limit_exceeded,
                fmt::format("package index: more than {} rows of installed packages", kMostOffers));
  }
  rows_.push_back(std::move(offer));
  return {};
}

std::unique_ptr<IndexReader> read_apt_packages(RowSink& sink, const Limits& limits) {
  return std::make_unique<PackagesReader>(sink, limits);
}

std::unique_ptr<IndexReader> read_apk_index(RowSink& sink, const Limits& limits) {
  return std::make_unique<ApkIndexReader>(sink, limits);
}

}  // namespace bulkhead::pending
