#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"

namespace bulkhead::catalog {

/// One file and the libraries that it names.
struct ListCase {
  std::string_view path;
  std::string_view text;
  std::vector<std::string> purls;  // sorted
  std::size_t notes;               // each an oddity
  std::string_view why;
};

inline std::vector<std::string> purls_of(const Inventory& inventory) {
  std::vector<std::string> purls;
  for (const Package& package : inventory.packages) purls.push_back(package.purl);
  std::ranges::sort(purls);
  return purls;
}

/// Reads each case in several chunk sizes, and then damaged: cut at every byte, and with bytes
/// replaced. Damage may lose what it hit and be noted, but is never a gap nor a reason to stop.
inline void check_lists(std::string_view inspector, std::vector<ListCase> cases, Origin origin) {
  for (const ListCase& row : cases) {
    SCOPED_TRACE(row.why);
    for (const std::size_t chunk : {1u, 7u, 4096u}) {
      TestOptions options;
      options.chunk = chunk;
      const TestScan scan =
          run_inspector(inspector, {{std::string(row.path), std::string(row.text)}}, options);
      EXPECT_EQ(purls_of(scan.inventory), row.purls);
      EXPECT_EQ(scan.notes.size(), row.notes);
      EXPECT_FALSE(scan.has_gap());
      for (const Package& package : scan.inventory.packages) {
        EXPECT_EQ(package.origin, origin);
        EXPECT_EQ(package.locations, (std::vector<Location>{{0, "/" + std::string(row.path)}}));
      }
    }
    for (std::size_t at = 0; at < row.text.size(); ++at) {
      std::vector<std::string> bad = {std::string(row.text.substr(0, at))};
      for (const char c : {'\0', '"', '}', ':', '\n', '\xFF'}) {
        bad.emplace_back(row.text).at(at) = c;
      }
      for (std::string& text : bad) {
        const TestScan scan =
            run_inspector(inspector, {{std::string(row.path), std::move(text)}}, {});
        EXPECT_FALSE(scan.has_gap()) << at;
        // A value may become two by a byte; nothing grows beyond what is there.
        EXPECT_LE(scan.inventory.packages.size(), row.purls.size() + row.notes + 2) << at;
      }
    }
  }
}

}  // namespace bulkhead::catalog
