#pragma once

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/catalog/registry.h"

namespace bulkhead::catalog {

/// One file of a tree that a test makes up.
struct TestFile {
  std::string path;
  std::string text;
  std::uint32_t layer = 0;
};

/// What came of it.
struct TestScan {
  Inventory inventory;
  std::vector<Note> notes;  // of reading and of joining

  bool has_gap() const {
    return std::ranges::any_of(notes,
                               [](const Note& n) { return n.level == NoteLevel::incomplete; });
  }
};

struct TestOptions {
  RunContext run = quiet_context();
  std::size_t chunk = 4096;
  std::optional<OsInfo> os = {};
};

inline const Inspector& inspector_named(std::string_view name) {
  const auto row = std::ranges::find(all_inspectors(), name, &Inspector::name);
  if (row == all_inspectors().end()) throw std::out_of_range(std::string(name));
  return *row;
}

/// Does what the layer pass and the overlay do with one inspector: reads `files`, then joins them.
inline TestScan run_inspector(std::string_view name, std::vector<TestFile> files,
                              const TestOptions& options = {}) {
  const Inspector& inspector = inspector_named(name);
  Notes notes(1000);
  const ReadContext context{options.run, notes};
  std::ranges::sort(files, {}, &TestFile::path);
  std::vector<FactsPtr> facts;
  std::vector<JoinFile> join_files;
  for (const TestFile& file : files) {
    const auto reader = inspector.open({file.path, 0644, file.text.size()}, context);
    bool is_good = true;
    for (std::size_t at = 0; is_good && at < file.text.size(); at += options.chunk) {
      const Result<void> fed =
          reader->data(as_bytes(std::string_view(file.text).substr(at, options.chunk)));
      is_good = fed.has_value();
      if (!fed) notes.add(NoteLevel::incomplete, fed.error());
    }
    if (!is_good) continue;
    Result<FactsPtr> read = reader->end();
    if (!read) {
      notes.add(NoteLevel::incomplete, read.error());
      continue;
    }
    facts.push_back(*std::move(read));
    join_files.push_back({file.path, file.layer, facts.back().get()});
  }
  TestScan scan;
  scan.inventory.os = options.os;
  inspector.join(join_files, scan.inventory, notes);
  scan.notes = notes.all();
  return scan;
}

inline std::vector<std::string> paths_of(const PathList& list) {
  std::vector<std::string> paths;
  list.for_each([&](std::string_view path) { paths.emplace_back(path); });
  return paths;
}

/// "name version arch source source-version" of each package, sorted.
inline std::vector<std::string> rows_of(const Inventory& inventory) {
  std::vector<std::string> rows;
  for (const Package& p : inventory.packages) {
    rows.push_back(p.name + " " + p.version + " " + p.architecture + " " + p.match_name() + " " +
                   p.match_version());
  }
  std::ranges::sort(rows);
  return rows;
}

/// The folder of real images and databases beside the project; nothing where it is absent.
inline std::optional<std::filesystem::path> shared_images() {
  const std::filesystem::path folder =
      std::filesystem::path(BULKHEAD_SOURCE_DIR) / ".." / "shared" / "images";
  // A worktree lies one folder deeper than the project itself.
  for (const auto& candidate :
       {folder, std::filesystem::path(BULKHEAD_SOURCE_DIR) / "../../shared/images"}) {
    if (std::filesystem::is_directory(candidate)) return candidate;
  }
  return std::nullopt;
}

inline std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// What `command` writes to its standard output; nothing where it fails.
inline std::optional<std::string> output_of(const std::string& command) {
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string output;
  char buffer[4096];
  while (const std::size_t n = fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, n);
  if (pclose(pipe) != 0) return std::nullopt;
  return output;
}

}  // namespace bulkhead::catalog
