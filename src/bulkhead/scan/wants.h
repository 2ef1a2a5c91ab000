#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bulkhead/model/inspector.h"

namespace bulkhead::scan {

/// Which inspectors want a file: their patterns, tails and magics in one table, so that a file that
/// nobody wants, which most are, costs three look-ups however many inspectors there are.
class Wants {
 public:
  /// @param inspectors  Outlive this.
  explicit Wants(std::span<const Inspector> inspectors);

  /// The inspectors that want the file at `path` (clean, from the root) for where it lies or what
  /// it is called, in order.
  std::vector<std::uint32_t> by_path(std::string_view path) const;
  /// Those among them whose tails it fits.
  std::vector<std::uint32_t> by_tail(std::string_view path) const;

  /// Bytes of a file that decide who wants it for how it begins; 0: nobody does.
  std::size_t most_magic_bytes() const { return most_magic_bytes_; }
  /// The inspectors that want a file that begins with `head`: most_magic_bytes of it, or the whole
  /// of a shorter file; in order.
  std::vector<std::uint32_t> by_magic(std::string_view head) const;

  std::span<const Inspector> inspectors() const { return inspectors_; }

 private:
  struct Row {
    std::uint32_t inspector;
    std::string_view glob;
    std::size_t components;  // of a tail; 0: the glob is of the whole path
  };
  using Rows = std::vector<Row>;
  using Table = std::unordered_map<std::string_view, Rows>;

  void add_tail(std::uint32_t inspector, std::string_view glob);
  static void take(const Rows& rows, std::string_view path, std::vector<std::uint32_t>& into);
  static void take(const Table& table, std::string_view key, std::string_view path,
                   std::vector<std::uint32_t>& into);
  void take_tails(std::string_view path, std::vector<std::uint32_t>& into) const;

  std::span<const Inspector> inspectors_;
  Table by_root_;       // patterns, by their first component
  Rows starred_roots_;  // patterns whose first component has a star
  Table by_name_;       // tails, by their last component
  Table by_extension_;  // tails whose last component ends in ".ext" behind a star, by "ext"
  Rows starred_names_;  // the other tails
  std::vector<std::pair<std::uint32_t, std::string_view>> magics_;
  std::size_t most_magic_bytes_ = 0;
};

}  // namespace bulkhead::scan
