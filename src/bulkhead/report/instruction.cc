#include "bulkhead/report/instruction.h"

#include "bulkhead/base/text.h"

namespace bulkhead::report {
namespace {

constexpr std::string_view kShell = "/bin/sh -c ";
constexpr std::string_view kNoOperation = "#(nop) ";

/// Takes `|2 A=x B=y ` off: the count of build arguments and the arguments, up to the shell.
std::string_view without_arguments(std::string_view line) {
  if (!line.starts_with('|')) return line;
  const std::size_t shell = line.find(kShell);
  return shell == std::string_view::npos ? line : line.substr(shell);
}

std::string fold_spaces(std::string_view text) {
  std::string folded;
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!is_space) {
      folded.push_back(c);
    } else if (!folded.empty() && folded.back() != ' ') {
      folded.push_back(' ');
    }
  }
  if (folded.ends_with(' ')) folded.pop_back();
  return folded;
}

}  // namespace

std::string dockerfile_line(std::string_view created_by) {
  std::string_view line = trim(created_by);
  if (line.ends_with("# buildkit")) line = trim(line.substr(0, line.size() - 10));
  const bool is_run = line.starts_with("RUN ");
  if (is_run) line = trim(line.substr(4));
  line = without_arguments(line);
  const bool has_shell = line.starts_with(kShell);
  if (has_shell) line = trim(line.substr(kShell.size()));
  if (has_shell && line.starts_with(kNoOperation)) {
    return fold_spaces(line.substr(kNoOperation.size()));
  }
  return (is_run || has_shell ? "RUN " : "") + fold_spaces(line);
}

}  // namespace bulkhead::report
