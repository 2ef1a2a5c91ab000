#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/limits.h"
#include "bulkhead/format/stanza.h"
#include "bulkhead/pending/offers.h"

namespace bulkhead::pending {

/// Takes the rows of an index of which only those with a wanted name are kept, and counts records
/// that cannot be made sense of.
class RowSink {
 public:
  explicit RowSink(const WantedNames& wanted) : wanted_(wanted) {}

  bool wants(std::string_view name) const { return wanted_.has(name); }
  /// @error limit_exceeded  Rows of installed names, or bytes of one, are too many.
  Result<void> add(Offer offer);
  void add_bad() { ++bad_; }
  void add_record() { ++records_; }

  std::vector<Offer> take() && { return std::move(rows_); }
  std::uint64_t bad() const { return bad_; }
  std::uint64_t records() const { return records_; }

 private:
  const WantedNames& wanted_;
  std::vector<Offer> rows_ = {};
  std::uint64_t bad_ = 0;
  std::uint64_t records_ = 0;
};

/// A reader of the text of one index, as it streams by.
class IndexReader {
 public:
  virtual ~IndexReader() = default;
  virtual Result<void> data(ByteView chunk) = 0;
  /// @error truncated, malformed  The text ends where it must not.
  virtual Result<void> end() = 0;
};

/// apt's `Packages`: stanzas with Package, Version, Architecture.
/// @see deb-src-control(5); https://wiki.debian.org/DebianRepository/Format, "Packages" Indices
std::unique_ptr<IndexReader> read_apt_packages(RowSink& sink, const Limits& limits);

/// apk's index: a tar (signed ones are two, one after the other) whose member APKINDEX holds
/// records of lines "P:name", "V:version", "A:architecture".
/// @see apk-tools 2.14, src/database.c, apk_db_index_read
std::unique_ptr<IndexReader> read_apk_index(RowSink& sink, const Limits& limits);

/// rpm's `primary.xml`: package elements with name, arch, version.
/// @see createrepo_c, src/xml_dump_primary.c
std::unique_ptr<IndexReader> read_rpm_primary(RowSink& sink);

/// rpm's `updateinfo.xml`: the packages of updates whose type is "security", as notices.
/// @see createrepo_c, src/xml_dump_updateinfo.c
std::unique_ptr<IndexReader> read_rpm_updateinfo(RowSink& sink);

/// rpm's `modules.yaml`: the rpms that each stream of a module has, as rows with a module.
/// @see https://github.com/fedora-modularity/libmodulemd, yaml_specs/modulemd_stream_v2.yaml
std::unique_ptr<IndexReader> read_rpm_modules(RowSink& sink);

/// "[EPOCH:]VERSION-RELEASE" without an epoch of 0.
std::string rpm_version(std::string_view epoch, std::string_view version, std::string_view release);

}  // namespace bulkhead::pending
