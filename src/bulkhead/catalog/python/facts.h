#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::python {

struct Library {
  std::string name;  // as written
  std::string version;
  std::string license = {};
};

/// The libraries that one file shows.
struct LibraryFacts final : Facts {
  Origin origin = Origin::installed;
  Confidence confidence = Confidence::certain;
  std::string evidence = {};
  std::vector<Library> libraries = {};

  std::uint64_t memory_bytes() const override;
};

/// Collects the libraries of one file: each once, up to --max-packages; counts what is no library.
class Libraries {
 public:
  explicit Libraries(std::uint64_t most) : most_(most) {}

  /// Keeps a library; one whose name or version is no word is counted as left out.
  void add(std::string_view name, std::string_view version);
  /// Counts what names no version, or none that is certain.
  void add_unpinned() { ++unpinned_; }
  /// Counts what is a folder of the project's own.
  void add_local() { ++local_; }

  std::uint64_t unpinned() const { return unpinned_; }
  std::uint64_t local() const { return local_; }
  std::uint64_t refused() const { return refused_; }
  bool is_over() const { return is_over_; }
  std::vector<Library> take() && { return std::move(libraries_); }

 private:
  std::uint64_t most_;
  std::vector<Library> libraries_;
  std::unordered_set<std::string> seen_;  // "name version"
  std::uint64_t unpinned_ = 0;
  std::uint64_t local_ = 0;
  std::uint64_t refused_ = 0;
  bool is_over_ = false;
};

/// The facts of `libraries`, null where there are none; what was left out of them is noted.
/// @param format  Begins every note: "poetry.lock".
FactsPtr facts_of(Libraries libraries, Origin origin, std::string_view format,
                  const ReadContext& context);

}  // namespace bulkhead::catalog::python
