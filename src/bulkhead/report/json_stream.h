#pragma once

#include <ostream>
#include <string_view>
#include <vector>

namespace bulkhead::report {

/// Writes a JSON document piece by piece, so that only one element is in memory: a member or
/// element a line, objects and lists that are opened here indented by two.
///
/// Keys are our own plain words. `json` is a finished value, in one line.
class JsonStream {
 public:
  /// Opens the outermost object.
  explicit JsonStream(std::ostream& out);

  void member(std::string_view key, std::string_view json);
  void element(std::string_view json);
  void open_object(std::string_view key);
  void open_object();  // as an element
  void open_list(std::string_view key);
  /// Closes what was opened last.
  void close();
  /// Closes all that is open.
  void end();

 private:
  void begin(std::string_view key);
  void new_line();
  void open(char closing);

  struct Level {
    char closing;
    bool is_empty = true;
  };
  std::ostream& out_;
  std::vector<Level> open_;
};

}  // namespace bulkhead::report
